"""Correlation functions of a scaled distance, with the derivative the likelihood needs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from surrogate.students.arrays import Array

__all__ = ["KERNELS", "Kernel", "squared_distances"]

# A kernel maps squared scaled distances r^2 to the correlation R and to the slope G for which
# dR / d log(lengthscale_k) = G * (x_k - x'_k)^2 / lengthscale_k^2.
Kernel = Callable[[Array], tuple[Array, Array]]


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


KERNELS: dict[str, Kernel] = {"matern52": matern52, "squared_exponential": squared_exponential}


def squared_distances(A: Array, B: Array) -> Array:
    """Return squared Euclidean distances, shape (len(A), len(B)), by one matrix product."""
    square = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1)[None, :]
    square -= 2.0 * (A @ B.T)
    return np.maximum(square, 0.0, out=square)
