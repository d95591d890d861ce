"""A Gaussian process of main effects and interactions: its kernel is a product of mixtures.

With a share b_k of each input, ``R(x, x') = prod_k (1 - b_k + b_k c(|x_k - x'_k| / l_k))`` and the
Matern-5/2 correlation c. Small shares give a sum of functions of one input each, larger ones let
more inputs act together [1]_ [2]_. A radial kernel forgets a row as soon as one input differs; this
one learns the effect of an input from all rows, which is what a dozen rows of many inputs allow.

References
----------
.. [1] M. Stitson et al., Support vector regression with ANOVA decomposition kernels, Advances in
   Kernel Methods (1999), 285-291
.. [2] N. Durrande, D. Ginsbourger, O. Roustant, L. Carraro, ANOVA kernels and RKHS of zero mean
   functions, J. Multivariate Analysis 115 (2013), https://doi.org/10.1016/j.jmva.2012.08.016
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import minimize
from scipy.special import expit

from surrogate.students.arrays import Array
from surrogate.students.processes.kernels import matern52
from surrogate.students.processes.likelihood import (
    IMPOSSIBLE,
    LENGTHSCALE_BOUNDS,
    inverse_of,
)

__all__ = ["AnovaLikelihood", "AnovaProcess", "find_shares"]

_LOGIT_BOUNDS = (-8.0, 6.0)
_NUGGET_BOUNDS = (1e-8, 10.0)
_USUAL_LOGIT, _LOGIT_SPREAD = np.log(0.3), 2.5  # an even mix of effects and interactions, weakly
_LENGTHSCALE_SPREAD = 1.0  # of its logarithm, around the whole range of an input
_CHUNK = 4_000_000  # entries of the correlation matrix that are held at a time: 32 MB
_BLOCK = 50_000  # entries of it that one step computes: they stay in the cache


@dataclass(frozen=True)
class AnovaLikelihood:
    """Negative log posterior of ``theta``: logits of d shares, logs of d lengthscales and nugget.

    Trend (a constant) and variance are at their optima. Weak normal priors on shares and
    lengthscales decide what few rows leave open.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs on the unit scale.
    y : ndarray of shape (n,)
        Outcomes, standardised.
    noise_scale : ndarray of shape (n,), optional
        Noise variance of each row in multiples of the nugget; 1 by default.
    """

    X: Array
    y: Array
    noise_scale: Array | None = None

    @property
    def bounds(self) -> Array:
        """Bounds of theta, shape (2 * d + 1, 2)."""
        d = self.X.shape[1]
        logs = [np.log(LENGTHSCALE_BOUNDS)] * d + [np.log(_NUGGET_BOUNDS)]
        return np.array([_LOGIT_BOUNDS] * d + logs)

    @cached_property
    def _squares(self) -> Array:
        """Squared differences of every two rows in each input, shape (d, n_pairs)."""
        first, second = np.triu_indices(len(self.X), 1)
        return np.ascontiguousarray(((self.X[first] - self.X[second]) ** 2).T)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """Return the negative log posterior (up to a constant) and its gradient."""
        n, d = self.X.shape
        shares, lengthscales, nugget = _split(theta, d)
        square = self._squares / lengthscales[:, None] ** 2
        correlation, slope = matern52(square)
        fading = shares[:, None] * (correlation - 1)
        factors = 1 + fading
        pairs = factors.prod(axis=0)
        covariance = np.empty((n, n))
        upper = np.triu_indices(n, 1)
        covariance[upper] = pairs
        covariance.T[upper] = pairs
        noise = np.ones(n) if self.noise_scale is None else self.noise_scale
        covariance[np.diag_indices(n)] = 1 + nugget * noise
        inverse, log_determinant = inverse_of(covariance)
        if inverse is None:
            return IMPOSSIBLE, np.zeros_like(theta)
        whitened = inverse.sum(axis=1)
        residual = inverse @ self.y - whitened * (whitened @ self.y / whitened.sum())
        variance = float(self.y @ residual) / n
        if not variance > 0:
            return IMPOSSIBLE, np.zeros_like(theta)
        weights = 0.5 * (inverse - np.outer(residual, residual / variance))
        relative = 2 * weights[upper] * pairs / factors  # every pair stands for two entries
        gradient = np.empty_like(theta)
        gradient[:d] = (1 - shares) * np.einsum("kp,kp->k", relative, fading)
        gradient[d : 2 * d] = shares * np.einsum("kp,kp,kp->k", relative, slope, square)
        gradient[-1] = nugget * (np.diag(weights) @ noise)
        unlikely, pull = _prior(theta[:-1])
        gradient[:-1] += pull
        return 0.5 * (n * np.log(variance) + log_determinant) + unlikely, gradient


@dataclass(frozen=True)
class AnovaProcess:
    """The process given its data; made by `condition`.

    Attributes
    ----------
    X : ndarray of shape (n, d)
    shares, lengthscales : ndarray of shape (d,)
    nugget : float
        Noise variance over process variance.
    factor : ndarray of shape (n, n)
        Lower Cholesky factor of the correlation matrix with the nugget on its diagonal.
    weights : ndarray of shape (n,)
        The inverse correlation matrix times the residual from the level.
    whitened : ndarray of shape (n,)
        The row sums of the inverse correlation matrix.
    level, variance : float
        The constant trend and the process variance.
    """

    X: Array
    shares: Array
    lengthscales: Array
    nugget: float
    factor: Array
    weights: Array
    whitened: Array
    level: float
    variance: float

    @classmethod
    def condition(
        cls, X: Array, y: Array, theta: Array, noise_scale: Array | None = None
    ) -> AnovaProcess:
        """Return the process with these hyperparameters, see `AnovaLikelihood`.

        Examples
        --------
        >>> X = np.random.default_rng(0).random((20, 2))
        >>> process = AnovaProcess.condition(X, X.sum(axis=1), np.array([0, 0, 0, 0, -14.0]))
        >>> process.predict(np.array([[0.5, 0.5]]))[0].round(2)
        array([1.])
        """
        shares, lengthscales, nugget = _split(theta, X.shape[1])
        correlation = _correlation(X, X, shares, lengthscales)
        noise = 1.0 if noise_scale is None else noise_scale
        correlation[np.diag_indices(len(X))] = 1 + nugget * noise
        factor, _ = cho_factor(correlation, lower=True, overwrite_a=True, check_finite=False)
        whitened = cho_solve((factor, True), np.ones(len(X)), check_finite=False)
        level = float(whitened @ y / whitened.sum())
        weights = cho_solve((factor, True), y - level, check_finite=False)
        variance = max(float((y - level) @ weights) / len(X), 0.0)
        return cls(X, shares, lengthscales, nugget, factor, weights, whitened, level, variance)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of a new outcome (noise included)."""
        mean, std = np.empty(len(X)), np.empty(len(X)) if return_std else None
        chunk = max(1, _CHUNK // len(self.X))
        for start in range(0, len(X), chunk):
            rows = slice(start, start + chunk)
            correlation = _correlation(X[rows], self.X, self.shares, self.lengthscales)
            mean[rows] = self.level + correlation @ self.weights
            if std is not None:
                std[rows] = self._std(correlation)
        return mean, std

    def _std(self, correlation: Array) -> Array:
        half = solve_triangular(self.factor, correlation.T, lower=True, check_finite=False)
        explained = np.einsum("ij,ij->j", half, half)
        unsure_level = (1 - correlation @ self.whitened) ** 2 / self.whitened.sum()
        relative = 1 + self.nugget - explained + unsure_level
        return np.sqrt(self.variance * np.maximum(relative, 0.0))


def find_shares(
    likelihood: AnovaLikelihood, starts: Iterable[Array], *, max_iterations: int
) -> Array:
    """Return the theta of the least objective that searches from some starts come to."""
    found = [
        minimize(
            likelihood,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=likelihood.bounds,
            options={"maxiter": max_iterations, "ftol": 1e-8, "gtol": 1e-4},
        )
        for start in starts
    ]
    return np.asarray(min(found, key=lambda result: float(result.fun)).x)


def _split(theta: Array, d: int) -> tuple[Array, Array, float]:
    """Return shares and lengthscales, each of shape (d,), and the nugget."""
    return expit(theta[:d]), np.exp(theta[d : 2 * d]), float(np.exp(theta[-1]))


def _prior(theta: Array) -> tuple[float, Array]:
    """Return the negative log prior of logits and log lengthscales, and its gradient."""
    d = len(theta) // 2
    centre = np.repeat([_USUAL_LOGIT, 0.0], d)
    spread = np.repeat([_LOGIT_SPREAD, _LENGTHSCALE_SPREAD], d)
    scores = (theta - centre) / spread
    return 0.5 * float(scores @ scores), scores / spread


def _correlation(A: Array, B: Array, shares: Array, lengthscales: Array) -> Array:
    """Return the correlation of every two rows, shape (len(A), len(B))."""
    product = np.ones((len(A), len(B)))
    step = max(1, _BLOCK // len(B))
    for start in range(0, len(A), step):
        rows = slice(start, start + step)
        for a, b, share, lengthscale in zip(A[rows].T, B.T, shares, lengthscales, strict=True):
            distance = np.abs(np.subtract.outer(a, b))
            distance *= np.sqrt(5) / lengthscale
            fading = (1 + distance * (1 + distance / 3)) * np.exp(-distance) - 1
            product[rows] *= 1 + share * fading
    return product
