"""Ranges and tick marks of a drawn axis: plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interval", "decades", "drawn_range", "inward", "round_marks"]

Interval = tuple[float, float]


def drawn_range(support: Sequence[float], numbers: NDArray[np.float64]) -> Interval:
    """Return the finite range to draw: the support, or the values with a margin where it is open.

    Parameters
    ----------
    support : (low, high)
        May be infinite.
    numbers : ndarray, shape (n,)
        What must be visible; numbers that are not finite are passed over.

    Examples
    --------
    >>> drawn_range((0.0, math.inf), np.array([2.0, 10.0]))
    (0.0, 10.4)
    """
    numbers = numbers[np.isfinite(numbers)]
    ends = [end for end in support if math.isfinite(end)]
    known = np.concatenate([numbers, ends]) if ends else numbers
    if known.size == 0:
        return (0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    margin = 0.04 * (high - low) or 0.5
    return (
        support[0] if math.isfinite(support[0]) else low - margin,
        support[1] if math.isfinite(support[1]) and support[1] > low else high + margin,
    )


def inward(low: float, high: float) -> Interval:
    """Return the outermost whole numbers inside an interval; an open side stays open."""
    return (
        float(math.ceil(low)) if math.isfinite(low) else low,
        float(math.floor(high)) if math.isfinite(high) else high,
    )


def decades(low: float, high: float) -> list[float]:
    """Return the powers of ten between two positive numbers."""
    exponents = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    return [10.0**exponent for exponent in exponents]


def round_marks(low: float, high: float, *, whole: bool) -> list[float]:
    """Return about five multiples of 1, 2 or 5 times a power of ten, only whole ones if asked.

    Examples
    --------
    >>> round_marks(0.0, 0.5, whole=False)
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    """
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if rough <= power * factor * (1 + 1e-9))
    if whole:
        step = max(1.0, round(step))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [
        round(count * step, 12) if step > 1e-9 else count * step for count in range(first, last + 1)
    ]
