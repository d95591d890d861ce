"""A ridge regression as a member: what a few noisy rows can tell, and no more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surrogate.students.arrays import Array
from surrogate.students.chaos.terms import Basis, linear_indices
from surrogate.students.members.member import (
    HeldOut,
    Predict,
    RegressionMember,
    Rows,
    held_out,
    without_std,
)
from surrogate.students.members.training_data import TrainingData

__all__ = ["Line", "LinearMember"]

_PENALTIES = np.logspace(-6, 3, 10)


@dataclass(frozen=True)
class Line:
    """A linear function of the centred features.

    Attributes
    ----------
    centre, slopes : ndarray of shape (n_features,)
    level : float
        The value at the centre.
    """

    centre: Array
    slopes: Array
    level: float

    @classmethod
    def fit(cls, features: Array, y: Array, weight: Array | None = None) -> Line:
        """Fit by (weighted) ridge regression, its penalty that of the least leave-one-out error.

        Examples
        --------
        >>> line = Line.fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
        >>> line.predict(np.array([[3.0]])).round(3).tolist()
        [7.0]
        """
        share = np.ones(len(y)) if weight is None else weight / weight.mean()
        root = np.sqrt(share)
        centre = np.average(features, axis=0, weights=share)
        level = float(np.average(y, weights=share))
        centred, target = root[:, None] * (features - centre), root * (y - level)
        left, sizes, right = np.linalg.svd(centred, full_matrices=False)
        along = left.T @ target
        kept = sizes**2 / (sizes**2 + _PENALTIES[:, None])  # of each direction, by penalty
        residuals = target - (kept * along) @ left.T
        leverage = share / len(y) + kept @ (left**2).T
        errors = np.mean((residuals / np.maximum(1 - leverage, 1e-10)) ** 2, axis=1)
        penalty = _PENALTIES[np.argmin(errors)]
        return cls(centre, (along * sizes / (sizes**2 + penalty)) @ right, level)

    def predict(self, features: Array) -> Array:
        """Return the function at rows, shape (n,)."""
        return self.level + (features - self.centre) @ self.slopes


class LinearMember(RegressionMember):
    """A line in every input, drawn to the mean where rows are few or noisy.

    What is linear in an input is its function of degree 1.
    """

    def fit(
        self,
        data: TrainingData,
        seed: int,  # noqa: ARG002 - nothing is drawn
        rival: Array | None = None,  # noqa: ARG002 - stopping would save nothing
    ) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        # the level is no feature
        self._basis = Basis(data.factors, linear_indices(data.factors)[1:])
        features, y = self._basis.evaluate(data.X), data.y
        self._line = Line.fit(features, y, data.weight)

        def part(_: int, rest: Rows) -> Predict:
            line = Line.fit(features[rest], y[rest], data.weight_of(rest))
            return without_std(lambda X: line.predict(self._basis.evaluate(X)))

        return held_out(data, part, lambda: self.predict)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return self._line.predict(self._basis.evaluate(X)), None
