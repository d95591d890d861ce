"""The search of PRIM: peel from the whole space down, then paste."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import ArgumentError
from surrogate.regions.boxes.box import Box
from surrogate.regions.peeling import _peeling as kernel
from surrogate.regions.peeling.state import ROUNDING, State
from surrogate.regions.tables.targets import Target
from surrogate.regions.trajectories.trajectory import PeelingTrajectory

__all__ = ["Objective", "Search"]

Floats: TypeAlias = NDArray[np.float64]
Objective: TypeAlias = Callable[[float, Floats, float, Floats], Floats]

_EQUAL = 1e-9  # scores this close, relative to their range, differ by rounding only


@dataclass(frozen=True, slots=True)
class Search:
    """What one search is asked to do; see `PRIM` for the meaning of each."""

    peel_alpha: float
    paste_alpha: float
    mass_min: float
    objective: Objective
    max_restricted: int | None
    initial_box: Box

    def run(self, frame: pd.DataFrame, target: Target) -> PeelingTrajectory:
        """Peel as long as the mass allows, then paste as long as the mean rises."""
        state = State(frame, target, self.initial_box)
        while not state.pure and (slab := self._best(state, outward=False)) is not None:
            state.peel(slab)
        if self.paste_alpha > 0:
            state.turn_outward()
            while (slab := self._best(state, outward=True)) is not None:
                state.paste(slab)
        return PeelingTrajectory(tuple(state.boxes), tuple(state.steps))

    def _best(self, state: State, *, outward: bool) -> NDArray[np.int64] | None:
        """Return the best slab to peel or paste, or None if there is none.

        Among equals: no further restricted input, then more mass, then the name, then the lower
        side; so the order of columns does not matter.
        """
        found = state.candidates(self.paste_alpha if outward else self.peel_alpha, outward=outward)
        weight, total = state.after(found, outward=outward)
        mean = state.means(np.maximum(weight, 1), total)
        new = state.is_new(found)
        if outward:
            admissible = mean > state.mean
        else:
            admissible = (weight > 0) & (weight * ROUNDING >= self.mass_min * state.whole[0])
            if self.max_restricted is not None:
                admissible &= state.box.n_restricted + new <= self.max_restricted
        options = np.flatnonzero(admissible)
        if not len(options):
            return None
        score = self._score(state, mean[options], weight[options] / state.whole[0])
        best = options[score >= score.max() - _EQUAL * (score.max() - score.min())]
        if len(best) > 1:
            slabs = found[best]
            name = state.name_order[slabs[:, kernel.COLUMN]]
            best = best[np.lexsort((slabs[:, kernel.FIRST], name, -weight[best], new[best]))]
        return np.asarray(found[best[0]])

    def _score(self, state: State, mean: Floats, mass: Floats) -> Floats:
        score = np.asarray(self.objective(state.mean, mean, state.mass, mass), dtype=np.float64)
        if score.shape != mean.shape or not np.isfinite(score).all():
            raise ArgumentError(
                f"objective must return one finite number per candidate, shape {mean.shape}; "
                f"got {score!r}"
            )
        return score
