"""What a member of AutoSurrogate is, and what it says about rows it has not seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError
from surrogate.students.arrays import Array
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import Folds
from surrogate.students.selection.weights import trimmed_residuals

__all__ = [
    "HeldOut",
    "Predict",
    "RegressionMember",
    "Rows",
    "held_out",
    "that_weigh_rows",
    "without",
    "without_std",
]

_TRIAL_FOLDS = 2
_HOPELESS = 20.0  # times the rival's mean square: twice what would leave a member without weight

Rows = NDArray[np.intp]


class Predict(Protocol):
    """Function of rows that returns mean and, if asked and known, standard deviation."""

    def __call__(self, X: Array, *, return_std: bool = ...) -> tuple[Array, Array | None]:
        """Predict new outcomes."""


@dataclass(frozen=True)
class HeldOut:
    """What a member says about rows it has not seen.

    Attributes
    ----------
    mean : ndarray of shape (n,)
        Held-out prediction of every row; NaN in folds that were not tried, once the member was
        hopeless.
    std : ndarray of shape (n,) or None
        Where the member knows its own.
    probed : ndarray of shape (n_probe,)
        What the model of all rows predicts for probe rows, which have no outcomes; empty where not
        every fold was tried.
    departures : ndarray of shape (n_folds,) or None
        Mean square by which the model without each fold differs from that of all rows there; only
        of members that may lose, by one run, terms that the models of other folds found.
    """

    mean: Array
    std: Array | None = None
    probed: Array = field(default_factory=lambda: np.empty(0))
    departures: Array | None = None

    @property
    def complete(self) -> bool:
        """Whether every fold was predicted."""
        return not np.isnan(self.mean).any()

    def residuals(self, y: Array, folds: Folds) -> Array:
        """Return the residuals of outcomes, those of folds that lost terms scaled down."""
        residuals = y - self.mean
        if self.departures is None:
            return residuals
        return trimmed_residuals(residuals, folds, self.departures)

    def transformed(self, function: Callable[[Array], Array]) -> HeldOut:
        """Return the same with a function of all means."""
        return replace(self, mean=function(self.mean), probed=function(self.probed))


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


def without(folds: Folds) -> Iterator[tuple[Rows, Rows]]:
    """Yield each fold and the rows of the others, sorted."""
    everything = np.sort(np.concatenate(folds))
    for fold in folds:
        yield fold, np.setdiff1d(everything, fold)


def held_out(
    data: TrainingData,
    part: Callable[[int, Rows], Predict],
    whole: Callable[[], Predict],
    rival: Array | None = None,
    *,
    loses_terms: bool = False,
) -> HeldOut:
    """Return what models without each fold predict for it, and the one of all rows elsewhere.

    After two folds that leave no hope no more are tried.

    Parameters
    ----------
    data : TrainingData
    part : function
        Of a fold's number and the rows outside it: returns what the model of these predicts.
    whole : function
        Returns what the model of all rows predicts; asked once every fold was tried.
    rival : ndarray of shape (n,), optional
        Squared held-out residuals of the best member so far.
    loses_terms : bool
        Whether a model may miss terms by one run: then departures are looked at.
    """
    mean, std = np.full(len(data.y), np.nan), np.full(len(data.y), np.nan)
    probed = []
    for number, (fold, rest) in enumerate(without(data.folds)):
        if number == _TRIAL_FOLDS and rival is not None and _is_hopeless(data, mean, rival):
            return HeldOut(mean)
        predict = part(number, rest)
        mean[fold], own_std = predict(data.X[fold], return_std=True)
        if own_std is not None:
            std[fold] = own_std
        if loses_terms:
            probed.append(predict(data.probe)[0])
    of_all = whole()(data.probe)[0]
    departures = np.mean((np.array(probed) - of_all) ** 2, axis=1) if loses_terms else None
    return HeldOut(mean, None if np.isnan(std).any() else std, of_all, departures)


def without_std(predict: Callable[[Array], Array]) -> Predict:
    """Return predictions of a model that knows no standard deviation."""
    return lambda X, *, return_std=False: (predict(X), None)  # noqa: ARG005


def _is_hopeless(data: TrainingData, mean: Array, rival: Array) -> bool:
    """Return whether the first folds are predicted far worse than by the best member so far."""
    tried = np.concatenate(data.folds[:_TRIAL_FOLDS])
    weight = data.weight_of(tried)
    square = np.average((data.y[tried] - mean[tried]) ** 2, weights=weight)
    there = np.average(rival[tried], weights=weight)
    return bool(square > _HOPELESS * max(there, np.average(rival, weights=data.weight)))


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
