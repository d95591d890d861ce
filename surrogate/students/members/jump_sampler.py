"""Compiled Gibbs sampling of the jumps that a Gaussian process cannot follow.

A jump adds a normal amplitude to all rows beyond an edge; its amplitude is integrated out, so that
one product with the precision matrix tells what every possible edge is worth. Jumps are drawn in
turn, each among all edges given the others, which needs no tuning and few sweeps; the mean is taken
over what each might have been, not over what it was drawn to be.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from surrogate.students.arrays import Array

__all__ = ["sampled_amplitudes"]

_MOST_JUMPS = 3
_PROBABILITY = 0.1  # that one of them is there
_VARIANCE = 1.0  # of an amplitude, of a standardised outcome
_UNSETTLED = 4  # a sweep of so many is not counted: the first


def sampled_amplitudes(
    precision: Array,
    y: Array,
    orders: NDArray[np.int64],
    prior: Array,
    *,
    n_sweeps: int,
    rng: np.random.Generator,
) -> Array:
    """Return the posterior mean of the amplitude at every edge, shape (n_directions, n - 1).

    Parameters
    ----------
    precision : ndarray of shape (n, n)
        Of the outcomes without jumps, their trend projected out.
    y : ndarray of shape (n,)
        Standardised.
    orders : int array of shape (n_directions, n)
        The rows along each direction; edge k lies before place k + 1.
    prior : ndarray of shape (n_directions, n - 1)
        Probability of each edge, if there is a jump; 0 where rows cannot be parted.
    n_sweeps : int
    rng : numpy.random.Generator

    Examples
    --------
    >>> y = np.repeat([-1.0, 1.0], 10)
    >>> precision = 100 * (np.eye(20) - 1 / 20)  # noise of a tenth about a constant
    >>> orders, prior = np.arange(20)[None], np.full((1, 19), 1 / 19)
    >>> rng = np.random.default_rng(0)
    >>> found = sampled_amplitudes(precision, y, orders, prior, n_sweeps=20, rng=rng)
    >>> int(found.argmax()), float(found.max().round(1))
    (9, 2.0)
    """
    total: Array = _gibbs(
        np.ascontiguousarray(precision),  # of one layout, or all is compiled for another too
        y,
        orders,
        prior * _PROBABILITY,
        _VARIANCE,
        n_sweeps // _UNSETTLED,
        rng.random((n_sweeps, _MOST_JUMPS)),
    )
    return total


@njit(cache=True)
def _gibbs(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - numba takes no objects
    precision, y, orders, prior, variance, first, uniforms
):  # pragma: no cover - compiled
    (n_sweeps, n_jumps), n = uniforms.shape, len(y)
    direction, edge = np.empty(n_jumps, np.int64), np.empty(n_jumps, np.int64)
    for jump in range(n_jumps):
        direction[jump] = -1
    chances, amplitudes, total = np.zeros(prior.shape), np.zeros(prior.shape), np.zeros(prior.shape)
    weights, expected, given = np.zeros(n), np.zeros(n), np.zeros((n, n))
    for sweep in range(n_sweeps):
        for jump in range(n_jumps):
            for i in range(n):
                for k in range(n):
                    given[i, k] = precision[i, k]
            for other in range(n_jumps):
                if other != jump and direction[other] >= 0:
                    _add(given, orders[direction[other]], edge[other], variance)
            _multiply(given, y, weights)
            _weigh(given, weights, orders, prior, variance, chances, amplitudes)
            if sweep >= first:
                _explain(given, orders, chances, amplitudes, weights, expected, total)
                for other in range(n_jumps):
                    if other != jump and direction[other] >= 0:
                        beyond = 0.0
                        for place in range(edge[other] + 1, n):
                            beyond += weights[orders[direction[other], place]]
                        total[direction[other], edge[other]] += variance * beyond
            direction[jump], edge[jump] = _drawn(chances, uniforms[sweep, jump])
    count = (n_sweeps - first) * n_jumps
    for k in range(total.shape[0]):
        for place in range(total.shape[1]):
            total[k, place] /= count
    return total


@njit(cache=True)
def _multiply(matrix, vector, product):  # type: ignore[no-untyped-def]  # pragma: no cover
    for i in range(len(vector)):
        product[i] = 0.0
        for j in range(len(vector)):
            product[i] += matrix[i, j] * vector[j]


@njit(cache=True)
def _add(precision, order, edge, variance):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add that of a jump to the covariance behind a precision matrix."""
    n = len(order)
    product, square = np.zeros(n), 0.0
    for row in range(n):
        for place in range(edge + 1, n):
            product[row] += precision[row, order[place]]
    for place in range(edge + 1, n):
        square += product[order[place]]
    factor = 1.0 / (1.0 / variance + square)
    for i in range(n):
        for j in range(n):
            precision[i, j] -= factor * product[i] * product[j]


@njit(cache=True)
def _weigh(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    precision, weights, orders, prior, variance, chances, amplitudes
):  # pragma: no cover - compiled
    """Enter the chance of a jump at every edge, and the mean amplitude it would have."""
    n, most, none = len(weights), 0.0, 1.0
    product = np.zeros(n)
    for k in range(len(orders)):
        beyond, square = 0.0, 0.0
        for i in range(n):
            product[i] = 0.0
        for edge in range(n - 2, -1, -1):
            row = orders[k, edge + 1]
            beyond += weights[row]
            square += 2 * product[row] + precision[row, row]
            for i in range(n):
                product[i] += precision[row, i]
            scale = 1.0 + variance * max(square, 0.0)
            amplitudes[k, edge] = variance * beyond / scale
            chances[k, edge] = 0.5 * beyond * amplitudes[k, edge] - 0.5 * np.log(scale)
            none -= prior[k, edge]
            if prior[k, edge] > 0:
                most = max(most, chances[k, edge])
    total = none * np.exp(-most)
    for k in range(len(orders)):
        for edge in range(n - 1):
            if prior[k, edge] > 0:
                chances[k, edge] = prior[k, edge] * np.exp(chances[k, edge] - most)
            else:
                chances[k, edge] = 0.0
            total += chances[k, edge]
    for k in range(len(orders)):
        for edge in range(n - 1):
            chances[k, edge] /= total


@njit(cache=True)
def _explain(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    precision, orders, chances, amplitudes, weights, expected, total
):  # pragma: no cover - compiled
    """Add the expected amplitudes of a jump to the total; take what they explain off the weights.

    These are the precision matrix times the outcomes.
    """
    for i in range(len(expected)):
        expected[i] = 0.0
    for k in range(len(orders)):
        height = 0.0
        for edge in range(len(weights) - 1):
            amplitude = chances[k, edge] * amplitudes[k, edge]
            total[k, edge] += amplitude
            height += amplitude
            expected[orders[k, edge + 1]] += height
    for i in range(len(weights)):
        for j in range(len(weights)):
            weights[i] -= precision[i, j] * expected[j]


@njit(cache=True)
def _drawn(chances, uniform):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Return direction and edge of a jump drawn by their chances; -1 and 0 for none."""
    for k in range(chances.shape[0]):
        for edge in range(chances.shape[1]):
            uniform -= chances[k, edge]
            if uniform < 0:
                return k, edge
    return -1, 0
