"""Where the next runs promise most: scipy's differential evolution over the surrogate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import differential_evolution

from surrogate.space import Space
from surrogate.space.restriction import Restriction

__all__ = ["Ground"]

Array = NDArray[np.float64]

_N_POOL = 1024  # points the search begins from: most of the space, and the best run's surroundings
_N_POPULATION = 40
_N_GENERATIONS = 30
_NEAR = (0.1, 0.02, 0.004)  # standard deviations of points around the best run, on the unit cube
_FORBIDDEN = 1e100


class Ground:
    """The part of a space that may be asked, seen from the unit cube.

    Parameters
    ----------
    space : Space
    within : mapping of str to limits, optional
        The part, for instance `Box.limits`.
    """

    def __init__(self, space: Space, within: Mapping[str, Any] | None = None) -> None:
        self.space = space
        self._part = Restriction(space, within) if within else None

    def rows(self, unit: Array) -> pd.DataFrame:
        """Return inputs at points of the unit cube of the part: integers and labels as such."""
        inside = np.clip(self._part.shrink(unit) if self._part else unit, 0, 1)
        return self.space.from_unit(inside)

    def allowed(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows meet the space's constraints and limits on derived inputs."""
        fine = self.space.satisfied(rows)
        return fine & self._part.holds(rows) if self._part else fine

    def contains(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows lie in the part, shape (n,)."""
        return self._part.contains(rows) if self._part else np.ones(len(rows), dtype=bool)

    def propose(
        self,
        promise: Callable[[pd.DataFrame], Array],
        known: pd.DataFrame,
        best: int | None,
        n: int,
        random: np.random.Generator,
    ) -> pd.DataFrame:
        """Return up to n new rows that promise most, apart from each other and from known rows.

        Parameters
        ----------
        promise : callable
            Of a DataFrame of inputs, in logarithms.
        known : DataFrame
            Rows that were asked.
        best : int or None
            The best of them, whose surroundings are searched too.
        n : int
        random : Generator

        Returns
        -------
        DataFrame
            Fewer rows, or none, where all of a finite space is known.
        """
        pool = self._pool(known, best, random)
        chosen: list[Array] = []
        for _ in range(n):
            unit = self._search(promise, pool, chosen, random)
            taken = pd.concat([known, self.rows(np.array(chosen))]) if chosen else known
            new = self._first_new(unit, taken)
            if new is None:
                break
            chosen.append(new)
        return self.rows(np.array(chosen).reshape(-1, self.space.d))

    def _pool(self, known: pd.DataFrame, best: int | None, random: np.random.Generator) -> Array:
        pool = random.random((_N_POOL, self.space.d))
        if best is None:
            return pool
        centre = self._unshrunk(known.iloc[[best]])
        near = [centre + random.normal(0, width, (_N_POOL // 8, self.space.d)) for width in _NEAR]
        return np.clip(np.vstack([pool, *near]), 0, 1)

    def _unshrunk(self, row: pd.DataFrame) -> Array:
        """Return the point of the part's unit cube that gives a row, found by bisection."""
        wanted = self.space.to_unit(row)
        if self._part is None:
            return wanted
        low, high = np.zeros_like(wanted), np.ones_like(wanted)
        for _ in range(50):  # the way from the part's cube to the space's grows in every input
            middle = (low + high) / 2
            under = self._part.shrink(middle) < wanted
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return high

    def _search(
        self,
        promise: Callable[[pd.DataFrame], Array],
        pool: Array,
        chosen: list[Array],
        random: np.random.Generator,
    ) -> Array:
        """Return points from most to least promising, the optimiser's own before the pool's."""

        def cost(unit: Array) -> Array:
            rows = self.rows(unit.T)
            fine = self.allowed(rows)
            values = np.full(len(rows), _FORBIDDEN)
            values[fine] = -promise(rows[fine]) if fine.any() else 0.0
            return values - _apart(unit.T, chosen)

        order = pool[np.argsort(cost(pool.T), kind="stable")]
        found = differential_evolution(
            cost,
            [(0.0, 1.0)] * self.space.d,
            init=order[:_N_POPULATION],
            maxiter=_N_GENERATIONS,
            vectorized=True,
            updating="deferred",
            polish=False,
            tol=1e-6,
            rng=random,
        )
        return np.vstack([found.x[None, :], order])

    def _first_new(self, unit: Array, known: pd.DataFrame) -> Array | None:
        """Return the first point whose row is allowed and not among the known ones."""
        rows = self.rows(unit)
        names = list(self.space.varied)
        seen = set(known[names].itertuples(index=False, name=None))
        fine = self.allowed(rows)
        for position, row in enumerate(rows[names].itertuples(index=False, name=None)):
            if fine[position] and row not in seen:
                return unit[position]
        return None


def _apart(unit: Array, chosen: list[Array]) -> Array:
    """Return logarithms that lower the promise near rows of the same batch, shape (n,)."""
    penalty = np.zeros(len(unit))
    reach = 0.1 * unit.shape[1] ** 0.5
    for point in chosen:
        squared = ((unit - point) ** 2).sum(axis=1) / reach**2
        penalty += np.log(-np.expm1(-0.5 * np.maximum(squared, 1e-12)))
    return penalty
