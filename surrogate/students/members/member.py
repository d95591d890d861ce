"""What a member of AutoSurrogate is, and what it says about rows it has not seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError
from surrogate.students.arrays import Array
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import Folds
from surrogate.students.selection.weights import trimmed_residuals

__all__ = [
    "HeldOut",
    "RegressionMember",
    "probe_rows",
    "that_weigh_rows",
    "without",
    "without_while_hopeful",
]

_TRIAL_FOLDS = 2
_MOST_PROBES = 2000
_HOPELESS = 20.0  # times the rival's mean square: twice what would leave a member without weight


@dataclass(frozen=True)
class HeldOut:
    """Held-out predictions of every row.

    Attributes
    ----------
    mean : ndarray of shape (n,)
        NaN in folds that were not tried, once the member was hopeless.
    std : ndarray of shape (n,) or None
        Where the member knows its own.
    departures : ndarray of shape (n_folds,) or None
        Mean square by which the model without each fold differs from that of all rows, on probe
        rows without labels; None where models change little from fold to fold.
    """

    mean: Array
    std: Array | None = None
    departures: Array | None = None

    @property
    def complete(self) -> bool:
        """Whether every fold was predicted."""
        return not np.isnan(self.mean).any()

    def residuals(self, y: Array, folds: Folds) -> Array:
        """Return the residuals of outcomes, those of outlier folds scaled down."""
        residuals = y - self.mean
        if self.departures is None:
            return residuals
        return trimmed_residuals(residuals, folds, self.departures)


class RegressionMember(ABC):
    """One kind of regression student, on encoded inputs and a standardised outcome.

    Attributes
    ----------
    takes_weights : bool
        Whether rows may have weights; where they have, members that cannot weigh them are left out.
    """

    takes_weights: bool = True

    @abstractmethod
    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions.

        Parameters
        ----------
        data : TrainingData
        seed : int
        rival : ndarray of shape (n,), optional
            Squared held-out residuals of the best member so far; one that is hopeless next to it
            may stop.
        """

    @abstractmethod
    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked and known, standard deviation of new outcomes."""


def without(folds: Folds) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield each fold and the rows of the others, sorted."""
    everything = np.sort(np.concatenate(folds))
    for fold in folds:
        yield fold, np.setdiff1d(everything, fold)


def without_while_hopeful(
    data: TrainingData, mean: Array, rival: Array | None
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield as `without` does, but stop after two folds if `mean` is hopeless on them.

    Parameters
    ----------
    data : TrainingData
    mean : ndarray of shape (n,)
        Held-out predictions, which the caller enters fold by fold.
    rival : ndarray of shape (n,) or None
        Squared held-out residuals of the best member so far.
    """
    for number, (fold, rest) in enumerate(without(data.folds)):
        if number == _TRIAL_FOLDS and rival is not None:
            tried = np.concatenate(data.folds[:_TRIAL_FOLDS])
            weight = data.weight_of(tried)
            square = np.average((data.y[tried] - mean[tried]) ** 2, weights=weight)
            there = np.average(rival[tried], weights=weight)
            if square > _HOPELESS * max(there, np.average(rival, weights=data.weight)):
                return
        yield fold, rest


def probe_rows(X: Array, rng: np.random.Generator) -> Array:
    """Return rows without labels, 2000 at most: the columns of X, each in an order of its own."""
    return rng.permuted(X, axis=0)[:_MOST_PROBES]


def that_weigh_rows(members: dict[str, RegressionMember]) -> dict[str, RegressionMember]:
    """Return the members that take weights of rows.

    Raises
    ------
    ArgumentError
        If there were some, and none does.
    """
    able = {name: each for name, each in members.items() if each.takes_weights}
    if members and not able:
        raise ArgumentError(
            f"none of the members {', '.join(members)} can weigh rows; leave out sample_weight, or "
            f"allow another member"
        )
    return able
