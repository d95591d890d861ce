"""Small smooth networks as a member."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.students.arrays import Array
from surrogate.students.members.member import HeldOut, RegressionMember, without_while_hopeful
from surrogate.students.members.perceptron import Perceptron
from surrogate.students.selection import Folds

__all__ = ["NetworkMember"]


class NetworkMember(RegressionMember):
    """Small tanh networks: smooth responses with regimes.

    The networks of the folds come for free: predictions average them with the one of all rows.
    """

    takes_weights = True
    many_rows = 500
    sizes = ((32, 32), (64, 64))  # of the hidden layers, up to and beyond so many rows
    max_iterations = (300, 800)
    penalty = 0.02

    def fit(
        self,
        X: Array,
        y: Array,
        folds: Folds,
        seed: int,
        rival: Array | None = None,
        *,
        weight: Array | None = None,
    ) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        held = HeldOut(np.full(len(y), np.nan))
        self._networks: list[Perceptron] = []
        many = int(len(y) > self.many_rows)

        def trained(rows: NDArray[np.intp]) -> Perceptron:
            return Perceptron.trained(
                X[rows],
                y[rows],
                hidden=self.sizes[many],
                penalty=self.penalty,
                max_iterations=self.max_iterations[many],
                seed=seed,
                weight=None if weight is None else weight[rows],
            )

        for fold, rest in without_while_hopeful(folds, y, held.mean, rival, weight):
            self._networks.append(trained(rest))
            held.mean[fold] = self._networks[-1].predict(X[fold])
        if held.complete:
            self._networks.append(trained(np.arange(len(y))))
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return np.mean([network.predict(X) for network in self._networks], axis=0), None
