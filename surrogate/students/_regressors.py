"""The members of AutoSurrogate: each fits all rows, and every fold anew for its held-out score.

A member sees encoded inputs in [0, 1] and a standardised outcome. To add one, derive from
`RegressionMember` and enter it in `REGRESSORS`.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from surrogate.randomness import stream
from surrogate.students._kernels import Array
from surrogate.students._likelihood import ConcentratedLikelihood
from surrogate.students._process import ConditionedProcess
from surrogate.students._search import find_optimum, polish
from surrogate.students.selection import Folds

__all__ = ["REGRESSORS", "HeldOut", "RegressionMember"]


@dataclass(frozen=True)
class HeldOut:
    """Held-out predictions of every row: mean, and standard deviation where the member has one."""

    mean: Array
    std: Array | None = None


class RegressionMember(ABC):
    """One kind of regression student."""

    @abstractmethod
    def fit(self, X: Array, y: Array, folds: Folds, seed: int) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""

    @abstractmethod
    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked and known, standard deviation of new outcomes."""


class ProcessMember(RegressionMember):
    """A Gaussian process; folds go on from the hyperparameters of all rows."""

    most_rows = 2000  # beyond, a random subset: exact inference costs n^3
    fold_iterations = 15

    def __init__(self, kernel: str) -> None:
        self.kernel = kernel

    def fit(self, X: Array, y: Array, folds: Folds, seed: int) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        rng = stream(seed, self.kernel)
        rows = self._affordable(np.arange(len(y)), rng)
        likelihood = ConcentratedLikelihood(X[rows], y[rows], self.kernel, estimates_noise=True)
        best = find_optimum(likelihood, n_restarts=8, rng=rng)
        self._process = self._conditioned(likelihood, best.theta)
        held = HeldOut(np.empty(len(y)), np.empty(len(y)))
        for fold in folds:
            rows = self._affordable(np.setdiff1d(np.arange(len(y)), fold), rng)
            part = ConcentratedLikelihood(X[rows], y[rows], self.kernel, estimates_noise=True)
            theta = polish(part, best.theta, max_iterations=self.fold_iterations).theta
            held.mean[fold], std = self._conditioned(part, theta).predict(X[fold], return_std=True)
            held.std[fold] = std  # type: ignore[index]
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._process.predict(X, return_std=return_std)

    def _affordable(self, rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
        if len(rows) <= self.most_rows:
            return rows
        return np.sort(rng.choice(rows, self.most_rows, replace=False))

    def _conditioned(self, likelihood: ConcentratedLikelihood, theta: Array) -> ConditionedProcess:
        lengthscales, nugget = likelihood.split(theta)
        return ConditionedProcess.condition(
            likelihood.X,
            likelihood.y,
            kernel=self.kernel,
            lengthscales=lengthscales,
            nugget=nugget,
        )


class BoostingMember(RegressionMember):
    """Gradient boosted trees: rough responses, jumps, many rows."""

    def fit(self, X: Array, y: Array, folds: Folds, seed: int) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        held = HeldOut(np.empty(len(y)))
        for fold in folds:
            rows = np.setdiff1d(np.arange(len(y)), fold)
            held.mean[fold] = self._model(seed).fit(X[rows], y[rows]).predict(X[fold])
        self._fitted = self._model(seed).fit(X, y)
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return self._fitted.predict(X), None

    def _model(self, seed: int) -> GradientBoostingRegressor:
        return GradientBoostingRegressor(
            n_estimators=300,
            learning_rate=0.06,
            max_depth=4,
            subsample=0.5,
            min_samples_leaf=3,
            max_features=0.5,
            random_state=seed,
        )


class NetworkMember(RegressionMember):
    """Small tanh networks: smooth responses with regimes.

    The networks of the folds come for free: predictions average them with the one of all rows.
    """

    hidden_layers = (32, 32)
    max_iterations = 300

    def fit(self, X: Array, y: Array, folds: Folds, seed: int) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        held = HeldOut(np.empty(len(y)))
        self._networks = []
        for fold in folds:
            rows = np.setdiff1d(np.arange(len(y)), fold)
            network = self._trained(X[rows], y[rows], seed)
            held.mean[fold] = network.predict(2 * X[fold] - 1)
            self._networks.append(network)
        self._networks.append(self._trained(X, y, seed))
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return np.mean([network.predict(2 * X - 1) for network in self._networks], axis=0), None

    def _trained(self, X: Array, y: Array, seed: int) -> MLPRegressor:
        network = MLPRegressor(
            hidden_layer_sizes=self.hidden_layers,
            activation="tanh",
            solver="lbfgs",
            alpha=0.02,
            max_iter=self.max_iterations,
            max_fun=10 * self.max_iterations,
            random_state=seed,
        )
        with warnings.catch_warnings():  # stopping early is meant: it regularises
            warnings.simplefilter("ignore", ConvergenceWarning)
            return network.fit(2 * X - 1, y)


REGRESSORS: dict[str, Callable[[], RegressionMember]] = {
    "matern52": lambda: ProcessMember("matern52"),
    "squared_exponential": lambda: ProcessMember("squared_exponential"),
    "boosting": BoostingMember,
    "network": NetworkMember,
}
