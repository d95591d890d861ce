"""Sparse polynomial chaos as a member."""

from __future__ import annotations

from typing import Literal

import numpy as np

from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import Expansion
from surrogate.students.members.member import HeldOut, Predict, RegressionMember, Rows, held_out
from surrogate.students.members.training_data import TrainingData

__all__ = ["ChaosMember"]


class ChaosMember(RegressionMember):
    """A sparse polynomial chaos; degree, norm and terms are chosen anew in every fold.

    Parameters
    ----------
    method : {"greedy", "lars"}
        In which order terms enter.
    """

    def __init__(self, method: Literal["greedy", "lars"]) -> None:
        self._method = method

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:  # noqa: ARG002 - no chance in it
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        expansions = data.greedy if self._method == "greedy" else data.lars
        search, best = expansions.search, expansions.best
        self._keep(search.expansion(best), search.inverse_root(best), best.error)

        def part(number: int, _: Rows) -> Predict:
            fit = expansions.without(number)
            root = search.inverse_root(fit, expansions.places_without(number))
            member = ChaosMember(self._method)
            member._keep(search.expansion(fit), root, fit.error)
            return member.predict

        return held_out(data, part, lambda: self.predict, rival, loses_terms=True)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, the standard deviation that least squares gives."""
        mean = self._expansion.predict(X)
        if not return_std:
            return mean, None
        return mean, np.sqrt(self._error * (1 + self._expansion.leverage(X, self._root)))

    def _keep(self, expansion: Expansion, root: Array, error: float) -> None:
        self._expansion, self._root, self._error = expansion, root, error
