"""Which products of factors a polynomial chaos may use, and their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.students.arrays import Array
from surrogate.students.chaos.factors import Factor

__all__ = ["ROWS_PER_TERM", "Basis", "Indices", "hyperbolic_indices", "linear_indices"]

ROWS_PER_TERM = 5  # of a trend of chaos terms: more terms leave too little to the process

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Basis:
    """Products of one function of each factor.

    Attributes
    ----------
    factors : sequence of Factor
    indices : int array of shape (n_terms, n_factors)
        Which function of each factor enters each product.
    """

    factors: Sequence[Factor]
    indices: Indices

    def evaluate(self, X: Array) -> Array:
        """Return the products at encoded rows, shape (n, n_terms)."""
        values = np.ones((len(self.indices), len(X)))
        for factor, index in zip(self.factors, self.indices.T, strict=True):
            used = np.flatnonzero(index)
            if len(used):
                values[used] *= factor.evaluate(X).T[index[used]]
        return values.T


def hyperbolic_indices(
    factors: Sequence[Factor], degree: int, norm: float, *, most: int
) -> Indices | None:
    """Return the products of at most `degree` in the `norm` of their degrees; None if too many.

    ``(sum of degrees ** norm) ** (1 / norm) <= degree``: norm 1 is the total degree, less than 1
    leaves out products of many inputs [1]_.

    References
    ----------
    .. [1] G. Blatman, B. Sudret, Adaptive sparse polynomial chaos expansion based on least angle
       regression, J. Comput. Phys. 230 (2011), https://doi.org/10.1016/j.jcp.2010.12.021
    """
    indices, spent = np.zeros((1, 0), dtype=np.int64), np.zeros(1)
    budget = degree**norm * (1 + 1e-9)
    for factor in factors:
        costs = np.asarray(factor.degrees, dtype=float) ** norm
        row, function = np.nonzero(spent[:, None] + costs <= budget)
        if len(row) > most:
            return None
        indices = np.column_stack([indices[row], function])
        spent = spent[row] + costs[function]
    return indices[np.lexsort((*indices.T, spent))]


def linear_indices(factors: Sequence[Factor]) -> Indices:
    """Return the constant and every function of degree 1."""
    one = np.eye(len(factors), dtype=np.int64)
    rows = [
        one[place] * function
        for place, factor in enumerate(factors)
        for function in np.flatnonzero(np.asarray(factor.degrees) == 1)
    ]
    return np.array([np.zeros_like(one[0]), *rows])
