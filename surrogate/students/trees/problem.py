"""What a tree is grown on, what it is made of, and what happens to one of its nodes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from surrogate.students.trees.compiled import compiled
from surrogate.students.trees.cuts import worth

__all__ = [
    "COUNT", "CUT", "FEATURE", "LEFT", "RIGHT", "Nodes", "Problem",
    "all_varying", "enter", "link", "longer", "new_nodes", "part_rows", "problem_of",
]  # fmt: skip

# Columns of the table of nodes.
FEATURE, CUT, LEFT, RIGHT, COUNT = range(5)


class Problem(NamedTuple):
    """What a tree is grown on.

    ``codes`` (n, d) are bins, d a multiple of `WORD`; ``labels`` (n,) are class codes of rows that
    all weigh 1, or empty, and then ``targets`` (n, k) are sums per row, weights included;
    ``weights`` (n,).
    """

    codes: Any
    labels: Any
    targets: Any
    weights: Any
    entropy: bool
    min_samples_leaf: int
    max_depth: int


class Nodes(NamedTuple):
    """The nodes of a tree: ``table`` as the columns above, sums of targets and weight, scores."""

    table: Any
    sums: Any
    scores: Any


@compiled
def new_nodes(problem: Any) -> Any:
    """Return room for all nodes there can be; the system gives memory to what is written only."""
    n_leaves = max(len(problem.codes) // problem.min_samples_leaf, 1)
    shape = 2 * n_leaves, problem.targets.shape[1] + 1
    return Nodes(np.empty((shape[0], 5), np.int64), np.empty(shape), np.empty(shape[0]))


@compiled
def enter(problem: Any, rows: Any, node: int, depth: int, nodes: Any) -> bool:
    """Write a node as a leaf; return whether it may be split."""
    _write_total(problem, rows, nodes.sums[node])
    nodes.scores[node] = worth(nodes.sums[node], problem)
    for column in range(COUNT):
        nodes.table[node, column] = -1
    nodes.table[node, COUNT] = len(rows)
    if depth == problem.max_depth or len(rows) < 2 * problem.min_samples_leaf:
        return False
    return not _is_pure(problem, rows)


@compiled
def link(nodes: Any, node: int, feature: int, cut: int, child: int) -> None:
    """Turn a leaf into an inner node with two children."""
    nodes.table[node, FEATURE], nodes.table[node, CUT] = feature, cut
    nodes.table[node, LEFT], nodes.table[node, RIGHT] = child, child + 1


@compiled
def part_rows(column: Any, rows: Any, cut: int) -> int:
    """Bring the rows up to the cut to the front, all in their order; return how many they are."""
    behind = np.empty_like(rows)
    n_left = n_right = 0
    for row in rows:
        if column[row] <= cut:
            rows[n_left] = row
            n_left += 1
        else:
            behind[n_right] = row
            n_right += 1
    for place in range(n_right):
        rows[n_left + place] = behind[place]
    return n_left


@compiled
def problem_of(problem: Any, rows: Any) -> Any:
    """Return the problem of some rows, without its codes."""
    return Problem(
        problem.codes[:0],
        problem.labels[rows] if len(problem.labels) else problem.labels,
        problem.targets[rows] if len(problem.targets) else problem.targets,
        problem.weights[rows],
        problem.entropy,
        problem.min_samples_leaf,
        problem.max_depth,
    )


@compiled
def all_varying(d: int) -> Any:
    """Return which inputs vary at each depth of the path to a node: their number, then they."""
    varying = np.zeros((16, d + 1), dtype=np.int32)
    varying[0, 0] = d
    for j in range(d):
        varying[0, j + 1] = j
    return varying


@compiled
def longer(array: Any) -> Any:
    """Return a table twice as long."""
    found = np.zeros((2 * len(array), array.shape[1]), dtype=array.dtype)
    for i in range(len(array)):
        for j in range(array.shape[1]):
            found[i, j] = array[i, j]
    return found


@compiled
def _write_total(problem: Any, rows: Any, total: Any) -> None:
    """Write the sums of the targets of some rows, the weight last."""
    k = problem.targets.shape[1]
    for c in range(k + 1):
        total[c] = 0.0
    for row in rows:
        total[k] += problem.weights[row]
        if len(problem.labels):
            total[problem.labels[row]] += 1.0
        else:
            for c in range(k):
                total[c] += problem.targets[row, c]


@compiled
def _is_pure(problem: Any, rows: Any) -> bool:
    """Return whether all rows have the same target."""
    first = rows[0]
    for row in rows:
        if len(problem.labels):
            if problem.labels[row] != problem.labels[first]:
                return False
            continue
        for c in range(problem.targets.shape[1]):
            here = problem.targets[row, c] * problem.weights[first]
            if here != problem.targets[first, c] * problem.weights[row]:
                return False
    return True
