"""Self-training that knows how pure its labels are, and stops when they get worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_count, check_share
from surrogate.errors import DataError
from surrogate.estimates import Estimate, binomial
from surrogate.randomness import seed_of_state
from surrogate.transfer.confidence import Gate, cross_fitted_gates
from surrogate.transfer.recipes import row_subset
from surrogate.transfer.sources import stacked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SelfTraining"]

_Labelled = tuple[Any, NDArray[Any]]  # rows and their labels


class SelfTraining(ClassifierMixin, BaseEstimator):
    """A classifier that labels a pool, learns from the labels it is sure of, and labels again.

    A fixed threshold on the confidence of a model that has learnt from its own labels is no promise
    [1]_ [2]_. Here part of the labelled rows is never learnt from: in every round it calibrates the
    confidence, sets the threshold at which labels are as pure as asked for, and says how pure they
    are. Every round labels the whole pool anew, so wrong labels can be corrected or dropped, and
    the rounds end when purity falls.

    Parameters
    ----------
    estimator : classifier with `predict_proba`
        Cloned and fitted in every round.
    purity : float
        Share of right labels asked for, at a confidence of 0.9; decides the threshold. With n
        held-out rows nothing above ``0.1 ** (1 / n)`` can be shown: 0.95 takes 45 of them.
    validation_fraction : float
        Share of the labelled rows held out, drawn by class. The pool should be drawn as they were.
    max_rounds : int
        Most times that the pool is labelled.
    random_state : int, RandomState instance or None
        Draws the held-out rows.

    Attributes
    ----------
    estimator_ : classifier
        Of the last round that is kept.
    classes_ : ndarray of shape (n_classes,)
    labels_ : ndarray of shape (n_pool,)
        What it says of the pool.
    accepted_ : ndarray of bool, shape (n_pool,)
        Of which rows it is sure enough.
    rounds_ : DataFrame
        By round: ``n_taught`` rows, ``temperature`` and ``threshold`` of the confidence,
        ``n_accepted`` labels, their ``purity`` with ``low`` and ``high`` (cross-fitted over the
        held-out rows), that of labels accepted for the first time, and whether it is ``kept``.
    purity_ : Estimate
        Of the labels accepted.

    References
    ----------
    .. [1] D.-H. Lee, "Pseudo-label", ICML workshop on representation learning (2013)
    .. [2] C. Guo, G. Pleiss, Y. Sun, K. Weinberger, ICML (2017),
       https://doi.org/10.48550/arXiv.1706.04599

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = load_digits(return_X_y=True)
    >>> model = SelfTraining(LogisticRegression(max_iter=500), max_rounds=2, random_state=0)
    >>> model = model.fit(X[:400], y[:400], pool=X[400:1200])
    >>> bool(model.purity_.value > 0.9)
    True
    """

    def __init__(
        self,
        estimator: Any,
        *,
        purity: float = 0.95,
        validation_fraction: float = 0.25,
        max_rounds: int = 5,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.purity = purity
        self.validation_fraction = validation_fraction
        self.max_rounds = max_rounds
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, *, pool: Any) -> SelfTraining:
        """Fit, label the pool, and fit again while the labels stay as pure.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, d)
        y : array of shape (n,)
        pool : like X, shape (n_pool, d)
            Rows without labels.

        Raises
        ------
        ArgumentError
            If a parameter is out of range.
        DataError
            If there are too few labelled rows to hold some out of every class.
        """
        check_share(self.purity, argument="purity")
        check_share(self.validation_fraction, argument="validation_fraction")
        check_count(self.max_rounds, 1, argument="max_rounds")
        taught, held_out = self._split(X, np.asarray(y))
        rows, labels = taught
        records: list[dict[str, Any]] = []
        self.purity_: Estimate
        known = np.zeros(len(held_out[1]), dtype=bool)  # held-out rows let in before
        for number in range(self.max_rounds):
            model = clone(self.estimator).fit(rows, labels)
            round_ = _Round.of(model, held_out, self.purity)
            records.append({"round": number, "n_taught": len(labels), **round_.record(known)})
            if number and not round_.purity.value >= self.purity_.value:  # NaN has fallen too
                break
            known |= round_.sure
            self.estimator_, self.purity_, self._gate = model, round_.purity, round_.gate
            self.classes_ = model.classes_
            probabilities = model.predict_proba(pool)
            self.labels_ = model.classes_[probabilities.argmax(axis=1)]
            self.accepted_ = round_.gate.sure(probabilities)
            records[-1] |= {"n_accepted": int(self.accepted_.sum()), "kept": True}
            if not self.accepted_.any():
                break
            rows = stacked(taught[0], row_subset(pool, np.flatnonzero(self.accepted_)))
            labels = np.concatenate([taught[1], self.labels_[self.accepted_]])
        self.rounds_ = _table(records)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return labels, shape (n,)."""
        check_is_fitted(self)
        return self.estimator_.predict(X)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return calibrated probabilities, shape (n, n_classes)."""
        check_is_fitted(self)
        return self._gate.calibrated(self.estimator_.predict_proba(X))

    def _split(self, X: Any, y: NDArray[Any]) -> tuple[_Labelled, _Labelled]:
        """Return the labelled rows to learn from, and those held out."""
        try:
            held_out, taught = train_test_split(
                np.arange(len(y)),
                train_size=self.validation_fraction,
                stratify=y,
                random_state=seed_of_state(self.random_state) % 2**32,
            )
        except ValueError as error:
            raise DataError(
                f"SelfTraining holds out rows of every class and cannot with {len(y)} labelled "
                f"rows and validation_fraction={self.validation_fraction}: {error}"
            ) from error
        return (row_subset(X, taught), y[taught]), (row_subset(X, held_out), y[held_out])


@dataclass(frozen=True)
class _Round:
    """What the held-out rows say of one model."""

    gate: Gate
    sure: NDArray[np.bool_]
    right: NDArray[np.bool_]

    @classmethod
    def of(cls, model: Any, held_out: _Labelled, purity: float) -> _Round:
        X, y = held_out
        codes = np.searchsorted(model.classes_, y)
        probabilities = model.predict_proba(X)
        gate = Gate.fitted(probabilities, codes, purity)
        sure = cross_fitted_gates(probabilities, codes, purity)
        return cls(gate, sure, probabilities.argmax(axis=1) == codes)

    @property
    def purity(self) -> Estimate:
        return self._share(self.sure)

    def record(self, known: NDArray[np.bool_]) -> dict[str, Any]:
        purity = self.purity
        return {
            "temperature": self.gate.temperature,
            "threshold": self.gate.threshold,
            "n_accepted": 0,
            "purity": purity.value,
            "low": purity.low,
            "high": purity.high,
            "purity_of_new": self._share(self.sure & ~known).value,
            "kept": False,
        }

    def _share(self, rows: NDArray[np.bool_]) -> Estimate:
        n_right = int(self.right[rows].sum())
        return binomial(n_right, int(rows.sum()), data="held-out rows, cross-fitted gates")


def _table(records: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(records).set_index("round")
