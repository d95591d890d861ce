"""Small smooth networks as a member."""

from __future__ import annotations

import numpy as np

from surrogate.students.arrays import Array
from surrogate.students.members.member import (
    HeldOut,
    Predict,
    RegressionMember,
    Rows,
    held_out,
    without_std,
)
from surrogate.students.members.perceptron import Perceptron
from surrogate.students.members.training_data import TrainingData

__all__ = ["NetworkMember"]


class NetworkMember(RegressionMember):
    """Small tanh networks: smooth responses with regimes.

    The networks of the folds come for free: predictions average them with the one of all rows, and
    each starts from weights of its own, so that they err apart. Narrow deep ones bend sharply where
    a response does: five layers of 20 erred .74 as much as two of 32 at 100 rows, for twice the
    seconds, and .57 as much as two of 64 at 400 rows, for fewer (a dozen functions).
    Beyond 2000 rows they learn from small batches: three layers erred a sixtieth as much as two did
    after as many seconds of a method that sees all rows at every step (16,000 rows of a robot arm).
    """

    many_rows = 80
    sizes = ((32, 32), (20,) * 5)  # of the hidden layers, up to and beyond so many rows
    max_iterations = 800
    batch_rows = 2000  # beyond, batches
    batch_sizes = (64, 64, 64)
    most_passes = 200
    most_rows_passed = 2_500_000  # bounds the cost: with 20,000 rows 125 passes
    penalty = 0.003  # on squared weights; next to 0.02, errors fell by two fifths at 200 rows

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        self._networks: list[Perceptron] = []

        def part(number: int, rest: Rows) -> Predict:
            self._networks.append(self._trained(data, rest, seed + number))
            return without_std(self._networks[-1].predict)

        def whole() -> Predict:
            everything = np.arange(len(data.y))
            self._networks.append(self._trained(data, everything, seed + len(self._networks)))
            return self.predict

        return held_out(data, part, whole, rival)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return np.mean([network.predict(X) for network in self._networks], axis=0), None

    def _trained(self, data: TrainingData, rows: Rows, seed: int) -> Perceptron:
        """Return the network that some rows teach."""
        weight, n = data.weight_of(rows), len(data.y)
        if n > self.batch_rows:
            return Perceptron.trained_in_batches(
                data.X[rows],
                data.y[rows],
                hidden=self.batch_sizes,
                penalty=self.penalty,
                n_epochs=max(1, min(self.most_passes, self.most_rows_passed // n)),
                seed=seed,
                weight=weight,
            )
        return Perceptron.trained(
            data.X[rows],
            data.y[rows],
            hidden=self.sizes[int(n > self.many_rows)],
            penalty=self.penalty,
            max_iterations=self.max_iterations,
            seed=seed,
            weight=weight,
        )
