"""Random numbers: one seed, separate streams, never global state.

A seed is turned into independent streams by *purpose*, so that the same seed never redraws the
same points for a design, a transfer set and a certificate.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from surrogate.errors import ArgumentError

__all__ = ["Rng", "generator", "seed_of", "seed_of_state", "stream"]

Rng = int | np.integer | np.random.Generator | None


def generator(rng: Rng) -> np.random.Generator:
    """Return `rng` as a Generator; an int is a seed (0 included), None is fresh entropy.

    Examples
    --------
    >>> generator(0).integers(100) == generator(0).integers(100)
    np.True_
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        return np.random.default_rng()
    return np.random.default_rng(_checked(rng))


def seed_of(rng: Rng) -> int:
    """Return one integer that stands for `rng`: itself, one drawn from it, or a fresh one."""
    if rng is None:
        return int(np.random.default_rng().integers(2**53))
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**53))
    return _checked(rng)


def seed_of_state(random_state: Any) -> int:
    """Return one integer for an estimator's `random_state`: an int, a RandomState or None.

    Examples
    --------
    >>> seed_of_state(7)
    7
    """
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31))
    return seed_of(random_state)


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return the generator of one purpose, independent of every other purpose of the same seed.

    Parameters
    ----------
    seed : int
        From `seed_of`.
    *purpose : str or int
        What the numbers are for, e.g. ``"transfer"`` or ``"fold", 3``.

    Examples
    --------
    >>> a, b = stream(0, "transfer"), stream(0, "certificate")
    >>> bool(a.random() == b.random())
    False
    """
    words = [zlib.crc32(part.encode()) if isinstance(part, str) else int(part) for part in purpose]
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(words)))


def _checked(rng: object) -> int:
    if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)) or rng < 0:
        raise ArgumentError(
            f"rng must be a non-negative int, a numpy Generator or None; got {rng!r}"
        )
    return int(rng)
