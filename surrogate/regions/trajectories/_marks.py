"""The compiled count behind quasi-p-values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["between", "mark"]


@njit(cache=True)
def between(keys: Any, low: float, high: float) -> Any:
    """Return the rows whose key lies in (low, high]."""
    rows = np.empty(len(keys), dtype=np.int32)
    n = 0
    for i in range(len(keys)):
        rows[n] = i
        n += (keys[i] > low) & (keys[i] <= high)
    return rows[:n]


@njit(cache=True)
def mark(rows: Any, turn: Any, cases: Any, marks: Any, counts: Any) -> None:
    """Let one limit keep rows out, or no longer; `turn` is its number and the sign, 1 or -1.

    `marks` (n, 2) are how many limits keep a row out, and the sum of their numbers: the number
    itself where it is one. `counts` (1 + n_limits, 2) are rows and cases inside, and those that
    each limit alone keeps out.
    """
    limit, sign = turn
    for i in rows:
        n_out, number, case = marks[i, 0], marks[i, 1], cases[i]
        if n_out <= 1:
            counts[number, 0] -= 1
            counts[number, 1] -= case
        n_out += sign
        number += sign * limit
        if n_out <= 1:
            counts[number, 0] += 1
            counts[number, 1] += case
        marks[i, 0], marks[i, 1] = n_out, number
