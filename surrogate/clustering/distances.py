"""Distances between series of one length."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["DISTANCES"]

Floats = NDArray[np.float64]


def euclidean(one: Floats, other: Floats) -> Floats:
    """Return the root mean squared difference, shape (n, m), of series (n, t) and (m, t)."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(one, other) / np.sqrt(one.shape[1]))


def complexity_invariant(one: Floats, other: Floats) -> Floats:
    """Return the Euclidean distance times the ratio of the two complexities, the larger on top.

    The complexity of a series is the length of its steps; two series that wander differently are
    far apart even where they stay close. One that does not move at all counts with the least
    complexity a number of its size can have.
    """
    pair = [np.maximum(_complexity(each), _least(each)) for each in (one, other)]
    high = np.maximum(pair[0][:, None], pair[1][None, :])
    low = np.minimum(pair[0][:, None], pair[1][None, :])
    return euclidean(one, other) * high / low


DISTANCES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "euclidean": euclidean,
    "complexity_invariant": complexity_invariant,
}


def _complexity(series: Floats) -> Floats:
    return np.asarray(np.sqrt(np.sum(np.diff(series, axis=1) ** 2, axis=1)))


def _least(series: Floats) -> Floats:
    """Return the smallest step that is no rounding of a series, shape (n,)."""
    size = np.abs(series).max(axis=1)
    return np.where(size > 0, size, 1.0) * 1e-6
