"""Small smooth networks as a member."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from surrogate.students.arrays import Array
from surrogate.students.members.member import HeldOut, RegressionMember, without_while_hopeful
from surrogate.students.members.training_data import TrainingData

__all__ = ["NetworkMember", "Perceptron"]


@dataclass(frozen=True)
class Perceptron:
    """A network of tanh layers with a linear one on top.

    Attributes
    ----------
    weights : sequence of ndarray of shape (n_in, n_out)
    biases : sequence of ndarray of shape (n_out,)
    """

    weights: Sequence[Array]
    biases: Sequence[Array]

    def predict(self, X: Array) -> Array:
        """Return the only output at rows on the unit scale, shape (n,)."""
        return self.outputs(X)[:, 0]

    def outputs(self, X: Array) -> Array:
        """Return all outputs at rows on the unit scale, shape (n, n_out)."""
        signal = 2 * X - 1
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            signal = np.tanh(signal @ weight + bias)
        return signal @ self.weights[-1] + self.biases[-1]


class NetworkMember(RegressionMember):
    """Small tanh networks: smooth responses with regimes.

    The networks of the folds come for free: predictions average them with the one of all rows.
    """

    many_rows = 150
    sizes = ((32, 32), (64, 64))  # of the hidden layers, up to and beyond so many rows
    max_iterations = 800
    penalty = 0.003  # on squared weights; next to 0.02, errors halved at 200 rows

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        X, y, folds = data.X, data.y, data.folds
        held = HeldOut(np.full(len(y), np.nan))
        self._networks: list[Perceptron] = []
        sizes = self.sizes[int(len(y) > self.many_rows)]
        for fold, rest in without_while_hopeful(folds, y, held.mean, rival):
            self._networks.append(self._trained(X[rest], y[rest], seed, sizes))
            held.mean[fold] = self._networks[-1].predict(X[fold])
        if held.complete:
            self._networks.append(self._trained(X, y, seed, sizes))
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return np.mean([network.predict(X) for network in self._networks], axis=0), None

    def _trained(self, X: Array, y: Array, seed: int, sizes: Sequence[int]) -> Perceptron:
        network = MLPRegressor(
            hidden_layer_sizes=sizes,
            activation="tanh",
            solver="lbfgs",
            alpha=self.penalty,
            max_iter=self.max_iterations,
            max_fun=10 * self.max_iterations,
            random_state=seed,
        )
        with warnings.catch_warnings():  # stopping early is meant: it regularises
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(2 * X - 1, y)
        return Perceptron(network.coefs_, network.intercepts_)
