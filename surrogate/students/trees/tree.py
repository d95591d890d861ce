"""A grown binary tree as arrays, and the smaller trees inside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.students.arrays import Array
from surrogate.students.trees.compiled import compiled
from surrogate.students.trees.pruning import losses_by_step, weakest_links

__all__ = ["Tree"]

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """The nodes of a tree, parents before their children.

    Attributes
    ----------
    feature : ndarray of shape (n_nodes,)
        The input a node asks about; -1 for leaves.
    threshold : ndarray of shape (n_nodes,)
        Rows up to it go left; NaN for leaves.
    left, right : ndarray of shape (n_nodes,)
        The children; -1 for leaves.
    means : ndarray of shape (n_nodes, n_outputs)
        Mean target of the training rows at each node: probabilities or a value.
    weight : ndarray of shape (n_nodes,)
        Their summed weight.
    n_rows : ndarray of shape (n_nodes,)
    score : ndarray of shape (n_nodes,)
        What a node is worth as a leaf, by the criterion.
    """

    feature: Integers
    threshold: Array
    left: Integers
    right: Integers
    means: Array
    weight: Array
    n_rows: Integers
    score: Array

    @property
    def n_leaves(self) -> int:
        """Number of leaves."""
        return int((self.feature < 0).sum())

    @cached_property
    def parent(self) -> Integers:
        """The parent of each node; -1 for the root."""
        parent = np.full(len(self.feature), -1)
        inner = np.flatnonzero(self.feature >= 0)
        parent[self.left[inner]] = parent[self.right[inner]] = inner
        return parent

    @cached_property
    def depth(self) -> int:
        """Questions on the longest way to a leaf."""
        deepest = 0
        level = np.zeros(1, dtype=np.int64)
        while len(level := level[self.feature[level] >= 0]):
            deepest += 1
            level = np.concatenate([self.left[level], self.right[level]])
        return deepest

    @cached_property
    def pruning(self) -> tuple[Integers, Array, Integers]:
        """Step of every node; price and leaves after each step (see `weakest_links`)."""
        return weakest_links(self.left, self.right, self.score)

    def leaf(self, X: NDArray[Any]) -> Integers:
        """Return the leaf of each row, shape (n,)."""
        return _leaves(X, *self._questions)

    def shrunk_means(self, strength: float) -> Array:
        """Return the means pulled towards those of all nodes above.

        Each step from a parent to its child counts ``1 / (1 + strength / weight of the parent)``.
        """
        means, parent = self.means.copy(), self.parent
        level = np.zeros(1, dtype=np.int64)
        while len(level := level[self.feature[level] >= 0]):
            level = np.concatenate([self.left[level], self.right[level]])
            above = parent[level]
            damping = 1 + strength / self.weight[above]
            step = (self.means[level] - self.means[above]) / damping[:, None]
            means[level] = means[above] + step
        # each is a mixture of means on its path, which rounding may leave by a hair
        return np.clip(means, self.means.min(axis=0), self.means.max(axis=0))

    def losses(self, X: NDArray[Any], answers: Array, truth: Array, *, labels: bool) -> Array:
        """Return the summed loss on some rows after every pruning step."""
        tree = (*self._questions, self.pruning[0])
        return losses_by_step(X, tree, answers, truth, 1.0 if labels else np.inf)

    def after(self, step: int) -> tuple[Tree, NDArray[np.bool_]]:
        """Return the tree after some pruning steps, and which nodes it keeps."""
        steps = self.pruning[0]
        kept = (self.parent < 0) | (steps[self.parent] > step)
        inner = steps[kept] > step
        number = np.cumsum(kept) - 1
        return Tree(
            feature=np.where(inner, self.feature[kept], -1),
            threshold=np.where(inner, self.threshold[kept], np.nan),
            left=np.where(inner, number[self.left[kept]], -1),
            right=np.where(inner, number[self.right[kept]], -1),
            means=self.means[kept],
            weight=self.weight[kept],
            n_rows=self.n_rows[kept],
            score=self.score[kept],
        ), kept

    def checked(self, n_inputs: int) -> Tree:
        """Return the tree, read from a file, with NaN for the thresholds of leaves.

        Raises
        ------
        DataError
            If its nodes do not fit together, or ask about inputs there are not.
        """
        n, inner = len(self.feature), self.feature >= 0
        arrays = (self.threshold, self.left, self.right, self.means, self.weight, self.score)
        fits = n > 0 and all(len(each) == n for each in arrays)
        below = fits and all(
            ((children > np.arange(n)) & (children < n))[inner].all()
            for children in (self.left, self.right)
        )
        if not below or (self.feature >= n_inputs).any():
            raise DataError("the nodes of this tree do not fit together, or not its inputs")
        return replace(self, threshold=np.where(inner, self.threshold, np.nan))

    @property
    def _questions(self) -> tuple[Integers, Array, Integers, Integers]:
        return self.feature, self.threshold, self.left, self.right


@compiled
def _leaves(X: Any, feature: Any, threshold: Any, left: Any, right: Any) -> Any:
    leaves = np.zeros(len(X), dtype=np.int64)
    for i in range(len(X)):
        node = 0
        while feature[node] >= 0:
            node = left[node] if X[i, feature[node]] <= threshold[node] else right[node]
        leaves[i] = node
    return leaves
