"""The search of PRIM: peel from the whole space down, then paste."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError
from surrogate.regions import _peeling as kernel
from surrogate.regions.amounts import Amounts
from surrogate.regions.box import Box
from surrogate.regions.outline import Outline
from surrogate.regions.ranks import Ranks
from surrogate.regions.table import table_of
from surrogate.regions.targets import Target
from surrogate.regions.trajectory import PeelingTrajectory, Step

__all__ = ["Objective", "Search"]

Floats: TypeAlias = NDArray[np.float64]
Objective: TypeAlias = Callable[[float, Floats, float, Floats], Floats]

_ROUNDING = 1 + 1e-9  # keeps floor(alpha n) from losing a point: 0.29 * 100 is below 29
_EQUAL = 1e-9  # scores this close, relative to their range, differ by rounding only


@dataclass(frozen=True, slots=True)
class Search:
    """What one search is asked to do; see `PRIM` for the meaning of each."""

    peel_alpha: float
    paste_alpha: float
    mass_min: float
    objective: Objective
    max_restricted: int | None

    def run(self, ranks: Ranks, target: Target) -> PeelingTrajectory:
        """Peel as long as the mass allows, then paste as long as the mean rises."""
        state = _State(ranks, target)
        while not state.pure and (slab := self._best(state, outward=False)) is not None:
            state.peel(slab)
        if self.paste_alpha > 0:
            state.turn_outward()
            while (slab := self._best(state, outward=True)) is not None:
                state.paste(slab)
        return PeelingTrajectory(tuple(state.boxes), tuple(state.steps))

    def _best(self, state: _State, *, outward: bool) -> NDArray[np.int64] | None:
        """Return the best slab to peel or paste, or None if there is none.

        Among equals: no further restricted input, then more mass, then the name, then the lower
        side; so the order of columns does not matter.
        """
        found = state.candidates(self.paste_alpha if outward else self.peel_alpha, outward=outward)
        weight, total = state.after(found, outward=outward)
        found, weight, total = (each[weight > 0] for each in (found, weight, total))
        mean, new = state.mean_of(weight, total), state.is_new(found)
        if outward:
            admissible = mean > state.mean
        else:
            admissible = weight * _ROUNDING >= self.mass_min * state.whole[0]
            if self.max_restricted is not None:
                admissible &= state.box.n_restricted + new <= self.max_restricted
        if not admissible.any():
            return None
        found, weight = found[admissible], weight[admissible]
        mean, new = mean[admissible], new[admissible]
        score = self._score(state, mean, weight / state.whole[0])
        worse = score < score.max() - _EQUAL * (score.max() - score.min())
        name = state.name_order[found[:, kernel.COLUMN]]
        return np.asarray(found[np.lexsort((found[:, kernel.FIRST], name, -weight, new, worse))[0]])

    def _score(self, state: _State, mean: Floats, mass: Floats) -> Floats:
        score = np.asarray(self.objective(state.mean, mean, state.mass, mass), dtype=np.float64)
        if score.shape != mean.shape or not np.isfinite(score).all():
            raise ArgumentError(
                f"objective must return one finite number per candidate, shape {mean.shape}; "
                f"got {score!r}"
            )
        return score


class _State:
    """The box so far, with what is counted inside it and just outside it."""

    def __init__(self, ranks: Ranks, target: Target) -> None:
        self.outline = Outline(ranks)
        self.target = target
        self.amounts = Amounts.of(target)
        self.table = table_of(ranks, self.amounts)
        self.whole = tuple(int(amount) for amount in self.amounts.integers.sum(axis=0))
        self.weight, self.total = self.whole
        self.mean = float(self.amounts.mean(*self.whole))
        self.n = len(target.y)
        self.counts = kernel.Counts(
            np.zeros(self.n, dtype=np.int32),
            np.zeros((len(self.table.blocks) - 1, 2), dtype=np.int64),
        )
        kernel.count(self.table, np.arange(self.n, dtype=np.int32), 1, self.counts.tally)
        self.top = float(target.y.max())
        self.rounding = 16 * float(np.finfo(float).eps) * float(np.abs(target.y).max())
        self.culprits = np.zeros(0, dtype=np.int64)
        self.name_order = np.argsort(np.argsort([column.name for column in ranks.columns]))
        self.boxes: list[Box] = []
        self.steps: list[Step] = []
        self._record("start", "")

    @property
    def box(self) -> Box:
        return self.outline.box

    @property
    def mass(self) -> float:
        return self.weight / self.whole[0]

    @property
    def pure(self) -> bool:
        """Whether every row inside has the largest y, so that no peel can raise the mean."""
        return self.top - self.mean <= self.rounding

    def mean_of(self, weight: NDArray[np.int64], total: NDArray[np.int64]) -> Floats:
        """Return the means after each candidate; one that rounding alone moves has not moved."""
        mean = np.asarray(self.amounts.mean(weight, total))
        return np.where(np.abs(mean - self.mean) <= self.rounding, self.mean, mean)

    def candidates(self, alpha: float, *, outward: bool) -> NDArray[np.int64]:
        room = int(alpha * self.weight * _ROUNDING)
        inward = -1 if outward else 1
        return np.asarray(
            kernel.candidates(self.table, self.counts, self.outline.ends, room, inward)
        )

    def after(
        self, found: NDArray[np.int64], *, outward: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return weight and weighted sum of the box after each candidate."""
        sign = 1 if outward else -1
        weight = self.weight + sign * found[:, kernel.WEIGHT]
        return weight, self.total + sign * found[:, kernel.SUM]

    def is_new(self, found: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether each candidate restricts an input that is still free."""
        free = np.ones(self.table.codes.shape[1], dtype=bool)
        free[self.outline.restricted] = False
        return free[found[:, kernel.COLUMN]]

    def peel(self, slab: NDArray[np.int64]) -> None:
        j, first, last = self.outline.move(slab, outward=False)
        leaving = kernel.expel(self.table, first, last, self.counts.broken)
        kernel.count(self.table, leaving, -1, self.counts.tally)
        self._count(slab, -1, -len(leaving))
        self._record("peel", self.outline.columns[j].name)

    def turn_outward(self) -> None:
        """From now on tally the points that a single input keeps outside."""
        self.culprits = kernel.near_misses(
            self.table, self.counts, self.outline.ends, self.outline.allowed
        )

    def paste(self, slab: NDArray[np.int64]) -> None:
        change = self.outline.move(slab, outward=True)
        came = kernel.admit(self.table, self.counts, change, self.culprits)
        self._count(slab, 1, came)
        self._record("paste", self.outline.columns[change[0]].name)

    def _count(self, slab: NDArray[np.int64], sign: int, n: int) -> None:
        self.weight += sign * int(slab[kernel.WEIGHT])
        self.total += sign * int(slab[kernel.SUM])
        self.mean = float(self.amounts.mean(self.weight, self.total))
        self.n += n

    def _record(self, kind: Literal["start", "peel", "paste"], restricted: str) -> None:
        coverage = math.nan
        if self.target.kind != "values" and self.whole[1]:
            coverage = self.total / self.whole[1]
        self.boxes.append(self.box)
        self.steps.append(Step(kind, restricted, coverage, self.mean, self.mass, self.n))
