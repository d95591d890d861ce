"""A short list of rules, read from the top: the first one that applies answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import rel_entr
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_count
from surrogate.estimates import Estimate
from surrogate.students.arrays import Array
from surrogate.students.inputs.answers import class_targets
from surrogate.students.inputs.tables import check_same_order, numeric_table, row_weights
from surrogate.students.trees.bins import MOST_BINS
from surrogate.students.trees.fitting import grown_tree
from surrogate.students.trees.rules import Rule
from surrogate.students.trees.tree import Tree

__all__ = ["RuleList"]

Limits = dict[int, tuple[float, float]]

_DATA = "training rows"


class RuleList(ClassifierMixin, BaseEstimator):
    """Rules in order: if ... then ..., else if ... then ..., else ...

    Found one after the other, as in PART [1]_: a shallow tree is grown on the rows that no rule
    applies to yet, its most telling leaf becomes the next rule, and its rows are done with. Most
    telling is the leaf of the greatest J-measure [2]_, its share of rows times the divergence of
    the probability of its answer from that among all rows left; limits without which it tells as
    much are dropped.

    Parameters
    ----------
    max_rules : int
        At most so many, the last one ("else") included.
    max_conditions : int
        At most so many comparisons per rule.
    min_samples_rule : int
        Rows a rule applies to when it is found.
    n_bins : int
        At most so many different values per input are told apart, 2 to 256.

    Attributes
    ----------
    rules_ : list of Rule
        The last one applies to all rows that are left. Support and probability are those in the
        training rows that reach the rule; `extract_rules` measures them on others.
    classes_ : ndarray of shape (n_classes,)
    input_names_ : list of str
    ranges_ : dict of str to (low, high)
        Of the inputs it learnt from.
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    References
    ----------
    .. [1] E. Frank, I. H. Witten, Generating accurate rule sets without global optimization,
       ICML (1998), https://hdl.handle.net/10289/1047
    .. [2] P. Smyth, R. M. Goodman, An information theoretic approach to rule induction from
       databases, IEEE TKDE 4 (1992), https://doi.org/10.1109/69.149926

    Examples
    --------
    >>> X = np.random.default_rng(0).random((400, 2))
    >>> y = np.where(X[:, 0] > 0.5, "far", np.where(X[:, 1] > 0.5, "high", "low"))
    >>> rules = RuleList(max_rules=3).fit(X, y)
    >>> rules.predict([[0.9, 0.9], [0.1, 0.9], [0.1, 0.1]])
    array(['far', 'high', 'low'], dtype='<U4')
    >>> len(rules.rules_)
    3
    """

    def __init__(
        self,
        *,
        max_rules: int = 8,
        max_conditions: int = 3,
        min_samples_rule: int = 5,
        n_bins: int = 255,
    ) -> None:
        self.max_rules = max_rules
        self.max_conditions = max_conditions
        self.min_samples_rule = min_samples_rule
        self.n_bins = n_bins

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        classes: ArrayLike | None = None,
    ) -> RuleList:
        """Find the rules.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Numbers.
        y : array-like of shape (n,), or (n, n_classes) of probabilities
        sample_weight : array-like of shape (n,), optional
        classes : array-like of shape (n_classes,), optional
            The labels of the columns of probabilities; 0, 1, ... by default.

        Raises
        ------
        ArgumentError
            If a parameter of the constructor is out of range.
        DataError
            If X or y cannot be learnt from.
        """
        for name in ("max_rules", "max_conditions", "min_samples_rule"):
            check_count(getattr(self, name), 1, argument=name)
        check_count(self.n_bins, 2, argument="n_bins", maximum=MOST_BINS)
        check_same_order(X, y, name=type(self).__name__)
        X = numeric_table(self, X, reset=True)
        targets = self._targets(y, X, classes)
        weight = row_weights(sample_weight, X, name=type(self).__name__)
        weight = np.ones(len(X)) if weight is None else weight
        names = getattr(self, "feature_names_in_", None)
        d = self.n_features_in_
        self.input_names_ = [f"x{j}" for j in range(d)] if names is None else list(map(str, names))
        self._find(X, targets, weight)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the label of each row, shape (n,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X: Any) -> Array:
        """Return probabilities, shape (n, n_classes), in the order of ``classes_``."""
        numbers = self.apply(X)
        return np.array([rule.probabilities for rule in self.rules_])[numbers]

    def apply(self, X: Any) -> NDArray[np.int64]:
        """Return the number of the rule that applies to each row, shape (n,)."""
        check_is_fitted(self)
        X = numeric_table(self, X, reset=False)
        found = np.full(len(X), len(self._limits) - 1)
        left = np.ones(len(X), dtype=bool)
        for number, limits in enumerate(self._limits[:-1]):
            here = left & _applies(limits, X)
            found[here] = number
            left &= ~here
        return found

    def _find(self, X: NDArray[Any], targets: Array, weight: Array) -> None:
        found: list[tuple[Limits, NDArray[np.bool_]]] = []
        left = weight > 0
        while len(found) < self.max_rules - 1:
            limits = self._next(X[left], targets[left], weight[left])
            if limits is None:
                break
            here = left & _applies(limits, X)
            found.append((limits, here))
            left = left & ~here
        weighted = targets * weight[:, None]
        # a last rule that answers what is answered without it tells nothing
        while found and _answer(weighted[found[-1][1]]) == _answer(weighted[left]):
            left = left | found.pop()[1]
        found.append(({}, left))
        self._limits = [limits for limits, _ in found]
        self.rules_ = [self._rule(limits, weighted, weight, here) for limits, here in found]

    def _next(self, X: NDArray[Any], targets: Array, weight: Array) -> Limits | None:
        """Return the limits of the most telling leaf; None where no split tells anything."""
        tree = grown_tree(
            X,
            targets,
            weight,
            criterion="entropy",
            n_targets=len(self.classes_),
            n_bins=int(self.n_bins),
            min_samples_leaf=int(self.min_samples_rule),
            max_depth=int(self.max_conditions),
        )
        if tree.n_leaves == 1:
            return None
        told = _told(tree.means, tree.weight, tree.means[0])
        limits = _limits_of(tree, int(np.where(tree.feature < 0, told, -np.inf).argmax()))
        return _shortened(limits, X, targets * weight[:, None])

    def _rule(
        self, limits: Limits, weighted: Array, weight: Array, here: NDArray[np.bool_]
    ) -> Rule:
        shares = weighted[here].sum(axis=0) / weight[here].sum()
        best, n = _answer(weighted[here]), int(here.sum())
        return Rule(
            {self.input_names_[j]: ends for j, ends in limits.items()},
            self.classes_.tolist()[best],
            tuple(map(float, shares)),
            n,
            Estimate(float(weight[here].sum() / weight.sum()), n=n, method="share", data=_DATA),
            Estimate(float(shares[best]), n=n, method="share", data=_DATA),
        )

    def _targets(self, y: Any, X: NDArray[Any], classes: ArrayLike | None) -> Array:
        """Return probabilities (n, n_classes); remember the classes."""
        self.classes_, targets = class_targets(y, X, classes, name=type(self).__name__)
        return targets if targets.ndim == 2 else np.eye(len(self.classes_))[targets]


def _answer(weighted: Array) -> int:
    return int(weighted.sum(axis=0).argmax())


def _told(shares: Array, weight: Any, before: Array) -> Any:
    """Return the J-measure of the likeliest class, times the weight of all rows.

    It weighs that class against the rest: over all classes, a rule would be rewarded for telling
    two of them from a third without telling which of the two.

    Parameters
    ----------
    shares : ndarray of shape (..., k)
    weight : ndarray of shape (...)
    before : ndarray of shape (k,)
        The shares of the classes without the rule.
    """
    likeliest = shares.argmax(axis=-1)
    share, base = shares.max(axis=-1), before[likeliest]
    return weight * (rel_entr(share, base) + rel_entr(1.0 - share, 1.0 - base))


def _shortened(limits: Limits, X: NDArray[Any], weighted: Array) -> Limits:
    """Return the limits without those of inputs that the rule tells as much without."""
    before = weighted.sum(axis=0) / weighted.sum()

    def told(limits: Limits) -> float:
        sums = weighted[_applies(limits, X)].sum(axis=0)
        return float(_told(sums / sums.sum(), sums.sum(), before))

    while len(limits) > 1:
        shorter = [{k: ends for k, ends in limits.items() if k != j} for j in limits]
        best = max(shorter, key=told)
        if told(best) < told(limits):
            break
        limits = best
    return limits


def _applies(limits: Limits, X: NDArray[Any]) -> NDArray[np.bool_]:
    met = np.ones(len(X), dtype=bool)
    for j, (low, high) in limits.items():
        met &= (X[:, j] > low) & (X[:, j] <= high)
    return met


def _limits_of(tree: Tree, node: int) -> Limits:
    """Return the limits of a node, the tightest of each input, those asked first in front."""
    limits: Limits = {}
    while (above := int(tree.parent[node])) >= 0:
        j, at = int(tree.feature[above]), float(tree.threshold[above])
        low, high = limits.pop(j, (-math.inf, math.inf))
        tight = (low, min(high, at)) if node == tree.left[above] else (max(low, at), high)
        limits = {j: tight, **limits}
        node = above
    return limits
