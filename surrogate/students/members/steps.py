"""Step functions with blurred edges, and a Gaussian process beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surrogate.errors import DataError
from surrogate.students.arrays import Array
from surrogate.students.processes.process import ConditionedProcess

__all__ = ["SteppedProcess", "Steps"]


@dataclass(frozen=True)
class Steps:
    """A sum of step functions along directions, their edges blurred as far as they are unknown.

    Attributes
    ----------
    directions : ndarray of shape (n_directions, d)
    places : ndarray of shape (n_directions, n)
        Ascending along each direction.
    heights : ndarray of shape (n_directions, n)
        Of the function of each direction at these places; it is straight between them.
    """

    directions: Array
    places: Array
    heights: Array

    def __post_init__(self) -> None:
        sizes = {self.directions.shape[:1], self.places.shape[:1], self.heights.shape[:1]}
        if len(sizes) != 1 or self.places.shape != self.heights.shape:
            raise DataError("the steps of this model do not fit their directions")

    def predict(self, X: Array) -> tuple[Array, Array]:
        """Return the sum at rows, and the variance that unknown edges leave.

        Examples
        --------
        >>> steps = Steps(np.eye(1), np.array([[0.4, 0.6]]), np.array([[0.0, 2.0]]))
        >>> mean, variance = steps.predict(np.array([[0.3], [0.5], [0.9]]))
        >>> mean.tolist(), variance.tolist()
        ([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
        """
        mean, variance = np.zeros(len(X)), np.zeros(len(X))
        for direction, places, heights in zip(
            self.directions, self.places, self.heights, strict=True
        ):
            height = np.interp(X @ direction, places, heights)
            mean += height
            variance += np.maximum(height * (heights[-1] - height), 0.0)
        return mean, variance


@dataclass(frozen=True)
class SteppedProcess:
    """A sum of steps and a Gaussian process.

    Attributes
    ----------
    steps : Steps
    process : ConditionedProcess
        Given what the steps leave of the outcomes.
    """

    steps: Steps
    process: ConditionedProcess

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return the mean and, if asked, the standard deviation at rows."""
        height, unsure = self.steps.predict(X)
        mean, std = self.process.predict(X, return_std=return_std)
        return mean + height, None if std is None else np.sqrt(std**2 + unsure)
