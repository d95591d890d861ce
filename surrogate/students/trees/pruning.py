"""Minimal cost-complexity pruning: every size of one grown tree, and how good each is elsewhere.

Pruning step s turns the node whose subtree buys least per leaf into a leaf. ``step[t]`` is the step
at which node t stops being an inner node (0 for leaves, the last step for the root), so the tree
after s steps is the grown tree in which a row stops at the first node with ``step <= s``. Nothing
is copied, and the score of every size on held-out rows takes one walk of each row.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np

from surrogate.students.trees.compiled import compiled

__all__ = ["losses_by_step", "weakest_links"]


@compiled
def weakest_links(left: Any, right: Any, scores: Any) -> Any:
    """Return the step of every node, and the price per leaf and number of leaves after each step.

    Parameters
    ----------
    left, right : ndarray of shape (n_nodes,)
        Children, which come after their parent; -1 for leaves.
    scores : ndarray of shape (n_nodes,)
        What a node is worth as a leaf; the sum over leaves grows with every split.
    """
    n = len(left)
    parent = np.full(n, -1)
    leaves, worth = np.ones(n, dtype=np.int64), scores.copy()
    for t in range(n - 1, -1, -1):
        if left[t] >= 0:
            parent[left[t]], parent[right[t]] = t, t
            leaves[t] = leaves[left[t]] + leaves[right[t]]
            worth[t] = worth[left[t]] + worth[right[t]]
    inner = [t for t in range(n) if left[t] >= 0]
    step = np.zeros(n, dtype=np.int64)
    prices, sizes = [0.0], [leaves[0]]
    queue = [((worth[t] - scores[t]) / (leaves[t] - 1), leaves[t], t) for t in inner]
    heapq.heapify(queue)
    alive = leaves.copy()
    while queue:
        price, size, t = heapq.heappop(queue)
        if alive[t] != size or alive[t] < 2:  # pruned above, or its subtree has shrunk since
            continue
        _close(t, (left, right), len(sizes), step, alive)
        gone, loss = size - 1, worth[t] - scores[t]
        ancestor = t
        while ancestor >= 0:
            alive[ancestor] -= gone
            worth[ancestor] -= loss
            if alive[ancestor] > 1:
                rate = (worth[ancestor] - scores[ancestor]) / (alive[ancestor] - 1)
                heapq.heappush(queue, (rate, alive[ancestor], ancestor))
            ancestor = parent[ancestor]
        prices.append(max(price, prices[-1]))
        sizes.append(alive[0])
    return step, np.array(prices), np.array(sizes)


@compiled
def _close(top: int, children: Any, at: int, step: Any, alive: Any) -> None:
    """Stamp the inner nodes at and below `top` that are still open; those below are done with."""
    left, right = children
    todo = [top]
    while todo:
        t = todo.pop()
        if left[t] < 0 or step[t]:
            continue
        step[t] = at
        todo.append(left[t])
        todo.append(right[t])
        if t != top:
            alive[t] = 0


@compiled
def losses_by_step(X: Any, tree: Any, answers: Any, truth: Any, cap: float) -> Any:
    """Return the sum of a tree's losses on some rows after every step.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    tree : tuple of ndarray
        Feature, threshold, left, right and step of every node; see `weakest_links`.
    answers : ndarray of shape (n_nodes,)
        What each node predicts: a value, or the code of a class.
    truth : ndarray of shape (n,)
        Values or codes.
    cap : float
        The loss is the squared error, at most this: 1 counts the errors of codes.
    """
    feature, threshold, left, right, step = tree
    change = np.zeros(step[0] + 2)
    for i in range(len(X)):
        node, until = 0, step[0] + 1
        while True:
            loss = min((answers[node] - truth[i]) ** 2, cap)
            change[step[node]] += loss
            change[until] -= loss
            until = step[node]
            if feature[node] < 0:
                break
            node = left[node] if X[i, feature[node]] <= threshold[node] else right[node]
    return np.cumsum(change)[:-1]
