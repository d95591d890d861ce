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

from typing import Any, NamedTuple

import numpy as np
from numba import njit

__all__ = ["Ends", "Table", "add_points", "admit", "candidates", "near_misses", "split"]

# Columns of the table of candidates.
COLUMN, FIRST, LAST, NEXT, WEIGHT, SUM = range(6)


class Table(NamedTuple):
    """The points: level in every column (d, n), where columns start (d + 1,), amounts (n, 2)."""

    codes: Any
    offsets: Any
    amounts: Any


class Ends(NamedTuple):
    """Where each column starts, whether it is unordered, its first and last allowed level."""

    offsets: Any
    unordered: Any
    low: Any
    high: Any


@njit(cache=True)
def add_points(table: Table, points: Any, sign: int, tally: Any) -> None:
    """Add (sign 1) points to the tally of their levels in every column, or take them away (-1)."""
    for j in range(len(table.codes)):
        codes, offset = table.codes[j], table.offsets[j]
        for i in points:
            tally[offset + codes[i], 0] += sign * table.amounts[i, 0]
            tally[offset + codes[i], 1] += sign * table.amounts[i, 1]


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
def candidates(tally: Any, ends: Ends, room: int, inward: int) -> Any:
    """Return every slab one could peel (inward 1, from the ends) or paste (inward -1).

    Rows of the answer: column, first and last level, next level with points, weight, sum.
    """
    offsets, unordered, low, high = ends
    sizes = np.where(unordered, offsets[1:] - offsets[:-1], 2)
    found = np.empty((sizes.sum(), 6), dtype=np.int64)
    n = 0
    for j in range(len(sizes)):
        first_of_all, last_of_all = offsets[j], offsets[j + 1] - 1
        for side in range(sizes[j]):
            step = inward if side == 0 else -inward
            if unordered[j]:  # each level is a candidate of its own
                start = first_of_all + side
                stop, step = start, 1
            elif inward == 1:
                start, stop = (low[j], high[j]) if side == 0 else (high[j], low[j])
            else:
                start, stop = (
                    (low[j] - 1, first_of_all) if side == 0 else (high[j] + 1, last_of_all)
                )
            last, following, weight, total = _slab(tally, start, stop, step, room)
            if last >= 0:
                found[n, COLUMN], found[n, FIRST], found[n, LAST] = j, start, last
                found[n, NEXT], found[n, WEIGHT], found[n, SUM] = following, weight, total
                n += 1
    return found[:n]


@njit(cache=True)
def near_misses(table: Table, allowed: Any, restricted: Any, tally: Any) -> Any:
    """Tally the points that a single input keeps outside; return how many inputs keep out each."""
    broken = np.zeros(len(table.amounts), dtype=np.int32)
    for j in restricted:
        codes, offset = table.codes[j], table.offsets[j]
        for i in range(len(broken)):
            if not allowed[offset + codes[i]]:
                broken[i] += 1
    for j in restricted:
        codes, offset = table.codes[j], table.offsets[j]
        for i in range(len(broken)):
            if broken[i] == 1 and not allowed[offset + codes[i]]:
                tally[offset + codes[i], 0] += table.amounts[i, 0]
                tally[offset + codes[i], 1] += table.amounts[i, 1]
    return broken


@njit(cache=True)
def admit(table: Table, allowed: Any, change: Any, broken: Any, tally: Any) -> int:
    """Let in the points at levels that are allowed by now; return how many came in.

    `change` is the column with its first and last level that changed.
    """
    column, first, last = change
    offset = table.offsets[column]
    came = 0
    for i in range(len(broken)):
        level = offset + table.codes[column, i]
        if level < first or level > last:
            continue
        broken[i] -= 1
        if broken[i] == 0:
            came += 1
            tally[level, 0] -= table.amounts[i, 0]
            tally[level, 1] -= table.amounts[i, 1]
        elif broken[i] == 1:
            for j in range(len(table.codes)):
                other = table.offsets[j] + table.codes[j, i]
                if not allowed[other]:
                    tally[other, 0] += table.amounts[i, 0]
                    tally[other, 1] += table.amounts[i, 1]
    return came
