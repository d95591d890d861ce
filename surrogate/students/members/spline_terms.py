"""Compiled terms of adaptive splines: functions of one input, products of two, steps across two.

A term is a row of seven numbers: kind, input, place of the knot; kind, input and knot of a second
factor, whose kind is -1 where there is none; and, of a step across two inputs, the weight of the
second one in their sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = [
    "CHANCES",
    "KIND",
    "KNOT",
    "N_NUMBERS",
    "OBLIQUE",
    "OTHER_INPUT",
    "OTHER_KIND",
    "OTHER_KNOT",
    "STEP",
    "VARIABLE",
    "WEIGHT",
    "add_terms",
    "standardised_term",
]

KIND, VARIABLE, KNOT, OTHER_KIND, OTHER_INPUT, OTHER_KNOT, WEIGHT = range(7)
N_NUMBERS = 7
LINE, RISING, FALLING, STEP, OBLIQUE, PARABOLA, RISING_SQUARE, FALLING_SQUARE = range(8)
CHANCES = np.array([0.25, 0.15, 0.15, 0.15, 0.15, 0.05, 0.05, 0.05])  # of the kinds, a priori
_LEAST_SPREAD = 1e-6
_MOST_OF_ONE_ROW = 0.8  # of a term's variance: one row alone can be followed by too many terms


@njit(cache=True)
def _factor(value: Any, kind: Any, knot: Any) -> Any:  # pragma: no cover - compiled
    if kind == LINE:
        return value - 0.5
    if kind == STEP:
        return 1.0 if value > knot else 0.0
    if kind == PARABOLA:
        return (value - 0.5) ** 2
    if kind == RISING:
        return max(value - knot, 0.0)
    if kind == FALLING:
        return max(knot - value, 0.0)
    if kind == RISING_SQUARE:
        return max(value - knot, 0.0) ** 2
    return max(knot - value, 0.0) ** 2


@njit(cache=True)
def _value(row: Any, term: Any) -> Any:  # pragma: no cover - compiled
    kind, other = int(term[KIND]), int(term[OTHER_KIND])
    first, second = row[int(term[VARIABLE])], row[int(term[OTHER_INPUT])]
    if kind == OBLIQUE:
        return 1.0 if first + term[WEIGHT] * second > term[KNOT] else 0.0
    value = _factor(first, kind, term[KNOT])
    return value * _factor(second, other, term[OTHER_KNOT]) if other >= 0 else value


@njit(cache=True)
def _moments(kind: Any, knot: Any) -> tuple[Any, Any]:  # pragma: no cover - compiled
    """Return the mean of a factor, and that of its square, over the whole range of its input."""
    if kind == LINE:
        return 0.0, 1.0 / 12.0
    if kind == PARABOLA:
        return 1.0 / 12.0, 1.0 / 80.0
    length = knot if kind in (FALLING, FALLING_SQUARE) else 1.0 - knot
    if kind == STEP:
        return length, length
    if kind in (RISING, FALLING):
        return length**2 / 2.0, length**3 / 3.0
    return length**3 / 3.0, length**5 / 5.0


@njit(cache=True)
def _variance(term: Any) -> Any:  # pragma: no cover - compiled
    """Return the variance of a term over the unit cube; 0 of a step across two inputs."""
    if term[KIND] == OBLIQUE:
        return 0.0
    mean, square = _moments(int(term[KIND]), term[KNOT])
    if term[OTHER_KIND] >= 0:
        other_mean, other_square = _moments(int(term[OTHER_KIND]), term[OTHER_KNOT])
        mean, square = mean * other_mean, square * other_square
    return square - mean**2


@njit(cache=True)
def standardised_term(
    X: Any, roots: Any, term: Any, column: Any
) -> tuple[Any, Any, Any]:  # pragma: no cover - compiled
    """Enter a term at all rows, of mean 0 and variance 1, times the roots of their weights.

    Where its variance over the unit cube is greater, that is 1: a kink that few rows are beyond
    would else be free to rise without bound.

    Returns
    -------
    mean, spread : float
        What was subtracted and divided by.
    fine : bool
        Whether it varies, and not at one row alone.
    """
    n, mean, square, most = len(X), 0.0, 0.0, 0.0
    for row in range(n):
        column[row] = _value(X[row], term)
        mean += roots[row] ** 2 * column[row] / n
    for row in range(n):
        column[row] = roots[row] * (column[row] - mean)
        square += column[row] ** 2
        most = max(most, column[row] ** 2)
    spread = np.sqrt(square / n)
    if spread < _LEAST_SPREAD or most > _MOST_OF_ONE_ROW * square:
        return mean, spread, False
    spread = max(spread, np.sqrt(_variance(term)))
    for row in range(n):
        column[row] /= spread
    return mean, spread, True


@njit(cache=True)
def add_terms(
    X: Any, terms: Any, amplitudes: Any, sums: Any
) -> None:  # pragma: no cover - compiled
    """Add the terms of every draw, times their amplitudes, to what it says at rows.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    terms : ndarray of shape (n_draws, n_terms, 7)
    amplitudes : ndarray of shape (n_draws, n_terms)
        0 where there is no term.
    sums : ndarray of shape (n_draws, n)
    """
    for draw in range(len(terms)):
        for number in range(terms.shape[1]):
            amplitude = amplitudes[draw, number]
            if amplitude != 0.0:
                for row in range(len(X)):
                    sums[draw, row] += amplitude * _value(X[row], terms[draw, number])
