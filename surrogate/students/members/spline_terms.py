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
    "INPUT",
    "KIND",
    "KNOT",
    "N_NUMBERS",
    "OBLIQUE",
    "OTHER_INPUT",
    "OTHER_KIND",
    "OTHER_KNOT",
    "STEP",
    "WEIGHT",
    "add_terms",
    "standardised_term",
]

KIND, INPUT, KNOT, OTHER_KIND, OTHER_INPUT, OTHER_KNOT, WEIGHT = range(7)
N_NUMBERS = 7
LINE, RISING, FALLING, STEP, OBLIQUE, PARABOLA, RISING_SQUARE, FALLING_SQUARE = range(8)
CHANCES = np.array([0.25, 0.15, 0.15, 0.15, 0.15, 0.05, 0.05, 0.05])  # of the kinds, a priori
_LEAST_SPREAD = 1e-6
_MOST_OF_ONE_ROW = 0.8  # of a term's variance: one row alone can be followed by too many terms


@njit(cache=True)
def _multiply_by_factor(
    column: Any, values: Any, kind: Any, knot: Any
) -> None:  # pragma: no cover - compiled
    """Multiply a column by a function of one input; loops inside the choice of kind are faster."""
    n, side = len(column), -1.0 if kind in (FALLING, FALLING_SQUARE) else 1.0
    if kind == LINE:
        for row in range(n):
            column[row] *= values[row] - 0.5
    elif kind == STEP:
        for row in range(n):
            column[row] *= 1.0 if values[row] > knot else 0.0
    elif kind == PARABOLA:
        for row in range(n):
            column[row] *= (values[row] - 0.5) ** 2
    elif kind in (RISING, FALLING):
        for row in range(n):
            column[row] *= max(side * (values[row] - knot), 0.0)
    else:
        for row in range(n):
            column[row] *= max(side * (values[row] - knot), 0.0) ** 2


@njit(cache=True)
def _enter_values(inputs: Any, term: Any, column: Any) -> None:  # pragma: no cover - compiled
    """Enter a term at all rows; `inputs` is of shape (d, n), so that each lies together."""
    kind, other = int(term[KIND]), int(term[OTHER_KIND])
    first, second = inputs[int(term[INPUT])], inputs[int(term[OTHER_INPUT])]
    if kind == OBLIQUE:
        for row in range(len(column)):
            column[row] = 1.0 if first[row] + term[WEIGHT] * second[row] > term[KNOT] else 0.0
        return
    column[:] = 1.0
    _multiply_by_factor(column, first, kind, term[KNOT])
    if other >= 0:
        _multiply_by_factor(column, second, other, term[OTHER_KNOT])


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
    inputs: Any, roots: Any, term: Any, column: Any
) -> tuple[Any, Any, Any]:  # pragma: no cover - compiled
    """Enter a term at all rows, of mean 0 and variance 1, times the roots of their weights.

    Where its variance over the unit cube is greater, that is 1: a kink that few rows are beyond
    would else be free to rise without bound.

    Parameters
    ----------
    inputs : ndarray of shape (d, n)
    roots : ndarray of shape (n,)
        Of the weights of rows, whose mean is 1.
    term : ndarray of shape (7,)
    column : ndarray of shape (n,)
        Where the term is entered.

    Returns
    -------
    mean, spread : float
        What was subtracted and divided by.
    fine : bool
        Whether it varies, and not at one row alone.
    """
    n, mean, square, most = len(column), 0.0, 0.0, 0.0
    _enter_values(inputs, term, column)
    for row in range(n):
        mean += roots[row] ** 2 * column[row]
    mean /= n
    for row in range(n):
        column[row] = roots[row] * (column[row] - mean)
        square += column[row] ** 2
        most = max(most, column[row] ** 2)
    spread = np.sqrt(square / n)
    if spread < _LEAST_SPREAD or most > _MOST_OF_ONE_ROW * square:
        return mean, spread, False
    spread = max(spread, np.sqrt(_variance(term)))
    column /= spread
    return mean, spread, True


@njit(cache=True)
def add_terms(
    inputs: Any, terms: Any, amplitudes: Any, sums: Any
) -> None:  # pragma: no cover - compiled
    """Add the terms of every draw, times their amplitudes, to what it says at rows.

    Parameters
    ----------
    inputs : ndarray of shape (d, n)
    terms : ndarray of shape (n_draws, n_terms, 7)
    amplitudes : ndarray of shape (n_draws, n_terms)
        0 where there is no term.
    sums : ndarray of shape (n_draws, n)
    """
    column = np.empty(inputs.shape[1])
    for draw in range(len(terms)):
        for number in range(terms.shape[1]):
            amplitude = amplitudes[draw, number]
            if amplitude != 0.0:
                _enter_values(inputs, terms[draw, number], column)
                sums[draw] += amplitude * column
