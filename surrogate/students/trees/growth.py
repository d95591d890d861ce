"""Growing a histogram tree.

The tree is grown whole, depth first; sizes are chosen afterwards by pruning. A large node carries
the histograms of all inputs: those of its smaller child are summed row by row, those of the larger
one are what is left of the parent's. A small node's would be mostly empty: see `small_nodes`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from surrogate.students.trees.compiled import compiled
from surrogate.students.trees.cuts import TIE, best_cut, new_scratch
from surrogate.students.trees.histograms import occupied, subtract, tally
from surrogate.students.trees.problem import (
    Problem,
    all_varying,
    enter,
    link,
    longer,
    new_nodes,
    part_rows,
)
from surrogate.students.trees.small_nodes import grow_small

__all__ = ["grow"]

_SMALL = 4  # nodes of at most so many rows for every bin are small
_MOST_BYTES = 2**30  # of histograms at a time; with many inputs, bins and classes more are small


class _Pool(NamedTuple):
    """Places for the histograms of large nodes (more than `small` rows), and which are free."""

    places: Any
    free: Any
    small: int


def grow(problem: Problem) -> tuple[Any, Any, Any]:
    """Return nodes (feature, cut, left, right, number of rows), their sums, and their scores."""
    (n, d), k = problem.codes.shape, problem.targets.shape[1]
    n_bins = int(problem.codes.max()) + 1
    # labels are counted; behind sums of targets come those of weights and the number of rows
    n_sums = k if len(problem.labels) else k + 2
    most_places = min(_MOST_BYTES // (8 * d * n_bins * n_sums), 64)
    # the smaller child, which needs a place of its own, is at most half as large each time
    small = max(_SMALL * n_bins, n // 2 ** (most_places - 1)) if most_places else n
    n_places = max(math.ceil(math.log2(n / small)), 0) + 1 if n > small else 0
    places = np.empty((n_places, d, n_bins, n_sums))
    nodes, sums, scores = _grow(problem, places, small)
    return nodes.copy(), sums.copy(), scores.copy()  # without the room for more of them


@compiled
def _grow(problem: Any, places: Any, small: int) -> Any:
    """Return the nodes; those of at most `small` rows carry no histograms in `places`."""
    n, d = problem.codes.shape
    n_bins, k = places.shape[2], problem.targets.shape[1]
    nodes = new_nodes(problem)
    n_nodes: Any = np.int64(1)  # of this type from the start, or all is compiled for another too
    order = np.arange(n).astype(np.int32)
    varying = all_varying(d)
    scratch = new_scratch(n_bins, places.shape[3], k)
    pool = _Pool(places, list(range(len(places))), small)
    tasks = [(0, 0, n, 0, -1)]
    if n > small:
        tasks[0] = (0, 0, n, 0, _taken(problem, order, pool))
    while tasks:
        node, start, stop, depth, place = tasks.pop()
        rows, features = order[start:stop], varying[depth, 1 : varying[depth, 0] + 1]
        if len(rows) <= small:
            n_nodes = grow_small(problem, (node, depth, rows, features), nodes, n_nodes, scratch)
            continue
        if depth + 1 == len(varying):
            varying = longer(varying)
        feature, cut, n_varying = -1, -1, 0
        if enter(problem, rows, node, depth, nodes):
            known = len(rows), nodes.sums[node], nodes.scores[node]
            asked = places[place], features, varying[depth + 1, 1:]
            feature, cut, n_varying = _split(problem, known, asked, scratch)
        if feature < 0:
            pool.free.append(place)
            continue
        varying[depth + 1, 0] = n_varying
        middle = start + part_rows(problem.codes[:, feature], rows, cut)
        link(nodes, node, feature, cut, n_nodes)
        less, more = (n_nodes, start, middle), (n_nodes + 1, middle, stop)
        if middle - start > stop - middle:
            less, more = more, less
        n_nodes += 2
        n_more, fewer = more[2] - more[1], order[less[1] : less[2]]
        other = _handed_down(problem, fewer, n_more, place, pool)
        # first the child of fewer rows: no more places are taken than their number halves
        tasks.append((*more, depth + 1, place))
        tasks.append((*less, depth + 1, other))
    return nodes.table[:n_nodes], nodes.sums[:n_nodes], nodes.scores[:n_nodes]


@compiled
def _taken(problem: Any, rows: Any, pool: Any) -> int:
    """Return a place that was free, with the histograms of some rows."""
    place = pool.free.pop()
    pool.places[place] = 0
    tally(problem, rows, np.int64(1), pool.places[place])
    return place


@compiled
def _handed_down(problem: Any, fewer: Any, n_more: int, place: int, pool: Any) -> int:
    """Turn a node's histograms into those of its larger child, of `n_more` rows.

    Return the place of those of its other child, the rows `fewer`; -1 if it needs none. A place
    that neither needs becomes free.
    """
    if n_more <= pool.small:
        pool.free.append(place)
        return -1
    if len(fewer) <= pool.small:
        tally(problem, fewer, np.int64(-1), pool.places[place])
        return -1
    other = _taken(problem, fewer, pool)
    subtract(pool.places[other], pool.places[place])
    return other


@compiled
def _split(problem: Any, known: Any, asked: Any, scratch: Any) -> Any:
    """Return feature, cut, and the number of inputs that vary; write which they are."""
    n, total, score = known
    histograms, features, varying = asked
    counts = scratch.counts
    limits = n, problem.min_samples_leaf, problem.entropy
    best, feature, cut, n_varying = score, -1, -1, 0
    for j in features:
        n_bins = occupied(histograms[j], len(total) - 1, counts)
        found, at, n_cuts = best_cut(histograms[j], counts[:n_bins], total, limits, scratch)
        if n_cuts:
            varying[n_varying] = j
            n_varying += 1
        if found > best + TIE * total[-1]:
            best, feature, cut = found, j, at
    counts[:] = 0
    return feature, cut, n_varying
