"""The compiled inner loop of the best-interval search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["best_interval", "level_sums"]


@njit(cache=True)
def level_sums(order: Any, starts: Any, eligible: Any, amounts: Any) -> Any:
    """Return weight and weighted y of the eligible rows at each level, shape (n_levels, 2)."""
    sums = np.zeros((len(starts) - 1, 2), dtype=np.int64)
    for level in range(len(sums)):
        for p in range(starts[level], starts[level + 1]):
            i = order[p]
            if eligible[i]:
                sums[level, 0] += amounts[i, 0]
                sums[level, 1] += amounts[i, 1]
    return sums


@njit(cache=True)
def best_interval(gains: Any) -> Any:
    """Return first and last position of the neighbours with the largest sum, and that sum.

    One pass [1]_: a run whose sum is not positive is better not carried on. Among equals the
    shortest run, then the first; nothing at all (-1, -1, 0) if no gain is positive.

    References
    ----------
    .. [1] J. Bentley, Programming pearls: algorithm design techniques, Communications of the ACM 27
       (1984), https://doi.org/10.1145/358234.381162
    """
    first, last, most = -1, -1, 0.0
    start, total = 0, 0.0
    for position, gain in enumerate(gains):
        if total <= 0:
            start, total = position, 0.0
        total += gain
        if total > most:
            first, last, most = start, position, total
    return first, last, most
