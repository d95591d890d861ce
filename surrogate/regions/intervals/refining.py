"""The beam search over boxes whose limits on one input at a time are the best there are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Gap, Interval
from surrogate.regions.intervals import _intervals as kernel
from surrogate.regions.tables.amounts import Amounts
from surrogate.regions.tables.ranks import Column, Ranks, cut_between
from surrogate.regions.tables.targets import Target
from surrogate.regions.trajectories.trajectory import PeelingTrajectory, Step

__all__ = ["Refinement"]

_EQUAL = 1e-12  # scores this close differ by rounding only


@dataclass(frozen=True, slots=True)
class _State:
    """A box of the beam, its WRAcc, and of each of its inputs the rows and levels.

    `out` are the rows an input keeps out; `levels` how many levels it admits, and their ends.
    """

    box: Box
    out: dict[int, NDArray[np.bool_]]
    levels: dict[str, tuple[int, ...]]
    wracc: float
    changed: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What is better comes first: the score, fewer inputs, their names, more levels.

        Levels and not limits, so that the units of an input do not matter.
        """
        levels = sorted(self.levels.items())
        widths = [(name, -each[0]) for name, each in levels]
        return -round(self.wracc, 12), len(levels), widths, levels


class Refinement:
    """One search; see `BestInterval`."""

    def __init__(self, ranks: Ranks, target: Target) -> None:
        self.ranks = ranks
        self.target = target
        self.amounts = Amounts.of(target)
        self.n = len(target.y)
        weights = self.amounts.integers[:, 0].astype(float)
        self.whole = float(weights.sum())
        self.base = target.base
        self.rounding = 16 * float(np.finfo(float).eps) * float(np.abs(target.y).max())

    def run(self, max_restricted: int | None, beam_width: int) -> PeelingTrajectory:
        """Refine the boxes of the beam until the best of them gains nothing."""
        beam = [_State(Box({}), {}, {}, 0.0, "")]
        found = list(beam)
        most = len(self.ranks.columns) if max_restricted is None else max_restricted
        seen = {beam[0].box}
        while True:
            fresh = {}
            for state in beam:
                for each in self._refinements(state, most):
                    if each.box not in seen:
                        fresh[each.box] = each
            seen.update(fresh)
            beam = sorted([*beam, *fresh.values()], key=lambda each: each.key)[:beam_width]
            if beam[0].wracc > found[-1].wracc + _EQUAL:
                found.append(beam[0])
            if not any(state.box in fresh for state in beam):
                break
        steps = tuple(self._step(state) for state in found)
        return PeelingTrajectory(tuple(state.box for state in found), steps)

    def _refinements(self, state: _State, most: int) -> Iterator[_State]:
        """Yield the box with the best limits on each input, all others left as they are."""
        broken = np.zeros(self.n, dtype=np.int32)
        for kept_out in state.out.values():
            broken += kept_out
        for j, column in enumerate(self.ranks.columns):
            if j not in state.out and len(state.out) >= most:
                continue
            eligible = broken - state.out[j] == 0 if j in state.out else broken == 0
            allowed = self._best_levels(j, eligible)
            if allowed is None:
                continue
            box, admitted = _restricted(state.box, column, *allowed)
            out = {k: each for k, each in state.out.items() if k != j}
            levels = {k: each for k, each in state.levels.items() if k != column.name}
            if column.name in box.limits:
                out[j] = self._kept_out(j, admitted)
                ends = admitted if column.kind == "labels" else admitted[[0, -1]]
                levels[column.name] = len(admitted), *ends.tolist()
            yield _State(box, out, levels, self._wracc(out), column.name)

    def _kept_out(self, j: int, admitted: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which rows are at other levels of a column, shape (n,)."""
        order, starts, out = self.ranks.order[j], self._starts(j), np.ones(self.n, dtype=bool)
        if self.ranks.columns[j].kind == "labels":
            for level in admitted:
                out[order[starts[level] : starts[level + 1]]] = False
        else:
            out[order[starts[admitted[0]] : starts[admitted[-1] + 1]]] = False
        return out

    def _starts(self, j: int) -> Any:
        start, stop = self.ranks.offsets[j : j + 2]
        return self.ranks.starts[start : stop + 1] - j * self.n

    def _best_levels(
        self, j: int, eligible: NDArray[np.bool_]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
        """Return the levels the best limits admit, of all levels with eligible rows."""
        sums = kernel.level_sums(
            self.ranks.order[j], self._starts(j), eligible, self.amounts.integers
        )
        there = np.flatnonzero(sums[:, 0])
        above = np.asarray(self.amounts.mean(sums[there, 0], sums[there, 1])) - self.base
        gains = sums[there, 0] * np.where(np.abs(above) <= self.rounding, 0.0, above)
        if self.ranks.columns[j].kind == "labels":
            return (there[gains > 0], there) if (gains > 0).any() else None
        first, last, total = kernel.best_interval(gains)
        return (there[first : last + 1], there) if total > 0 else None

    def _wracc(self, out: dict[int, NDArray[np.bool_]]) -> float:
        weight, total = self._sums(out)
        mean = float(self.amounts.mean(weight, total)) if weight else 0.0
        return weight / self.whole * (mean - self.base)

    def _sums(self, out: dict[int, NDArray[np.bool_]]) -> tuple[int, int]:
        inside = np.ones(self.n, dtype=bool)
        for each in out.values():
            inside &= ~each
        weight, total = self.amounts.integers[inside].sum(axis=0)
        return int(weight), int(total)

    def _step(self, state: _State) -> Step:
        weight, total = self._sums(state.out)
        everything = self.amounts.integers[:, 1].sum()
        coverage = math.nan
        if self.target.kind != "values" and everything:
            coverage = total / int(everything)
        return Step(
            "refine" if state.changed else "start",
            state.changed,
            coverage,
            float(self.amounts.mean(weight, total)),
            weight / self.whole,
            int(self.n - np.logical_or.reduce([*state.out.values(), np.zeros(self.n, bool)]).sum()),
        )


def _restricted(
    box: Box, column: Column, kept: NDArray[np.intp], there: NDArray[np.intp]
) -> tuple[Box, NDArray[np.intp]]:
    """Return the box with these levels of one input, and all levels its limits admit.

    `there` are the levels that other limits leave rows at. Where the first or last of them is kept
    that side stays open; labels without such rows stay in.
    """
    free = box.drop(column.name) if column.name in box.limits else box
    everything = np.arange(len(column.levels))
    if column.kind == "labels":
        admitted = np.setdiff1d(everything, np.setdiff1d(there, kept))
    else:
        position = int(np.searchsorted(there, kept[0])), int(np.searchsorted(there, kept[-1]))
        below = int(there[position[0] - 1]) if position[0] > 0 else None
        above = int(there[position[1] + 1]) if position[1] + 1 < len(there) else None
        if column.kind != "ordered":
            return _interval(free, column, (below, int(kept[0])), (above, int(kept[-1])))
        first = 0 if below is None else int(kept[0])
        last = len(everything) - 1 if above is None else int(kept[-1])
        admitted = everything[first : last + 1]
    if len(admitted) == len(everything):
        return free, admitted
    return free.add(column.name, [column.levels[each] for each in admitted]), admitted


def _interval(
    free: Box, column: Column, low: tuple[int | None, int], high: tuple[int | None, int]
) -> tuple[Box, NDArray[np.intp]]:
    """Return the box with an interval between these levels, each end as (outside, inside)."""
    limits, levels = [-math.inf, math.inf], [0, len(column.levels) - 1]
    gaps: list[tuple[float, float] | None] = [None, None]
    for side, (outside, inside) in enumerate((low, high)):
        if outside is not None:
            cut = cut_between(column, outside, inside, lower=side == 0)
            limits[side], levels[side], gaps[side] = cut
    admitted = np.arange(levels[0], levels[1] + 1)
    if math.isinf(limits[0]) and math.isinf(limits[1]):
        return free, admitted
    return free.replace(column.name, Interval(*limits), gap=Gap(*gaps)), admitted
