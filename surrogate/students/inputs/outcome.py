"""Outcomes as numbers, and on a scale of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length, column_or_1d

from surrogate.errors import DataError

__all__ = ["continuous_outcome", "numbers_of", "standardised"]


def continuous_outcome(y: ArrayLike | None, X: Any, *, name: str) -> NDArray[np.float64]:
    """Return y as floats, shape (n,), one per row of X.

    Raises
    ------
    DataError
        If y is missing, not numeric, not finite, or of another length than X.
    """
    if y is None:
        raise DataError(f"{name} requires y to be passed, but the target y is None")
    try:
        values = column_or_1d(y, warn=True)
        check_consistent_length(X, values)
    except ValueError as error:
        raise DataError(f"{name}: {error}") from error
    numbers = numbers_of(values, f"{name}: y")
    bad = ~np.isfinite(numbers)
    if bad.any():
        row = int(bad.argmax())
        raise DataError(
            f"{name}: y must hold finite numbers, neither NaN nor infinity; got {int(bad.sum())} "
            f"others in {len(bad)} rows, the first in row {row}: {numbers[row]}; leave such runs "
            f"out"
        )
    return numbers


def numbers_of(values: Any, what: str) -> NDArray[np.float64]:
    """Return values as floats.

    Raises
    ------
    DataError
        If they are text, complex, or dates.

    Examples
    --------
    >>> numbers_of([True, False, True], "y")
    array([1., 0., 1.])
    """
    found = np.asarray(values)
    if found.dtype.kind in "mM":
        raise DataError(
            f"{what} must hold numbers; got dates or times ({found.dtype}): take seconds or days, "
            f"say, since the first"
        )
    if np.iscomplexobj(found):
        raise DataError(f"{what} must hold real numbers. Complex data not supported")
    try:
        return found.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} must hold numbers; {error}") from error


def standardised(y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """Return (y - offset) / scale with mean 0 and variance 1, the offset, and the scale.

    Safe for outcomes whose squares overflow or vanish; a constant has scale 1.

    Examples
    --------
    >>> standardised(np.array([1e-200, 3e-200]))
    (array([-1.,  1.]), 2e-200, 1e-200)
    """
    if (y == y[0]).all():
        return np.zeros_like(y), float(y[0]), 1.0
    _, exponent = np.frexp(np.abs(y).max())
    scaled = np.ldexp(y, -exponent)  # by a power of 2, which rounds nothing
    offset = float(scaled.mean())
    centred = scaled - offset
    largest = float(np.abs(centred).max())
    scale = largest * float((centred / largest).std())
    return centred / scale, float(np.ldexp(offset, exponent)), float(np.ldexp(scale, exponent))
