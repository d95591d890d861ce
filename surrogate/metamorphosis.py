"""The chain itself: Data 1 -> Model A -> Data 2 -> Model B as one estimator."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from surrogate import fidelity
from surrogate.errors import DataError
from surrogate.estimates import Estimate
from surrogate.models import Simulator, Teacher, as_teacher
from surrogate.randomness import seed_of_state, stream
from surrogate.transfer import draw_rows, fit_on_answers, stacked, targets

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Metamorphosis"]


class Metamorphosis(BaseEstimator):
    """A teacher labels a transfer set; the student you really want is fitted on it.

    Surrogate modelling, scenario discovery, distillation, compression and rule extraction are this
    one chain with different parts [1]_ [2]_.

    Parameters
    ----------
    teacher : estimator, FrozenEstimator, Teacher or Simulator
        An estimator is cloned and fitted on `X` and `y`; the others are only asked.
    student : estimator
        Cloned and fitted on the transfer set.
    transfer : Space, callable or None
        Where the transfer set comes from: the law of a space, ``transfer(X, n, rng)``, or the rows
        as they are. A simulator's own space is the default for it.
    labels : {"soft", "hard"}
        Probabilities where the teacher has them, or labels. A classifier learns soft labels as
        rows weighted by their probabilities.
    n_transfer : int, optional
        Rows to draw; 20,000 by default.
    keep_transfer : bool
        Keep the labelled transfer set as ``transfer_``.
    random_state : int, RandomState instance or None

    Attributes
    ----------
    teacher_ : Teacher
    student_ : estimator
    transfer_ : tuple of (X, answers)
        Only with `keep_transfer`.
    n_transfer_ : int
    seconds_ : dict of str to float
        What teacher, transfer set and student took.

    References
    ----------
    .. [1] C. Bucila, R. Caruana, A. Niculescu-Mizil, KDD (2006),
       https://doi.org/10.1145/1150402.1150464
    .. [2] G. Hinton, O. Vinyals, J. Dean (2015), https://doi.org/10.48550/arXiv.1503.02531

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> forest = RandomForestClassifier(50, random_state=0)
    >>> tree = DecisionTreeClassifier(max_leaf_nodes=8, random_state=0)
    >>> chain = Metamorphosis(forest, tree, random_state=0).fit(X[::2], y[::2])
    >>> table = chain.evaluate(X[1::2], y[1::2])
    >>> bool(table.loc["fidelity on these rows", "value"] > 0.8)
    True
    """

    def __init__(
        self,
        teacher: Any,
        student: Any,
        *,
        transfer: Any = None,
        labels: str = "soft",
        n_transfer: int | None = None,
        keep_transfer: bool = True,
        random_state: Any = None,
    ) -> None:
        self.teacher = teacher
        self.student = student
        self.transfer = transfer
        self.labels = labels
        self.n_transfer = n_transfer
        self.keep_transfer = keep_transfer
        self.random_state = random_state

    def fit(self, X: Any = None, y: Any = None, *, pool: Any = None) -> Metamorphosis:
        """Fit the teacher if it is to be fitted, draw and label the transfer set, fit the student.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, d), optional
            Real rows; may be absent for a teacher that is only asked.
        y : array of shape (n,), or what the teacher's `fit` takes, optional
        pool : like X, optional
            More real rows, without labels.

        Raises
        ------
        DataError
            If the teacher needs rows that are not there.
        """
        self._seed = seed_of_state(self.random_state)
        start = time.perf_counter()
        self.teacher_ = self._fitted_teacher(X, y)
        taught = time.perf_counter()
        self._real = (X, y)
        self._rows = stacked(X, pool)
        rows = self._draw("transfer")
        answers = targets(
            self.teacher_, rows, self.labels, for_classifier=is_classifier(self.student)
        )
        labelled = time.perf_counter()
        self.student_ = fit_on_answers(clone(self.student), rows, answers, self.teacher_.classes)
        self.n_transfer_ = len(rows)
        if self.keep_transfer:
            self.transfer_ = (rows, answers)
        self.seconds_ = {
            "teacher": taught - start,
            "transfer set": labelled - taught,
            "student": time.perf_counter() - labelled,
        }
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the student's predictions, shape (n,)."""
        check_is_fitted(self)
        return self.student_.predict(X)

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return the student's probabilities, shape (n, n_classes)."""
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    def evaluate(self, X: Any, y: Any = None) -> pd.DataFrame:
        """Return a table of estimates: teacher, student, their agreement, and a baseline.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, d)
            Rows that neither teacher nor student has seen.
        y : array of shape (n,), optional
            Their truth; without it only the agreement is measured.

        Returns
        -------
        DataFrame
            One row per quantity: value, low, high, n, method, data, confidence_level.
        """
        import pandas as pd

        check_is_fitted(self)
        classifies = self.teacher_.is_classifier and not is_regressor(self.student_)
        rows: dict[str, Estimate] = {}
        if y is not None:
            rows |= self._qualities(X, np.asarray(y), classifies=classifies)
        rows["fidelity on these rows"] = self._fidelity(X, "these rows", classifies=classifies)
        if self._source is not None:
            data = "fresh transfer rows"
            fresh = self._fidelity(self._draw("fidelity"), data, classifies=classifies)
            rows[f"fidelity on {data}"] = fresh
        rows |= fidelity.size(self.student_)
        return pd.DataFrame({name: each.to_dict() for name, each in rows.items()}).T

    def _qualities(self, X: Any, truth: Any, *, classifies: bool) -> dict[str, Estimate]:
        predictions = {
            "teacher": self._ask(X, classifies=classifies),
            "student": self.student_.predict(X),
        }
        if (alone := self._fitted_alone()) is not None:
            predictions["student fitted on the original rows alone"] = alone.predict(X)
        rng = stream(self._seed, "evaluate")
        rows: dict[str, Estimate] = {}
        for who, predicted in predictions.items():
            rows |= fidelity.quality(
                who, truth, predicted, classifies=classifies, data="these rows", rng=rng
            )
        return rows

    def _fidelity(self, X: Any, data: str, *, classifies: bool) -> Estimate:
        return fidelity.agreement(
            self._ask(X, classifies=classifies),
            self.student_.predict(X),
            classifies=classifies,
            data=data,
            rng=stream(self._seed, data),
        )

    def _ask(self, X: Any, *, classifies: bool) -> NDArray[Any]:
        return self.teacher_.labels(X) if classifies else self.teacher_.values(X)

    @property
    def _source(self) -> Any:
        is_simulator = self.transfer is None and isinstance(self.teacher, Simulator)
        return self.teacher.space if is_simulator else self.transfer

    def _draw(self, purpose: str) -> Any:
        """Return rows of the transfer source, fresh for each purpose, not yet labelled."""
        rng = stream(self._seed, purpose)
        return draw_rows(self._source, self.n_transfer, self._rows, rng=rng)

    def _fitted_alone(self) -> Any | None:
        """Return the student fitted on the original rows alone, the baseline to beat."""
        X, y = self._real
        if X is None or y is None or np.ndim(y) != 1:
            return None
        return clone(self.student).fit(X, y)

    def _fitted_teacher(self, X: Any, y: Any) -> Teacher:
        asked_only = isinstance(self.teacher, (Teacher, Simulator, FrozenEstimator))
        if asked_only or not hasattr(self.teacher, "fit"):
            return as_teacher(self.teacher)
        if X is None or y is None:
            raise DataError(
                f"the teacher {type(self.teacher).__name__} is to be fitted and needs X and y; "
                "wrap one that is fitted already in FrozenEstimator"
            )
        return as_teacher(clone(self.teacher).fit(X, y))
