"""A Gaussian process conditioned on data at given hyperparameters: predictions and exact folds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve, solve_triangular

from surrogate.students.arrays import Array, row_blocks
from surrogate.students.chaos.terms import Basis
from surrogate.students.processes.fast_mean import process_mean
from surrogate.students.processes.kernels import correlations
from surrogate.students.processes.likelihood import (
    ConcentratedLikelihood,
    trend_covariance,
    trend_functions,
)

__all__ = ["ConditionedProcess", "conditioned", "trend_at"]


@dataclass(frozen=True)
class ConditionedProcess:
    """The process given its data; made by `conditioned`.

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
    basis : Basis or None
        Functions whose sum is the trend; None is a constant.
    whitened : ndarray of shape (n, n_terms)
        The inverse correlation matrix times the trend's functions at the rows.
    trend : ndarray of shape (n_terms,)
        Coefficients of the trend.
    trend_covariance : ndarray of shape (n_terms, n_terms)
        Theirs, over the process variance.
    variance : float
        The process variance.
    shares : ndarray of shape (d,) or None
        Of the anova kernel: how much of each factor varies with its input.
    """

    kernel: str
    lengthscales: Array
    nugget: float
    scaled: Array
    y: Array
    factor: Array
    weights: Array
    basis: Basis | None
    whitened: Array
    trend: Array
    trend_covariance: Array
    variance: float
    shares: Array | None = None

    def predict(
        self, X: Array, *, return_std: bool = False, precision: str = "double"
    ) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of a new outcome (noise included).

        The mean is computed in "double" or "single" precision, the standard deviation in double.
        """
        scaled = X / self.lengthscales
        mean = process_mean(
            self.kernel, scaled, self.scaled, self.weights, precision, shares=self.shares
        )
        std = np.empty(len(X)) if return_std else None
        for rows in row_blocks(len(X), len(self.y)):
            functions = trend_functions(self.basis, X[rows])
            mean[rows] += functions @ self.trend
            if std is not None:
                correlation = correlations(self.kernel, scaled[rows], self.scaled, self.shares)
                std[rows] = self._std(correlation, functions)
        return mean, std

    @property
    def single_error(self) -> float:
        """How far rounding moves a mean in single precision, in units of y: its usual size."""
        return float(np.finfo(np.float32).eps * np.linalg.norm(self.weights))

    @property
    def precision(self) -> Array:
        """The inverse correlation matrix with the trend projected out, shape (n, n)."""
        identity = np.eye(len(self.y))
        precision: Array = cho_solve((self.factor, True), identity, check_finite=False)
        precision -= self.whitened @ self.trend_covariance @ self.whitened.T
        return precision

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
        precision = self.precision
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
        diagonal = (root**2).sum(axis=0)
        explained = self.whitened @ self.trend_covariance
        diagonal -= np.einsum("ij,ij->i", explained, self.whitened)
        diagonal = np.maximum(diagonal, np.finfo(float).tiny)
        return self.y - self.weights / diagonal, np.sqrt(self.variance / diagonal)

    def _std(self, correlation: Array, functions: Array) -> Array:
        half = solve_triangular(self.factor, correlation.T, lower=True, check_finite=False)
        explained = np.einsum("ij,ij->j", half, half)
        unexplained = functions - correlation @ self.whitened
        unsure_trend = np.einsum("ij,ij->i", unexplained @ self.trend_covariance, unexplained)
        relative = 1.0 + self.nugget - explained + unsure_trend
        return np.sqrt(self.variance * np.maximum(relative, 0.0))


def conditioned(likelihood: ConcentratedLikelihood, theta: Array) -> ConditionedProcess:
    """Return the process with the hyperparameters `theta`, given the rows of its likelihood."""
    X, y, functions = likelihood.X, likelihood.y, likelihood.trend
    lengthscales, nugget, shares = likelihood.split(theta)
    scaled = X / lengthscales
    correlation = correlations(likelihood.kernel, scaled, scaled, shares)
    noise = 1.0 if likelihood.noise_scale is None else likelihood.noise_scale
    correlation[np.diag_indices(len(X))] = 1.0 + nugget * noise
    factor, _ = cho_factor(correlation, lower=True, overwrite_a=True, check_finite=False)
    whitened = cho_solve((factor, True), functions, check_finite=False)
    covariance = trend_covariance(functions, whitened)
    trend = covariance @ (whitened.T @ y)
    residual = y - functions @ trend
    weights = cho_solve((factor, True), residual, check_finite=False)
    return ConditionedProcess(
        kernel=likelihood.kernel,
        lengthscales=lengthscales,
        nugget=nugget,
        scaled=scaled,
        y=y,
        factor=factor,
        weights=weights,
        basis=likelihood.basis,
        whitened=whitened,
        trend=trend,
        trend_covariance=covariance,
        variance=max(float(residual @ weights) / len(X), 0.0),
        shares=shares,
    )


def trend_at(basis: Basis | None, trend: Array, X: Array) -> Array:
    """Return a trend at encoded rows, shape (n,)."""
    return np.asarray(trend_functions(basis, X) @ trend)
