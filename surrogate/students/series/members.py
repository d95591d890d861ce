"""What predicts the principal components of a series: one model for each, or networks for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import ChaosSearch
from surrogate.students.chaos.factors import Factor
from surrogate.students.inputs.outcome import standardised
from surrogate.students.members.perceptron import Perceptron
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import ConditionedProcess, conditioned
from surrogate.students.processes.search import find_optimum, polish

__all__ = ["SERIES_MEMBERS", "Expansions", "JointNetworks", "Processes", "SeriesMember"]


class SeriesMember(ABC):
    """One kind of student for many scores at once, on encoded inputs."""

    @abstractmethod
    def fit(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Learn the scores, shape (n, n_components)."""

    @abstractmethod
    def without(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Return such a member fitted on a part of the rows, in components of their own."""

    @abstractmethod
    def predict(self, X: Array) -> tuple[Array, Array]:
        """Return mean and variance of the scores, each of shape (n, n_components)."""


class Processes(SeriesMember):
    """One Gaussian process per component; those of a fold start from the lengthscales of all rows.

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential", "anova"}
    """

    most_rows = 1000  # beyond, a random subset
    fold_iterations = 15

    def __init__(self, kernel: str) -> None:
        self.kernel = kernel

    def fit(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Learn the scores, shape (n, n_components)."""
        rng = stream(seed, self.kernel)
        self._learn(X, scores, rng, [None] * scores.shape[1])
        return self

    def without(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Return such processes on a part of the rows."""
        other = Processes(self.kernel)
        starts = [*self._thetas, *[None] * scores.shape[1]][: scores.shape[1]]
        other._learn(X, scores, stream(seed, self.kernel), starts)
        return other

    def predict(self, X: Array) -> tuple[Array, Array]:
        """Return mean and variance of the scores, each of shape (n, n_components)."""
        means, variances = [], []
        for process, (offset, scale) in zip(self._processes, self._scales, strict=True):
            mean, std = process.predict(X, return_std=True)
            means.append(offset + scale * mean)
            variances.append((scale * std) ** 2)  # type: ignore[operator]
        return np.stack(means, axis=1), np.stack(variances, axis=1)

    def _learn(
        self, X: Array, scores: Array, rng: np.random.Generator, starts: Sequence[Array | None]
    ) -> None:
        if len(X) > self.most_rows:
            rows = np.sort(rng.choice(len(X), self.most_rows, replace=False))
            X, scores = X[rows], scores[rows]
        self._thetas: list[Array] = []
        self._processes: list[ConditionedProcess] = []
        self._scales: list[tuple[float, float]] = []
        for column, start in zip(scores.T, starts, strict=True):
            y, offset, scale = standardised(column)
            likelihood = ConcentratedLikelihood(X, y, self.kernel, estimates_noise=True)
            if not np.ptp(y):
                theta = np.zeros(len(likelihood.bounds))
            elif start is None:
                theta = find_optimum(likelihood, n_restarts=3, rng=rng).theta
            else:
                theta = polish(likelihood, start, max_iterations=self.fold_iterations).theta
            self._thetas.append(theta)
            self._processes.append(conditioned(likelihood, theta))
            self._scales.append((offset, scale))


class Expansions(SeriesMember):
    """One sparse polynomial chaos per component; every choice is made anew without a fold.

    Parameters
    ----------
    factors : sequence of Factor
        Orthonormal functions of each encoded input.
    """

    def __init__(self, factors: Sequence[Factor]) -> None:
        self._factors = factors

    def fit(self, X: Array, scores: Array, seed: int) -> SeriesMember:  # noqa: ARG002 - no chance in it
        """Learn the scores, shape (n, n_components)."""
        search = ChaosSearch(X, self._factors, method="lars")
        fits = [search.fits(column)[0] for column in scores.T]
        self._expansions = [search.expansion(fit) for fit in fits]
        self._roots = [search.inverse_root(fit) for fit in fits]
        self._errors = [fit.error for fit in fits]
        return self

    def without(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Return such expansions on a part of the rows."""
        return Expansions(self._factors).fit(X, scores, seed)

    def predict(self, X: Array) -> tuple[Array, Array]:
        """Return mean of the scores and the variance least squares gives, (n, n_components)."""
        means = [each.predict(X) for each in self._expansions]
        variances = [
            error * (1 + each.leverage(X, root))
            for each, root, error in zip(self._expansions, self._roots, self._errors, strict=True)
        ]
        return np.stack(means, axis=1), np.stack(variances, axis=1)


class JointNetworks(SeriesMember):
    """Small tanh networks that give all scores at once.

    The components of a wave that arrives sooner or later are different functions of one delay.
    Networks share what they found out about it among all components; a process for each cannot.
    """

    n_networks = 5
    hidden_layers = (24, 24, 24)
    penalty = 1e-3
    max_iterations = 1000

    def fit(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Learn the scores, shape (n, n_components)."""
        self._scale = float(np.sqrt((scores**2).mean(axis=0).max())) or 1.0
        self._networks = [
            self._trained(X, scores / self._scale, seed + number)
            for number in range(self.n_networks)
        ]
        return self

    def without(self, X: Array, scores: Array, seed: int) -> SeriesMember:
        """Return such networks on a part of the rows."""
        return JointNetworks().fit(X, scores, seed)

    def predict(self, X: Array) -> tuple[Array, Array]:
        """Return mean and variance over the networks, each of shape (n, n_components)."""
        said = self._scale * np.array([network.outputs(X) for network in self._networks])
        return said.mean(axis=0), said.var(axis=0, ddof=1)

    def _trained(self, X: Array, scores: Array, seed: int) -> Perceptron:
        return Perceptron.trained(
            X,
            scores,
            hidden=self.hidden_layers,
            penalty=self.penalty,
            max_iterations=self.max_iterations,
            seed=seed,
        )


SERIES_MEMBERS: dict[str, Callable[[Sequence[Factor]], SeriesMember]] = {
    "matern52": lambda _: Processes("matern52"),
    "squared_exponential": lambda _: Processes("squared_exponential"),
    "anova": lambda _: Processes("anova"),
    "chaos": Expansions,
    "network": lambda _: JointNetworks(),
}
"""Made of the orthonormal functions of the encoded inputs."""
