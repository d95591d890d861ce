"""Correlations of pairs of rows and their derivatives, compiled: one pass over the data.

Rows against themselves are computed once per pair and entered twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from surrogate.students.processes.exponential import DOUBLE, split_exponential

__all__ = ["anova", "anova_gradient", "mirror", "radial"]

_BLOCK = 8  # numbers of a cache line: entries of one column may all fall into the same few lines


@njit(cache=True)
def mirror(matrix: Any) -> None:  # pragma: no cover - compiled
    """Copy the lower triangle to the upper, block by block."""
    n = len(matrix)
    for first in range(0, n, _BLOCK):
        for start in range(0, first + 1, _BLOCK):
            for i in range(first, min(first + _BLOCK, n)):
                for j in range(start, min(start + _BLOCK, i)):
                    matrix[j, i] = matrix[i, j]


@njit(fastmath=True, cache=True)
def radial(  # pragma: no cover - compiled  # noqa: PLR0917 - numba takes no keywords
    rows: Any, columns: Any, smooth: Any, itself: Any, correlation: Any, slope: Any
) -> None:
    """Enter the correlations of a radial kernel, and its slopes.

    Parameters
    ----------
    rows : ndarray of shape (n_stacked, n_rows, d)
        Divided by the lengthscales.
    columns : ndarray of shape (n_stacked, d, n_columns)
        Divided by the lengthscales.
    smooth : bool
        Squared exponential, else Matern 5/2.
    itself : bool
        Whether the columns are the rows.
    correlation : ndarray of shape (n_stacked, n_rows, n_columns)
    slope : like correlation, or empty
    """
    n = columns.shape[2]
    square, decay, part = np.empty(n), np.empty(n), np.empty(n)
    bits = np.empty(n, np.int64)
    power = bits.view(np.float64)
    for s in range(len(rows)):
        for i in range(rows.shape[1]):
            m = i + 1 if itself else n
            for j in range(m):
                square[j] = 0.0
            for k in range(rows.shape[2]):
                for j in range(m):
                    apart = rows[s, i, k] - columns[s, k, j]
                    square[j] += apart * apart
            for j in range(m):
                decay[j] = 0.5 * square[j] if smooth else np.sqrt(5.0 * square[j])
            split_exponential(decay[:m], part, bits, DOUBLE)
            for j in range(m):
                value = part[j] * power[j]
                less = value * (1.0 + decay[j])
                correlation[s, i, j] = value if smooth else less + value * (5.0 / 3.0) * square[j]
                part[j] = value if smooth else (5.0 / 3.0) * less
            if len(slope):
                for j in range(m):
                    slope[s, i, j] = part[j]
        if itself:
            mirror(correlation[s])
            if len(slope):
                mirror(slope[s])


@njit(fastmath=True, cache=True)
def anova(  # pragma: no cover - compiled
    rows: Any, columns: Any, shares: Any, itself: Any, correlation: Any
) -> None:
    """Enter the correlations of the anova kernel; see `radial`, and `shares` of shape (d,)."""
    n = columns.shape[2]
    product, decay, part = np.empty(n), np.empty(n), np.empty(n)
    bits = np.empty(n, np.int64)
    power = bits.view(np.float64)
    for s in range(len(rows)):
        for i in range(rows.shape[1]):
            m = i + 1 if itself else n
            for j in range(m):
                product[j] = 1.0
            for k in range(rows.shape[2]):
                for j in range(m):
                    apart = rows[s, i, k] - columns[s, k, j]
                    decay[j] = 0.5 * apart * apart
                split_exponential(decay[:m], part, bits, DOUBLE)
                for j in range(m):
                    product[j] *= (1.0 - shares[k]) + shares[k] * part[j] * power[j]
            for j in range(m):
                correlation[s, i, j] = product[j]
        if itself:
            mirror(correlation[s])


@njit(fastmath=True, cache=True)
def anova_gradient(  # pragma: no cover - compiled
    weighted: Any, rows: Any, columns: Any, shares: Any, gradient: Any
) -> None:
    """Enter what lengthscales and shares of the anova kernel move, shape (2 d,).

    Parameters
    ----------
    weighted : ndarray of shape (n, n)
        Correlations times weights, symmetric.
    rows, columns : ndarray of shape (n, d) and (d, n)
        Divided by the lengthscales.
    shares : ndarray of shape (d,)
    gradient : ndarray of shape (2 d,)
        By the logarithms of the lengthscales, then by the log odds of the shares.
    """
    n, d = rows.shape
    decay, part, bits = np.empty(n), np.empty(n), np.empty(n, np.int64)
    power = bits.view(np.float64)
    for k in range(2 * d):
        gradient[k] = 0.0
    for i in range(n):
        for k in range(d):
            share = shares[k]
            for j in range(i):
                apart = rows[i, k] - columns[k, j]
                decay[j] = 0.5 * apart * apart
            split_exponential(decay[:i], part, bits, DOUBLE)
            by_scale = by_share = 0.0
            for j in range(i):
                factor = part[j] * power[j]
                others = weighted[i, j] / ((1.0 - share) + share * factor)
                by_scale += others * factor * decay[j]
                by_share += others * (factor - 1.0)
            gradient[k] += 4.0 * share * by_scale  # each pair twice, and twice the half square
            gradient[d + k] += 2.0 * share * (1.0 - share) * by_share
