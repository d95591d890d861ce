"""A Gaussian process of main effects and interactions as a member."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.members.member import HeldOut, RegressionMember, without_while_hopeful
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.anova import AnovaLikelihood, AnovaProcess, find_shares

__all__ = ["AnovaMember"]

_SUBSET = 100  # rows of the search from several starts: its cost grows with their square times d
# Odds of the shares, lengthscales and nuggets to start from.
_STARTS = ((0.3, 0.5, 1e-4), (0.1, 1.5, 1e-2), (2.0, 0.5, 1e-3))
_MOST_ITERATIONS = 100
_MANY_ROWS = (100, 200)
_ITERATIONS = (15, 8, 0)  # in folds, up to and beyond so many rows; twice as many on all of them
_MOST_ROWS = 1000  # beyond, a random subset: exact inference costs n^3

_Rows = NDArray[np.intp]


class AnovaMember(RegressionMember):
    """A process of main effects and interactions; folds go on from the optimum of all rows.

    From few rows it learns sums of effects, where a radial kernel cannot. The weight of a row
    divides its noise variance.
    """

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        X, y, everything = data.X, data.y, np.arange(len(data.y))
        rng = stream(seed, "anova")
        iterations = _ITERATIONS[int(np.searchsorted(_MANY_ROWS, len(y)))]
        some = _some(everything, _SUBSET, rng)
        starts = [_start(X.shape[1], *each) for each in _STARTS]
        theta = find_shares(_likelihood(data, some), starts, max_iterations=_MOST_ITERATIONS)
        if iterations and len(some) < len(y):
            whole = _likelihood(data, everything)
            theta = find_shares(whole, [theta], max_iterations=2 * iterations)
        self._process = _process(data, _some(everything, _MOST_ROWS, rng), theta)
        held = HeldOut(np.full(len(y), np.nan), np.empty(len(y)))
        for fold, rest in without_while_hopeful(data, held.mean, rival):
            keep, here = _some(rest, _MOST_ROWS, rng), theta
            if iterations:
                here = find_shares(_likelihood(data, keep), [theta], max_iterations=iterations)
            process = _process(data, keep, here)
            held.mean[fold], std = process.predict(X[fold], return_std=True)
            held.std[fold] = std  # type: ignore[index]
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._process.predict(X, return_std=return_std)


def _some(rows: _Rows, most: int, rng: np.random.Generator) -> _Rows:
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


def _likelihood(data: TrainingData, rows: _Rows) -> AnovaLikelihood:
    return AnovaLikelihood(data.X[rows], data.y[rows], data.noise_scale(rows))


def _process(data: TrainingData, rows: _Rows, theta: Array) -> AnovaProcess:
    return AnovaProcess.condition(data.X[rows], data.y[rows], theta, data.noise_scale(rows))


def _start(d: int, odds: float, lengthscale: float, nugget: float) -> Array:
    return np.log(np.concatenate([np.full(d, odds), np.full(d, lengthscale), [nugget]]))
