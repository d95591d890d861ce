"""Making predictive spreads and class probabilities mean what they say, on held-out rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from surrogate.estimates import Estimate, binomial
from surrogate.students.arrays import Array

__all__ = [
    "ProbabilityCalibration",
    "SpreadCalibration",
    "half_widths",
    "held_out_coverage",
    "held_out_half_widths",
    "interval_scale",
    "log_loss",
    "scaled_quantile",
]

_UNKNOWN = 0.25  # of the usual spread: what members do not know about their own error
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


def scaled_quantile(
    residuals: Array, std: Array, confidence_level: float, sample_weight: Array | None = None
) -> float:
    """Return how many standard deviations cover a new outcome with the given probability.

    The rank k = ceil(confidence_level (n + 1)) of the held-out scaled residuals [1]_; the largest
    one where n is too small for that rank. A row counts by its weight over the mean weight.

    References
    ----------
    .. [1] R. F. Barber et al., Annals of Statistics 49 (2021), https://doi.org/10.1214/20-AOS1965

    Examples
    --------
    >>> scaled_quantile(np.arange(1.0, 20.0), np.ones(19), 0.9)
    18.0
    """
    n = len(residuals)
    weight = np.ones(n) if sample_weight is None else sample_weight / sample_weight.mean()
    scaled = np.abs(residuals) / np.where(std > 0, std, 1.0)
    order = np.argsort(scaled)
    place = np.searchsorted(np.cumsum(weight[order]), confidence_level * (n + 1))
    return float(scaled[order[min(int(place), n - 1)]])


def interval_scale(std: Array, usual: Array) -> Array:
    """Return what half-widths of intervals are proportional to: a spread and a quarter more.

    The quarter is that of the usual (median) spread; a share of the same width everywhere keeps
    intervals from closing where members agree and all err.

    Examples
    --------
    >>> interval_scale(np.array([0.0, 1.0]), np.array([1.0, 2.0, 3.0]))
    array([0.5, 1.5])
    """
    return std + _UNKNOWN * float(np.median(usual))


def half_widths(
    std: Array,
    residuals: Array,
    held_out_std: Array,
    confidence_level: float,
    sample_weight: Array | None = None,
) -> Array:
    """Return half the width of a conformal interval at rows with these standard deviations.

    Parameters
    ----------
    std : ndarray of shape (n_rows,)
    residuals, held_out_std : ndarray of shape (n,)
        Of held-out rows.
    confidence_level : float
    sample_weight : ndarray of shape (n,), optional
        Of these.

    Examples
    --------
    >>> residuals, held_out_std = np.arange(1.0, 20.0), np.full(19, 4.0)
    >>> half_widths(np.array([4.0, 9.0]), residuals, held_out_std, 0.9)
    array([18., 36.])
    """
    scale = interval_scale(held_out_std, held_out_std)
    quantile = scaled_quantile(residuals, scale, confidence_level, sample_weight)
    return quantile * interval_scale(std, held_out_std)


def held_out_half_widths(
    residuals: Array,
    scale: Array,
    fold: NDArray[np.intp],
    confidence_level: float,
    sample_weight: Array | None = None,
) -> Array:
    """Return half the width of an interval of each held-out row, from residuals of other folds.

    Parameters
    ----------
    residuals, scale : ndarray of shape (n,)
    fold : int array of shape (n,)
        Number of the fold of each row.
    confidence_level : float
    sample_weight : ndarray of shape (n,), optional
        For the quantiles; what they cover is counted in rows.
    """
    half = np.empty_like(scale)
    for each in np.unique(fold):
        inside = fold == each
        part = None if sample_weight is None else sample_weight[~inside]
        quantile = scaled_quantile(residuals[~inside], scale[~inside], confidence_level, part)
        half[inside] = quantile * scale[inside]
    return half


def held_out_coverage(
    residuals: Array,
    scale: Array,
    fold: NDArray[np.intp],
    confidence_level: float,
    sample_weight: Array | None = None,
) -> Estimate:
    """Return the share of held-out residuals inside `held_out_half_widths`."""
    half = held_out_half_widths(residuals, scale, fold, confidence_level, sample_weight)
    data = f"held-out folds, aimed at {100 * confidence_level:g} %"
    return binomial(int((np.abs(residuals) <= half).sum()), len(residuals), data=data)


@dataclass(frozen=True)
class ProbabilityCalibration:
    """Class probabilities ``softmax(slope * scores + intercepts)``.

    Platt's scaling [1]_ for two classes, temperature scaling with one intercept per class for
    more.

    References
    ----------
    .. [1] J. Platt, in Advances in Large Margin Classifiers, MIT Press (1999)

    Examples
    --------
    >>> scores = np.log([[0.9, 0.1], [0.2, 0.8]])
    >>> ProbabilityCalibration(1.0, np.zeros(2)).probabilities(scores).round(2)
    array([[0.9, 0.1],
           [0.2, 0.8]])
    """

    slope: float
    intercepts: Array

    @classmethod
    def fit(
        cls, scores: Array, codes: NDArray[np.intp], sample_weight: Array | None = None
    ) -> ProbabilityCalibration:
        """Fit slope and intercepts by the log loss of held-out rows.

        Parameters
        ----------
        scores : ndarray of shape (n, n_classes)
            Held-out scores, e.g. log probabilities or decision values.
        codes : int array of shape (n,)
            Class of each row.
        sample_weight : ndarray of shape (n,), optional
        """
        n, n_classes = scores.shape
        weight = np.ones(n) if sample_weight is None else sample_weight
        spread = float(scores.std()) or 1.0
        standard = scores / spread
        truth = np.eye(n_classes)[codes]

        def objective(theta: Array) -> tuple[float, Array]:
            slope = math.exp(theta[0])
            logits = slope * standard + theta[1:]
            log_p = log_softmax(logits, axis=1)
            excess = weight[:, None] * (np.exp(log_p) - truth)
            gradient = np.append(slope * (excess * standard).sum(), excess.sum(axis=0))
            value = -float((weight[:, None] * truth * log_p).sum())
            # The prior keeps separable scores from certainty, as Platt's softened targets do.
            return value + 0.5 * float(theta @ theta) / _PULL**2, gradient + theta / _PULL**2

        theta = minimize(objective, np.zeros(1 + n_classes), jac=True, method="L-BFGS-B").x
        return cls(math.exp(theta[0]) / spread, theta[1:])

    def probabilities(self, scores: Array) -> Array:
        """Return probabilities, shape (n, n_classes), for scores of that shape."""
        return softmax(self.slope * scores + self.intercepts, axis=1)


def log_loss(probabilities: Array, codes: NDArray[np.intp]) -> Array:
    """Return minus the log probability of the true class of each row, shape (n,)."""
    true = probabilities[np.arange(len(codes)), codes]
    return -np.log(np.maximum(true, np.finfo(float).tiny))
