"""Conformal intervals from held-out residuals, and how many held-out outcomes they hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.estimates import Estimate, binomial
from surrogate.students.arrays import Array

__all__ = [
    "half_widths",
    "held_out_coverage",
    "held_out_half_widths",
    "interval_scale",
    "scaled_quantile",
]

_UNKNOWN = 0.25  # of the usual spread: what members do not know about their own error


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
