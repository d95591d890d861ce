"""A polynomial chaos fitted to encoded inputs: the search over degrees, and folds fitted anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from surrogate.students.arrays import Array, row_blocks
from surrogate.students.chaos.factors import MOST_DEGREE, Factor
from surrogate.students.chaos.sparse import Candidates, SparseFit, fit_sparse
from surrogate.students.chaos.terms import Basis, Indices, hyperbolic_indices

__all__ = ["NORMS", "ChaosSearch", "Expansion"]

NORMS = (1.0, 0.75, 0.5)
_DEGREES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 25)
_MOST_CANDIDATES = 2000
_LEAST_CANDIDATES = 150
_FEW_ROWS = 80  # up to which every fold tries every degree and norm again
_MANY_ROWS = 500
_N_PROMISING = (4, 2)  # degrees and norms for folds, up to and beyond so many rows
_PER_ROW = 12  # candidates for each row
_MOST_ENTRIES = 2_000_000  # of one block of the design matrix


@dataclass(frozen=True)
class Expansion:
    """A sum of products of orthonormal functions.

    Attributes
    ----------
    basis : Basis
    coefficients : ndarray of shape (n_terms,)
        In the order in which the terms entered; the first is that of the constant.
    """

    basis: Basis
    coefficients: Array

    def predict(self, X: Array) -> Array:
        """Return the sum at encoded rows, shape (n,)."""
        found = np.empty(len(X))
        for rows in row_blocks(len(X), len(self.coefficients), _MOST_ENTRIES):
            found[rows] = self.basis.evaluate(X[rows]) @ self.coefficients
        return found

    def leverage(self, X: Array, root: Array) -> Array:
        """Return the leverage of encoded rows, shape (n,); `root` is inv(R) of the rows learnt."""
        found = np.empty(len(X))
        for rows in row_blocks(len(X), len(root), _MOST_ENTRIES):
            found[rows] = ((self.basis.evaluate(X[rows]) @ root) ** 2).sum(axis=1)
        return found

    def strongest(self, n_terms: int) -> Basis:
        """Return the terms with the largest coefficients, the constant first."""
        size = np.abs(self.coefficients)
        size[0] = np.inf
        kept = np.argsort(-size, kind="stable")[:n_terms]
        return Basis(self.basis.factors, self.basis.indices[kept])


class ChaosSearch:
    """The candidates for one table of encoded inputs, evaluated once for all fits on its rows.

    Parameters
    ----------
    X : ndarray of shape (n, n_encoded)
    factors : sequence of Factor
    method : {"greedy", "lars"}
    max_degree : int
    norms : sequence of float
    weight : ndarray of shape (n,), optional
        Of each row in the least squares.
    """

    def __init__(
        self,
        X: Array,
        factors: Sequence[Factor],
        *,
        method: str,
        max_degree: int = MOST_DEGREE,
        norms: Sequence[float] = NORMS,
        weight: Array | None = None,
    ) -> None:
        most = min(max(_PER_ROW * len(X), _LEAST_CANDIDATES), _MOST_CANDIDATES)
        degrees = [each for each in _DEGREES if each <= max_degree]
        sets = _index_sets([each.told_apart(X) for each in factors], degrees, norms, most)
        together = np.concatenate([indices for _, _, indices in sets])
        self._indices, inverse = np.unique(together, axis=0, return_inverse=True)
        ends = np.cumsum([len(indices) for _, _, indices in sets])
        columns = np.split(inverse.ravel(), ends[:-1])
        self.trials = [
            Candidates(degree, norm, each)
            for (degree, norm, _), each in zip(sets, columns, strict=True)
        ]
        self._factors = factors
        self._method = method
        self._design = Basis(factors, self._indices).evaluate(X)
        self._root_weight = np.ones(len(X)) if weight is None else np.sqrt(weight / weight.mean())

    def fits(
        self,
        y: Array,
        rows: NDArray[np.intp] | slice = slice(None),
        trials: Sequence[Candidates] | None = None,
    ) -> list[SparseFit]:
        """Return a fit on some rows for each degree and norm tried, the best first."""
        chosen = self.trials if trials is None else trials
        root = self._root_weight[rows]
        return fit_sparse(root[:, None] * self._design[rows], root * y[rows], chosen, self._method)

    def promising(self, fits: Sequence[SparseFit]) -> list[Candidates]:
        """Return what folds of many rows should try: the best few degrees and norms of all rows."""
        if len(self._design) <= _FEW_ROWS:
            return self.trials
        n_promising = _N_PROMISING[len(self._design) > _MANY_ROWS]
        best = [fit.candidates for fit in fits[:n_promising]]
        return sorted(best, key=lambda each: (-each.norm, each.degree))

    def expansion(self, fit: SparseFit) -> Expansion:
        """Return the fitted sum, to be evaluated anywhere."""
        return Expansion(Basis(self._factors, self._indices[fit.columns]), fit.coefficients)

    def inverse_root(self, fit: SparseFit, rows: NDArray[np.intp] | slice = slice(None)) -> Array:
        """Return inv(R) of the (weighted) terms of a fit at its rows, for their leverage."""
        columns = self._root_weight[rows, None] * self._design[rows][:, fit.columns]
        triangle = np.linalg.qr(columns, mode="r")
        return np.asarray(solve_triangular(triangle, np.eye(len(triangle))), dtype=float)

    def held_out(
        self,
        y: Array,
        folds: Sequence[NDArray[np.intp]],
        trials: Sequence[Candidates] | None = None,
    ) -> Array:
        """Return predictions of each fold by a fit that chose all without it, shape (n,)."""
        mean = np.empty(len(y))
        for fold in folds:
            fit = self.fits(y, np.setdiff1d(np.arange(len(y)), fold), trials)[0]
            mean[fold] = self._design[fold][:, fit.columns] @ fit.coefficients
        return mean


def _index_sets(
    factors: Sequence[Factor], degrees: Sequence[int], norms: Sequence[float], most: int
) -> list[tuple[int, float, Indices]]:
    """Return the affordable sets, by norm and rising degree; degree 1 is always there."""
    first = hyperbolic_indices(factors, 1, 1.0, most=2**31)
    sets = [(1, norms[0], first)]
    seen = {len(first)}  # type: ignore[arg-type]  # not None: there was no limit
    for norm in norms:
        for degree in degrees:
            indices = hyperbolic_indices(factors, degree, norm, most=most)
            if indices is None:
                break
            if len(indices) not in seen:  # small degrees are the same set in every norm
                sets.append((degree, norm, indices))
                seen.add(len(indices))
    return sets  # type: ignore[return-value]
