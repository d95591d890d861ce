"""What a member of AutoSurrogate is, and what it says about rows it has not seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.students._kernels import Array
from surrogate.students.selection import Folds

__all__ = ["HeldOut", "RegressionMember", "probe_rows", "without"]


@dataclass(frozen=True)
class HeldOut:
    """Held-out predictions of every row.

    Attributes
    ----------
    mean : ndarray of shape (n,)
    std : ndarray of shape (n,) or None
        Where the member knows its own.
    departures : ndarray of shape (n_folds,) or None
        Mean square by which the model without each fold differs from that of all rows, on probe
        rows without labels; None where models change little from fold to fold.
    """

    mean: Array
    std: Array | None = None
    departures: Array | None = None


class RegressionMember(ABC):
    """One kind of regression student, on encoded inputs and a standardised outcome."""

    @abstractmethod
    def fit(self, X: Array, y: Array, folds: Folds, seed: int) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""

    @abstractmethod
    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked and known, standard deviation of new outcomes."""


def without(folds: Folds) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield each fold and the rows of the others, sorted."""
    everything = np.sort(np.concatenate(folds))
    for fold in folds:
        yield fold, np.setdiff1d(everything, fold)


def probe_rows(X: Array, rng: np.random.Generator) -> Array:
    """Return rows without labels: the columns of X, each in an order of its own."""
    return rng.permuted(X, axis=0)
