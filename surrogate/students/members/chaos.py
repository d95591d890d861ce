"""Sparse polynomial chaos as a member."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import ChaosSearch
from surrogate.students.chaos.factors import Factor
from surrogate.students.members.member import (
    HeldOut,
    RegressionMember,
    probe_rows,
    without_while_hopeful,
)
from surrogate.students.selection import Folds

__all__ = ["ChaosMember"]


class ChaosMember(RegressionMember):
    """A sparse polynomial chaos; degree, norm and terms are chosen anew in every fold."""

    def __init__(self, factors: Sequence[Factor], method: str) -> None:
        self._factors = factors
        self._method = method

    def fit(
        self, X: Array, y: Array, folds: Folds, seed: int, rival: Array | None = None
    ) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        search = ChaosSearch(X, self._factors, method=self._method)
        of_all = search.fits(y)
        self._expansion = search.expansion(of_all[0])
        trials = search.promising(of_all)
        probe = probe_rows(X, stream(seed, "probe"))
        whole = self._expansion.predict(probe)
        self._root, self._error = search.inverse_root(of_all[0]), of_all[0].error
        mean, std, departures = np.full(len(y), np.nan), np.empty(len(y)), []
        for fold, rest in without_while_hopeful(folds, y, mean, rival):
            fit = search.fits(y, rest, trials)[0]
            mean[fold] = search.predict(fit, fold)
            leverage = search.expansion(fit).leverage(X[fold], search.inverse_root(fit, rest))
            std[fold] = np.sqrt(fit.error * (1 + leverage))
            departures.append(float(np.mean((search.expansion(fit).predict(probe) - whole) ** 2)))
        return HeldOut(mean, std, np.array(departures))

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, the standard deviation that least squares gives."""
        mean = self._expansion.predict(X)
        if not return_std:
            return mean, None
        return mean, np.sqrt(self._error * (1 + self._expansion.leverage(X, self._root)))
