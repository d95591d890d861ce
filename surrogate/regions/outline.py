"""The outline of a box that is being peeled or pasted, as levels and as limits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surrogate.regions._peeling import COLUMN, FIRST, LAST, NEXT
from surrogate.regions.box import Box
from surrogate.regions.columns import Column, Ranks
from surrogate.regions.limits import Gap, Interval

__all__ = ["Outline"]


class Outline:
    """Which levels of every column the box allows.

    Parameters
    ----------
    ranks : Ranks
        The sorted table. All levels of all columns stand in one row, as in the kernel.

    Attributes
    ----------
    allowed : ndarray of bool, shape (n_levels,)
    low, high : ndarray of int64, shape (d,)
        First and last allowed level of each column; of no meaning for unordered ones.
    box : Box
        The same as limits.
    """

    def __init__(self, ranks: Ranks) -> None:
        self.columns = ranks.columns
        self.offsets = ranks.offsets
        self.unordered = np.array([column.kind == "labels" for column in ranks.columns])
        self.low, self.high = self.offsets[:-1].copy(), self.offsets[1:] - 1
        self.allowed = np.ones(self.offsets[-1], dtype=np.bool_)
        self.box = Box({})

    @property
    def restricted(self) -> NDArray[np.int64]:
        """Columns the box restricts, shape (n_restricted,)."""
        flags = [column.name in self.box.limits for column in self.columns]
        return np.flatnonzero(flags).astype(np.int64)

    def move(self, slab: NDArray[np.int64], *, outward: bool) -> tuple[int, int]:
        """Take a slab off the box, or give it back; return the first and last level concerned."""
        j, first = int(slab[COLUMN]), int(slab[FIRST])
        if self.unordered[j]:
            self.allowed[first] = outward
            self._limit_labels(j, np.flatnonzero(self._allowed_of(j)))
            return first, first
        inside, outside = int(slab[NEXT]), int(slab[LAST])
        if outward:
            inside, outside = outside, inside
        lower = first < self.low[j] if outward else inside > outside
        before = (int(self.low[j]), int(self.high[j]))
        self._move_end(j, inside, outside, lower=lower)
        changed = (
            _between(before[0], int(self.low[j]))
            if lower
            else (_between(int(self.high[j]) + 1, before[1] + 1))
        )
        self.allowed[changed[0] : changed[1] + 1] = outward
        return changed

    def _move_end(self, j: int, inside: int, outside: int, *, lower: bool) -> None:
        """Set one end of an ordered column between two levels; outside -1 opens it."""
        start, stop = int(self.offsets[j]), int(self.offsets[j + 1]) - 1
        column = self.columns[j]
        end, limit, gap = inside, math.inf, None
        if outside < 0:
            end = start if lower else stop
        elif column.kind != "ordered":
            gap = (float(column.levels[outside - start]), float(column.levels[inside - start]))
            limit, end = _cut(column, gap, lower=lower)
            end += start
        (self.low if lower else self.high)[j] = end
        if column.kind == "ordered":
            self._limit_labels(j, np.arange(self.low[j] - start, self.high[j] - start + 1))
        else:
            self._limit_numbers(column.name, limit, gap, lower=lower)

    def _limit_numbers(
        self, name: str, limit: float, gap: tuple[float, float] | None, *, lower: bool
    ) -> None:
        low, high = self.box.limits.get(name, (-math.inf, math.inf))
        low_gap, high_gap = self.box.gaps.get(name, (None, None))
        if lower:
            low, low_gap = (limit if gap else -math.inf), gap
        else:
            high, high_gap = limit, gap
        if math.isinf(low) and math.isinf(high):
            self.box = self.box.drop(name)
        else:
            self.box = self.box.replace(name, Interval(low, high), gap=Gap(low_gap, high_gap))

    def _limit_labels(self, j: int, positions: NDArray[np.intp]) -> None:
        column = self.columns[j]
        if len(positions) == len(column.levels):
            self.box = self.box.drop(column.name)
        else:
            self.box = self.box.replace(column.name, [column.levels[each] for each in positions])

    def _allowed_of(self, j: int) -> NDArray[np.bool_]:
        return self.allowed[self.offsets[j] : self.offsets[j + 1]]


def _between(low: int, high: int) -> tuple[int, int]:
    return min(low, high), max(low, high) - 1


def _cut(column: Column, gap: tuple[float, float], *, lower: bool) -> tuple[float, int]:
    """Return the limit between two values and the last level it allows.

    The middle for real numbers; the inside value itself for whole numbers, and for neighbours so
    close that their middle is the outside value.
    """
    outside, inside = gap
    limit = inside if column.kind == "integer" else outside / 2 + inside / 2
    if limit == outside:
        limit = inside
    if lower:
        return limit, int(np.searchsorted(column.levels, limit, side="left"))
    return limit, int(np.searchsorted(column.levels, limit, side="right")) - 1
