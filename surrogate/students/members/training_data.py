"""What members learn from, and the expansions that several of them start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import ChaosSearch
from surrogate.students.chaos.factors import Factor
from surrogate.students.chaos.sparse import SparseFit
from surrogate.students.selection import Folds

__all__ = ["FoldExpansions", "TrainingData"]


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Rows, outcomes and folds; expansions are found when a member first asks for them.

    Attributes
    ----------
    X : ndarray of shape (n, n_encoded)
        On the unit scale.
    y : ndarray of shape (n,)
        Standardised.
    folds : list of int arrays
    factors : sequence of Factor
        Orthonormal functions of each encoded input.
    weight : ndarray of shape (n,) or None
        Of the rows, positive and of mean 1; None where they count alike.
    """

    X: Array
    y: Array
    folds: Folds
    factors: Sequence[Factor] = ()
    weight: Array | None = None

    @cached_property
    def greedy(self) -> FoldExpansions:
        """Expansions whose terms enter by forward orthogonal least squares."""
        return FoldExpansions(self, "greedy")

    @cached_property
    def lars(self) -> FoldExpansions:
        """Expansions whose terms enter by least angle regression."""
        return FoldExpansions(self, "lars")

    def weight_of(self, rows: NDArray[np.intp]) -> Array | None:
        """Return the weights of some rows; None where all count alike."""
        return None if self.weight is None else self.weight[rows]

    def noise_scale(self, rows: NDArray[np.intp]) -> Array | None:
        """Return what multiplies the noise variance of some rows: one over their weights."""
        return None if self.weight is None else 1 / self.weight[rows]


@dataclass(frozen=True, eq=False)
class FoldExpansions:
    """Sparse expansions of all rows, and without each fold.

    Attributes
    ----------
    data : TrainingData
    method : {"greedy", "lars"}
    """

    data: TrainingData
    method: str
    _without: dict[int, SparseFit] = field(default_factory=dict)

    @cached_property
    def search(self) -> ChaosSearch:
        """The candidates on these rows."""
        data = self.data
        return ChaosSearch(data.X, data.factors, method=self.method, weight=data.weight)

    @property
    def best(self) -> SparseFit:
        """The fit of all rows."""
        return self._of_all_rows[0]

    def without(self, number: int) -> SparseFit:
        """Return the fit without the fold of that number, all chosen again on the other rows."""
        if number not in self._without:
            rest = np.setdiff1d(np.arange(len(self.data.y)), self.data.folds[number])
            trials = self.search.promising(self._of_all_rows)
            self._without[number] = self.search.fits(self.data.y, rest, trials)[0]
        return self._without[number]

    @cached_property
    def _of_all_rows(self) -> list[SparseFit]:
        return self.search.fits(self.data.y)
