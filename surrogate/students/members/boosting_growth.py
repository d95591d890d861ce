"""Compiled growth of gradient boosted trees on few rows.

scikit-learn's trees are as good; but for a hundred rows nine tenths of their time is spent between
trees, and every student is fitted anew in every fold. Here one compiled loop grows them all, level
by level, on rows sorted once by every input.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from surrogate.students.arrays import Array

__all__ = ["Boosting", "Grown"]

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Grown:
    """Trees whose nodes stand in one table, children below their parents; see `Forest`."""

    roots: Integers
    left: Integers
    right: Integers
    feature: Integers
    threshold: Array
    value: Array


@dataclass(frozen=True)
class Boosting:
    """Gradient boosting for squared error [1]_, each tree on a part of the rows [2]_.

    Attributes
    ----------
    n_trees : int
    rate : float
        What a tree adds is scaled by it.
    depth : int
    min_leaf : int
        Rows of a leaf, at least; where they have weights, the sum of these.
    share_of_rows, share_of_inputs : float
        Rows that a tree learns from, inputs that a node looks at; drawn at random.

    References
    ----------
    .. [1] J. H. Friedman, Greedy function approximation: a gradient boosting machine, Annals of
       Statistics 29 (2001), https://doi.org/10.1214/aos/1013203451
    .. [2] J. H. Friedman, Stochastic gradient boosting, Comput. Stat. Data Anal. 38 (2002),
       https://doi.org/10.1016/S0167-9473(01)00065-2

    Examples
    --------
    >>> X = np.linspace(0, 1, 30)[:, None]
    >>> boosting = Boosting(n_trees=2, depth=1, share_of_rows=1.0)
    >>> grown = boosting.grow(X, np.sign(X[:, 0] - 0.5), seed=0)
    >>> grown.threshold[grown.left > 0].round(2).tolist()
    [0.5, 0.5]
    """

    n_trees: int = 150
    rate: float = 0.1
    depth: int = 4
    min_leaf: int = 3
    share_of_rows: float = 0.7
    share_of_inputs: float = 1.0

    def grow(self, X: Array, y: Array, seed: int, weight: Array | None = None) -> Grown:
        """Return the trees; they add up to `y`.

        Parameters
        ----------
        X : ndarray of shape (n, d)
        y : ndarray of shape (n,)
        seed : int
        weight : ndarray of shape (n,), optional
            Of the rows; of mean 1, or `min_leaf` means another share of them.
        """
        rng = np.random.default_rng(seed)
        n, d = X.shape
        inner = 2**self.depth - 1
        learns = _drawn(rng, (self.n_trees, n), self.share_of_rows)
        looks = _drawn(rng, (self.n_trees * inner, d), self.share_of_inputs)
        columns = np.ascontiguousarray(X.T, dtype=np.float32)  # as predictions will compare
        order = np.argsort(columns, axis=1, kind="stable")
        weight = np.ones(n) if weight is None else weight
        settings = (self.rate, self.depth, self.min_leaf)
        table = _grow(columns, order, y, weight, learns, looks, *settings)
        return Grown(*table)


def _drawn(rng: np.random.Generator, shape: tuple[int, int], share: float) -> NDArray[np.bool_]:
    """Return per line which entries are drawn: that share of them, one at least."""
    if share == 1:
        return np.ones(shape, dtype=bool)
    ranks = rng.random(shape).argsort(axis=1)
    return np.asarray(ranks < max(1, int(share * shape[1])))


@njit(cache=True)
def _grow(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - numba takes no objects
    columns, order, y, weight, learns, looks, rate, depth, min_leaf
):  # pragma: no cover - compiled
    n_trees, n = learns.shape
    inner = 2**depth - 1
    most = n_trees * (2 * inner + 1)
    left, right = np.zeros(most, np.int64), np.zeros(most, np.int64)
    feature, threshold, value = np.zeros(most, np.int64), np.zeros(most), np.zeros(most)
    roots = np.zeros(n_trees, np.int64)
    residual, node_of = y.copy(), np.zeros(n, np.int64)
    end = np.int64(0)  # of this type from the start, or all is compiled for another too
    for tree in range(n_trees):
        roots[tree] = end
        node_of[:] = end
        first, end, seen = end, end + 1, tree * inner
        for level in range(depth + 1):
            last = end
            mass, total = _totals(node_of, residual, weight, learns[tree], first, last)
            for node in range(first, last):
                value[node] = rate * total[node - first] / max(mass[node - first], 1e-300)
            if level == depth:
                break
            found, cut = _best_cuts(
                columns, order, residual, weight, learns[tree], looks[seen : seen + last - first],
                node_of, mass, total, first, min_leaf,
            )  # fmt: skip
            seen += last - first
            for node in range(first, last):
                if found[node - first] >= 0:
                    feature[node], threshold[node] = found[node - first], cut[node - first]
                    left[node], right[node] = end, end + 1
                    end += 2
            if end == last:
                break
            for row in range(n):
                node = node_of[row]
                if node >= first and left[node] != 0:
                    below = columns[feature[node], row] <= threshold[node]
                    node_of[row] = left[node] if below else right[node]
            first = last
        for row in range(n):
            residual[row] -= value[node_of[row]]
    for node in range(end):
        if left[node] != 0:
            value[node] = 0.0
    return roots, left[:end], right[:end], feature[:end], threshold[:end], value[:end]


@njit(cache=True)
def _totals(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    node_of, residual, weight, learns, first, last
):  # pragma: no cover - compiled
    """Return the sums of weights, and of weighted residuals, of every node of a level."""
    mass, total = np.zeros(last - first), np.zeros(last - first)
    for row in range(len(residual)):
        if learns[row] and node_of[row] >= first:
            node = node_of[row] - first
            mass[node] += weight[row]
            total[node] += weight[row] * residual[row]
    return mass, total


@njit(cache=True)
def _best_cuts(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    columns, order, residual, weight, learns, looks, node_of, mass, total, first, min_leaf
):  # pragma: no cover - compiled
    """Return input and threshold of the best cut of every node of a level; input -1 for none."""
    n_nodes, n = len(mass), len(residual)
    least = min_leaf - 1e-9  # sums are rounded
    found, cut, best = np.full(n_nodes, -1), np.zeros(n_nodes), np.zeros(n_nodes)
    for k in range(n_nodes):
        best[k] = total[k] ** 2 / max(mass[k], 1e-300) * (1 + 1e-9) + 1e-14
    mass_below, below, before = np.zeros(n_nodes), np.zeros(n_nodes), np.zeros(n_nodes)
    for f in range(len(columns)):
        mass_below[:], below[:] = 0.0, 0.0
        for place in range(n):
            row = order[f, place]
            k = node_of[row] - first
            if k < 0 or not learns[row] or not looks[k, f]:
                continue
            here = columns[f, row]
            mass_above = mass[k] - mass_below[k]
            if mass_below[k] >= least and mass_above >= least and here > before[k]:
                gain = below[k] ** 2 / mass_below[k]
                gain += (total[k] - below[k]) ** 2 / mass_above
                if gain > best[k]:
                    best[k], found[k] = gain, f
                    cut[k] = 0.5 * (before[k] + here)
            mass_below[k] += weight[row]
            below[k] += weight[row] * residual[row]
            before[k] = here
    return found, cut
