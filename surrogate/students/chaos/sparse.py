"""Sparse least squares: in which order terms enter, how many, and of which candidates.

Two orders: forward orthogonal least squares (greedy: each term explains most of what is left) and
least angle regression. Either gives nested models; each is a least-squares fit whose leave-one-out
error is known in closed form, and the one of the smallest corrected error is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from surrogate.students.arrays import Array

__all__ = ["ORDERS", "Candidates", "SparseFit", "fit_sparse"]

Positions = NDArray[np.intp]
Order = Callable[[Array, Array, int], Positions]

_MOST_TERMS = 300
_DEPENDENT = 1e-8  # of a column's norm: what is left of it is rounding


@dataclass(frozen=True)
class Candidates:
    """Terms that may enter: those of one degree and hyperbolic norm.

    Attributes
    ----------
    degree : int
    norm : float
    columns : int array
        Their columns of the design matrix; the first is the constant.
    """

    degree: int
    norm: float
    columns: Positions


@dataclass(frozen=True)
class SparseFit:
    """A least-squares fit of few terms.

    Attributes
    ----------
    candidates : Candidates
        Where its terms come from.
    columns : int array of shape (n_terms,)
        In the order in which they entered.
    coefficients : ndarray of shape (n_terms,)
    error : float
        Corrected leave-one-out mean square.
    """

    candidates: Candidates
    columns: Positions
    coefficients: Array
    error: float


def fit_sparse(
    design: Array, y: Array, trials: Iterable[Candidates], method: str
) -> list[SparseFit]:
    """Return a fit for each of the candidates, the best first.

    After two degrees in a row that are worse, higher ones of the same norm are not tried.
    """
    fits: list[SparseFit] = []
    best_of_norm, n_worse, norm = np.inf, 0, np.nan
    for trial in trials:
        if trial.norm != norm:
            best_of_norm, n_worse, norm = np.inf, 0, trial.norm
        if n_worse < 2:
            fits.append(_fit(design, y, trial, ORDERS[method]))
            n_worse = 0 if fits[-1].error < best_of_norm else n_worse + 1
            best_of_norm = min(best_of_norm, fits[-1].error)
    return sorted(fits, key=lambda fit: fit.error)


def _fit(design: Array, y: Array, trial: Candidates, order: Order) -> SparseFit:
    part = design[:, trial.columns]
    most = max(1, min(2 * len(y) // 3, _MOST_TERMS, len(trial.columns)))
    entered = order(part, y, most)
    errors, coefficients = _nested_fits(part[:, entered], y)
    size = int(np.argmin(errors)) + 1
    return SparseFit(
        trial, trial.columns[entered[:size]], coefficients(size), float(errors[size - 1])
    )


def _nested_fits(columns: Array, y: Array) -> tuple[Array, Callable[[int], Array]]:
    """Return the corrected leave-one-out error of the first 1, 2, ... columns, and their fits.

    The correction n / (n - k) (1 + trace((A'A)^-1)) is that of [1]_ for small samples.

    References
    ----------
    .. [1] O. Chapelle, V. Vapnik, Y. Bengio, Model selection for small sample regression, Machine
       Learning 48 (2002), https://doi.org/10.1023/A:1013943418833
    """
    n, most = columns.shape
    orthonormal, triangle = np.linalg.qr(columns)
    along = orthonormal.T @ y
    residuals = y[:, None] - np.cumsum(orthonormal * along, axis=1)
    leverage = np.cumsum(orthonormal**2, axis=1)
    plain = np.mean((residuals / np.maximum(1 - leverage, 1e-10)) ** 2, axis=0)
    inverse = solve_triangular(triangle, np.eye(most), check_finite=False)
    sizes = np.arange(1, most + 1)
    correction = n / np.maximum(n - sizes, 1e-10) * (1 + np.cumsum((inverse**2).sum(axis=0)))
    return plain * correction, lambda k: inverse[:k, :k] @ along[:k]


def _greedy(design: Array, y: Array, most: int) -> Positions:
    """Return the order of forward orthogonal least squares, the constant first."""
    left = (design**2).sum(axis=0)  # squared norms of what is orthogonal to the terms so far
    least = _DEPENDENT * left
    correlation = y @ design
    basis = np.empty((most, len(y)))
    entered: list[int] = []
    chosen = 0
    while True:
        entered.append(chosen)
        direction, _ = _orthogonal(design[:, chosen], basis[: len(entered) - 1])
        basis[len(entered) - 1] = direction
        along = direction @ design
        correlation -= (direction @ y) * along
        left -= along**2
        left[chosen] = 0.0
        free = left > least
        if len(entered) == most or not free.any():
            return np.array(entered)
        gain = np.divide(correlation**2, left, out=np.zeros_like(left), where=free)
        chosen = int(np.argmax(gain))
        if gain[chosen] == 0:
            return np.array(entered)


def _least_angle(design: Array, y: Array, most: int) -> Positions:
    """Return the order of least angle regression [1]_, the constant first.

    References
    ----------
    .. [1] B. Efron et al., Least angle regression, Annals of Statistics 32 (2004),
       https://doi.org/10.1214/009053604000000067
    """
    constant = design[:, 0] / np.linalg.norm(design[:, 0])  # not all ones where rows have weights
    centred = design - np.outer(constant, constant @ design)
    norms = np.sqrt((centred**2).sum(axis=0))
    free = norms > 1e-10 * np.sqrt(len(y))
    free[0] = False
    scaled = centred / np.where(free, norms, 1.0)
    correlation = (y - (constant @ y) * constant) @ scaled
    basis, steps = np.empty((most, len(y))), np.empty(most)
    entered: list[int] = []
    while len(entered) + 1 < most and free.any():
        chosen = int(np.argmax(np.where(free, np.abs(correlation), -1.0)))
        largest = abs(correlation[chosen])
        free[chosen] = False
        k = len(entered)
        column = np.sign(correlation[chosen]) * scaled[:, chosen]
        direction, left = _orthogonal(column, basis[:k])
        if left < _DEPENDENT:
            continue
        length = float(direction @ column)
        # u = Q z is equally inclined to all entered columns when R'z = 1, row by row.
        steps[k] = (1 - (basis[:k] @ column) @ steps[:k]) / length
        basis[k] = direction
        entered.append(chosen)
        size = float(np.sqrt(steps[: k + 1] @ steps[: k + 1]))
        along = ((steps[: k + 1] / size) @ basis[: k + 1]) @ scaled
        correlation -= _step(correlation, along, largest, 1 / size, free) * along
    return np.array([0, *entered])


def _step(
    correlation: Array, along: Array, largest: float, rate: float, free: NDArray[np.bool_]
) -> float:
    """Return how far to go until another column is as correlated as those that have entered."""
    full = largest / rate
    with np.errstate(divide="ignore", invalid="ignore"):
        meets = np.concatenate(
            [(largest - correlation) / (rate - along), (largest + correlation) / (rate + along)]
        )
    meets = np.where(np.tile(free, 2) & (meets > 0), meets, np.inf)
    return min(float(np.min(meets)), full)


def _orthogonal(column: Array, basis: Array) -> tuple[Array, float]:
    """Return what is left of a column besides an orthonormal basis: its direction and norm."""
    for _ in range(2):  # once is not enough for nearly dependent columns
        column = column - (basis @ column) @ basis
    norm = float(np.sqrt(column @ column))
    return column / max(norm, 1e-300), norm


ORDERS: dict[str, Order] = {"greedy": _greedy, "lars": _least_angle}
