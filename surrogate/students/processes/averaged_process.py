"""Gaussian processes averaged over their hyperparameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surrogate.errors import DataError
from surrogate.students.arrays import Array
from surrogate.students.processes.process import ConditionedProcess

__all__ = ["AveragedProcess"]


@dataclass(frozen=True)
class AveragedProcess:
    """Gaussian processes that differ in their hyperparameters.

    Attributes
    ----------
    processes : sequence of ConditionedProcess
    shares : ndarray of shape (n_processes,)
        Of sum 1.
    """

    processes: Sequence[ConditionedProcess]
    shares: Array

    def __post_init__(self) -> None:
        if self.shares.shape != (len(self.processes),):
            raise DataError("the processes of this average do not fit their shares")

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of the mixture at rows."""
        means, stds = zip(
            *(each.predict(X, return_std=return_std) for each in self.processes), strict=True
        )
        mean = self.shares @ np.array(means)
        if not return_std:
            return mean, None
        second = self.shares @ (np.array(stds) ** 2 + (np.array(means) - mean) ** 2)
        return mean, np.sqrt(second)
