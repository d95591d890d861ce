"""What the teacher's answers become: targets a student can be fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.arguments import check_positive
from surrogate.errors import ArgumentError, DataError, did_you_mean
from surrogate.models import Teacher

__all__ = [
    "LABELS",
    "Labelling",
    "categories_explained",
    "fit_on_answers",
    "with_truth",
]

LABELS = ("soft", "hard", "thresholded", "inherited")

_LEAST_SHARE = 1e-3  # a class less probable than this is not worth a weighted row


@dataclass(frozen=True)
class Labelling:
    """How rows are labelled.

    Parameters
    ----------
    kind : {"soft", "hard", "thresholded", "inherited"}
        Thresholded ones are labels, whatever the student.
    temperature : float
        Of soft labels.
    threshold : float
        Of thresholded labels: rows of which the teacher is less sure are left out.
    """

    kind: str = "soft"
    temperature: float = 1.0
    threshold: float = 0.95

    def __post_init__(self) -> None:
        if self.kind not in LABELS:
            raise ArgumentError(
                f"labels {self.kind!r} is not known{did_you_mean(str(self.kind), LABELS)}"
            )
        check_positive(self.temperature, argument="temperature")
        if not 0 <= self.threshold <= 1:
            raise ArgumentError(f"threshold must lie between 0 and 1; got {self.threshold!r}")

    def answers(self, teacher: Teacher, X: Any, *, for_classifier: bool) -> NDArray[Any]:
        """Return the teacher's answers to all rows; inherited ones are asked of the source rows.

        Parameters
        ----------
        teacher : Teacher
        X : DataFrame or ndarray of shape (n, d)
        for_classifier : bool
            Whether the student is a classifier; it takes soft labels as probabilities of all
            classes, another student as the probability of the second of two.

        Returns
        -------
        ndarray of shape (n,) or (n, n_classes)
        """
        if not teacher.is_classifier:
            return teacher.values(X)
        if self.kind != "soft" or teacher.gives == "labels":
            hard = teacher.labels(X)
            return hard if for_classifier or hard.dtype.kind in "biuf" else teacher.values(X)
        if for_classifier:
            return teacher.probabilities(X, temperature=self.temperature)
        return teacher.values(X, temperature=self.temperature)

    def sure_answers(self, teacher: Teacher, X: Any) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return the label of each row, and whether its probability reaches the threshold."""
        probabilities = teacher.probabilities(X)
        labels = np.asarray(teacher.classes)[probabilities.argmax(axis=1)]
        return labels, probabilities.max(axis=1) >= self.threshold


def with_truth(
    answers: NDArray[Any], rows: NDArray[np.intp], truth: NDArray[Any], classes: Any
) -> NDArray[Any]:
    """Return the answers with the truth in place of the teacher's in some rows.

    Parameters
    ----------
    answers : ndarray of shape (n,) or (n, n_classes)
    rows : ndarray of shape (m,)
        Positions of the rows whose truth is known.
    truth : ndarray of shape (m,)
    classes : ndarray of shape (n_classes,) or None

    Raises
    ------
    DataError
        If a true label is none of the teacher's classes.
    """
    if answers.ndim == 1:
        mended = answers.astype(np.result_type(answers, truth))
        mended[rows] = truth
        return mended
    known = np.asarray(truth)[:, None] == np.asarray(classes)[None, :]
    if not known.any(axis=1).all():
        first = truth[int(np.flatnonzero(~known.any(axis=1))[0])]
        raise DataError(
            f"the true label {first!r} is none of the teacher's classes "
            f"{', '.join(map(str, classes))}"
        )
    mended = answers.copy()
    mended[rows] = known
    return mended


def fit_on_answers(
    student: Any,
    X: Any,
    answers: NDArray[Any],
    classes: Any,
    *,
    weights: NDArray[np.float64] | None = None,
    temperature: float = 1.0,
) -> Any:
    """Fit the student on answers.

    Probabilities are handed as they are to a student whose `fit` takes ``classes``; another
    classifier gets every row once per class, weighted by its probability. Weights, classes and
    temperature of a pipeline go to its last step.

    Parameters
    ----------
    student : estimator
    X : DataFrame or ndarray of shape (n, d)
    answers : ndarray
        From `Labelling.answers`.
    classes : ndarray of shape (n_classes,) or None
        The labels of the columns of probabilities.
    weights : ndarray of shape (n,), optional
        What each row counts; see `TransferSet`.
    temperature : float
        Of the probabilities; told to a student whose `fit` takes it.

    Raises
    ------
    DataError
        If it needs weights and the student takes none.
    """
    with categories_explained(student, X):
        return _fitted(student, X, answers, classes, weights=weights, temperature=temperature)


@contextmanager
def categories_explained(model: Any, X: Any) -> Iterator[None]:
    """Say what to do where a model for numbers is given a table with categories.

    Raises
    ------
    DataError
        In place of the model's own error.
    """
    try:
        yield
    except ValueError as error:
        if not hasattr(X, "columns") or "could not convert string" not in str(error):
            raise
        names = list(X.select_dtypes(exclude=["number", "bool"]).columns)
        kind = type(model).__name__
        raise DataError(
            f"{kind} takes numbers, and the columns {', '.join(map(repr, names))} hold categories; "
            f"put an encoder in front of it: make_pipeline(make_column_transformer("
            f"(OneHotEncoder(), {names}), remainder='passthrough'), {kind}(...))"
        ) from error


def _fitted(
    student: Any,
    X: Any,
    answers: NDArray[Any],
    classes: Any,
    *,
    weights: NDArray[np.float64] | None,
    temperature: float,
) -> Any:
    from sklearn.utils.validation import has_fit_parameter

    last, step = _last_step(student)
    as_they_are = answers.ndim == 1 or has_fit_parameter(last, "classes")
    weighs = has_fit_parameter(last, "sample_weight")
    if not weighs and (weights is not None or not as_they_are):
        way_out = "use labels='hard'" if weights is None else "use a source that weighs no rows"
        raise DataError(
            f"{type(last).__name__} takes no sample_weight, so it cannot learn from "
            f"{'soft labels' if weights is None else 'weighted rows'}; {way_out}"
        )
    if not as_they_are:
        row, column = np.nonzero(answers > _LEAST_SHARE)
        repeated = X.iloc[row] if hasattr(X, "iloc") else X[row]
        shares = answers[row, column] * (1.0 if weights is None else weights[row])
        return student.fit(repeated, classes[column], **{f"{step}sample_weight": shares})
    told: dict[str, Any] = {} if weights is None else {f"{step}sample_weight": weights}
    if answers.ndim == 2:
        told[f"{step}classes"] = classes
        if has_fit_parameter(last, "temperature"):
            told[f"{step}temperature"] = temperature
    return student.fit(X, answers, **told)


def _last_step(student: Any) -> tuple[Any, str]:
    """Return the model that learns, and how a pipeline's `fit` calls what is told to it."""
    step = ""
    while hasattr(student, "steps"):
        name, student = student.steps[-1]
        step += f"{name}__"
    return student, step
