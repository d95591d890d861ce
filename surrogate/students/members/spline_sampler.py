"""Compiled sampling of adaptive splines: which terms, where their knots are, how much noise.

Reversible jumps [1]_: a term drawn from the prior may enter, one may leave, one may change; the
amplitudes are integrated out. The first draws are at a high temperature, so that all rows together
decide which terms there are before single ones do.

References
----------
.. [1] P. J. Green, Reversible jump Markov chain Monte Carlo computation and Bayesian model
   determination, Biometrika 82 (1995), https://doi.org/10.1093/biomet/82.4.711
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from surrogate.students.arrays import Array
from surrogate.students.members.spline_terms import (
    CHANCES,
    INPUT,
    KIND,
    KNOT,
    N_NUMBERS,
    OBLIQUE,
    OTHER_INPUT,
    OTHER_KIND,
    OTHER_KNOT,
    STEP,
    WEIGHT,
    standardised_term,
)

__all__ = ["sampled_splines"]

_MOST_TERMS = 8
_USUAL_TERMS = 3.0  # mean of the Poisson prior of their number
_PRODUCTS = 0.15  # chance that a term has a second factor
_AMPLITUDE = 1.0  # prior variance, of terms and outcomes of variance 1
_NOISE, _NOISE_SPREAD = np.log(0.02), 2.0  # prior of the logarithm of the noise variance
_LEAST_NOISE, _MOST_NOISE = np.log(1e-8), 2.0
_NOISE_STEP = 0.5
_NOISE_EVERY = 4  # iterations
_ENTER, _LEAVE = 0.25, 0.5  # up to which a uniform number lets a term enter, or leave
_ALONE = np.log(_ENTER)  # without terms, one always enters
_KNOT_STEPS = np.array([0.005, 0.03, 0.15])
_WEIGHT_STEP = 0.2
_ANEW, _MOVED, _ELSEWHERE, _OTHERWISE = 0.2, 0.65, 0.8, 0.9  # which change a uniform number means
_HOTTEST = 0.03  # inverse temperature that the chain begins with
_COOLING = 0.4  # of all iterations
_COUNTED = 0.5  # of all iterations: the last
_IMPOSSIBLE = -1e300
_N_UNIFORM, _N_NORMAL = 13, 3


def sampled_splines(
    X: Array, y: Array, roots: Array, *, n_iterations: int, n_draws: int, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array]:
    """Return draws of terms, their amplitudes, the level, and the noise variance.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        On the unit scale.
    y : ndarray of shape (n,)
        Standardised.
    roots : ndarray of shape (n,)
        Roots of the weights of rows, whose mean is 1.
    n_iterations, n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    terms : ndarray of shape (n_draws, 8, 7)
    amplitudes : ndarray of shape (n_draws, 8)
        Posterior means given the terms; 0 where there is none.
    levels, noise : ndarray of shape (n_draws,)

    Examples
    --------
    >>> X = np.linspace(0, 1, 30)[:, None]
    >>> y = np.where(X[:, 0] > 0.5, 1.0, -1.0)
    >>> rng = np.random.default_rng(0)
    >>> terms, amplitudes, *_ = sampled_splines(
    ...     X, y, np.ones(30), n_iterations=4000, n_draws=20, rng=rng
    ... )
    >>> strongest = np.abs(amplitudes).argmax(axis=1)
    >>> bool((terms[np.arange(20), strongest, 0] == STEP).all())
    True
    """
    inverse_temperatures = np.ones(n_iterations)
    n_cooling = int(_COOLING * n_iterations)
    inverse_temperatures[:n_cooling] = np.geomspace(_HOTTEST, 1.0, n_cooling)
    counted = np.linspace((1 - _COUNTED) * n_iterations, n_iterations - 1, n_draws).astype(np.int64)
    level = float(np.average(y, weights=roots**2))
    terms, amplitudes = (
        np.zeros((n_draws, _MOST_TERMS, N_NUMBERS)),
        np.zeros((n_draws, _MOST_TERMS)),
    )
    levels, noise = np.full(n_draws, level), np.empty(n_draws)
    _chain(
        np.ascontiguousarray(X.T),
        roots * (y - level),
        np.asarray(roots, dtype=float),
        inverse_temperatures,
        counted,
        rng.random((n_iterations, _N_UNIFORM)),
        rng.standard_normal((n_iterations, _N_NORMAL)),
        terms,
        amplitudes,
        levels,
        noise,
    )
    return terms, amplitudes, levels, noise


@njit(cache=True)
def _chain(  # noqa: PLR0917 - numba takes no objects
    inputs: Any,
    y: Any,
    roots: Any,
    inverse_temperatures: Any,
    counted: Any,
    uniforms: Any,
    normals: Any,
    drawn_terms: Any,
    drawn_amplitudes: Any,
    levels: Any,
    noise: Any,
) -> None:  # pragma: no cover - compiled
    """Go through all iterations and enter the draws that count."""
    d, n = inputs.shape
    terms, columns = np.zeros((_MOST_TERMS, N_NUMBERS)), np.zeros((_MOST_TERMS, n))
    moments = np.ones((_MOST_TERMS, 2))  # mean and spread of every term
    gram, along = np.zeros((_MOST_TERMS, _MOST_TERMS)), np.zeros(_MOST_TERMS)
    new_gram, new_along, amplitudes = gram.copy(), along.copy(), along.copy()
    term, column, square = np.zeros(N_NUMBERS), np.zeros(n), y @ y
    size, log_noise, count = 0, _NOISE, 0
    likelihood = _log_likelihood(gram, along, square, n, size, log_noise, amplitudes)
    for iteration in range(len(inverse_temperatures)):
        u, z, inverse = uniforms[iteration], normals[iteration], inverse_temperatures[iteration]
        tried = log_noise + _NOISE_STEP * z[0]
        if iteration % _NOISE_EVERY == 0 and _LEAST_NOISE < tried < _MOST_NOISE:
            other = _log_likelihood(gram, along, square, n, size, tried, amplitudes)
            if np.log(u[8]) < inverse * (other - likelihood) + _prior(tried) - _prior(log_noise):
                log_noise, likelihood = tried, other
        place, new_size, ratio, fine = _proposed(term, terms, size, d, u, z)
        if new_size < size:
            _leave_out(gram, along, place, size, new_gram, new_along)
        elif fine:
            mean, spread, fine = standardised_term(inputs, roots, term, column)
            if fine:
                _put_in(gram, along, columns, column, y, place, new_size, new_gram, new_along)
        if fine:
            other = _log_likelihood(new_gram, new_along, square, n, new_size, log_noise, amplitudes)
            if np.log(u[10]) < inverse * (other - likelihood) + ratio:
                if new_size < size:
                    _close_up(terms, columns, moments, place, new_size)
                else:
                    terms[place], columns[place] = term, column
                    moments[place, 0], moments[place, 1] = mean, spread
                gram[:], along[:] = new_gram, new_along
                size, likelihood = new_size, other
        if count < len(counted) and iteration == counted[count]:
            _log_likelihood(gram, along, square, n, size, log_noise, amplitudes)
            drawn_terms[count], noise[count] = terms, np.exp(log_noise)
            levels[count] -= _unscaled(amplitudes, moments, size, drawn_amplitudes[count])
            count += 1


@njit(cache=True)
def _proposed(  # noqa: PLR0917
    term: Any, terms: Any, size: Any, d: Any, u: Any, z: Any
) -> tuple[Any, Any, Any, Any]:  # pragma: no cover - compiled
    """Enter a term that would come in or change, unless one would leave.

    Returns
    -------
    place, size : int
        Where the term stands, and how many there would be.
    ratio : float
        Logarithm of prior times proposal over those before.
    fine : bool
        Whether this is possible.
    """
    if u[9] < _ENTER or size == 0:
        _draw(term, d, u)
        ratio = np.log(_USUAL_TERMS / (size + 1)) + (_ALONE if size == 0 else 0.0)
        return size, size + 1, ratio, size < _MOST_TERMS
    place = int(u[11] * size)
    if u[9] < _LEAVE:
        ratio = np.log(size / _USUAL_TERMS) - (_ALONE if size == 1 else 0.0)
        return place, size - 1, ratio, True
    term[:] = terms[place]
    ratio, fine = _changed(term, d, u, z)
    return place, size, ratio, fine


@njit(cache=True)
def _unscaled(
    amplitudes: Any, moments: Any, size: Any, entered: Any
) -> Any:  # pragma: no cover - compiled
    """Enter the amplitudes of terms as they are, not standardised; return their mean sum."""
    total = 0.0
    for number in range(size):
        entered[number] = amplitudes[number] / moments[number, 1]
        total += entered[number] * moments[number, 0]
    return total


@njit(cache=True)
def _close_up(
    terms: Any, columns: Any, moments: Any, place: Any, size: Any
) -> None:  # pragma: no cover - compiled
    """Take a term out: those behind it come one place nearer."""
    for number in range(place, size):
        terms[number], columns[number] = terms[number + 1], columns[number + 1]
        moments[number] = moments[number + 1]


@njit(cache=True)
def _prior(log_noise: Any) -> Any:  # pragma: no cover - compiled
    return -0.5 * ((log_noise - _NOISE) / _NOISE_SPREAD) ** 2


@njit(cache=True)
def _kind(uniform: Any) -> Any:  # pragma: no cover - compiled
    total = 0.0
    for kind in range(len(CHANCES)):
        total += CHANCES[kind]
        if uniform < total:
            return kind
    return len(CHANCES) - 1


@njit(cache=True)
def _another(number: Any, uniform: Any, d: Any) -> Any:  # pragma: no cover - compiled
    """Return one of d numbers that is not the given one."""
    other = int(uniform * (d - 1))
    return other + 1 if other >= number else other


@njit(cache=True)
def _draw(term: Any, d: Any, u: Any) -> None:  # pragma: no cover - compiled
    """Enter a term drawn from the prior."""
    kind = _kind(u[0])
    term[KIND] = STEP if kind == OBLIQUE and d == 1 else kind
    term[INPUT], term[KNOT] = int(u[1] * d), u[2]
    term[OTHER_KIND], term[OTHER_INPUT], term[OTHER_KNOT], term[WEIGHT] = -1, 0, 0, 0
    if term[KIND] == OBLIQUE:
        term[OTHER_INPUT], term[WEIGHT] = _another(term[INPUT], u[3], d), 2 * u[4] - 1
        low, high = _reach(term[WEIGHT])
        term[KNOT] = low + u[2] * (high - low)
    elif d > 1 and u[5] < _PRODUCTS:
        _multiply(term, d, u[6], u[3], u[7])


@njit(cache=True)
def _multiply(
    term: Any, d: Any, kind: Any, variable: Any, knot: Any
) -> None:  # pragma: no cover - compiled
    """Enter a second factor drawn from the prior."""
    other = _kind(kind)
    term[OTHER_KIND] = STEP if other == OBLIQUE else other
    term[OTHER_INPUT], term[OTHER_KNOT] = _another(term[INPUT], variable, d), knot


@njit(cache=True)
def _reach(weight: Any) -> tuple[Any, Any]:  # pragma: no cover - compiled
    """Return the least and the greatest sum of an input and a weighted one."""
    return min(0.0, weight), 1.0 + max(0.0, weight)


@njit(cache=True)
def _changed(term: Any, d: Any, u: Any, z: Any) -> tuple[Any, Any]:  # pragma: no cover - compiled
    """Change a term; return the logarithm of prior times proposal over before, and if it is one."""
    oblique, product = term[KIND] == OBLIQUE, term[OTHER_KIND] >= 0
    if u[12] < _ANEW:
        _draw(term, d, u)
        return 0.0, True
    if u[12] < _MOVED:
        step = z[1] * _KNOT_STEPS[int(u[0] * len(_KNOT_STEPS))]
        if product and u[1] < 0.5:
            term[OTHER_KNOT] += step
            return 0.0, 0.0 < term[OTHER_KNOT] < 1.0
        before = term[WEIGHT]
        term[KNOT] += step
        if oblique and u[1] < 0.5:
            term[WEIGHT] += _WEIGHT_STEP * z[2]
        low, high = _reach(term[WEIGHT])
        fine = low < term[KNOT] < high and abs(term[WEIGHT]) < 1.0
        return np.log((1.0 + abs(before)) / (1.0 + abs(term[WEIGHT]))), fine
    if u[12] < _ELSEWHERE:
        place = OTHER_INPUT if (product or oblique) and u[1] < 0.5 else INPUT
        term[place] = int(u[2] * d)
        return 0.0, not ((product or oblique) and term[INPUT] == term[OTHER_INPUT])
    if u[12] < _OTHERWISE or oblique or d == 1:
        kind = _kind(u[0])
        term[KIND] = kind
        return 0.0, not oblique and kind != OBLIQUE
    if product:
        term[OTHER_KIND], term[OTHER_INPUT], term[OTHER_KNOT] = -1, 0, 0
        return np.log((1.0 - _PRODUCTS) / _PRODUCTS), True
    _multiply(term, d, u[0], u[3], u[7])
    return np.log(_PRODUCTS / (1.0 - _PRODUCTS)), True


@njit(cache=True)
def _put_in(  # noqa: PLR0917
    gram: Any,
    along: Any,
    columns: Any,
    column: Any,
    y: Any,
    place: Any,
    size: Any,
    new_gram: Any,
    new_along: Any,
) -> None:  # pragma: no cover - compiled
    """Enter the products of all columns once one stands at a place, the last or another's."""
    new_gram[:], new_along[:] = gram, along
    for number in range(size):
        if number != place:
            new_gram[place, number] = new_gram[number, place] = _product(columns[number], column)
    new_gram[place, place], new_along[place] = _product(column, column), _product(column, y)


@njit(cache=True)
def _product(column: Any, other: Any) -> Any:  # pragma: no cover - compiled
    """Return the inner product; of some fifty rows sooner than BLAS can be called."""
    total = 0.0
    for row in range(len(column)):
        total += column[row] * other[row]
    return total


@njit(cache=True)
def _leave_out(  # noqa: PLR0917
    gram: Any, along: Any, place: Any, size: Any, new_gram: Any, new_along: Any
) -> None:  # pragma: no cover - compiled
    """Enter the products of all columns but one."""
    for i in range(size - 1):
        before = i if i < place else i + 1
        new_along[i] = along[before]
        for j in range(size - 1):
            new_gram[i, j] = gram[before, j if j < place else j + 1]


@njit(cache=True)
def _log_likelihood(  # noqa: PLR0917
    gram: Any, along: Any, square: Any, n: Any, size: Any, log_noise: Any, amplitudes: Any
) -> Any:  # pragma: no cover - compiled
    """Return the marginal likelihood of so many terms, and enter their expected amplitudes."""
    noise, log_determinant, explained = np.exp(log_noise), 0.0, 0.0
    factor = np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            value = gram[i, j] / noise + (1.0 / _AMPLITUDE if i == j else 0.0)
            for k in range(j):
                value -= factor[i, k] * factor[j, k]
            if i != j:
                factor[i, j] = value / factor[j, j]
            elif value > 0:
                factor[i, i] = np.sqrt(value)
            else:
                return _IMPOSSIBLE
        log_determinant += np.log(_AMPLITUDE * factor[i, i] ** 2)
        value = along[i] / noise
        for k in range(i):
            value -= factor[i, k] * amplitudes[k]
        amplitudes[i] = value / factor[i, i]
        explained += amplitudes[i] ** 2
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            amplitudes[i] -= factor[k, i] * amplitudes[k]
        amplitudes[i] /= factor[i, i]
    return 0.5 * (explained - log_determinant - square / noise - n * log_noise)
