"""Correlation functions of scaled inputs, with the derivatives that the likelihood needs.

A radial kernel maps squared scaled distances to the correlation R and to the slope G for which
dR / d log(lengthscale_k) = G * (x_k - x'_k)^2 / lengthscale_k^2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from surrogate.students.arrays import Array
from surrogate.students.processes import fast_correlations

__all__ = ["KERNELS", "RADIAL", "Gradient", "correlations", "differentiated", "squared_distances"]

# From weights M of all pairs of rows: the sum of M dR / d theta, for each entry of theta.
Gradient = Callable[[Array], Array]

RADIAL = ("matern52", "squared_exponential")
KERNELS = (*RADIAL, "anova")
_NO_SLOPES = np.empty((0, 0, 0))


def correlations(kernel: str, A: Array, B: Array, shares: Array | None = None) -> Array:
    """Return the correlations of rows, shape (..., len(A), len(B)).

    Parameters
    ----------
    kernel : str
    A, B : ndarray of shape (..., n_rows, d)
        Divided by the lengthscales; a leading axis is one of stacks. Pairs are computed once
        where both are the same array.
    shares : ndarray of shape (d,), optional
        Of the anova kernel: how much of each factor varies with its input.
    """
    rows, columns = _stacked(A), _stacked(B, turned=True)
    found = np.empty((*A.shape[:-1], B.shape[-2]))
    entered = found.reshape(len(rows), rows.shape[1], columns.shape[2])
    if shares is None:
        smooth = kernel == "squared_exponential"
        fast_correlations.radial(rows, columns, smooth, A is B, entered, _NO_SLOPES)
    else:
        fast_correlations.anova(rows, columns, shares, A is B, entered)
    return found


def differentiated(
    kernel: str, scaled: Array, shares: Array | None = None
) -> tuple[Array, Gradient]:
    """Return the correlations of rows with each other, and their gradient.

    Parameters
    ----------
    kernel : str
    scaled : ndarray of shape (n, d)
        Divided by the lengthscales.
    shares : ndarray of shape (d,), optional
        Of the anova kernel.

    Returns
    -------
    correlation : ndarray of shape (n, n)
    gradient : function
        By the logarithms of the lengthscales, then by the log odds of the shares.
    """
    if shares is not None:
        correlation = correlations(kernel, scaled, scaled, shares)
        return correlation, lambda weights: _anova_gradient(weights * correlation, scaled, shares)
    correlation, slope = np.empty((2, 1, len(scaled), len(scaled)))
    smooth = kernel == "squared_exponential"
    places = _stacked(scaled), _stacked(scaled, turned=True)
    fast_correlations.radial(*places, smooth, True, correlation, slope)  # noqa: FBT003 - numba
    return correlation[0], lambda weights: _by_lengthscales(weights * slope[0], scaled)


def _anova_gradient(weighted: Array, scaled: Array, shares: Array) -> Array:
    """Return the gradient from correlations times weights."""
    gradient = np.empty(2 * len(shares))
    rows, columns = _stacked(scaled)[0], _stacked(scaled, turned=True)[0]
    fast_correlations.anova_gradient(weighted, rows, columns, shares, gradient)
    return gradient


def _stacked(rows: Array, *, turned: bool = False) -> Array:
    """Return stacks of rows, shape (n_stacked, n_rows, d), or of columns if they are turned."""
    stacks = rows if rows.ndim == 3 else rows[None]
    return np.ascontiguousarray(np.swapaxes(stacks, 1, 2) if turned else stacks, dtype=float)


def _by_lengthscales(weights: Array, scaled: Array) -> Array:
    """Return sum_ij M_ij (x_i - x_j)^2 of each input without an array of shape (n, n, d)."""
    return np.asarray(
        2.0 * (weights.sum(axis=1) @ scaled**2 - np.einsum("ij,ij->j", scaled, weights @ scaled))
    )


def squared_distances(A: Array, B: Array) -> Array:
    """Return squared Euclidean distances by one matrix product; leading axes are stacks."""
    square = (A**2).sum(axis=-1)[..., :, None] + (B**2).sum(axis=-1)[..., None, :]
    square -= 2.0 * (A @ np.swapaxes(B, -1, -2))
    return np.maximum(square, 0.0, out=square)
