"""Functions of one input that are orthonormal in its law: the factors of a polynomial chaos.

A law is given by a quadrature: nodes and weights that integrate its polynomials exactly. Stieltjes'
procedure turns any such quadrature into the three-term recurrence of its orthonormal polynomials:
Legendre's for a uniform input, Hermite's for a normal one, Jacobi's for a beta, discrete ones for
integers. An unordered category gets orthonormal contrasts of its levels.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, roots_hermitenorm, roots_jacobi, roots_legendre

from surrogate.space import Beta, LogNormal, Normal, Triangular, TruncatedNormal
from surrogate.space.continuous import ScipyDistribution
from surrogate.students.arrays import Array
from surrogate.students.inputs.columns import Column, Indicators, Ranked, Unit

__all__ = ["MOST_DEGREE", "Factor", "factors_of_columns"]

MOST_DEGREE = 25
_N_NODES = 64  # exact for the products of two polynomials of degree 25, and far beyond
_BEYOND = 0.05  # of the unit range: how far outside it any polynomial is followed
_FOLLOWED = 4  # degrees that are followed further: 1 / degree^2
_MANY_LEVELS = 40  # so many whole numbers are as good as a continuum

Law = tuple[Array, Array]  # nodes and weights


class Factor(Protocol):
    """Orthonormal functions of one input, the first of which is 1."""

    @property
    def degrees(self) -> Sequence[int]:
        """What each function counts in the degree of a product."""
        ...

    def told_apart(self, X: Array) -> Factor:
        """Return the factor with only those functions that encoded rows can tell apart."""
        ...

    def evaluate(self, X: Array) -> Array:
        """Return the functions at encoded rows, shape (n, len(degrees))."""
        ...


@dataclass(frozen=True)
class Polynomials:
    """Orthonormal polynomials in ``coordinate(u)`` of one encoded column u.

    Attributes
    ----------
    column : int
    coordinate : callable
        From the unit scale to the coordinate of the recurrence.
    centres, scales : ndarray of shape (degree,)
        Coefficients a_k and b_k of ``b_k p_(k+1) = (t - a_k) p_k - b_(k-1) p_(k-1)``.
    """

    column: int
    coordinate: Callable[[Array], Array]
    centres: Array
    scales: Array

    @property
    def degrees(self) -> Sequence[int]:
        """The degree of each polynomial."""
        return range(len(self.centres) + 1)

    def told_apart(self, X: Array) -> Polynomials:
        """Return those that encoded rows tell apart: of k different values, degrees below k.

        The others are copies of these there, and would be chosen at random in their place.
        """
        n_values = len(np.unique(X[:, self.column]))
        return replace(
            self, centres=self.centres[: n_values - 1], scales=self.scales[: n_values - 1]
        )

    def evaluate(self, X: Array) -> Array:
        """Return the polynomials at encoded rows, shape (n, degree + 1).

        Outside the unit range polynomials run away: 1 / k^2 further out, Legendre's of degree k is
        2.3 to 3 times what it is at the edge. From there on it is taken to be constant.
        """
        u = X[:, self.column]
        values = self._followed(u, _BEYOND)
        (outside,) = np.nonzero((u < -_BEYOND) | (u > 1 + _BEYOND))
        for degree in self.degrees[1 : 1 + _FOLLOWED]:
            values[outside, degree] = self._followed(u[outside], 1 / degree**2)[:, degree]
        return values

    def _followed(self, u: Array, beyond: float) -> Array:
        """Return the polynomials at places on the unit scale, at most so far outside it."""
        t = self.coordinate(np.clip(u, -beyond, 1 + beyond))
        values = np.ones((len(self.centres) + 1, len(t)))
        before = np.zeros_like(t)
        for k, (centre, scale) in enumerate(zip(self.centres, self.scales, strict=True)):
            values[k + 1] = ((t - centre) * values[k] - before) / scale
            before = scale * values[k]
        return values.T


@dataclass(frozen=True)
class Contrasts:
    """Orthonormal functions of the level of an unordered category, all of degree 1.

    Attributes
    ----------
    columns : slice
        Its indicator columns.
    table : ndarray of shape (n_levels, n_levels)
        Value of each function at each level; the first is 1.
    """

    columns: slice
    table: Array

    @property
    def degrees(self) -> Sequence[int]:
        """Zero for the constant, 1 for every contrast."""
        return [0, *[1] * (len(self.table) - 1)]

    def told_apart(self, X: Array) -> Contrasts:  # noqa: ARG002 - the signature of Factor
        """Return all contrasts: a level that no row holds moves them all."""
        return self

    def evaluate(self, X: Array) -> Array:
        """Return the functions at encoded rows, shape (n, n_levels)."""
        return X[:, self.columns] @ self.table


def factors_of_columns(columns: Sequence[Column]) -> list[Factor]:
    """Return the factors of the inputs behind encoded columns, in their order."""
    factors: list[Factor] = []
    start = 0
    for column in columns:
        width = len(column.labels)
        factors.append(_factor(column, slice(start, start + width)))
        start += width
    return factors


def _factor(column: Column, where: slice) -> Factor:
    if isinstance(column, Indicators):
        weights = np.asarray(column.weights or [1.0] * len(column.levels), dtype=float)
        return Contrasts(where, _contrasts(weights / weights.sum()))
    if isinstance(column, Unit):
        coordinate, law = _of_parameter(column.parameter)
        return Polynomials(where.start, coordinate, *_recurrence(law))
    law = _uniform()
    if isinstance(column, Ranked):
        ranks = np.linspace(-1, 1, len(column.levels))
        law = ranks, np.full(len(ranks), 1 / len(ranks))
    return Polynomials(where.start, _centred, *_recurrence(law))


def _of_parameter(parameter: Any) -> tuple[Callable[[Array], Array], Law]:
    """Return the natural coordinate of a parameter, as a function of u, and its law there."""
    match parameter:
        case Normal() | LogNormal():
            return _normal_score, _normalised(*roots_hermitenorm(_N_NODES))
        case Beta(a=a, b=b):
            law = _normalised(*roots_jacobi(_N_NODES, b - 1, a - 1))
            return lambda u: 2 * betaincinv(a, b, np.clip(u, 0, 1)) - 1, law
        case TruncatedNormal() | Triangular():
            return _bounded(parameter)
    if parameter.kind in ("integer", "ordinal"):
        return _of_levels(parameter)
    return _centred, _uniform()  # the cube map: uniform in its own distribution function


def _bounded(parameter: TruncatedNormal | Triangular) -> tuple[Callable[[Array], Array], Law]:
    """Return coordinate and law of a density on pieces of an interval, in units of its width."""
    ends = parameter.from_unit(np.array([0.0, 1.0]))  # finite also where a bound is not
    low, width = float(ends[0]), float(ends[1] - ends[0])

    def coordinate(u: Array) -> Array:
        return 2 * (parameter.from_unit(np.clip(u, 0, 1)) - low) / width - 1

    if isinstance(parameter, Triangular):
        peak = 2 * (parameter.mode - low) / width - 1
        pieces = [(-1.0, peak), (peak, 1.0)]
        nodes, weights = _on_pieces(pieces)
        density = np.where(
            nodes < peak, (nodes + 1) / max(peak + 1, 1e-300), (1 - nodes) / max(1 - peak, 1e-300)
        )
    else:
        edges = np.linspace(-1, 1, 9)
        nodes, weights = _on_pieces(list(itertools.pairwise(edges)))
        score = (low + (nodes + 1) / 2 * width - parameter.mean) / parameter.std
        density = np.exp(0.5 * (np.min(score**2) - score**2))
    return coordinate, _normalised(nodes, weights * density)


def _of_levels(parameter: Any) -> tuple[Callable[[Array], Array], Law]:
    """Return coordinate and law of separate values, or the cube map where they are many."""
    if _n_levels(parameter) > _MANY_LEVELS:
        return _centred, _uniform()
    values, weights = _levels(parameter)
    middles = np.asarray(parameter.to_unit(values), dtype=float)
    if values.dtype.kind not in "if":  # ordered labels count by their rank
        values = np.arange(len(values))
    places = 2 * (values - values[0]) / max(values[-1] - values[0], 1) - 1.0
    edges = (middles[1:] + middles[:-1]) / 2
    return lambda u: places[np.searchsorted(edges, u)], (places, weights / weights.sum())


def _n_levels(parameter: Any) -> int:
    if hasattr(parameter, "values"):
        return len(parameter.values)
    low, high = _ends(parameter)
    return int(high - low) + 1


def _ends(parameter: Any) -> NDArray[Any]:
    """Return the least and the greatest whole number, of a law without bounds nearly."""
    return np.asarray(parameter.from_unit(np.array([1e-12, 1 - 1e-12])))


def _levels(parameter: Any) -> tuple[NDArray[Any], Array]:
    """Return the values of a parameter and their weights."""
    if hasattr(parameter, "values"):
        values = np.asarray(parameter.values)
        return values, np.asarray(parameter.weights or np.ones(len(values)), dtype=float)
    low, high = _ends(parameter)
    values = np.arange(low, high + 1)
    if isinstance(parameter, ScipyDistribution):
        return values, np.asarray(parameter.distribution.pmf(values))
    return values, np.ones(len(values))


def _centred(u: Array) -> Array:
    return 2 * u - 1


def _normal_score(u: Array) -> Array:
    edge = 2.0**-53
    return ndtri(np.clip(u, edge, 1 - edge))


def _uniform() -> Law:
    return _normalised(*roots_legendre(_N_NODES))


def _normalised(nodes: Array, weights: Array) -> Law:
    return nodes, weights / weights.sum()


def _on_pieces(pieces: Sequence[tuple[float, float]]) -> Law:
    nodes, weights = roots_legendre(_N_NODES)
    places = [low + (nodes + 1) / 2 * (high - low) for low, high in pieces]
    return np.concatenate(places), np.concatenate([weights * (b - a) / 2 for a, b in pieces])


def _recurrence(law: Law) -> tuple[Array, Array]:
    """Return centres and scales of the orthonormal polynomials of a law (Stieltjes)."""
    nodes, weights = law
    now, before = np.ones_like(nodes), np.zeros_like(nodes)
    centres: list[float] = []
    scales: list[float] = []
    while len(centres) < MOST_DEGREE:
        centre = float(weights @ (nodes * now**2))
        following = (nodes - centre) * now - before
        scale = float(np.sqrt(weights @ following**2))
        if scale < 1e-10:  # separate values: no more polynomials than values
            break
        centres.append(centre)
        scales.append(scale)
        before, now = scale * now, following / scale
    return np.array(centres), np.array(scales)


def _contrasts(weights: Array) -> Array:
    """Return functions of a level, orthonormal under its weights, the first of which is 1."""
    root = np.sqrt(weights)
    start = np.column_stack([root, np.eye(len(weights))[:, 1:]])
    orthonormal, triangle = np.linalg.qr(start)
    orthonormal *= np.sign(np.diag(triangle))
    return orthonormal / root[:, None]
