"""Weights of members, from their held-out residuals or probabilities."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls
from scipy.special import softmax

from surrogate.students.arrays import Array
from surrogate.students.selection.folds import Folds

__all__ = [
    "doubted_residuals",
    "mixture_weights",
    "shared_weights",
    "simplex_weights",
    "stacking_weights",
    "trimmed_residuals",
]

_N_BAGS = 40
_EM_STEPS = 60  # few on purpose: weights stay off the edge that the sample alone would choose
_WINSOR = 2.0  # root mean squares; residuals beyond count as if they were on it
_HOPELESS = 10.0  # members with more than this times the best mean square get no weight
_OUTLIER = 20.0  # times the median departure: a fold whose model failed to find what the others did
_FEWEST_FOLDS = 5  # among fewer, none can be told to be an outlier
_DOUBTFUL_ROWS = 30  # beyond, held-out errors tell ever more by themselves
_UNRIVALLED = 10.0  # times a lower mean square than any other member's: it stands alone
_FEW_ROWS = 40  # up to which held-out errors are too much a matter of luck to choose by
_ENOUGH_ROWS = 30  # to believe that one member deserves all the weight
_ROWS_PER_POWER = 15  # that many more let one over the error count by one more power
_NEGLIGIBLE = 0.02  # weights below this cost prediction time and change nothing


def trimmed_residuals(residuals: Array, folds: Folds, departures: Array) -> Array:
    """Return a member's held-out residuals with those of outlier folds scaled down.

    The score should speak of the model of all rows. A fold whose model is far from it, by a measure
    that needs no labels, failed to find it (a sparse expansion that misses its terms by one run).
    Its residuals are scaled to the mean square of the other folds plus their departure, never up.
    Where the model of all rows failed itself, all folds depart from it and none is an outlier.
    Other members are not trimmed: a fold that holds the only rows near an edge is an outlier too,
    and its errors tell what the model is worth.

    Parameters
    ----------
    residuals : ndarray of shape (n,)
    folds : list of int arrays
    departures : ndarray of shape (n_folds,)
        Mean square by which each fold's model differs from that of all rows.

    Examples
    --------
    >>> folds = [np.array([row]) for row in range(5)]
    >>> residuals = np.array([1.0, -1.0, 1.0, -1.0, 90.0])
    >>> trimmed_residuals(residuals, folds, np.array([3.0, 3.0, 3.0, 3.0, 800.0])).tolist()
    [1.0, -1.0, 1.0, -1.0, 2.0]
    """
    outlying = departures > _OUTLIER * np.median(departures)
    if not outlying.any() or len(folds) < _FEWEST_FOLDS:
        return residuals
    trimmed = residuals.copy()
    usual = np.concatenate([fold for fold, out in zip(folds, outlying, strict=True) if not out])
    limit = np.mean(residuals[usual] ** 2) + np.mean(departures[~outlying])
    for number in np.flatnonzero(outlying):
        square = np.mean(residuals[folds[number]] ** 2)
        trimmed[folds[number]] *= np.sqrt(min(1.0, limit / square)) if square > 0 else 1.0
    return trimmed


def doubted_residuals(residuals: Array, apart: Array) -> Array:
    """Return held-out residuals made greater where a member is far from what the others say.

    Held-out errors of a dozen rows are luck in good part; what a member says of rows without
    outcomes is seen without luck. So the square of each of its residuals grows by the mean square
    by which it is apart from the mix there, beyond 30 rows by (30 / n)^2 of that.

    Parameters
    ----------
    residuals : ndarray of shape (n_members, n)
    apart : ndarray of shape (n_members,)
        Mean square by which the model of all rows differs from the mix.

    Examples
    --------
    >>> doubted_residuals(np.array([[3.0, -3.0], [0.0, 0.0]]), np.array([0.0, 4.0]))
    array([[ 3., -3.],
           [ 2.,  2.]])
    """
    doubt = apart * min(1.0, (_DOUBTFUL_ROWS / residuals.shape[1]) ** 2)
    return np.where(residuals < 0, -1.0, 1.0) * np.sqrt(residuals**2 + doubt[:, None])


def stacking_weights(
    residuals: Array,
    folds: Folds,
    rng: np.random.Generator,
    sample_weight: Array | None = None,
) -> Array:
    """Return the weights of members from their residuals on some folds.

    A member stands alone whose mean square is the least of all, and in the median over the folds
    ten times below that of any other: the few percent that bootstrap draws give to others would
    ruin it. The median alone would be won by trees wherever most outcomes are equal. Else these are
    `simplex_weights`.

    Parameters
    ----------
    residuals : ndarray of shape (n_members, n)
    folds : list of int arrays
        Those that count.
    sample_weight : ndarray of shape (n,), optional
    """
    weight = np.ones(residuals.shape[1]) if sample_weight is None else sample_weight
    squares = np.median(
        [np.average(residuals[:, fold] ** 2, axis=1, weights=weight[fold]) for fold in folds],
        axis=0,
    )
    rows = np.sort(np.concatenate(folds))
    best = int(np.argmin(np.average(residuals[:, rows] ** 2, axis=1, weights=weight[rows])))
    others = np.delete(squares, best)
    if len(others) == 0 or others.min() > _UNRIVALLED * squares[best]:
        return np.eye(len(squares))[best]
    return simplex_weights(residuals[:, rows], rng, weight[rows])


def shared_weights(weights: Array, residuals: Array, sample_weight: Array | None = None) -> Array:
    """Return weights of members drawn to shares of all, the more the fewer rows there are.

    The held-out errors of a dozen rows are luck in good part, and the mean of several models errs
    less than the luckiest. Up to 40 rows each member counts by a power of one over its error, which
    is 1 + n / 15: fewer rows tell less; with n rows the share of that is (40 / n)^2. A member that
    has all the weight keeps it if 30 rows say so.

    Parameters
    ----------
    weights : ndarray of shape (n_members,)
        Not negative and of sum 1.
    residuals : ndarray of shape (n_members, n)
        Held-out residuals of a standardised outcome.
    sample_weight : ndarray of shape (n,), optional

    Examples
    --------
    >>> residuals = np.array([np.full(20, 0.1), np.full(20, 0.3)])
    >>> shared_weights(np.array([0.0, 1.0]), residuals).round(2)
    array([0.93, 0.07])
    >>> shared_weights(np.array([0.0, 1.0]), np.tile(residuals, 20))
    array([0., 1.])
    """
    n = residuals.shape[1]
    if n >= _ENOUGH_ROWS and weights.max() == 1:
        return weights
    share = min(1.0, (_FEW_ROWS / n) ** 2)
    squares = np.average(_winsorised(residuals) ** 2, axis=1, weights=sample_weight)
    logs = -0.5 * (1 + n / _ROWS_PER_POWER) * np.log(np.maximum(squares, 1e-12))
    return _without_negligible((1 - share) * weights + share * softmax(logs))


def simplex_weights(
    residuals: Array, rng: np.random.Generator, sample_weight: Array | None = None
) -> Array:
    """Return weights of members, not negative and summing to 1, for the least mean square.

    Stacking [1]_ on winsorised residuals, averaged over Bayesian bootstrap weights of the rows, so
    that a few rows cannot decide alone. Members far from the best are left out first: a collapsed
    one dilutes nothing.

    Parameters
    ----------
    residuals : ndarray of shape (n_members, n)
        Held-out residuals.
    sample_weight : ndarray of shape (n,), optional

    Returns
    -------
    weights : ndarray of shape (n_members,)

    References
    ----------
    .. [1] L. Breiman, Machine Learning 24 (1996), https://doi.org/10.1007/BF00117832

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> good, bad = rng.normal(size=50), 20 * rng.normal(size=50)
    >>> simplex_weights(np.array([good, bad]), rng)
    array([1., 0.])
    """
    clipped = _winsorised(residuals)
    squares = np.average(clipped**2, axis=1, weights=sample_weight)
    weights = np.zeros(len(residuals))
    kept = np.flatnonzero(squares <= _HOPELESS * squares.min())
    scale = np.sqrt(squares[kept].mean()) or 1.0
    for drawn in rng.dirichlet(np.ones(residuals.shape[1]), size=_N_BAGS):
        shares = drawn if sample_weight is None else drawn * sample_weight / sample_weight.mean()
        weights[kept] += _nonnegative(clipped[kept] / scale, shares)
    return _without_negligible(weights)


def mixture_weights(
    probabilities: Array, rng: np.random.Generator, sample_weight: Array | None = None
) -> Array:
    """Return weights of members, not negative and summing to 1, for the least log loss.

    Expectation maximisation for the weights of a mixture, averaged over Bayesian bootstrap weights
    of the rows. Against choosing one member the average over six problems fell from 0.27 to 0.22
    at 100 runs and from 0.16 to 0.15 at 400.

    Parameters
    ----------
    probabilities : ndarray of shape (n_members, n)
        Held-out probability of the true class.
    sample_weight : ndarray of shape (n,), optional

    Returns
    -------
    weights : ndarray of shape (n_members,)

    Examples
    --------
    >>> sure, guess = np.full(30, 0.95), np.full(30, 0.5)
    >>> mixture_weights(np.array([sure, guess]), np.random.default_rng(0)).round(2)
    array([1., 0.])
    """
    likelihoods = np.maximum(probabilities, np.finfo(float).tiny)
    n_members, n = likelihoods.shape
    total = np.zeros(n_members)
    for drawn in rng.dirichlet(np.ones(n), size=_N_BAGS):
        shares = drawn if sample_weight is None else drawn * sample_weight
        shares = shares / shares.sum()
        weights = np.full(n_members, 1.0 / n_members)
        for _ in range(_EM_STEPS):
            joint = weights[:, None] * likelihoods
            weights = (joint / joint.sum(axis=0)) @ shares
        total += weights
    return _without_negligible(total)


def _winsorised(residuals: Array) -> Array:
    """Return residuals cut to twice their root mean square.

    A quantile as the limit would hide what trees do wrong on the few rows of a rare outcome.
    """
    limits = _WINSOR * np.sqrt(np.mean(residuals**2, axis=1, keepdims=True))
    return np.clip(residuals, -limits, limits)


def _without_negligible(weights: Array) -> Array:
    shares = weights / weights.sum()
    shares[shares < _NEGLIGIBLE] = 0.0
    return shares / shares.sum()


def _nonnegative(residuals: Array, shares: Array) -> Array:
    """Return the weights, not negative and summing to 1, of least weighted mean square."""
    n_members = len(residuals)
    system = np.vstack([(residuals * np.sqrt(shares)).T, np.full((1, n_members), 1e3)])
    target = np.append(np.zeros(len(shares)), 1e3)  # the heavy last row is the sum to 1
    weights, _ = nnls(system, target)
    return weights / weights.sum()
