"""Sparse expansions of all rows and without each fold, found once for all members that ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import ChaosSearch
from surrogate.students.chaos.factors import Factor
from surrogate.students.chaos.sparse import SparseFit

__all__ = ["FoldSearch", "Ingredients"]


class FoldSearch:
    """A search for expansions whose fits are kept as long as the outcomes are the same.

    Parameters
    ----------
    factors : sequence of Factor
    method : {"greedy", "lars"}
    """

    def __init__(self, factors: Sequence[Factor], method: str) -> None:
        self._factors = factors
        self._method = method
        self._y: Array | None = None
        self._of_all: list[SparseFit] = []
        self._of_folds: dict[int, SparseFit] = {}

    def begin(self, X: Array, y: Array, weight: Array | None = None) -> ChaosSearch:
        """Return the candidates on these (weighted) rows, having found the fits of all of them."""
        search = ChaosSearch(X, self._factors, method=self._method, weight=weight)
        if self._y is not y:
            self._y, self._of_all, self._of_folds = y, search.fits(y), {}
        return search

    @property
    def best(self) -> SparseFit:
        """The fit of all rows."""
        return self._of_all[0]

    def without(self, search: ChaosSearch, number: int, rest: NDArray[np.intp]) -> SparseFit:
        """Return the fit without the fold of that number, all chosen again on the other rows."""
        if number not in self._of_folds and self._y is not None:
            trials = search.promising(self._of_all)
            self._of_folds[number] = search.fits(self._y, rest, trials)[0]
        return self._of_folds[number]


@dataclass(frozen=True)
class Ingredients:
    """What members are made of.

    Attributes
    ----------
    factors : sequence of Factor
        Of the encoded inputs.
    greedy, lars : FoldSearch
    """

    factors: Sequence[Factor]
    greedy: FoldSearch
    lars: FoldSearch

    @classmethod
    def of(cls, factors: Sequence[Factor]) -> Ingredients:
        """Return those for inputs with these factors."""
        return cls(factors, FoldSearch(factors, "greedy"), FoldSearch(factors, "lars"))
