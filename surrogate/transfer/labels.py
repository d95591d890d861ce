"""What the teacher's answers become: targets a student can be fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, DataError, did_you_mean
from surrogate.models import Teacher

__all__ = ["LABELS", "fit_on_answers", "targets"]

LABELS = ("soft", "hard")

_LEAST_SHARE = 1e-3  # a class less probable than this is not worth a weighted row


def targets(teacher: Teacher, X: Any, labels: str, *, for_classifier: bool) -> NDArray[Any]:
    """Return the teacher's answers as targets.

    Parameters
    ----------
    teacher : Teacher
    X : DataFrame or ndarray of shape (n, d)
    labels : {"soft", "hard"}
    for_classifier : bool
        Whether the student is a classifier; it takes soft labels as probabilities of all classes,
        another student as the probability of the second of two.

    Returns
    -------
    ndarray of shape (n,) or (n, n_classes)
    """
    if labels not in LABELS:
        raise ArgumentError(f"labels {labels!r} is not known{did_you_mean(str(labels), LABELS)}")
    if not teacher.is_classifier:
        return teacher.values(X)
    if labels == "hard" or teacher.gives == "labels":
        hard = teacher.labels(X)
        return hard if for_classifier or hard.dtype.kind in "biuf" else teacher.values(X)
    return teacher.probabilities(X) if for_classifier else teacher.values(X)


def fit_on_answers(student: Any, X: Any, answers: NDArray[Any], classes: Any) -> Any:
    """Fit the student; a classifier takes probabilities as rows weighted by them.

    Parameters
    ----------
    student : estimator
    X : DataFrame or ndarray of shape (n, d)
    answers : ndarray
        From `targets`.
    classes : ndarray of shape (n_classes,) or None
        The labels of the columns of probabilities.

    Raises
    ------
    DataError
        If the student takes no sample weights.
    """
    if answers.ndim == 1:
        return student.fit(X, answers)
    from sklearn.utils.validation import has_fit_parameter

    if not has_fit_parameter(student, "sample_weight"):
        raise DataError(
            f"{type(student).__name__} takes no sample_weight, so it cannot learn from soft "
            "labels; use labels='hard'"
        )
    row, column = np.nonzero(answers > _LEAST_SHARE)
    repeated = X.iloc[row] if hasattr(X, "iloc") else X[row]
    return student.fit(repeated, classes[column], sample_weight=answers[row, column])
