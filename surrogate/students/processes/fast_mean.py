"""The mean of a Gaussian process, compiled: kernel and weighted sum in one pass over the data.

Each row is computed by itself, so that its answer does not depend on the others, and nothing larger
than the data is held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from surrogate.students.arrays import Array
from surrogate.students.processes.exponential import DOUBLE, SINGLE, split_exponential
from surrogate.students.processes.kernels import RADIAL

__all__ = ["PRECISIONS", "process_mean"]

Sums = Callable[..., None]


def process_mean(
    kernel: str,
    rows: Array,
    data: Array,
    weights: Array,
    precision: str,
    *,
    shares: Array | None = None,
) -> Array:
    """Return the weighted sums of correlations, shape (n_rows,).

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential", "anova"}
    rows : ndarray of shape (n_rows, d)
        Divided by the lengthscales.
    data : ndarray of shape (n, d)
        Divided by the lengthscales.
    weights : ndarray of shape (n,)
    precision : {"double", "single"}
    shares : ndarray of shape (d,), optional
        Of the anova kernel: how much of each factor varies with its input.
    """
    number, sums = PRECISIONS[precision]
    found: NDArray[Any] = np.empty(len(rows), number)
    parameters: tuple[Any, ...] = () if shares is None else (shares.astype(number),)
    sums[kernel](
        np.ascontiguousarray(rows, number),
        np.ascontiguousarray(data.T, number),
        weights.astype(number),
        *parameters,
        found,
    )
    return np.asarray(found, dtype=np.float64)


def _radial(kernel: str, number: type, whole: type, form: tuple[Any, ...]) -> Sums:
    """Return the compiled sums of one radial kernel."""
    smooth = kernel == "squared_exponential"
    half, one, zero, five, third = map(number, (0.5, 1, 0, 5, 5 / 3))

    @njit(fastmath=True, cache=True)
    def sums(rows: Any, data: Any, weights: Any, found: Any) -> None:  # pragma: no cover - compiled
        d, n = data.shape
        square, decay = np.empty(n, rows.dtype), np.empty(n, rows.dtype)
        part, bits = np.empty(n, rows.dtype), np.empty(n, whole)
        power: Any = bits.view(number)
        for i in range(len(rows)):
            square[:] = zero
            for k in range(d):
                for j in range(n):
                    apart = rows[i, k] - data[k, j]
                    square[j] += apart * apart
            for j in range(n):
                decay[j] = half * square[j] if smooth else np.sqrt(five * square[j])
            split_exponential(decay, part, bits, form)
            total = zero
            for j in range(n):
                value = part[j] * power[j] * weights[j]
                total += value if smooth else value * (one + decay[j] + third * square[j])
            found[i] = total

    return sums


def _anova(number: type, whole: type, form: tuple[Any, ...]) -> Sums:
    """Return the compiled sums of the anova kernel, which has shares before the sums found."""
    half, one, zero = map(number, (0.5, 1, 0))

    @njit(fastmath=True, cache=True)
    def sums(  # pragma: no cover - compiled
        rows: Any, data: Any, weights: Any, shares: Any, found: Any
    ) -> None:
        d, n = data.shape
        product, decay = np.empty(n, rows.dtype), np.empty(n, rows.dtype)
        part, bits = np.empty(n, rows.dtype), np.empty(n, whole)
        power: Any = bits.view(number)
        for i in range(len(rows)):
            for j in range(n):  # not as a whole, which compiles numpy's messages along
                product[j] = weights[j]
            for k in range(d):
                for j in range(n):
                    apart = rows[i, k] - data[k, j]
                    decay[j] = half * apart * apart
                split_exponential(decay, part, bits, form)
                for j in range(n):
                    product[j] *= (one - shares[k]) + shares[k] * part[j] * power[j]
            total = zero
            for j in range(n):
                total += product[j]
            found[i] = total

    return sums


def _compiled(number: type, whole: type, form: tuple[Any, ...]) -> dict[str, Sums]:
    """Return the compiled sums of all kernels in one precision."""
    radial = {kernel: _radial(kernel, number, whole, form) for kernel in RADIAL}
    return radial | {"anova": _anova(number, whole, form)}


PRECISIONS: dict[str, tuple[type, dict[str, Any]]] = {
    "double": (np.float64, _compiled(np.float64, np.int64, DOUBLE)),
    "single": (np.float32, _compiled(np.float32, np.int32, SINGLE)),
}
"""The type of the numbers, and the compiled sums by kernel."""
