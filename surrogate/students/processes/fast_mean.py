"""The mean of a Gaussian process, compiled: kernel and weighted sum in one pass over the data.

The time goes into the exponential. ``exp(-r) = 2^k 2^f`` with a whole k, whose power is a number
written by its bits, and a polynomial in f between -1/2 and 1/2 is vectorised by the compiler where
a call of the library is not. Each row is computed by itself, so that its answer does not depend on
the others, and nothing larger than the data is held.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from surrogate.students.arrays import Array
from surrogate.students.processes.kernels import KERNELS

__all__ = ["PRECISIONS", "process_mean"]


def process_mean(kernel: str, rows: Array, data: Array, weights: Array, precision: str) -> Array:
    """Return the weighted sums of correlations, shape (n_rows,).

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential"}
    rows : ndarray of shape (n_rows, d)
        Divided by the lengthscales.
    data : ndarray of shape (n, d)
        Divided by the lengthscales.
    weights : ndarray of shape (n,)
    precision : {"double", "single"}
    """
    number, sums = PRECISIONS[precision]
    found: NDArray[Any] = np.empty(len(rows), number)
    sums[kernel](
        np.ascontiguousarray(rows, number),
        np.ascontiguousarray(data.T, number),
        weights.astype(number),
        found,
    )
    return np.asarray(found, dtype=np.float64)


def _compiled(
    kernel: str, number: type, whole: type, *, degree: int, bias: int, shift: int
) -> Callable[[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]], None]:
    """Return the compiled sums of one kernel in one precision.

    `bias` and `shift` are those of the exponent in a number's bits, `degree` that of the
    polynomial for 2^f, as exact as the precision is.
    """
    powers = tuple(number(math.log(2) ** k / math.factorial(k)) for k in range(degree + 1))
    smooth = kernel == "squared_exponential"
    log2e, half, one, zero = map(number, (1 / math.log(2), 0.5, 1, 0))
    five, third, least = map(number, (5, 5 / 3, 2 - bias))

    @njit(fastmath=True, cache=True)
    def sums(rows: Any, data: Any, weights: Any, found: Any) -> None:  # pragma: no cover - compiled
        d, n = data.shape
        square, part = np.empty(n, rows.dtype), np.empty(n, rows.dtype)
        bits = np.empty(n, whole)
        power: Any = bits.view(number)
        for i in range(len(rows)):
            square[:] = zero
            for k in range(d):
                for j in range(n):
                    apart = rows[i, k] - data[k, j]
                    square[j] += apart * apart
            for j in range(n):
                distance = half * square[j] if smooth else np.sqrt(five * square[j])
                exponent = max(-distance * log2e, least)
                nearest = np.floor(exponent + half)
                rest = exponent - nearest
                value = powers[degree]
                for k in range(degree - 1, -1, -1):
                    value = value * rest + powers[k]
                if not smooth:
                    value *= one + distance + third * square[j]
                part[j] = value * weights[j]
                bits[j] = (whole(nearest) + whole(bias)) << whole(shift)
            total = zero
            for j in range(n):
                total += part[j] * power[j]
            found[i] = total

    return sums


_BITS = {
    "double": (np.float64, np.int64, {"degree": 13, "bias": 1023, "shift": 52}),
    "single": (np.float32, np.int32, {"degree": 7, "bias": 127, "shift": 23}),
}
PRECISIONS: dict[str, tuple[type, dict[str, Any]]] = {
    precision: (number, {kernel: _compiled(kernel, number, whole, **bits) for kernel in KERNELS})
    for precision, (number, whole, bits) in _BITS.items()
}
"""The type of the numbers, and the compiled sums by kernel."""
