"""The nodes of a regression tree as boxes, as a scikit-learn estimator."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_count, check_share
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Gap, Interval
from surrogate.regions.covering import Covering
from surrogate.regions.finder import RegionFinder
from surrogate.regions.tables.amounts import Amounts
from surrogate.regions.tables.ranks import Column, Ranks, cut_between, rank
from surrogate.regions.tables.targets import Target
from surrogate.regions.trajectories.trajectory import PeelingTrajectory, Step

__all__ = ["TreeRegions"]


class TreeRegions(RegionFinder):
    """A pruned regression tree, every node of it a box [1]_.

    One tree parts the space into boxes that do not overlap. Its inner nodes are the leaves of more
    pruned trees, so all of them are offered, from sparse to dense; the leaves that are denser than
    the data make a covering.

    Parameters
    ----------
    max_leaf_nodes : int
        The most leaves, grown best first.
    mass_min : float
        No leaf has less than this share of the rows.
    ccp_alpha : float
        Cost-complexity pruning: a split must lower the variance of y by this share of the whole,
        for each leaf it adds.

    Attributes
    ----------
    trajectory_ : PeelingTrajectory
        Everything, then all nodes by density.
    covering_ : Covering
        The leaves that are denser than the data, densest first.
    box_ : Box
        The node of best *in-sample* WRAcc; its scores flatter.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if `X` was a DataFrame with text names.

    Raises
    ------
    ArgumentError
        A parameter out of its range.
    DataError
        Missing or infinite values, no rows, another index in `y` than in `X`.

    Warns
    -----
    FewCasesWarning
        Fewer than 10 cases of interest, or nothing but cases.

    Notes
    -----
    Columns, `y` and limits are as for `PRIM`; the tree is scikit-learn's, on the ranks of the
    values, so that the scale of an input does not matter. Labels are split one against all others.

    References
    ----------
    .. [1] L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and regression trees (1984),
       https://doi.org/10.1201/9781315139470

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.random((1000, 3)), columns=["gain", "delay", "load"])
    >>> y = (X["gain"] < 0.5) & (X["delay"] > 0.3)
    >>> TreeRegions().fit(X, y).box_.rule(digits=2)
    'gain <= 0.5 and delay >= 0.3'
    """

    covering_: Covering

    def __init__(
        self, *, max_leaf_nodes: int = 16, mass_min: float = 0.05, ccp_alpha: float = 0.005
    ) -> None:
        self.max_leaf_nodes = max_leaf_nodes
        self.mass_min = mass_min
        self.ccp_alpha = ccp_alpha

    def _search(self, frame: pd.DataFrame, target: Target) -> PeelingTrajectory:
        from sklearn.tree import DecisionTreeRegressor

        ranks = rank(frame[sorted(frame.columns)])  # equal splits go by name, not by position
        features = list(_features(ranks))
        table = np.column_stack([feature.values for feature in features])
        variance = float(np.average((target.y - target.base) ** 2, weights=target.mass))
        tree = DecisionTreeRegressor(
            max_leaf_nodes=max(self.max_leaf_nodes, 2),
            min_weight_fraction_leaf=min(self.mass_min, 0.5),
            ccp_alpha=self.ccp_alpha * variance,
            random_state=0,
        ).fit(table, _summable(target.y), sample_weight=target.mass)
        nodes = list(_Nodes(tree.tree_, features, target).walk())
        leaves = [each for each in nodes if each.is_leaf and each.step.density > target.base]
        self.covering_ = Covering(tuple(each.box for each in sorted(leaves, key=_densest)))
        ordered = [nodes[0], *sorted(nodes[1:], key=_densest, reverse=True)]
        return PeelingTrajectory(
            tuple(each.box for each in ordered), tuple(each.step for each in ordered)
        )

    def _check_parameters(self) -> None:
        check_count(self.max_leaf_nodes, 1, argument="max_leaf_nodes")
        check_share(self.mass_min, argument="mass_min", or_zero=True)
        check_share(self.ccp_alpha, argument="ccp_alpha", or_zero=True)


@dataclass(frozen=True, slots=True)
class _Feature:
    """What the tree sees of a column: the level of each row, or whether it has one label."""

    column: Column
    label: int  # -1: levels
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Node:
    box: Box
    step: Step
    is_leaf: bool


class _Nodes:
    """The tree, walked from its root with the rows of every node."""

    def __init__(self, tree: Any, features: list[_Feature], target: Target) -> None:
        self.tree = tree
        self.features = features
        self.amounts = Amounts.of(target)
        self.whole = self.amounts.integers.sum(axis=0)
        self.has_cases = target.kind != "values" and bool(self.whole[1])

    def walk(self) -> Iterator[_Node]:
        """Yield all nodes, the root first."""
        everything = np.arange(len(self.amounts.integers))
        pending = [(0, Box({}), everything, "")]
        while pending:
            node, box, rows, name = pending.pop()
            is_leaf = self.tree.children_left[node] < 0
            yield _Node(box, self._step(rows, name), is_leaf)
            if is_leaf:
                continue
            feature = self.features[self.tree.feature[node]]
            values = feature.values[rows]
            goes_left = values <= self.tree.threshold[node]
            gap = int(values[goes_left].max()), int(values[~goes_left].min())
            for left in (True, False):
                child = (self.tree.children_left if left else self.tree.children_right)[node]
                part = rows[goes_left if left else ~goes_left]
                pending.append((child, _split(box, feature, gap, left), part, feature.column.name))

    def _step(self, rows: NDArray[np.intp], name: str) -> Step:
        weight, total = (int(each) for each in self.amounts.integers[rows].sum(axis=0))
        return Step(
            "split" if name else "start",
            name,
            total / int(self.whole[1]) if self.has_cases else math.nan,
            float(self.amounts.mean(weight, total)),
            weight / int(self.whole[0]),
            len(rows),
        )


def _summable(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return y to a millionth of its largest value, so that sums are exact in any order.

    Splits that part the rows alike are told apart by rounding otherwise: by the order of rows.
    """
    digits = 20 - math.frexp(float(np.abs(y).max()))[1]
    return np.ldexp(np.rint(np.ldexp(y, digits)), -digits)


def _features(ranks: Ranks) -> Iterator[_Feature]:
    n, offsets = ranks.order.shape[1], ranks.offsets
    for j, column in enumerate(ranks.columns):
        sizes = np.diff(ranks.starts[offsets[j] : offsets[j + 1] + 1])
        levels = np.empty(n, dtype=np.int64)
        levels[ranks.order[j]] = np.repeat(np.arange(len(sizes)), sizes)
        if column.kind != "labels":
            yield _Feature(column, -1, levels.astype(np.float32))
            continue
        for label in range(len(sizes)):
            yield _Feature(column, label, (levels == label).astype(np.float32))


def _split(box: Box, feature: _Feature, gap: tuple[int, int], left: bool) -> Box:  # noqa: FBT001
    """Return the half of a box whose feature is at most (left) the first level of the gap."""
    column = feature.column
    if column.kind in ("labels", "ordered"):
        now = box.limits.get(column.name, column.levels)
        if feature.label >= 0:
            one = column.levels[feature.label]
            kept = [each for each in now if (each == one) != left]
        else:
            position = column.levels.index
            kept = [each for each in now if (position(each) <= gap[0]) == left]
        return box.replace(column.name, kept)
    outside, inside = gap[::-1] if left else gap
    low, high = box.limits.get(column.name, (-math.inf, math.inf))
    low_gap, high_gap = box.gaps.get(column.name, (None, None))
    cut = cut_between(column, outside, inside, lower=not left)
    if left:
        high, high_gap = cut.limit, cut.gap
    else:
        low, low_gap = cut.limit, cut.gap
    return box.replace(column.name, Interval(low, high), gap=Gap(low_gap, high_gap))


def _densest(node: _Node) -> tuple[float, float, str]:
    return -node.step.density, -node.step.mass, repr(node.box)
