"""A gate with a model on each side as a member: responses that jump, or have a kink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.members.member import HeldOut, RegressionMember, held_out, without
from surrogate.students.members.processes import are_few, found_again
from surrogate.students.members.regimes import Gates, Quadratic, Split, split_in_two
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import ConditionedProcess, conditioned
from surrogate.students.processes.search import find_optimum, polish

__all__ = ["RegimeMember", "Regimes"]

_KERNEL = "squared_exponential"
_FOLD_ITERATIONS = 5
_NEAR = 2.0  # times the rival's mean square: quadratic sides worse than that are left as they are
_MOST_ROWS = 2000  # of a side that a Gaussian process may learn
_FEWEST_ROWS = 5
_ENOUGH_ROWS = 100  # below, a split is luck in good part, and adaptive splines find edges as well


@dataclass(frozen=True)
class Regimes:
    """Two models, mixed by the probability that a gate gives to the second.

    Attributes
    ----------
    gate : Gates
    sides : pair of Quadratic or ConditionedProcess
    """

    gate: Gates
    sides: tuple[Quadratic | ConditionedProcess, Quadratic | ConditionedProcess]

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return the mean and, if asked, the standard deviation of the mixture at rows."""
        second = self.gate.probability(X)
        (low, low_std), (high, high_std) = (
            side.predict(X, return_std=return_std) for side in self.sides
        )
        mean = (1 - second) * low + second * high
        if low_std is None or high_std is None:
            return mean, None
        within = (1 - second) * low_std**2 + second * high_std**2
        return mean, np.sqrt(within + second * (1 - second) * (high - low) ** 2)


class RegimeMember(RegressionMember):
    """Two regimes with a gate; one quadratic where a mixture of two does not explain more.

    Which runs lie in which regime is found again in every fold, and so are the gates. The sides are
    quadratics; Gaussian processes take their place where they predict held-out rows better, which
    is tried if the quadratics come near the best other member. Fewer than 100 rows are left to the
    other members, if there are any.
    """

    takes_weights = False

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        X, y = data.X, data.y
        if len(y) < _ENOUGH_ROWS and rival is not None:
            return HeldOut(np.full(len(y), np.nan))
        rests = [rest for _, rest in without(data.folds)]
        self._model: Quadratic | Regimes = Quadratic.fit(X, y)
        split = split_in_two(X, y)
        if not split.beats(X, y):
            return self._held_out(data, [Quadratic.fit(X[rest], y[rest]) for rest in rests])
        self._model = _with_gate(X, split)
        splits = [split_in_two(X[rest], y[rest]) for rest in rests]
        parts = [_with_gate(X[rest], each) for rest, each in zip(rests, splits, strict=True)]
        held = self._held_out(data, parts)
        square = float(np.mean((y - held.mean) ** 2))
        if rival is not None and square > _NEAR * np.mean(rival):
            return held
        rng = stream(seed, "sides")
        model, thetas = _with_processes(X, y, split, self._model, rng=rng)
        refined = []
        for part, regimes, rest in zip(splits, parts, rests, strict=True):
            swapped = np.mean(part.second == split.second[rest]) < 0.5
            starts = thetas[::-1] if swapped else thetas
            refined.append(
                _with_processes(X[rest], y[rest], part, regimes, rng=rng, starts=starts)[0]
            )
        quadratics, self._model = self._model, model
        better = self._held_out(data, refined)
        if np.mean((y - better.mean) ** 2) > square:
            self._model = quadratics
            return held
        return better

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._model.predict(X, return_std=return_std)

    def _held_out(self, data: TrainingData, parts: Sequence[Quadratic | Regimes]) -> HeldOut:
        """Return what models without each fold, and the one of all rows, say of held-out rows."""
        return held_out(data, lambda number, _: parts[number].predict, lambda: self.predict)


def _with_gate(X: Array, split: Split) -> Regimes:
    """Return the sides of a split, with gates fitted to what lies on them."""
    return Regimes(Gates.fit(X, split.second.astype(float)), split.sides)


def _with_processes(
    X: Array,
    y: Array,
    split: Split,
    regimes: Regimes,
    *,
    rng: np.random.Generator,
    starts: Sequence[Array | None] = (None, None),
) -> tuple[Regimes, list[Array | None]]:
    """Return the regimes with processes as sides, where there are rows enough, and their thetas.

    Hyperparameters go on from those in `starts`, or begin anew too where rows are few.
    """
    sides: list[Quadratic | ConditionedProcess] = []
    thetas: list[Array | None] = []
    for side, start, number in zip(regimes.sides, starts, (0, 1), strict=True):
        rows = np.flatnonzero(split.second == number)
        theta = None
        if _FEWEST_ROWS <= len(rows) <= _MOST_ROWS and np.ptp(y[rows]) > 0:
            likelihood = ConcentratedLikelihood(X[rows], y[rows], _KERNEL, estimates_noise=True)
            if start is None:
                theta = find_optimum(likelihood, n_restarts=2, rng=rng).theta
            elif are_few(likelihood):
                theta = found_again(likelihood, start, rng)
            else:
                theta = polish(likelihood, start, max_iterations=_FOLD_ITERATIONS).theta
        sides.append(side if theta is None else conditioned(likelihood, theta))
        thetas.append(theta)
    return Regimes(regimes.gate, (sides[0], sides[1])), thetas
