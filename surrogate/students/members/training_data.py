"""What members learn from, and the expansions that several of them start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import ChaosSearch
from surrogate.students.chaos.factors import Factor
from surrogate.students.chaos.sparse import SparseFit
from surrogate.students.selection.folds import Folds

__all__ = ["FoldExpansions", "TrainingData"]

_MOST_ROWS = 2000  # that members learn from whose cost grows faster than the rows
_N_PROBE = 300


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
    def kept(self) -> NDArray[np.intp]:
        """Rows for members whose cost grows faster than they do: all, or 2000 of all folds."""
        n = len(self.y)
        if n <= _MOST_ROWS:
            return np.arange(n)
        places = [
            np.linspace(0, len(fold) - 1, _MOST_ROWS * len(fold) // n).astype(np.intp)
            for fold in self.folds
        ]
        parts = [fold[place] for fold, place in zip(self.folds, places, strict=True)]
        return np.sort(np.concatenate(parts))

    @property
    def searched(self) -> NDArray[np.intp]:
        """Rows that tell hyperparameters: all, or every other one of those kept."""
        return self.kept if len(self.kept) == len(self.y) else self.kept[::2]

    @cached_property
    def probe(self) -> Array:
        """Rows without labels, shape (300, n_encoded): columns of X in orders of their own."""
        rng = stream(0, "probe")
        times = -(-_N_PROBE // len(self.X))
        return np.vstack([rng.permuted(self.X, axis=0) for _ in range(times)])[:_N_PROBE]

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
    """Sparse expansions of all rows that are kept, and without each fold.

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
        data, rows = self.data, self.data.kept
        weight = data.weight_of(rows)
        return ChaosSearch(data.X[rows], data.factors, method=self.method, weight=weight)

    @property
    def best(self) -> SparseFit:
        """The fit of all rows that are kept."""
        return self._of_all_rows[0]

    def without(self, number: int) -> SparseFit:
        """Return the fit without the fold of that number, all chosen again on the other rows."""
        if number not in self._without:
            trials, rows = self.search.promising(self._of_all_rows), self.places_without(number)
            self._without[number] = self.search.fits(self._y, rows, trials)[0]
        return self._without[number]

    def places_without(self, number: int) -> NDArray[np.intp]:
        """Return which of the kept rows are outside the fold of that number."""
        return np.flatnonzero(~np.isin(self.data.kept, self.data.folds[number]))

    @cached_property
    def _of_all_rows(self) -> list[SparseFit]:
        return self.search.fits(self._y)

    @cached_property
    def _y(self) -> Array:
        return self.data.y[self.data.kept]
