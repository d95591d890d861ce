"""Gaussian processes as members: with a constant trend, or one of chaos terms."""

from __future__ import annotations

import numpy as np

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import Expansion
from surrogate.students.chaos.terms import ROWS_PER_TERM, Basis
from surrogate.students.members.member import (
    HeldOut,
    Predict,
    RegressionMember,
    Rows,
    held_out,
    without,
)
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.neighbours import NeighbourProcess
from surrogate.students.processes.process import ConditionedProcess, conditioned
from surrogate.students.processes.search import find_optimum, polish

__all__ = ["KrigedChaosMember", "ProcessMember", "are_few", "found_again", "likelihood_on"]

_INPUTS_PER_START = 2  # the likelihood of many inputs has many optima
_ROWS_PER_INPUT = 5  # with fewer, hyperparameters of all rows remember the ones held out
_FEW_STARTS = 2  # beside the terms of a chaos
_MOST_TRIED = 1000  # rows that show whether near rows pay
_FAR_BETTER = 0.5  # of the mean square


class ProcessMember(RegressionMember):
    """A Gaussian process; folds go on from the hyperparameters of all rows, or few begin anew.

    The weight of a row divides its noise variance. Beyond 2000 rows, it learns from so many;
    where that pays, its predictions are then conditioned on near ones of all.

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential", "anova"}
    n_restarts : int
        At least; one for every two inputs, but for the anova kernel, which finds its optimum.
    """

    many_rows = (200, 500)
    fold_iterations = (15, 8, 0)  # up to and beyond so many: more rows move an optimum less

    def __init__(self, kernel: str, *, n_restarts: int = 4) -> None:
        self.kernel = kernel
        self.n_restarts = n_restarts

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        rng = stream(seed, self.kernel)
        likelihood = likelihood_on(data, data.searched, self.kernel)
        per_inputs = 0 if self.kernel == "anova" else data.X.shape[1] // _INPUTS_PER_START
        n_starts = max(self.n_restarts, per_inputs)
        theta = find_optimum(likelihood, n_restarts=n_starts, rng=rng).theta
        near_rows = len(data.kept) < len(data.y) and _near_rows_pay(data, self.kernel, theta, rng)

        def process_of(rows: Rows, theta: Array) -> ConditionedProcess | NeighbourProcess:
            process = _of_kept(data, rows, self.kernel, theta)
            return _over_all(process, data, rows, rng) if near_rows else process

        def part(_: int, rest: Rows) -> Predict:
            return process_of(rest, self._theta_without(data, rest, theta, rng)).predict

        self._process = process_of(np.arange(len(data.y)), theta)
        return held_out(data, part, lambda: self.predict, rival)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._process.predict(X, return_std=return_std)

    def _theta_without(
        self, data: TrainingData, rest: Rows, theta: Array, rng: np.random.Generator
    ) -> Array:
        """Return the hyperparameters of the rows outside a fold, given those of all rows."""
        likelihood = likelihood_on(data, np.intersect1d(rest, data.kept), self.kernel)
        if are_few(likelihood):
            return found_again(likelihood, theta, rng)
        iterations = self.fold_iterations[int(np.searchsorted(self.many_rows, len(data.y)))]
        return polish(likelihood, theta, max_iterations=iterations).theta if iterations else theta


class KrigedChaosMember(RegressionMember):
    """PC-kriging [1]_: a Gaussian process whose trend is the strongest terms of a chaos.

    The terms are chosen anew in every fold; the hyperparameters are those of all rows, unless rows
    are few.

    References
    ----------
    .. [1] R. Schöbi, B. Sudret, J. Wiart, Polynomial-chaos-based kriging, Int. J. Uncertainty
       Quantification 5 (2015), https://doi.org/10.1615/Int.J.UncertaintyQuantification.2015012467
    """

    kernel = "matern52"

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        rng = stream(seed, "lars")
        search = data.lars.search
        likelihood = self._likelihood(data, data.searched, search.expansion(data.lars.best))
        theta = find_optimum(likelihood, n_restarts=_FEW_STARTS, rng=rng).theta
        whole_likelihood = self._likelihood(data, data.kept, search.expansion(data.lars.best))
        self._process = conditioned(whole_likelihood, theta)

        def part(number: int, rest: Rows) -> Predict:
            expansion = search.expansion(data.lars.without(number))
            likelihood = self._likelihood(data, np.intersect1d(rest, data.kept), expansion)
            of_part = found_again(likelihood, theta, rng) if are_few(likelihood) else theta
            return conditioned(likelihood, of_part).predict

        return held_out(data, part, lambda: self.predict, rival, loses_terms=True)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._process.predict(X, return_std=return_std)

    def _likelihood(
        self, data: TrainingData, rows: Rows, expansion: Expansion
    ) -> ConcentratedLikelihood:
        """Return the likelihood of some rows with the strongest terms as the trend."""
        basis = expansion.strongest(max(1, len(rows) // ROWS_PER_TERM))
        return likelihood_on(data, rows, self.kernel, basis)


def are_few(likelihood: ConcentratedLikelihood) -> bool:
    """Return whether rows are too few to share hyperparameters with those held out."""
    n, d = likelihood.X.shape
    return n < _ROWS_PER_INPUT * d


def found_again(
    likelihood: ConcentratedLikelihood, theta: Array, rng: np.random.Generator
) -> Array:
    """Return the hyperparameters of some rows: going on from others' to the end, or anew.

    After one start anew alone, held-out errors of noisy sums were up to 1.8 times the fresh ones.
    """
    ends = (polish(likelihood, theta), find_optimum(likelihood, n_restarts=1, rng=rng))
    return min(ends, key=lambda each: each.objective).theta


def _near_rows_pay(data: TrainingData, kernel: str, theta: Array, rng: np.random.Generator) -> bool:
    """Return whether the first fold, left out, is predicted far better from near rows of all.

    Each prediction then solves a system of its own: means take 20 to 50 times as long.
    """
    fold, rest = next(without(data.folds))
    process, rows = _of_kept(data, rest, kernel, theta), fold[:_MOST_TRIED]
    square, wide = (
        float(np.mean((data.y[rows] - each.predict(data.X[rows])[0]) ** 2))
        for each in (process, _over_all(process, data, rest, rng))
    )
    return wide < _FAR_BETTER * square


def _of_kept(data: TrainingData, rows: Rows, kernel: str, theta: Array) -> ConditionedProcess:
    """Return the process of those among some rows that are kept."""
    return conditioned(likelihood_on(data, np.intersect1d(rows, data.kept), kernel), theta)


def _over_all(
    process: ConditionedProcess, data: TrainingData, rows: Rows, rng: np.random.Generator
) -> NeighbourProcess:
    """Return a process that kept rows have taught, conditioned on near ones of all these rows."""
    return NeighbourProcess.beside(process, data.X[rows], data.y[rows], data.noise_scale(rows), rng)


def likelihood_on(
    data: TrainingData, rows: Rows, kernel: str, basis: Basis | None = None
) -> ConcentratedLikelihood:
    """Return the likelihood of some rows, whose weights divide their noise variance."""
    return ConcentratedLikelihood(
        data.X[rows],
        data.y[rows],
        kernel,
        estimates_noise=True,
        basis=basis,
        noise_scale=data.noise_scale(rows),
    )
