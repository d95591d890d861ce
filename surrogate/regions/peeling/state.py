"""The box a search is at, with what is counted inside it and just outside it."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Interval
from surrogate.regions.peeling import _peeling as kernel
from surrogate.regions.peeling.outline import Outline
from surrogate.regions.peeling.table import table_of
from surrogate.regions.tables.amounts import Amounts
from surrogate.regions.tables.ranks import Column, rank
from surrogate.regions.tables.targets import Target
from surrogate.regions.trajectories.trajectory import Step

__all__ = ["ROUNDING", "State"]

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

ROUNDING = 1 + 1e-9  # keeps floor(alpha n) from losing a point: 0.29 * 100 is below 29


class State:
    """One search on its way: its box, the tallies of the kernel, and the steps so far.

    Only the rows of the first box are sorted and counted; shares are of all rows.

    Parameters
    ----------
    frame : DataFrame of shape (n, d)
    target : Target
    start : Box
        The first box, which also says what missing values mean.
    """

    def __init__(self, frame: pd.DataFrame, target: Target, start: Box) -> None:
        amounts = Amounts.of(target)
        self.mean_of_sums = amounts.mean
        self.has_cases = target.kind != "values"
        self.missing = start.missing
        self.boxes: list[Box] = []
        self.steps: list[Step] = []
        self._enter(amounts.integers)
        self.whole = self.weight, self.total
        self._record("start", "", Box({}, missing=start.missing))
        rows, y = amounts.integers, target.y
        if start.limits:
            inside = _rows_in(start, frame)
            frame, rows, y = frame.loc[inside], rows[inside], y[inside]
            self._enter(rows)
            self._record("given", "", start)
        ranks = rank(frame, allow_missing=start.missing != "error")
        _check_limits(start, ranks.columns)
        self.has_missing = any(column.has_missing for column in ranks.columns)
        self.outline = Outline(ranks, start)
        self.table = table_of(ranks, rows)
        self.counts = kernel.first_counts(self.table)
        self.culprits = np.zeros(0, dtype=np.int64)
        self.top = float(y.max())
        self.rounding = 16 * float(np.finfo(float).eps) * float(np.abs(y).max())
        self.name_order = np.argsort(np.argsort([column.name for column in ranks.columns]))

    @property
    def box(self) -> Box:
        """The box as limits."""
        return self.outline.box

    @property
    def mass(self) -> float:
        """Share of the weight of all rows."""
        return self.weight / self.whole[0]

    @property
    def pure(self) -> bool:
        """Whether every row inside has the largest y, so that no peel can raise the mean."""
        return self.top - self.mean <= self.rounding

    def means(self, weight: Integers, total: Integers) -> Floats:
        """Return the means after each candidate; one that rounding alone moves has not moved."""
        mean = np.asarray(self.mean_of_sums(weight, total))
        return np.where(np.abs(mean - self.mean) <= self.rounding, self.mean, mean)

    def candidates(self, alpha: float, *, outward: bool) -> Integers:
        """Return the slabs one could peel (or paste), at most the share `alpha` of the box each."""
        room = int(alpha * self.weight * ROUNDING)
        inward = -1 if outward else 1
        found = kernel.candidates(self.table, self.counts, self.outline.ends, room, inward)
        if self.has_missing:
            found = self._with_missing(found, outward=outward)
        return np.asarray(found)

    def after(self, found: Integers, *, outward: bool) -> tuple[Integers, Integers]:
        """Return weight and weighted sum of the box after each candidate."""
        sign = 1 if outward else -1
        weight = self.weight + sign * found[:, kernel.WEIGHT]
        return weight, self.total + sign * found[:, kernel.SUM]

    def is_new(self, found: Integers) -> NDArray[np.bool_]:
        """Return whether each candidate restricts an input that is still free."""
        return self.outline.free[found[:, kernel.COLUMN]]

    def peel(self, slab: Integers) -> None:
        """Take a slab off the box."""
        was_free = self.outline.free[slab[kernel.COLUMN]]
        j, first, last = self.outline.move(slab, outward=False)
        changes = [(first, last)]
        if was_free and self._hides(j):
            changes.append((self.outline.hide(j, allowed=False),) * 2)
        for change in changes:
            leaving = kernel.expel(self.table, *change, self.counts.broken)
            kernel.count(self.table, leaving, -1, self.counts.tally)
            self.n -= len(leaving)
        self._count(slab, -1)
        self._record("peel", self.outline.columns[j].name, self.box)

    def turn_outward(self) -> None:
        """From now on tally the points that a single input keeps outside."""
        self.culprits = kernel.near_misses(
            self.table, self.counts, self.outline.ends, self.outline.allowed
        )

    def paste(self, slab: Integers) -> None:
        """Give a slab back to the box."""
        j, first, last = self.outline.move(slab, outward=True)
        changes = [(first, last)]
        if self.outline.free[j] and self._hides(j):
            changes.append((self.outline.hide(j, allowed=True),) * 2)
        for change in changes:
            self.n += kernel.admit(self.table, self.counts, (j, *change), self.culprits)
        self._count(slab, 1)
        self._record("paste", self.outline.columns[j].name, self.box)

    def _hides(self, j: int) -> bool:
        """Return whether a limit on a column keeps out rows that have no value in it."""
        return self.missing == "outside" and self.outline.columns[j].has_missing

    def _with_missing(self, found: Integers, *, outward: bool) -> Integers:
        """Count the rows without a value to the slab that makes them leave or come.

        Where they never leave, a box must still have values to be limited to.
        """
        if self.missing == "inside":
            return found if outward else found[[self.outline.leaves_levels(each) for each in found]]
        for slab in found:
            j = slab[kernel.COLUMN]
            changes = self.outline.frees(slab) if outward else self.outline.free[j]
            if self._hides(j) and changes:
                slab[[kernel.WEIGHT, kernel.SUM]] += self.counts.tally[
                    self.table.offsets[j + 1] - 1
                ]
        return found

    def _enter(self, rows: NDArray[np.signedinteger[Any]]) -> None:
        """Begin with a box of these amounts."""
        self.n = len(rows)
        self.weight, self.total = (int(each) for each in rows.sum(axis=0))
        self.mean = float(self.mean_of_sums(self.weight, self.total))

    def _count(self, slab: Integers, sign: int) -> None:
        self.weight += sign * int(slab[kernel.WEIGHT])
        self.total += sign * int(slab[kernel.SUM])
        self.mean = float(self.mean_of_sums(self.weight, self.total))

    def _record(
        self, kind: Literal["start", "given", "peel", "paste"], restricted: str, box: Box
    ) -> None:
        coverage = math.nan
        if self.has_cases and self.whole[1]:
            coverage = self.total / self.whole[1]
        self.boxes.append(box)
        self.steps.append(Step(kind, restricted, coverage, self.mean, self.mass, self.n))


def _rows_in(start: Box, frame: pd.DataFrame) -> NDArray[np.bool_]:
    inside = start.contains(frame).to_numpy()
    if not inside.any():
        raise DataError(f"initial_box holds none of the {len(frame)} rows: {start.rule()}")
    return np.asarray(inside)


def _check_limits(start: Box, columns: tuple[Column, ...]) -> None:
    for column in columns:
        limits = start.limits.get(column.name)
        is_number = column.kind in ("real", "integer")
        if limits is not None and isinstance(limits, Interval) != is_number:
            raise DataError(
                f"initial_box must limit input {column.name!r} to "
                f"{'an interval of numbers' if is_number else 'labels'}; got {limits}"
            )
