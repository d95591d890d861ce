"""The chain itself: Data 1 -> Model A -> Data 2 -> Model B as one estimator."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.utils.validation import check_is_fitted

from surrogate import fidelity
from surrogate.errors import DataError
from surrogate.estimates import Estimate, binomial
from surrogate.models import Simulator, Teacher, as_teacher, is_asked_only
from surrogate.randomness import seed_of_state, stream
from surrogate.transfer import (
    DEFAULT_ROWS,
    Labelling,
    OnDemand,
    bound,
    categories_explained,
    draw_rows,
    fit_on_answers,
    known_truth,
    labelled_rows,
    stacked,
)

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
    transfer : Space, recipe, callable or None
        Where the transfer set comes from: the law of a space, a recipe of `surrogate.transfer`
        such as `Warps` or `KDE`, `OnDemand` for weighted rows, more where a tree has few, any
        ``transfer(X, n, rng)``, or the rows as they are. A simulator's own space is the default
        for it.
    labels : {"soft", "hard", "thresholded", "inherited"}
        Probabilities where the teacher has them, or labels; of all rows or of those it is sure
        of; or the label of the real row a row was made from. A student whose `fit` takes
        ``classes`` gets probabilities as they are, another classifier as weighted rows.
    temperature : float
        Softens soft labels. A student with a loss of its own is told, and multiplies the part of
        it that comes from soft labels by the temperature squared [2]_: see `Network`.
    threshold : float
        Least probability of thresholded labels.
    true_labels : bool
        Teach the rows of `X` with their true labels, in place of the teacher's or in addition to
        the rows of a source.
    n_transfer : int, optional
        Rows to draw; by default what a recipe wants, else 20,000.
    keep_transfer : bool
        Keep the labelled transfer set as ``transfer_``.
    random_state : int, RandomState instance or None

    Attributes
    ----------
    teacher_ : Teacher
    student_ : estimator
    transfer_ : TransferSet
        ``rows``, ``answers``, ``sources`` and ``weights``; only with `keep_transfer`.
    n_transfer_ : int
    seconds_ : dict of str to float
        What teacher, transfer set and student took; not of a teacher that is only asked.

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
        temperature: float = 1.0,
        threshold: float = 0.95,
        true_labels: bool = False,
        n_transfer: int | None = None,
        keep_transfer: bool = True,
        random_state: Any = None,
    ) -> None:
        self.teacher = teacher
        self.student = student
        self.transfer = transfer
        self.labels = labels
        self.temperature = temperature
        self.threshold = threshold
        self.true_labels = true_labels
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
        labelling = Labelling(self.labels, self.temperature, self.threshold)
        start = time.perf_counter()
        self.teacher_ = self._fitted_teacher(X, y)
        taught = time.perf_counter()
        transfer = labelled_rows(
            self.teacher_,
            self._source,
            stacked(X, pool),
            labelling,
            truth=known_truth(X, y) if self.true_labels else None,
            n=self.n_transfer,
            for_classifier=is_classifier(self.student),
            rng=stream(self._seed, "transfer"),
        )
        labelled = time.perf_counter()
        self.student_ = fit_on_answers(
            clone(self.student),
            transfer.rows,
            transfer.answers,
            self.teacher_.classes,
            weights=transfer.weights,
            temperature=self.temperature,
        )
        self.seconds_ = {} if is_asked_only(self.teacher) else {"teacher": taught - start}
        self.seconds_ |= {
            "transfer set": labelled - taught,
            "student": time.perf_counter() - labelled,
        }
        self.n_transfer_ = len(transfer)
        self._real = (X, y, pool)
        if self.keep_transfer:
            self.transfer_ = transfer
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the student's predictions, shape (n,)."""
        check_is_fitted(self)
        return self.student_.predict(X)

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return the student's probabilities, shape (n, n_classes)."""
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    def evaluate(
        self, X: Any, y: Any = None, *, pool_truth: Any = None, baselines: bool = True
    ) -> pd.DataFrame:
        """Return a table of estimates: teacher, student, their agreement, sizes, costs, baselines.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, d)
            Rows that neither teacher nor student has seen.
        y : array of shape (n,), optional
            Their truth; without it only the agreement is measured.
        pool_truth : array, optional
            True labels of the pool, if they happen to be known: tells how pure the labels of the
            transfer set are, and what the student would have learnt from all true labels.
        baselines : bool
            Fit the student on the original rows alone too, and on all true labels.

        Returns
        -------
        DataFrame
            One row per quantity: value, low, high, n, method, data, confidence_level.
        """
        import pandas as pd

        check_is_fitted(self)
        if not hasattr(self, "teacher_"):
            raise DataError(
                "this chain was saved without its teacher: there is nothing to compare its student "
                "with; ask student_ itself, or save the chain with its teacher"
            )
        classifies = self.teacher_.is_classifier and not is_regressor(self.student_)
        judge = fidelity.Judge(classifies=classifies, rng=stream(self._seed, "evaluate"))
        by_teacher, teacher_cost = fidelity.timed("teacher", self._ask, X, classifies)
        by_student, student_cost = fidelity.timed("student", self.student_.predict, X)
        rows: dict[str, Estimate] = {}
        if y is not None:
            truth = np.asarray(y)
            predictions = {"teacher": by_teacher, "student": by_student}
            if baselines:
                predictions |= self._baselines(X, pool_truth)
            for who, predicted in predictions.items():
                rows |= judge.quality(who, truth, predicted, data="these rows")
        rows["fidelity on these rows"] = judge.agreement(by_teacher, by_student, data="these rows")
        if self._source is not None:
            rows["fidelity on fresh transfer rows"] = self._fresh_fidelity(X, judge, classifies)
        if pool_truth is not None:
            rows |= self._purity(np.asarray(pool_truth))
        rows |= fidelity.size(self.student_)
        rows |= fidelity.seconds(self.seconds_) | teacher_cost | student_cost
        return pd.DataFrame({name: each.to_dict() for name, each in rows.items()}).T

    def _fresh_fidelity(self, X: Any, judge: fidelity.Judge, classifies: bool) -> Estimate:  # noqa: FBT001
        """Return the agreement on rows that the source makes near rows not seen before."""
        law = self._source.source if isinstance(self._source, OnDemand) else self._source
        source, n = bound(law, self.teacher_), min(self.n_transfer_, DEFAULT_ROWS)
        fresh = draw_rows(source, n, X, rng=stream(self._seed, "fidelity"))
        return judge.agreement(
            self._ask(fresh, classifies), self.student_.predict(fresh), data="fresh transfer rows"
        )

    def _ask(self, X: Any, classifies: bool) -> NDArray[Any]:  # noqa: FBT001 - said at every call
        return self.teacher_.labels(X) if classifies else self.teacher_.values(X)

    @property
    def _source(self) -> Any:
        is_simulator = self.transfer is None and isinstance(self.teacher, Simulator)
        return self.teacher.space if is_simulator else self.transfer

    def _baselines(self, X_test: Any, pool_truth: Any) -> dict[str, NDArray[Any]]:
        """Return what the student predicts when fitted on true labels, few and all."""
        X, y, pool = self._real
        if X is None or y is None or np.ndim(y) != 1:
            return {}
        alone = clone(self.student).fit(X, y)
        found = {"student fitted on the original rows alone": alone.predict(X_test)}
        if pool is not None and pool_truth is not None:
            truth = np.concatenate([np.asarray(y), np.asarray(pool_truth)])
            every = clone(self.student).fit(stacked(X, pool), truth)
            found["student fitted on all true labels"] = every.predict(X_test)
        return found

    def _purity(self, pool_truth: NDArray[Any]) -> dict[str, Estimate]:
        """Return the share of right labels in the transfer set, where its source rows are known."""
        X, y, pool = self._real
        kept = getattr(self, "transfer_", None)
        if kept is None or kept.sources is None or pool is None or not self.teacher_.is_classifier:
            return {}
        n_real = 0 if X is None else len(X)
        truth = pool_truth if not n_real else np.concatenate([np.asarray(y), pool_truth])
        in_pool = kept.sources >= n_real
        labels = kept.labels(self.teacher_.classes)[in_pool]
        right = int((labels == truth[kept.sources[in_pool]]).sum())
        data = "transfer rows from the pool"
        return {"purity of the transfer labels": binomial(right, int(in_pool.sum()), data=data)}

    def _fitted_teacher(self, X: Any, y: Any) -> Teacher:
        if is_asked_only(self.teacher):
            return as_teacher(self.teacher)
        if X is None or y is None:
            raise DataError(
                f"the teacher {type(self.teacher).__name__} is to be fitted and needs X and y; "
                "wrap one that is fitted already in FrozenEstimator"
            )
        with categories_explained(self.teacher, X):
            return as_teacher(clone(self.teacher).fit(X, y))
