"""The outline of a box that is being peeled or pasted, as levels and as limits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Gap, Interval
from surrogate.regions.peeling._peeling import COLUMN, FIRST, LAST, NEXT, Ends
from surrogate.regions.tables.ranks import Ranks, cut_between

__all__ = ["Outline"]

_FREE = (-math.inf, math.inf)


class Outline:
    """Which levels of every column the box allows.

    Parameters
    ----------
    ranks : Ranks
        The sorted table, of rows in `start`. All levels of all columns stand in one row, as in the
        kernel.
    start : Box
        The box before the first peel. No paste goes beyond it.

    Attributes
    ----------
    allowed : ndarray of bool, shape (n_levels,)
    ends : Ends
        First and last allowed level of each column; of no meaning for unordered ones.
    free : ndarray of bool, shape (d,)
        Which columns the box does not restrict.
    box : Box
        The same as limits.
    """

    def __init__(self, ranks: Ranks, start: Box) -> None:
        self.columns = ranks.columns
        offsets = ranks.offsets
        last = offsets[1:] - 1 - np.array([column.has_missing for column in ranks.columns])
        unordered = np.array([column.kind == "labels" for column in ranks.columns])
        self.ends = Ends(offsets, last, unordered, offsets[:-1].copy(), last.copy())
        self.allowed = np.ones(offsets[-1], dtype=np.bool_)
        self.free = np.array([column.name not in start.limits for column in ranks.columns])
        self.start = self.box = start

    def move(self, slab: NDArray[np.int64], *, outward: bool) -> tuple[int, int, int]:
        """Take a slab off the box, or give it back; return column, first and last level changed."""
        j, first = int(slab[COLUMN]), int(slab[FIRST])
        if self.ends.unordered[j]:
            self.allowed[first] = outward
            levels = slice(self.ends.offsets[j], self.ends.last[j] + 1)
            self._limit_labels(j, np.flatnonzero(self.allowed[levels]))
            self.free[j] = self.columns[j].name not in self.box.limits
            return j, first, first
        inside, outside = int(slab[NEXT]), int(slab[LAST])
        if outward:
            inside, outside = outside, inside
        lower = first < self.ends.low[j] if outward else inside > outside
        ends = self.ends.low if lower else self.ends.high
        before = int(ends[j])
        self._move_end(j, inside, outside, lower=lower)
        self.free[j] = self.columns[j].name not in self.box.limits
        low, high = sorted((before, int(ends[j])))
        change = (low, high - 1) if lower else (low + 1, high)
        self.allowed[change[0] : change[1] + 1] = outward
        return j, *change

    def hide(self, j: int, *, allowed: bool) -> int:
        """Keep out (or admit) the rows without a value in a column; return their level."""
        level = int(self.ends.last[j]) + 1
        self.allowed[level] = allowed
        return level

    def frees(self, slab: NDArray[np.int64]) -> bool:
        """Return whether a column would be free with this slab given back."""
        j, first = slab[COLUMN], slab[FIRST]
        start, stop = self.ends.offsets[j], self.ends.last[j]
        if self.ends.unordered[j]:
            return bool(self.allowed[start : stop + 1].sum() == stop - start)
        is_low = first < self.ends.low[j]
        other_is_open = self.ends.high[j] == stop if is_low else self.ends.low[j] == start
        return bool(slab[NEXT] < 0 and other_is_open)

    def leaves_levels(self, slab: NDArray[np.int64]) -> bool:
        """Return whether some level of its column would be left without this slab."""
        j = slab[COLUMN]
        if not self.ends.unordered[j]:
            return bool(slab[NEXT] >= 0)
        return bool(self.allowed[self.ends.offsets[j] : self.ends.last[j] + 1].sum() > 1)

    def _move_end(self, j: int, inside: int, outside: int, *, lower: bool) -> None:
        """Set one end of an ordered column between two levels; outside -1 opens it."""
        start, stop = int(self.ends.offsets[j]), int(self.ends.last[j])
        column = self.columns[j]
        end, limit, gap = inside, math.inf, None
        if outside < 0:
            end = start if lower else stop
        elif column.kind != "ordered":
            cut = cut_between(column, outside - start, inside - start, lower=lower)
            limit, end, gap = cut.limit, start + cut.level, cut.gap
        (self.ends.low if lower else self.ends.high)[j] = end
        if column.kind == "ordered":
            self._limit_labels(
                j, np.arange(self.ends.low[j] - start, self.ends.high[j] - start + 1)
            )
        else:
            self._limit_numbers(column.name, limit, gap, lower=lower)

    def _limit_numbers(
        self, name: str, limit: float, gap: tuple[float, float] | None, *, lower: bool
    ) -> None:
        low, high = self.box.limits.get(name, _FREE)
        low_gap, high_gap = self.box.gaps.get(name, (None, None))
        first, first_gaps = self.start.limits.get(name, _FREE), self.start.gaps.get(name)
        if lower:
            low, low_gap = (limit, gap) if gap else (first[0], first_gaps and first_gaps.low)
        else:
            high, high_gap = (limit, gap) if gap else (first[1], first_gaps and first_gaps.high)
        if (low, high) == _FREE:
            self.box = self.box.drop(name)
        else:
            self.box = self.box.replace(name, Interval(low, high), gap=Gap(low_gap, high_gap))

    def _limit_labels(self, j: int, positions: NDArray[np.intp]) -> None:
        column = self.columns[j]
        labels = [column.levels[each] for each in positions]
        if column.name in self.start.limits:
            labels = [each for each in labels if each in self.start.limits[column.name]]
        elif len(labels) == len(column.levels):
            self.box = self.box.drop(column.name)
            return
        self.box = self.box.replace(column.name, labels)
