"""Gradient boosted trees as a member, evaluated from plain tables of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.students.arrays import Array
from surrogate.students.members.boosting_growth import Boosting, Grown
from surrogate.students.members.member import (
    HeldOut,
    Predict,
    RegressionMember,
    Rows,
    held_out,
    without_std,
)
from surrogate.students.members.training_data import TrainingData

__all__ = ["BoostingMember", "Forest"]

_FEW_ROWS = 100  # up to which half the trees, each learning faster, do as well
# Few rows cannot tell how far inputs interact: shallow trees and deep ones share the say.
_OF_FEW_ROWS = 2 * [Boosting(depth=2, min_leaf=1), Boosting(depth=4, min_leaf=1)]
_OF_ALL_ROWS = [Boosting(n_trees=100, depth=3, min_leaf=1, share_of_rows=1.0)]
_OF_MANY_ROWS = [Boosting(n_trees=300, rate=0.06, depth=4, min_leaf=3)]

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Forest:
    """The sum of trees whose nodes stand in one table, children below their parents.

    Attributes
    ----------
    start : float
        What the sum begins with.
    roots : int array of shape (n_trees,)
    left, right : int array of shape (n_nodes,)
        Rows of the children; 0 marks a leaf.
    feature : int array of shape (n_nodes,)
    threshold, value : ndarray of shape (n_nodes,)
        Rows go left up to the threshold; what a leaf adds.
    """

    start: float
    roots: Integers
    left: Integers
    right: Integers
    feature: Integers
    threshold: Array
    value: Array

    def __post_init__(self) -> None:
        n = len(self.left)
        nodes = np.arange(n)
        inner = self.left != 0
        lengths = {len(each) for each in (self.right, self.feature, self.threshold, self.value)}
        roots = n > 0 and (self.roots >= 0).all() and (self.roots < n).all()
        below = [
            ((children > nodes) & (children < n))[inner].all() and not children[~inner].any()
            for children in (self.left, self.right)
            if lengths == {n}
        ]
        if not roots or below != [True, True] or (self.feature < 0).any():
            raise DataError(
                "the nodes of these trees do not fit together: each points below itself"
            )

    @classmethod
    def mean_of(cls, grown: Sequence[Grown], *, start: float) -> Forest:
        """Return the mean of several sums of trees, each begun with `start`."""
        starts = _starts([len(each.left) for each in grown])
        return cls(
            start=start,
            roots=np.concatenate([each.roots + s for each, s in zip(grown, starts, strict=True)]),
            left=_in_one_table([each.left for each in grown], starts),
            right=_in_one_table([each.right for each in grown], starts),
            feature=np.concatenate([each.feature for each in grown]),
            threshold=np.concatenate([each.threshold for each in grown]),
            value=np.concatenate([each.value for each in grown]) / len(grown),
        )

    @classmethod
    def of_trees(cls, trees: Sequence[Any], values: Sequence[Array], *, start: float) -> Forest:
        """Return the sum of scikit-learn's trees with these values of their nodes."""
        starts = _starts([each.node_count for each in trees])
        feature = np.concatenate([tree.feature for tree in trees])
        return cls(
            start=start,
            roots=starts,
            left=_in_one_table([each.children_left for each in trees], starts),
            right=_in_one_table([each.children_right for each in trees], starts),
            feature=np.maximum(feature, 0).astype(np.int64),
            threshold=np.concatenate([tree.threshold for tree in trees]),
            value=np.concatenate(values),
        )

    def predict(self, X: Array) -> Array:
        """Return the sum at rows, shape (n,)."""
        # scikit-learn compares in single precision, and so chose its thresholds
        rows = np.ascontiguousarray(X, dtype=np.float32)
        if self.feature.max() >= rows.shape[1]:
            raise DataError(f"these trees read more inputs than the {rows.shape[1]} given")
        nodes = (self.left, self.right, self.feature, self.threshold, self.value)
        return _sums(rows, self.start, self.roots, *nodes)


def _starts(sizes: Sequence[int]) -> Integers:
    """Return where tables of so many nodes begin in one table of all."""
    return np.cumsum([0, *sizes[:-1]], dtype=np.int64)


def _in_one_table(children: Sequence[NDArray[Any]], starts: Integers) -> Integers:
    """Return the rows of children in one table of all, 0 at leaves, where they were 0 or less."""
    moved = [np.where(each > 0, each + s, 0) for each, s in zip(children, starts, strict=True)]
    return np.concatenate(moved).astype(np.int64)


class BoostingMember(RegressionMember):
    """Gradient boosted trees: rough responses, jumps, many rows.

    Parameters
    ----------
    on_all_rows : bool
        Whether every tree learns from all rows: the edges of a jump are then sharp. Else each
        learns from a random part, which blurs them and errs less where there is noise.
    """

    def __init__(self, *, on_all_rows: bool = False) -> None:
        self.on_all_rows = on_all_rows

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""

        def part(_: int, rest: Rows) -> Predict:
            return without_std(self._grown(data, rest, seed).predict)

        def whole() -> Predict:
            self._forest = self._grown(data, np.arange(len(data.y)), seed)
            return self.predict

        return held_out(data, part, whole, rival)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return self._forest.predict(X), None

    def _grown(self, data: TrainingData, rows: Rows, seed: int) -> Forest:
        """Return the forest that some rows teach."""
        X, y, weight = data.X[rows], data.y[rows], data.weight_of(rows)
        kinds = _OF_FEW_ROWS if len(y) <= _FEW_ROWS else _OF_MANY_ROWS
        if self.on_all_rows:
            kinds = _OF_ALL_ROWS
        start = float(np.average(y, weights=weight))
        grown = [each.grow(X, y - start, seed + i, weight) for i, each in enumerate(kinds)]
        return Forest.mean_of(grown, start=start)


@njit(cache=True)
def _sums(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - numba takes no objects
    rows, start, roots, left, right, feature, threshold, value
):  # pragma: no cover - compiled
    total = np.full(len(rows), start)
    for tree in range(len(roots)):
        for row in range(len(rows)):
            node = roots[tree]
            while left[node] != 0:
                below = rows[row, feature[node]] <= threshold[node]
                node = left[node] if below else right[node]
            total[row] += value[node]
    return total
