"""The probability of a case of interest: from surrogates of its margins, or from its labels."""

from __future__ import annotations

import warnings
from copy import copy
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from surrogate.errors import DataError, TeacherWarning
from surrogate.estimates import Estimate, binomial, bootstrap
from surrogate.expressions import as_expression
from surrogate.randomness import seed_of_state, stream
from surrogate.students.arrays import Array
from surrogate.students.automatic.auto_classifier import AutoClassifier
from surrogate.students.automatic.auto_surrogate import AutoSurrogate
from surrogate.students.automatic.margins import MarginModel, continuous_margins
from surrogate.students.automatic.symmetry import BlockOrder

__all__ = ["CaseClassifier"]

_GOOD_ENOUGH = 0.9  # a held-out Q2 above this needs no classifier beside it
_POOR = 0.9  # of the entropy of the share of cases; a greater log loss is warned about
_LEAST = 1e-6  # probability that is reckoned with


class CaseClassifier(ClassifierMixin, BaseEstimator):
    """The probability that a case holds, learnt from the outcomes it is a condition on.

    The continuous outcome first: each order comparison of the case has a margin, the distance to
    its threshold, and an `AutoSurrogate` of it says how probable each side is; several margins are
    drawn jointly, with the correlation of their held-out residuals. Where a margin is poorly
    predicted, an `AutoClassifier` on the labels is tried too, and the better held-out log loss
    decides. A case without margins has labels only. Where the space declares exchangeable blocks,
    every row is learnt and asked in one order of its blocks, so that the probability is symmetric.

    Parameters
    ----------
    case : str, Expression or callable
        On the outcomes.
    space : Space, optional
    random_state : int, RandomState instance or None

    Attributes
    ----------
    classes_ : ndarray, [False, True]
    route_ : {"margins", "labels", "shares"}
        What the probabilities come from.
    surrogates_ : list of AutoSurrogate
        One per outcome compared, whatever the number of thresholds on it; empty if the case
        compares none.
    classifier_ : AutoClassifier or None
        Where one was fitted.
    held_out_ : ndarray of shape (n,)
        Probability of the case for each training row from folds that did not see it.
    accuracy_, log_loss_ : Estimate
        Of those probabilities.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame(np.random.default_rng(0).random((60, 2)), columns=["a", "b"])
    >>> y = pd.DataFrame({"sum": X["a"] + X["b"]})
    >>> student = CaseClassifier("sum < 1", random_state=0).fit(X, y)
    >>> student.route_, student.accuracy_.value > 0.9
    ('margins', True)
    """

    def __init__(self, case: Any, *, space: Any = None, random_state: Any = None) -> None:
        self.case = case
        self.space = space
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: pd.DataFrame) -> CaseClassifier:
        """Fit on the runs.

        Parameters
        ----------
        X : DataFrame of shape (n, d)
            Inputs.
        y : DataFrame of shape (n, n_outcomes), or Series of shape (n,)
            Outcomes that the case reads; or its labels, or shares of replicates in the case.

        Raises
        ------
        DataError
            If the case has no margin and either all runs or none are cases.
        """
        self._case = as_expression(self.case)
        self._seed = seed_of_state(self.random_state)
        self.classes_ = np.array([False, True])
        self.surrogates_: list[AutoSurrogate] = []
        self._margins: MarginModel | None = None
        self.classifier_: AutoClassifier | None = None
        soft = y.ndim == 1 and y.dtype != bool
        if soft:
            shares = y.to_numpy(dtype=float)
        else:
            shares = np.asarray(y if y.ndim == 1 else self._case.holds(y)).astype(float)
        margins = None if soft else continuous_margins(self._case, y)
        targets = shares[:, None] if margins is None else margins
        self._order = BlockOrder.choose(self.space, X, targets, self._seed)
        rows = self._order(X)
        if soft:
            held_out = {"shares": self._fit_shares(rows, shares)}
        else:
            held_out = self._fit_routes(rows, margins, shares > 0)
        losses = {route: _log_loss(held, shares) for route, held in held_out.items()}
        self.route_ = min(losses, key=lambda route: float(losses[route].mean()))
        self.held_out_ = held_out[self.route_]
        self._judge(losses[self.route_], shares)
        return self

    def predict_proba(self, X: pd.DataFrame) -> Array:
        """Return the probability that the case does not hold and that it does, shape (n, 2)."""
        check_is_fitted(self)
        rows = self._order(X)
        if self.route_ == "labels":
            return np.asarray(self.classifier_.predict_proba(rows))  # type: ignore[union-attr]
        if self.route_ == "shares":
            holds = np.clip(self.surrogates_[0].predict(rows), 0, 1)
        else:
            holds = self._margins.probability(rows)  # type: ignore[union-attr]
        return np.stack([1 - holds, holds], axis=1)

    def predict(self, X: pd.DataFrame) -> NDArray[np.bool_]:
        """Return where the case is more probable than not, shape (n,)."""
        return self.predict_proba(X)[:, 1] > 0.5

    def at(self, case: Any, y: pd.DataFrame) -> CaseClassifier:
        """Return the classifier of another case over the same outcomes, without a fit.

        Parameters
        ----------
        case : str, Expression or callable
            Compares what this classifier has learned with other thresholds.
        y : DataFrame of shape (n, n_outcomes)
            Outcomes of the runs it was fitted on.

        Raises
        ------
        DataError
            If this classifier learned labels only, or `case` compares something else.

        Warns
        -----
        TeacherWarning
            If held-out probabilities of the new case are no better than its share.

        Examples
        --------
        >>> import pandas as pd
        >>> X = pd.DataFrame(np.random.default_rng(0).random((60, 2)), columns=["a", "b"])
        >>> y = pd.DataFrame({"sum": X["a"] + X["b"]})
        >>> student = CaseClassifier("sum < 1", random_state=0).fit(X, y)
        >>> student.at("sum < 0.5", y).predict(pd.DataFrame({"a": [0.1, 0.4], "b": [0.2, 0.5]}))
        array([ True, False])
        """
        check_is_fitted(self)
        expression = as_expression(case)
        if self._margins is None:
            raise DataError(
                f"{str(expression)!r} was asked of a teacher that learned the {self.route_} of "
                f"{str(self._case)!r}, not an outcome; discover the new case by itself"
            )
        margins = expression.margins(y) if expression.n_margins else np.empty((len(y), 0))
        other = copy(self)
        other.case, other._case, other.route_ = case, expression, "margins"
        other._margins = self._margins.at(expression, margins)
        other.held_out_ = other._margins.held_out
        shares = expression.holds(y).astype(float)
        other._judge(_log_loss(other.held_out_, shares), shares)
        return other

    def scores(self) -> pd.DataFrame:
        """Return what was tried, on held-out folds: one row per member and what it predicts."""
        tables = {f"margin {k}": each.scores_ for k, each in enumerate(self.surrogates_)}
        if len(self.surrogates_) == 1:
            tables = {"margin": self.surrogates_[0].scores_}
        if self.classifier_ is not None:
            tables["label"] = self.classifier_.scores_
        return pd.concat(tables, names=["predicts", "member"])

    def statement(self) -> str:
        """Return one sentence: what the teacher is and how good it is, on which data."""
        q2 = ", ".join(str(each.q2_) for each in self.surrogates_)
        what = {
            "labels": "a mix of classifiers on the labels",
            "margins": f"a surrogate of the distance to the threshold, Q2 {q2}",
            "shares": f"a surrogate of the share of replicates, Q2 {q2}",
        }[self.route_]
        return f"{what}; it tells cases apart with accuracy {self.accuracy_}"

    def _fit_routes(
        self, X: pd.DataFrame, margins: Array | None, labels: NDArray[np.bool_]
    ) -> dict[str, Array]:
        """Fit surrogates of the margins, a classifier of the labels, or both."""
        held: dict[str, Array] = {}
        if margins is not None:
            self._margins = MarginModel.fit(self._case, X, margins, self.space, self._seed)
            self.surrogates_ = self._margins.surrogates
            held["margins"] = self._margins.held_out
        if not held or self._doubtful(labels):
            held["labels"] = self._fit_labels(X, labels)
        return held

    def _fit_shares(self, X: pd.DataFrame, shares: Array) -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TeacherWarning)  # judged as a whole, in _judge
            surrogate = AutoSurrogate(space=self.space, random_state=self._seed % 2**31)
            self.surrogates_ = [surrogate.fit(X, shares)]
        return np.clip(shares - surrogate.cv_residuals_, 0, 1)

    def _fit_labels(self, X: pd.DataFrame, labels: NDArray[np.bool_]) -> Array:
        if labels.all() or not labels.any():
            raise DataError(
                f"{int(labels.sum())} of {len(labels)} runs are cases of "
                f"{str(self._case)!r}: there is nothing to tell apart; run more, or ask another "
                "question"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TeacherWarning)
            state = int(stream(self._seed, "labels").integers(2**31))
            self.classifier_ = AutoClassifier(space=self.space, random_state=state).fit(X, labels)
        return np.asarray(self.classifier_.cv_probabilities_)[:, 1]

    def _doubtful(self, labels: NDArray[np.bool_]) -> bool:
        """Return whether a classifier on the labels should compete with the surrogates."""
        two_classes = min(labels.sum(), len(labels) - labels.sum()) >= 2
        return two_classes and min(each.q2_.value for each in self.surrogates_) < _GOOD_ENOUGH

    def _judge(self, losses: Array, shares: Array) -> None:
        n, right = len(shares), int(((self.held_out_ > 0.5) == (shares > 0.5)).sum())
        data = "held-out folds"
        self.accuracy_: Estimate = binomial(right, n, data=data)
        rng = stream(self._seed, "bootstrap")
        self.log_loss_: Estimate = bootstrap(
            lambda rows: float(losses[rows].mean()), n, data=data, rng=rng
        )
        share = float(shares.mean())
        ignorance = -sum(p * np.log(p) for p in (share, 1 - share) if p > 0)
        if self.log_loss_.value > _POOR * ignorance and 0 < share < 1:
            warnings.warn(
                f"the teacher hardly knows more than the share of cases: its log loss on held-out "
                f"folds is {self.log_loss_}, that of the share alone {ignorance:.3f}; boxes found "
                "through it are guesses, more runs are needed",
                TeacherWarning,
                stacklevel=3,
            )


def _log_loss(probability: Array, shares: Array) -> Array:
    yes, no = (np.log(np.clip(each, _LEAST, 1)) for each in (probability, 1 - probability))
    return -(shares * yes + (1 - shares) * no)
