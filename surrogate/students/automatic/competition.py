"""Regression members fitted side by side on the same folds, and the mix that comes of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.automatic.mix import Mix, credible_limits, mixed_out_of_fold
from surrogate.students.members.member import HeldOut, RegressionMember
from surrogate.students.members.training_data import TrainingData

__all__ = ["Competition", "MixOnTrial"]

_ENOUGH_ROWS = 100  # beyond, a dozen weights hardly remember one of them


@dataclass(frozen=True)
class MixOnTrial:
    """A mix and how it did on rows that its members had not seen.

    Attributes
    ----------
    mix : Mix or None
        None where there are no members, since the outcome does not vary.
    weights : ndarray of shape (n_members,)
    unseen : ndarray of shape (n,)
        Outcome minus held-out prediction, with weights that had not seen the row either.
    residuals, std : ndarray of shape (n,)
        The same with the weights of the mix beyond 100 rows, and the standard deviation that goes
        with it. Weights without a fold may say another thing, where two members are nearly as
        good; their residuals then are not those of the mix.
    """

    mix: Mix | None
    weights: Array
    unseen: Array
    residuals: Array
    std: Array


@dataclass(frozen=True)
class Competition:
    """Members by name, fitted to all rows, with what they predicted for folds left out.

    Attributes
    ----------
    members : dict of RegressionMember
    held : sequence of HeldOut
    seconds : sequence of float
        What all the fits of a member took.
    data : TrainingData
    """

    members: dict[str, RegressionMember]
    held: Sequence[HeldOut]
    seconds: Sequence[float]
    data: TrainingData

    @classmethod
    def run(
        cls, members: dict[str, RegressionMember], data: TrainingData, seed: int
    ) -> Competition:
        """Fit the members in turn, each knowing how well the best before it did.

        Parameters
        ----------
        members : dict of RegressionMember
        data : TrainingData
        seed : int
        """
        held: list[HeldOut] = []
        seconds: list[float] = []
        rival = None
        for name, member in members.items():
            start = time.perf_counter()
            held.append(member.fit(data, int(stream(seed, name).integers(2**32)), rival))
            seconds.append(time.perf_counter() - start)
            squares = (data.y - held[-1].mean) ** 2
            better = rival is None or _mean(squares - rival, data.weight) < 0
            if held[-1].complete and better:
                rival = squares
        return cls(members, held, seconds, data)

    def mixed(self, seed: int) -> MixOnTrial:
        """Return the mix of the members, its weights chosen on the folds, and its trial there."""
        y, folds, weight = self.data.y, self.data.folds, self.data.weight
        if not self.members:
            return MixOnTrial(None, np.empty(0), *np.zeros((3, len(y))))
        trimmed = [each.residuals(y, folds) for each in self.held if each.complete]
        error = np.sqrt(min(_mean(each**2, weight) for each in trimmed))
        limits = credible_limits(y, error)
        held = [each.transformed(lambda mean: np.clip(mean, *limits)) for each in self.held]
        weights, unseen = mixed_out_of_fold(held, y, folds, seed, weight)
        residuals = unseen
        if len(y) > _ENOUGH_ROWS:
            used = np.flatnonzero(weights)
            residuals = y - weights[used] @ np.array([held[index].mean for index in used])
        mix, std = Mix.calibrated(
            list(self.members.values()),
            weights,
            held,
            residuals,
            folds,
            limits=limits,
            sample_weight=weight,
        )
        return MixOnTrial(mix, weights, unseen, residuals, std)

    def scores(self, scale: float, weights: Array) -> pd.DataFrame:
        """Return the table of the members; `scale` is the unit of y in the user's units."""
        y, weight = self.data.y, self.data.weight
        rmse = np.sqrt([_mean((y - each.mean) ** 2, weight) for each in self.held])
        variance = _mean((y - _mean(y, weight)) ** 2, weight)
        columns = {"q2": 1 - rmse**2 / variance, "rmse": scale * rmse, "weight": weights}
        names = pd.Index(list(self.members), name="member", dtype=object)
        return pd.DataFrame(columns | {"seconds": self.seconds}, index=names)


def _mean(values: Array, weight: Array | None) -> float:
    """Return the (weighted) mean of the rows that were predicted; NaN if none was."""
    known = ~np.isnan(values)
    weights = None if weight is None else weight[known]
    return float(np.average(values[known], weights=weights)) if known.any() else np.nan
