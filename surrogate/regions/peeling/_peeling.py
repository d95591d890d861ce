"""The compiled inner loops of PRIM.

The rows of every column stand in `order`, sorted by *level* (its distinct values), and neighbouring
levels make *blocks* of about a thousandth of the rows (a level with more rows is a block of its
own). The *tally* holds for each block the weight and the weighted sum of y of the rows of the box
in it. A slab is read off the tally from one end of a column: whole blocks as long as they fit, then
the levels of the block where it ends. When rows leave, the tally of their blocks is updated. So
each row is counted once and taken away at most once per column, in tables small enough for the
processor's cache, and nothing is sorted again: O(n d) for the whole trajectory.

Weights and sums are integers (fixed point), so they are exact whatever the order of rows, columns
and steps, and an emptied block has weight 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

__all__ = [
    "Counts",
    "Ends",
    "Table",
    "admit",
    "candidates",
    "count",
    "cut_blocks",
    "expel",
    "first_counts",
    "near_misses",
    "write_codes",
]

_AT_A_TIME = 256

# Columns of the table of candidates.
COLUMN, FIRST, LAST, NEXT, WEIGHT, SUM = range(6)


class Table(NamedTuple):
    """The rows: sorted, in levels and in blocks.

    `order` (d n,) holds the rows of one column after the other by level, `starts` (n_levels + 1,)
    where each level begins in it, `blocks` (n_blocks + 1,) the first level of each block;
    `offsets` (d + 1,) says where the blocks of each column begin, `codes` (n, d) in which of them
    each row is, `amounts` (n, 2) its weight and weighted y.
    """

    order: Any
    starts: Any
    blocks: Any
    offsets: Any
    codes: Any
    amounts: Any


class Counts(NamedTuple):
    """How many inputs keep each row out (n,); weight and sum in each block (n_blocks, 2)."""

    broken: Any
    tally: Any


class Ends(NamedTuple):
    """Where the levels of each column start and end, whether it is unordered, its ends in the box.

    A level behind the last holds the rows without a value; no slab reaches it.
    """

    offsets: Any
    last: Any
    unordered: Any
    low: Any
    high: Any


@njit(cache=True)
def cut_blocks(starts: Any, most: int) -> Any:
    """Return the first level of each block: neighbouring levels with at most `most` rows."""
    firsts = np.empty(len(starts) - 1, dtype=np.int64)
    n = filled = 0
    for level in range(len(firsts)):
        size = starts[level + 1] - starts[level]
        if n == 0 or filled + size > most:
            firsts[n] = level
            n += 1
            filled = 0
        filled += size
    return firsts[:n].copy()


@njit(cache=True)
def write_codes(order: Any, ends: Any, codes: Any) -> None:
    """Write the number of its block to every row, where block b ends before position ends[b]."""
    column = np.empty(len(codes), dtype=codes.dtype)  # next to each other, so that it fits a cache
    start = 0
    for block, stop in enumerate(ends):
        for p in range(start, stop):
            column[order[p]] = block
        start = stop
    for i in range(len(codes)):
        codes[i] = column[i]


@njit(cache=True)
def count(table: Table, rows: Any, sign: int, tally: Any) -> None:
    """Add rows to the tally of their blocks (sign 1), or take them away (-1).

    Rows are fetched some at a time: reads that wait for nothing overlap, and the memory is far.
    """
    offsets = table.offsets.astype(np.uint64)  # unsigned: no look at whether an index is negative
    codes = np.empty((_AT_A_TIME, table.codes.shape[1]), dtype=table.codes.dtype)
    amounts = np.empty((_AT_A_TIME, 2), dtype=np.int64)
    for start in range(0, len(rows), _AT_A_TIME):
        some = rows[start : start + _AT_A_TIME]
        for p, i in enumerate(some):
            amounts[p, 0], amounts[p, 1] = table.amounts[i, 0], table.amounts[i, 1]
            for j in range(codes.shape[1]):
                codes[p, j] = table.codes[i, j]
        for p in range(len(some)):
            weight, total = sign * amounts[p, 0], sign * amounts[p, 1]
            for j in range(codes.shape[1]):
                block = offsets[j] + codes[p, j]
                tally[block, 0] += weight
                tally[block, 1] += total


def first_counts(table: Table) -> Counts:
    """Return the counts of a box that holds every row."""
    n = len(table.codes)
    counts = Counts(np.zeros(n, np.int16), np.zeros((len(table.blocks) - 1, 2), np.int64))
    count(table, np.arange(n, dtype=np.int32), 1, counts.tally)
    return counts


@njit(cache=True)
def expel(table: Table, first: int, last: int, broken: Any) -> Any:
    """Forbid some levels of a column; return the rows that leave the box.

    `broken` (n,) counts the inputs that keep each row out of the box.
    """
    rows = table.order[table.starts[first] : table.starts[last + 1]]
    leaving = np.empty_like(rows)
    n = 0
    for i in rows:
        if broken[i] == 0:
            leaving[n] = i
            n += 1
        broken[i] += 1
    return leaving[:n]


@njit(cache=True)
def _counted(table: Table, level: int, broken: Any, wanted: int) -> Any:
    """Return weight and sum of the rows at a level that `wanted` inputs keep out."""
    weight = total = 0
    for p in range(table.starts[level], table.starts[level + 1]):
        i = table.order[p]
        if broken[i] == wanted:
            weight += table.amounts[i, 0]
            total += table.amounts[i, 1]
    return weight, total


@njit(cache=True)
def _farthest(table: Table, block: int, step: int, broken: Any, wanted: int) -> int:
    """Return the last level of a block, in the direction of `step`, that has wanted rows."""
    first, last = table.blocks[block], table.blocks[block + 1] - 1
    if first == last:
        return first
    if step < 0:
        first, last = last, first
    for level in range(last, first - step, -step):
        if _counted(table, level, broken, wanted)[0] > 0:
            return level
    return -1


@njit(cache=True)
def _block_of(blocks: Any, level: int) -> int:
    """Return the block that a level is in."""
    low, high = 0, len(blocks) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if blocks[middle] <= level:
            low = middle
        else:
            high = middle
    return low


@njit(cache=True)
def _slab(table: Table, counts: Counts, side: Any, room: int) -> Any:
    """Take whole levels from one side: at most `room` of weight, but at least one level.

    `side` is the level to start at, the one to stop at, the step, and how many inputs keep the
    wanted rows out. Returns the last level taken (-1: none), the next level with rows (-1: none is
    left), and the weight and sum of what was taken.
    """
    broken, tally = counts
    start, stop, step, wanted = side
    none: Any = np.int64(-1)  # of this type from the start, or all is compiled for another too
    last, whole, weight, total = none, none, 0, 0  # whole: the block taken whole since `last`
    begin, end = _block_of(table.blocks, start), _block_of(table.blocks, stop)
    for block in range(begin, end + step, step):
        here = tally[block, 0]
        if here == 0:
            continue
        if weight + here <= room:
            whole = block
            weight += here
            total += tally[block, 1]
            continue
        low, high = table.blocks[block], table.blocks[block + 1] - 1
        only_level = low == high
        near, far = (max(low, start), high) if step > 0 else (min(high, start), low)
        for level in range(near, far + step, step):
            if only_level:
                more, added = here, tally[block, 1]
            else:
                more, added = _counted(table, level, broken, wanted)
            if more == 0:
                continue
            if (last >= 0 or whole >= 0) and weight + more > room:
                if whole >= 0:
                    last = _farthest(table, whole, step, broken, wanted)
                return last, level, weight, total
            last, whole = level, -1
            weight += more
            total += added
    if whole >= 0:
        last = _farthest(table, whole, step, broken, wanted)
    return last, -1, weight, total


@njit(cache=True)
def candidates(table: Table, counts: Counts, ends: Ends, room: int, inward: int) -> Any:
    """Return every slab one could peel (inward 1, from the ends) or paste (inward -1).

    Rows of the answer: column, first and last level, next level with rows, weight, sum.
    """
    offsets, last_values, unordered, low, high = ends
    n = 0
    for j in range(len(unordered)):
        n += last_values[j] - offsets[j] + 1 if unordered[j] else 2
    found = np.empty((n, 6), dtype=np.int64)
    n = 0
    for j in range(len(unordered)):
        first_of_all, last_of_all = offsets[j], last_values[j]
        n_sides = last_of_all - first_of_all + 1 if unordered[j] else 2
        for side in range(n_sides):
            if unordered[j]:  # each level is a block and a candidate of its own
                start = last = first_of_all + side
                following = -1
                block = table.offsets[j] + side
                weight, total = counts.tally[block, 0], counts.tally[block, 1]
            else:
                step = inward if side == 0 else -inward
                if inward == 1:
                    start, stop = (low[j], high[j]) if side == 0 else (high[j], low[j])
                elif side == 0:
                    start, stop = low[j] - 1, first_of_all
                else:
                    start, stop = high[j] + 1, last_of_all
                if (stop - start) * step < 0:
                    continue
                way = (start, stop, step, 0 if inward == 1 else 1)
                last, following, weight, total = _slab(table, counts, way, room)
            if weight > 0:
                found[n, COLUMN], found[n, FIRST], found[n, LAST] = j, start, last
                found[n, NEXT], found[n, WEIGHT], found[n, SUM] = following, weight, total
                n += 1
    return found[:n]


@njit(cache=True)
def _count_in(table: Table, i: int, column: int, sign: int, tally: Any) -> None:
    """Add a row to the tally of its block in one column (sign 1), or take it away (-1)."""
    block = table.offsets[column] + table.codes[i, column]
    tally[block, 0] += sign * table.amounts[i, 0]
    tally[block, 1] += sign * table.amounts[i, 1]


@njit(cache=True)
def near_misses(table: Table, counts: Counts, ends: Ends, allowed: Any) -> Any:
    """Tally the rows that a single input keeps out; return the sum of the inputs that do.

    Where only one input keeps a row out, that sum is the number of its column.
    """
    broken, tally = counts
    tally[:] = 0
    culprits = np.zeros(len(broken), dtype=np.int64)
    for j in range(table.codes.shape[1]):
        first = ends.offsets[j]
        if not ends.unordered[j]:
            for p in range(table.starts[first], table.starts[ends.low[j]]):
                culprits[table.order[p]] += j
            for p in range(table.starts[ends.high[j] + 1], table.starts[ends.last[j] + 1]):
                culprits[table.order[p]] += j
            first = ends.last[j] + 1
        for level in range(first, ends.offsets[j + 1]):
            if not allowed[level]:
                for p in range(table.starts[level], table.starts[level + 1]):
                    culprits[table.order[p]] += j
    for i in range(len(broken)):
        if broken[i] == 1:
            _count_in(table, i, culprits[i], 1, tally)
    return culprits


@njit(cache=True)
def admit(table: Table, counts: Counts, change: Any, culprits: Any) -> int:
    """Let in the rows at levels that are allowed by now; return how many came in.

    `change` is the column with its first and last level that changed.
    """
    broken, tally = counts
    column, first, last = change
    came = 0
    for p in range(table.starts[first], table.starts[last + 1]):
        i = table.order[p]
        if broken[i] == 1:
            came += 1
            _count_in(table, i, column, -1, tally)
        broken[i] -= 1
        culprits[i] -= column
        if broken[i] == 1:
            _count_in(table, i, culprits[i], 1, tally)
    return came
