"""A decision tree for large transfer sets, hard or soft labels, and its whole pruning path."""

from __future__ import annotations

import math
from copy import copy
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_choice, check_count, check_share
from surrogate.errors import ArgumentError, DataError
from surrogate.randomness import seed_of_state, stream
from surrogate.students.arrays import Array
from surrogate.students.criterion import ByCriterion
from surrogate.students.inputs.answers import checked_probabilities, class_targets
from surrogate.students.inputs.outcome import continuous_outcome
from surrogate.students.inputs.tables import check_same_order, numeric_table, row_weights
from surrogate.students.trees.bins import MOST_BINS
from surrogate.students.trees.fitting import grown_tree

__all__ = ["DistilledTree"]

_CRITERIA = ("entropy", "gini", "squared_error")


class DistilledTree(ByCriterion):
    """A decision tree grown on binned inputs: for large transfer sets, hard labels or soft ones.

    Grown whole and pruned by cost-complexity [1]_: one fit gives every size (`path_`, `pruned`),
    and that path beats growing best node first at every size. A classifier takes labels, or
    probabilities of a teacher as they are. On 60,000 images of 784 pixels, 16 bins take 1.4 CPU
    seconds where scikit-learn's exact tree takes 13.9, and are as accurate; 255 bins take 3.3.

    Parameters
    ----------
    criterion : {"entropy", "gini", "squared_error"}
        What a split gains; with "squared_error" the tree is a regressor.
    max_leaf_nodes : int, "auto" or None
        Prune to at most so many leaves. ``"auto"`` holds out rows and takes the smallest tree
        within `tolerance` of the best on them; None keeps the grown tree.
    max_depth : int, optional
    min_samples_leaf : int
    n_bins : int
        At most so many different values per input are told apart, 2 to 256.
    shrinkage : float
        Strength of hierarchical shrinkage [2]_: what a node adds to its parent's answer is divided
        by ``1 + shrinkage / weight of the parent``.
    tolerance : float
        For ``"auto"``, in accuracy or R2: 0.01 is one point.
    validation_fraction : float
        For ``"auto"``. Rows made from one source row should not stand on both sides: then hold out
        sources yourself and call `smallest_faithful`.
    random_state : int, RandomState instance or None
        Chooses the held-out rows of ``"auto"``; nothing else is random.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Only of a classifier.
    path_ : DataFrame
        All sizes inside the grown tree, from the largest: ``n_leaves``, ``price`` (gain per leaf
        at which the tree is pruned so far) and, with ``"auto"``, ``fidelity`` on held-out rows.
    tree_ : Tree
        The tree at its size, as arrays.
    node_answers_ : ndarray of shape (n_nodes, n_outputs)
        What each node would answer as a leaf, probabilities or a value, after shrinkage.
    ranges_ : dict of str to (low, high)
        Of the inputs it learnt from.
    n_features_in_ : int
    feature_names_in_ : ndarray of str

    References
    ----------
    .. [1] L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees (1984),
       https://doi.org/10.1201/9781315139470
    .. [2] A. Agarwal et al., ICML (2022), https://doi.org/10.48550/arXiv.2202.00858

    Examples
    --------
    >>> X = np.random.default_rng(0).random((400, 2))
    >>> yes = np.where(X[:, 0] > 0.5, 0.9, 0.2)
    >>> tree = DistilledTree(max_leaf_nodes=2, n_bins=256)
    >>> tree = tree.fit(X, np.stack([1 - yes, yes], axis=1), classes=["no", "yes"])
    >>> tree.predict([[0.9, 0.1], [0.1, 0.9]])
    array(['yes', 'no'], dtype='<U3')
    >>> tree.predict_proba([[0.9, 0.1]]).round(1)
    array([[0.1, 0.9]])
    """

    def __init__(
        self,
        *,
        criterion: str = "entropy",
        max_leaf_nodes: int | str | None = None,
        max_depth: int | None = None,
        min_samples_leaf: int = 1,
        n_bins: int = 255,
        shrinkage: float = 0.0,
        tolerance: float = 0.01,
        validation_fraction: float = 0.1,
        random_state: Any = None,
    ) -> None:
        self.criterion = criterion
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.n_bins = n_bins
        self.shrinkage = shrinkage
        self.tolerance = tolerance
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        classes: ArrayLike | None = None,
    ) -> DistilledTree:
        """Grow the tree and prune it to its size.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Numbers; uint8 and float32 are taken as they are.
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
        self._check_parameters()
        check_same_order(X, y, name=type(self).__name__)
        X = numeric_table(self, X, reset=True)
        targets = self._targets(y, X, classes)
        weight = row_weights(sample_weight, X, name=type(self).__name__)
        held_out = np.zeros(len(X), dtype=bool)
        if self.max_leaf_nodes == "auto":
            held_out = self._held_out(len(X))
        used = ~held_out if weight is None else ~held_out & (weight > 0)
        if used.all():
            self._grow(X, targets, weight)
        else:
            self._grow(X[used], targets[used], None if weight is None else weight[used])
        if self.max_leaf_nodes == "auto":
            self.path_ = self._path_on(X[held_out], targets[held_out])
            return self._cut_to(_smallest(self.path_["fidelity"], self.tolerance))
        return self._cut_to(self._step_of(self.max_leaf_nodes))

    @property
    def fidelity_(self) -> float:
        """Fidelity of this size on the rows held out to choose it; NaN where none were."""
        path = self.path_
        return float(path["fidelity"].iloc[self._step]) if "fidelity" in path else math.nan

    def predict(self, X: Any) -> NDArray[Any]:
        """Return labels or values, shape (n,)."""
        means = self._answers(X)
        if self._is_regressor:
            return means[:, 0]
        return self.classes_[means.argmax(axis=1)]

    @available_if(lambda self: not self._is_regressor)
    def predict_proba(self, X: Any) -> Array:
        """Return probabilities, shape (n, n_classes), in the order of ``classes_``."""
        return self._answers(X)

    def apply(self, X: Any) -> NDArray[np.int64]:
        """Return the leaf of each row, a number of a node of ``tree_``, shape (n,)."""
        check_is_fitted(self)
        return self.tree_.leaf(numeric_table(self, X, reset=False))

    def get_n_leaves(self) -> int:
        """Return the number of leaves."""
        check_is_fitted(self)
        return self.tree_.n_leaves

    def get_depth(self) -> int:
        """Return the number of questions on the longest way to a leaf."""
        check_is_fitted(self)
        return self.tree_.depth

    def pruned(self, n_leaves: int) -> DistilledTree:
        """Return the largest tree of the path that has at most `n_leaves` leaves.

        Raises
        ------
        ArgumentError
            If `n_leaves` is no whole number of at least 1.
        """
        check_is_fitted(self)
        check_count(n_leaves, 1, argument="n_leaves")
        return copy(self)._cut_to(self._step_of(n_leaves))

    def shrunk(self, shrinkage: float) -> DistilledTree:
        """Return the same tree with another strength of hierarchical shrinkage."""
        check_is_fitted(self)
        other = copy(self)
        other.shrinkage = shrinkage
        other._check_parameters()
        return other._cut_to(self._step)

    def fidelity_path(self, X: Any, y: ArrayLike) -> pd.DataFrame:
        """Return `path_` with the fidelity of every size to `y`.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows the tree has not seen.
        y : array-like of shape (n,), or (n, n_classes) of probabilities
            The teacher's answers to them.

        Returns
        -------
        DataFrame
            ``n_leaves``, ``price``, ``fidelity``: accuracy on the teacher's labels, or R2.
        """
        check_is_fitted(self)
        X = numeric_table(self, X, reset=False)
        return self._path_on(X, self._known_targets(y, X))

    def smallest_faithful(self, X: Any, y: ArrayLike, *, tolerance: float = 0.01) -> DistilledTree:
        """Return the smallest tree of the path within `tolerance` of the best on these rows.

        Parameters
        ----------
        X, y
            As for `fidelity_path`.
        tolerance : float
            In accuracy or R2; 0 takes the best.
        """
        path = self.fidelity_path(X, y)
        chosen = copy(self)._cut_to(_smallest(path["fidelity"], tolerance))
        chosen.path_ = path
        return chosen

    def _check_parameters(self) -> None:
        check_choice(self.criterion, _CRITERIA, argument="criterion")
        check_count(self.min_samples_leaf, 1, argument="min_samples_leaf")
        check_count(self.n_bins, 2, argument="n_bins", maximum=MOST_BINS)
        check_count(self.max_depth, 1, argument="max_depth", optional=True)
        if self.max_leaf_nodes != "auto":
            check_count(self.max_leaf_nodes, 1, argument="max_leaf_nodes", optional=True)
        if not self.shrinkage >= 0:
            raise ArgumentError(f"shrinkage must not be negative; got {self.shrinkage}")
        check_share(self.validation_fraction, argument="validation_fraction")

    def _targets(self, y: Any, X: NDArray[Any], classes: ArrayLike | None) -> NDArray[Any]:
        """Return class codes (n,), probabilities (n, k) or values (n,); remember the classes."""
        name = type(self).__name__
        if self._is_regressor:
            return continuous_outcome(y, X, name=name)
        self.classes_, targets = class_targets(y, X, classes, name=name)
        return targets if targets.ndim == 2 else targets.astype(np.int32)

    def _known_targets(self, y: Any, X: NDArray[Any]) -> NDArray[Any]:
        """Return values (n,), probabilities (n, k) or class codes (n,), -1 for unknown classes."""
        name = type(self).__name__
        if self._is_regressor:
            return continuous_outcome(y, X, name=name)
        if np.asarray(y).ndim == 2:
            return checked_probabilities(y, X, name=name)
        order = np.argsort(self.classes_)
        place = np.minimum(np.searchsorted(self.classes_[order], y), len(order) - 1)
        codes = order[place]
        return np.where(self.classes_[codes] == np.asarray(y), codes, -1)

    def _held_out(self, n: int) -> NDArray[np.bool_]:
        """Return which rows are held out: a share of them, at least one and not all."""
        if n < 2:
            raise DataError(f"max_leaf_nodes='auto' holds out rows and needs two or more; got {n}")
        size = min(max(round(self.validation_fraction * n), 1), n - 1)
        rng = stream(seed_of_state(self.random_state), "held out")
        held_out = np.zeros(n, dtype=bool)
        held_out[rng.choice(n, size, replace=False)] = True
        return held_out

    def _grow(self, X: NDArray[Any], targets: NDArray[Any], weight: Array | None) -> None:
        self._grown = grown_tree(
            X,
            targets,
            np.ones(len(X)) if weight is None else weight,
            criterion=self.criterion,
            n_targets=1 if self._is_regressor else len(self.classes_),
            n_bins=int(self.n_bins),
            min_samples_leaf=int(self.min_samples_leaf),
            max_depth=None if self.max_depth is None else int(self.max_depth),
        )
        _, price, n_leaves = self._grown.pruning
        self.path_ = pd.DataFrame({"n_leaves": n_leaves, "price": price})

    def _step_of(self, n_leaves: Any) -> int:
        """Return the first pruning step with at most so many leaves."""
        if n_leaves is None:
            return 0
        return int(np.argmax(self.path_["n_leaves"].to_numpy() <= n_leaves))

    def _cut_to(self, step: int) -> DistilledTree:
        self._step = step
        self.tree_, kept = self._grown.after(step)
        self.node_answers_ = self._grown.shrunk_means(self.shrinkage)[kept]
        return self

    def _rebuild(self) -> None:
        """Cut the grown tree again, when both were read from a file."""
        self._grown = self._grown.checked(self.n_features_in_)
        self._cut_to(self._step)

    def _path_on(self, X: NDArray[Any], targets: NDArray[Any]) -> pd.DataFrame:
        means = self._grown.shrunk_means(self.shrinkage)
        if self._is_regressor:
            losses = self._grown.losses(X, means[:, 0], targets, labels=False)
            spread = float(((targets - targets.mean()) ** 2).sum())
            return self.path_.assign(fidelity=1 - losses / spread if spread else np.nan)
        codes = targets.argmax(axis=1) if targets.ndim == 2 else targets
        answers = means.argmax(axis=1).astype(float)
        losses = self._grown.losses(X, answers, codes.astype(float), labels=True)
        return self.path_.assign(fidelity=1 - losses / len(X))

    def _answers(self, X: Any) -> Array:
        leaves = self.apply(X)  # which says so where there is no tree yet
        return self.node_answers_[leaves]


def _smallest(fidelity: pd.Series, tolerance: float) -> int:
    """Return the last pruning step within the tolerance of the best."""
    return int(np.flatnonzero(fidelity.to_numpy() >= fidelity.max() - tolerance)[-1])
