"""The compiled inner loops of PRIM.

Every column is a row of *levels* (its distinct values in order) and all levels of all columns stand
in one array, the *tally*: for each level the weight and the weighted sum of y of the points at it.
A peel reads the ends of each column's levels, in order, until the slab is full; when points leave,
their levels are updated. So each point is entered once and taken away at most once per column, and
nothing is sorted again: O(n d) after the sort, plus one look at the peeled column of the points
inside at each step.

Weights and sums are integers (fixed point), so they are exact whatever the order of rows, columns
and steps, and an emptied level has weight 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["add_points", "admit", "candidates", "near_misses", "split"]

# Columns of the table of candidates.
COLUMN, FIRST, LAST, NEXT, WEIGHT, SUM = range(6)


@njit(cache=True)
def add_points(codes: Any, offsets: Any, points: Any, sign: int, amounts: Any, tally: Any) -> None:
    """Add (sign 1) points to the tally of their levels in every column, or take them away (-1)."""
    for j in range(codes.shape[0]):
        for i in points:
            level = offsets[j] + codes[j, i]
            tally[level, 0] += sign * amounts[i, 0]
            tally[level, 1] += sign * amounts[i, 1]


@njit(cache=True)
def split(codes: Any, inside: Any, first: int, last: int) -> Any:
    """Return the points that leave (code within first..last) and those that stay, in order."""
    leaving, staying = np.empty_like(inside), np.empty_like(inside)
    n_leaving = n_staying = 0
    for i in inside:
        if first <= codes[i] <= last:
            leaving[n_leaving] = i
            n_leaving += 1
        else:
            staying[n_staying] = i
            n_staying += 1
    return leaving[:n_leaving], staying[:n_staying].copy()


@njit(cache=True)
def _slab(tally: Any, start: int, stop: int, step: int, room: int) -> Any:
    """Take whole levels from start towards stop: at most `room` of weight, but at least one.

    Returns the last level taken (-1: none), the next level with points (-1: none is left), and the
    weight and sum of what was taken.
    """
    last, weight, total = -1, 0, 0
    for level in range(start, stop + step, step):
        here = tally[level, 0]
        if here == 0:
            continue
        if last >= 0 and weight + here > room:
            return last, level, weight, total
        last = level
        weight += here
        total += tally[level, 1]
    return last, -1, weight, total


@njit(cache=True)
def candidates(
    tally: Any, offsets: Any, unordered: Any, low: Any, high: Any, room: int, outward: bool
) -> Any:
    """Return every slab one could peel (from the ends inward) or paste (outward).

    Rows of the answer: column, first and last level, next level with points, weight, sum.
    """
    d = len(unordered)
    sizes = np.where(unordered, offsets[1:] - offsets[:-1], 2)
    found = np.empty((sizes.sum(), 6), dtype=np.int64)
    n = 0
    for j in range(d):
        first_of_all, last_of_all = offsets[j], offsets[j + 1] - 1
        for side in range(sizes[j]):
            if unordered[j]:  # one level is one candidate
                start = first_of_all + side
                stop, step = start, 1
            elif outward:
                start, stop = (
                    (low[j] - 1, first_of_all) if side == 0 else (high[j] + 1, last_of_all)
                )
                step = -1 if side == 0 else 1
            else:
                start, stop = (low[j], high[j]) if side == 0 else (high[j], low[j])
                step = 1 if side == 0 else -1
            last, following, weight, total = _slab(tally, start, stop, step, room)
            if last >= 0:
                found[n, COLUMN], found[n, FIRST], found[n, LAST] = j, start, last
                found[n, NEXT], found[n, WEIGHT], found[n, SUM] = following, weight, total
                n += 1
    return found[:n]


@njit(cache=True)
def near_misses(
    codes: Any, offsets: Any, allowed: Any, restricted: Any, amounts: Any, tally: Any
) -> Any:
    """Tally the points that a single input keeps outside, and count what keeps out each point."""
    n = codes.shape[1]
    broken = np.zeros(n, dtype=np.int32)
    for j in restricted:
        for i in range(n):
            if not allowed[offsets[j] + codes[j, i]]:
                broken[i] += 1
    for j in restricted:
        for i in range(n):
            level = offsets[j] + codes[j, i]
            if broken[i] == 1 and not allowed[level]:
                tally[level, 0] += amounts[i, 0]
                tally[level, 1] += amounts[i, 1]
    return broken


@njit(cache=True)
def admit(
    codes: Any,
    offsets: Any,
    allowed: Any,
    restricted: Any,
    amounts: Any,
    tally: Any,
    broken: Any,
    column: int,
    first: int,
    last: int,
) -> int:
    """Let in the points at levels first..last, allowed by now; return how many came in."""
    came = 0
    for i in range(codes.shape[1]):
        level = offsets[column] + codes[column, i]
        if level < first or level > last:
            continue
        broken[i] -= 1
        if broken[i] == 0:
            came += 1
            tally[level, 0] -= amounts[i, 0]
            tally[level, 1] -= amounts[i, 1]
        elif broken[i] == 1:
            for j in restricted:
                other = offsets[j] + codes[j, i]
                if not allowed[other]:
                    tally[other, 0] += amounts[i, 0]
                    tally[other, 1] += amounts[i, 1]
    return came
