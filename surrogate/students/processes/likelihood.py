"""Concentrated likelihood of a Gaussian process, with its gradient.

Trend and variance have closed-form optima for given lengthscales and nugget; what is left to search
are the logarithms of d lengthscales, the log odds of d shares (of the anova kernel) and, where
noise is estimated, the logarithm of the nugget (noise variance over process variance).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import lapack
from scipy.special import expit

from surrogate.students.arrays import Array
from surrogate.students.chaos.terms import Basis
from surrogate.students.processes.fast_correlations import mirror
from surrogate.students.processes.kernels import differentiated

__all__ = [
    "LENGTHSCALE_BOUNDS",
    "TINY_NUGGET",
    "ConcentratedLikelihood",
    "trend_covariance",
    "trend_functions",
]

LENGTHSCALE_BOUNDS = (0.02, 1000.0)  # on unit-scaled inputs; at 1000 an input has vanished
_NUGGET_BOUNDS = (1e-10, 10.0)
_ODDS_BOUNDS = (1e-3, 1e3)  # of the share of a factor that varies with its input
_SPREAD_OF_ODDS = 3.0  # standard deviation of the prior on their logarithms
TINY_NUGGET = 1e-9  # interpolation: just enough for the Cholesky factorisation
_RIDGE = 1e-9
_IMPOSSIBLE = 1e15  # the objective where the correlation matrix cannot be factorised


@dataclass(frozen=True)
class ConcentratedLikelihood:
    """Negative log likelihood of ``theta = log(lengthscales), log(nugget)``.

    Of the anova kernel the log odds of the shares come between the two, with a weak prior: an input
    that does nothing has no share, whatever its lengthscale.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs on the unit scale.
    y : ndarray of shape (n,)
        Outcomes, standardised.
    kernel : {"matern52", "squared_exponential", "anova"}
    estimates_noise : bool
        Whether the nugget is the last entry of ``theta``; else it is `TINY_NUGGET`.
    basis : Basis, optional
        Functions whose sum is the trend; a constant by default.
    noise_scale : ndarray of shape (n,), optional
        Noise variance of each row in multiples of the nugget; 1 by default.
    lengthscale_bounds : (float, float)
    """

    X: Array
    y: Array
    kernel: str
    estimates_noise: bool
    basis: Basis | None = None
    noise_scale: Array | None = None
    lengthscale_bounds: tuple[float, float] = LENGTHSCALE_BOUNDS

    @property
    def bounds(self) -> Array:
        """Bounds of theta, shape (n_parameters, 2)."""
        d = self.X.shape[1]
        bounds = [self.lengthscale_bounds] * d
        if self._has_shares:
            bounds += [_ODDS_BOUNDS] * d
        if self.estimates_noise:
            bounds.append(_NUGGET_BOUNDS)
        return np.log(bounds)

    @cached_property
    def trend(self) -> Array:
        """The functions of the trend at the rows, shape (n, n_terms)."""
        return trend_functions(self.basis, self.X)

    def start(self, lengthscale: float, nugget: float) -> Array:
        """Return theta of equal lengthscales, in multiples of what a pair of rows is apart."""
        d = self.X.shape[1]
        if self._has_shares:  # every factor measures the distance in its own input
            theta = [np.log(lengthscale)] * d + [0.0] * d
        else:
            theta = [np.log(lengthscale * np.sqrt(d))] * d
        return np.array([*theta, np.log(nugget)] if self.estimates_noise else theta)

    def split(self, theta: Array) -> tuple[Array, float, Array | None]:
        """Return lengthscales, nugget and, of the anova kernel, shares, each of shape (d,)."""
        d = self.X.shape[1]
        nugget = float(np.exp(theta[-1])) if self.estimates_noise else TINY_NUGGET
        shares = expit(theta[d : 2 * d]) if self._has_shares else None
        return np.exp(theta[:d]), nugget, shares

    @property
    def _has_shares(self) -> bool:
        return self.kernel == "anova"

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """Return the negative log likelihood (up to a constant) and its gradient."""
        n, d = self.X.shape
        lengthscales, nugget, shares = self.split(theta)
        correlation, gradient_of = differentiated(self.kernel, self.X / lengthscales, shares)
        covariance = correlation.copy()
        noise = np.ones(n) if self.noise_scale is None else self.noise_scale
        covariance[np.diag_indices(n)] += nugget * noise
        inverse, log_determinant = _inverse(covariance)
        if inverse is None:
            return _IMPOSSIBLE, np.zeros_like(theta)
        whitened = inverse @ self.trend
        residual = inverse @ self.y
        residual -= whitened @ (trend_covariance(self.trend, whitened) @ (whitened.T @ self.y))
        variance = float(self.y @ residual) / n
        if not variance > 0:
            return _IMPOSSIBLE, np.zeros_like(theta)
        weights = 0.5 * (inverse - np.outer(residual, residual / variance))
        value = 0.5 * (n * np.log(variance) + log_determinant)
        gradient = gradient_of(weights)
        if shares is not None:
            log_odds = theta[d : 2 * d]
            value += 0.5 * float(log_odds @ log_odds) / _SPREAD_OF_ODDS**2
            gradient[d:] += log_odds / _SPREAD_OF_ODDS**2
        if self.estimates_noise:
            gradient = np.append(gradient, nugget * (np.diag(weights) @ noise))
        return value, gradient


def trend_functions(basis: Basis | None, X: Array) -> Array:
    """Return the functions of a trend at rows, shape (n, n_terms); without a basis a constant."""
    return np.ones((len(X), 1)) if basis is None else basis.evaluate(X)


def trend_covariance(trend: Array, whitened: Array) -> Array:
    """Return inv(F' inv(R) F) of a trend F, shape (n_terms, n_terms), and `whitened` inv(R) F.

    A little on the diagonal stands in for functions that the rows cannot tell apart.
    """
    precision: Array = trend.T @ whitened
    if len(precision) > 1:
        precision[np.diag_indices(len(precision))] *= 1 + _RIDGE
        precision[np.diag_indices(len(precision))] += _RIDGE
    return np.asarray(np.linalg.inv(precision), dtype=float)


def _inverse(covariance: Array) -> tuple[Array | None, float]:
    """Return inverse and log determinant of a covariance matrix; None if it has no factor."""
    factor, failed = lapack.dpotrf(covariance.T, overwrite_a=1)
    if failed:
        return None, np.nan
    log_determinant = 2.0 * float(np.log(np.diag(factor)).sum())
    upper, _ = lapack.dpotri(factor, overwrite_c=1)
    inverse: Array = upper.T
    mirror(inverse)
    return inverse, log_determinant
