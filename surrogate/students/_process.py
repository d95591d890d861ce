"""A Gaussian process conditioned on data at given hyperparameters: predictions and exact folds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve, solve_triangular

from surrogate.students._kernels import KERNELS, Array, squared_distances

__all__ = ["ConditionedProcess"]

_CHUNK = 4_000_000  # entries of one block of the correlation matrix: 32 MB


@dataclass(frozen=True)
class ConditionedProcess:
    """The process given its data; made by `condition`.

    Attributes
    ----------
    kernel : str
    lengthscales : ndarray of shape (d,)
    nugget : float
        Noise variance over process variance.
    scaled : ndarray of shape (n, d)
        Inputs divided by the lengthscales.
    y : ndarray of shape (n,)
    factor : ndarray of shape (n, n)
        Lower Cholesky factor of the correlation matrix with the nugget on its diagonal.
    weights : ndarray of shape (n,)
        The inverse correlation matrix times the residual from the trend.
    ones : ndarray of shape (n,)
        The inverse correlation matrix times a vector of ones.
    trend, variance : float
        The constant trend and the process variance.
    """

    kernel: str
    lengthscales: Array
    nugget: float
    scaled: Array
    y: Array
    factor: Array
    weights: Array
    ones: Array
    trend: float
    variance: float

    @classmethod
    def condition(
        cls, X: Array, y: Array, *, kernel: str, lengthscales: Array, nugget: float
    ) -> ConditionedProcess:
        """Factorise the correlation matrix of X and solve for trend, variance and weights."""
        scaled = X / lengthscales
        correlation, _ = KERNELS[kernel](squared_distances(scaled, scaled))
        correlation[np.diag_indices(len(X))] = 1.0 + nugget
        factor, _ = cho_factor(correlation, lower=True, overwrite_a=True, check_finite=False)
        ones = cho_solve((factor, True), np.ones(len(X)), check_finite=False)
        trend = float(ones @ y / ones.sum())
        weights = cho_solve((factor, True), y - trend, check_finite=False)
        variance = max(float((y - trend) @ weights) / len(X), 0.0)
        return cls(kernel, lengthscales, nugget, scaled, y, factor, weights, ones, trend, variance)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of a new outcome (noise included)."""
        chunk = max(1, _CHUNK // len(self.y))
        mean = np.empty(len(X))
        std = np.empty(len(X)) if return_std else None
        for start in range(0, len(X), chunk):
            rows = slice(start, start + chunk)
            correlation = self._correlation(X[rows])
            mean[rows] = self.trend + correlation @ self.weights
            if std is not None:
                std[rows] = self._std(correlation)
        return mean, std

    def held_out(self, folds: Iterable[NDArray[np.intp]]) -> tuple[Array, Array]:
        """Return what the process predicts for each fold when it is left out.

        Hyperparameters and variance stay; the trend is estimated again without the fold. Exact,
        from one factorisation: with the precision matrix Q of the process and its trend, the
        residuals of a fold F are ``inv(Q_FF) (Q y)_F``, their covariance ``variance * inv(Q_FF)``
        [1]_.

        Parameters
        ----------
        folds : iterable of int arrays
            Row numbers that are left out together; every row in exactly one fold, two folds or
            more.

        Returns
        -------
        mean, std : ndarray of shape (n,)

        References
        ----------
        .. [1] O. Dubrule, Math. Geology 15 (1983), https://doi.org/10.1007/BF01033232
        """
        identity = np.eye(len(self.y))
        precision = cho_solve((self.factor, True), identity, check_finite=False)
        precision -= np.outer(self.ones, self.ones / self.ones.sum())
        mean, std = np.empty(len(self.y)), np.empty(len(self.y))
        for rows in folds:
            block = precision[np.ix_(rows, rows)]
            inverse = solve(block, np.eye(len(rows)), assume_a="sym")
            mean[rows] = self.y[rows] - inverse @ self.weights[rows]
            std[rows] = np.sqrt(self.variance * np.maximum(np.diag(inverse), 0.0))
        return mean, std

    def leave_one_out(self) -> tuple[Array, Array]:
        """Return held-out mean and standard deviation of every row, each left out alone."""
        root = solve_triangular(self.factor, np.eye(len(self.y)), lower=True, check_finite=False)
        diagonal = (root**2).sum(axis=0) - self.ones**2 / self.ones.sum()
        diagonal = np.maximum(diagonal, np.finfo(float).tiny)
        return self.y - self.weights / diagonal, np.sqrt(self.variance / diagonal)

    def _correlation(self, X: Array) -> Array:
        square = squared_distances(X / self.lengthscales, self.scaled)
        return KERNELS[self.kernel](square)[0]

    def _std(self, correlation: Array) -> Array:
        half = solve_triangular(self.factor, correlation.T, lower=True, check_finite=False)
        explained = np.einsum("ij,ij->j", half, half)
        unsure_trend = (1.0 - correlation @ self.ones) ** 2 / self.ones.sum()
        relative = 1.0 + self.nugget - explained + unsure_trend
        return np.sqrt(self.variance * np.maximum(relative, 0.0))
