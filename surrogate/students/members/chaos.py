"""Sparse polynomial chaos as a member."""

from __future__ import annotations

from typing import Literal

import numpy as np

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.members.member import (
    HeldOut,
    RegressionMember,
    probe_rows,
    without_while_hopeful,
)
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

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        X, y = data.X, data.y
        expansions = data.greedy if self._method == "greedy" else data.lars
        search, best = expansions.search, expansions.best
        self._expansion = search.expansion(best)
        self._root, self._error = search.inverse_root(best), best.error
        probe = probe_rows(X, stream(seed, "probe"))
        whole = self._expansion.predict(probe)
        mean, std = np.full(len(y), np.nan), np.empty(len(y))
        departures: list[float] = []
        for number, (fold, _) in enumerate(without_while_hopeful(data, mean, rival)):
            fit = expansions.without(number)
            expansion = search.expansion(fit)
            mean[fold] = expansion.predict(X[fold])
            root = search.inverse_root(fit, expansions.places_without(number))
            std[fold] = np.sqrt(fit.error * (1 + expansion.leverage(X[fold], root)))
            departures.append(float(np.mean((expansion.predict(probe) - whole) ** 2)))
        return HeldOut(mean, std, np.array(departures))

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, the standard deviation that least squares gives."""
        mean = self._expansion.predict(X)
        if not return_std:
            return mean, None
        return mean, np.sqrt(self._error * (1 + self._expansion.leverage(X, self._root)))
