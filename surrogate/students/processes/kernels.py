"""Correlation functions of scaled inputs, with the derivatives that the likelihood needs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from surrogate.students.arrays import Array

__all__ = ["KERNELS", "RADIAL", "Gradient", "correlations", "differentiated", "squared_distances"]

# A radial kernel maps squared scaled distances r^2 to the correlation R and to the slope G for
# which dR / d log(lengthscale_k) = G * (x_k - x'_k)^2 / lengthscale_k^2.
Kernel = Callable[[Array], tuple[Array, Array]]
# From weights M of all pairs of rows: the sum of M dR / d theta, for each entry of theta.
Gradient = Callable[[Array], Array]


def matern52(square: Array) -> tuple[Array, Array]:
    """Return correlation and slope of the radial Matern-5/2 kernel at squared distances."""
    distance = np.sqrt(5.0 * square)
    decay = np.exp(-distance)
    slope = (5.0 / 3.0) * (1.0 + distance) * decay
    return (1.0 + distance + (5.0 / 3.0) * square) * decay, slope


def squared_exponential(square: Array) -> tuple[Array, Array]:
    """Return correlation and slope of the squared exponential kernel at squared distances."""
    correlation = np.exp(-0.5 * square)
    return correlation, correlation


RADIAL: dict[str, Kernel] = {"matern52": matern52, "squared_exponential": squared_exponential}
KERNELS = (*RADIAL, "anova")


def correlations(kernel: str, A: Array, B: Array, shares: Array | None = None) -> Array:
    """Return the correlations of rows, shape (..., len(a), len(b)).

    Parameters
    ----------
    kernel : str
    A, B : ndarray of shape (..., n_rows, d)
        Divided by the lengthscales; leading axes are stacks.
    shares : ndarray of shape (d,), optional
        Of the anova kernel: how much of each factor varies with its input.
    """
    if shares is None:
        return RADIAL[kernel](squared_distances(A, B))[0]
    product = np.ones((*A.shape[:-1], B.shape[-2]), dtype=A.dtype)
    for k, share in enumerate(shares):
        factor = _factor(A[..., k], B[..., k])
        factor *= share
        factor += 1 - share
        product *= factor
    return product


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
    correlation, slope = RADIAL[kernel](squared_distances(scaled, scaled))
    return correlation, lambda weights: _by_lengthscales(weights * slope, scaled)


def _anova_gradient(weighted: Array, scaled: Array, shares: Array) -> Array:
    """Return the gradient from correlations times weights.

    The factors are computed again, one at a time: d arrays of shape (n, n) would be too many.
    """
    by_scale, by_share = np.empty(len(shares)), np.empty(len(shares))
    for k, share in enumerate(shares):
        decay = _factor(scaled[:, k], scaled[:, k])
        others = weighted / (share * decay + (1 - share))
        decay *= others
        by_scale[k] = share * _by_lengthscales(decay, scaled[:, k : k + 1])[0]
        by_share[k] = share * (1 - share) * (decay.sum() - others.sum())
    return np.concatenate([by_scale, by_share])


def _factor(a: Array, b: Array) -> Array:
    """Return the squared exponential of one input, shape (..., len(a), len(b))."""
    decay = a[..., :, None] - b[..., None, :]
    decay *= decay
    decay *= -0.5
    return np.asarray(np.exp(decay, out=decay))


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
