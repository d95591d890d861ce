"""The subtree below a node of few rows: sums of one input after the other, while it varies."""

from __future__ import annotations

from typing import Any

import numpy as np

from surrogate.students.trees.compiled import compiled
from surrogate.students.trees.cuts import TIE, best_cut
from surrogate.students.trees.histograms import emptied, gather
from surrogate.students.trees.problem import (
    all_varying,
    enter,
    link,
    longer,
    part_rows,
    problem_of,
)

__all__ = ["grow_small"]


@compiled
def grow_small(problem: Any, top: Any, nodes: Any, n_nodes: Any, scratch: Any) -> int:
    """Grow the subtree of some rows; return the number of nodes there are then.

    Parameters
    ----------
    problem : Problem
    top : tuple
        The node it starts from, its depth, its rows, and the inputs that vary in it.
    nodes : Nodes
        Where the tree is written, after the `n_nodes` there are.
    scratch : Scratch
    """
    node, start_depth, rows, features = top
    columns, part = _columns(problem.codes, rows, features), problem_of(problem, rows)
    order = np.arange(len(rows)).astype(np.int32)
    varying = all_varying(len(features))
    tasks = [(node, 0, len(rows), 0)]
    while tasks:
        node, start, stop, depth = tasks.pop()
        here = order[start:stop]
        if not enter(part, here, node, depth + start_depth, nodes):
            continue
        if depth + 1 == len(varying):
            varying = longer(varying)
        asked = columns, varying[depth, 1 : varying[depth, 0] + 1], varying[depth + 1, 1:]
        known = nodes.sums[node], nodes.scores[node]
        feature, cut, n_varying = _split(part, here, known, asked, scratch)
        if feature < 0:
            continue
        varying[depth + 1, 0] = n_varying
        middle = start + part_rows(columns[feature], here, cut)
        link(nodes, node, features[feature], cut, n_nodes)
        tasks.append((n_nodes + 1, middle, stop, depth + 1))
        tasks.append((n_nodes, start, middle, depth + 1))
        n_nodes += 2
    return n_nodes


@compiled
def _columns(codes: Any, rows: Any, features: Any) -> Any:
    """Return some inputs of some rows, one row per input."""
    columns = np.empty((len(features), len(rows)), dtype=np.uint8)
    for i in range(len(rows)):
        for j in range(len(features)):
            columns[j, i] = codes[rows[i], features[j]]
    return columns


@compiled
def _split(problem: Any, rows: Any, known: Any, asked: Any, scratch: Any) -> Any:
    """Return feature, cut, and the number of inputs that vary; write which they are."""
    total, score = known
    columns, features, varying = asked
    histogram, counts = scratch.histogram, scratch.counts
    limits = len(rows), problem.min_samples_leaf, problem.entropy
    best, feature, cut, n_varying = score, -1, -1, 0
    for j in features:
        n_bins = gather(problem, columns[j], rows, histogram, counts)
        found, at, n_cuts = best_cut(histogram, counts[:n_bins], total, limits, scratch)
        emptied(histogram, counts, n_bins)
        if n_cuts:
            varying[n_varying] = j
            n_varying += 1
        if found > best + TIE * total[-1]:
            best, feature, cut = found, j, at
    return feature, cut, n_varying
