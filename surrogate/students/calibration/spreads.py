"""Standard deviations of predictions that have the size of held-out errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from surrogate.students.arrays import Array

__all__ = ["SpreadCalibration"]

_PULL = 2.0  # standard deviation of the prior on log coefficients


@dataclass(frozen=True)
class SpreadCalibration:
    """Predictive variance as a constant plus multiples of what members say about their error.

    Attributes
    ----------
    coefficients : ndarray of shape (1 + n_signals,)
        Of the constant 1 and of each signal.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> signal = rng.uniform(1, 4, size=(1, 2000))
    >>> residuals = 3 * np.sqrt(signal[0]) * rng.normal(size=2000)
    >>> spread = SpreadCalibration.fit(residuals, signal)
    >>> bool(abs(np.mean((residuals / spread.std(signal)) ** 2) - 1) < 0.05)
    True
    """

    coefficients: Array

    @classmethod
    def fit(
        cls, residuals: Array, signals: Array, sample_weight: Array | None = None
    ) -> SpreadCalibration:
        """Fit the coefficients by the Gaussian likelihood of held-out residuals.

        Parameters
        ----------
        residuals : ndarray of shape (n,)
        signals : ndarray of shape (n_signals, n)
            Variances that may explain their size, e.g. of a Gaussian process at the row.
        sample_weight : ndarray of shape (n,), optional
        """
        weight = np.ones(len(residuals)) if sample_weight is None else sample_weight
        weight = weight / weight.mean()
        total = float(np.mean(weight * residuals**2))
        if total == 0:
            return cls(np.zeros(1 + len(signals)))
        parts = np.vstack([np.ones_like(residuals), signals])
        scales = parts.mean(axis=1)
        used = scales > 0  # a signal that is zero everywhere explains nothing
        parts = parts[used] / scales[used][:, None]
        squares = residuals**2 / total

        def objective(theta: Array) -> tuple[float, Array]:
            terms = np.exp(theta)[:, None] * parts
            variance = terms.sum(axis=0)
            slope = 0.5 * weight * (1 / variance - squares / variance**2)
            value = 0.5 * float(weight @ (np.log(variance) + squares / variance))
            # A weak pull to equal shares: a dozen residuals cannot tell the parts apart.
            pull = (theta - start) / _PULL**2
            value += 0.5 * float(pull @ (theta - start))
            return value, terms @ slope + pull

        start = np.full(used.sum(), -math.log(used.sum()))
        theta = minimize(objective, start, jac=True, method="L-BFGS-B").x
        coefficients = np.zeros(len(used))
        coefficients[used] = np.exp(theta) * total / scales[used]
        return cls(coefficients)

    def std(self, signals: Array) -> Array:
        """Return the calibrated standard deviation, shape (n,), for signals (n_signals, n)."""
        return np.sqrt(self.coefficients[0] + self.coefficients[1:] @ signals)
