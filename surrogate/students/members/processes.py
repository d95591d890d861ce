"""Gaussian processes as members: with a constant trend, or one of chaos terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import Expansion
from surrogate.students.chaos.terms import ROWS_PER_TERM, Basis
from surrogate.students.members.member import (
    HeldOut,
    RegressionMember,
    probe_rows,
    without,
    without_while_hopeful,
)
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.neighbours import NeighbourProcess
from surrogate.students.processes.process import ConditionedProcess, conditioned
from surrogate.students.processes.search import find_optimum, polish

__all__ = ["KrigedChaosMember", "ProcessMember", "likelihood_on"]

_INPUTS_PER_START = 2  # the likelihood of many inputs has many optima
_ROWS_PER_INPUT = 5  # with fewer, lengthscales found on all rows remember the ones held out
_FEW_STARTS = 2  # of a search anew in every fold
_MOST_TRIED = 1000  # rows that show whether near rows pay
_FAR_BETTER = 0.5  # of the mean square

_Rows = NDArray[np.intp]


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
        X, y = data.X, data.y
        rng = stream(seed, self.kernel)
        likelihood = likelihood_on(data, data.searched, self.kernel)
        per_inputs = 0 if self.kernel == "anova" else X.shape[1] // _INPUTS_PER_START
        best = find_optimum(likelihood, n_restarts=max(self.n_restarts, per_inputs), rng=rng)

        def process_of(rows: _Rows, theta: Array) -> ConditionedProcess:
            return conditioned(likelihood_on(data, rows, self.kernel), theta)

        without_first = np.setdiff1d(data.kept, data.folds[0])
        near_rows = len(data.kept) < len(y) and _near_rows_pay(
            process_of(without_first, best.theta), data, rng
        )
        whole, everything = process_of(data.kept, best.theta), np.arange(len(y))
        self._process = _over_all(whole, data, everything, rng) if near_rows else whole
        held = HeldOut(np.full(len(y), np.nan), np.empty(len(y)))
        iterations = self.fold_iterations[int(np.searchsorted(self.many_rows, len(y)))]
        for fold, rest in without_while_hopeful(data, held.mean, rival):
            rows, theta = np.intersect1d(rest, data.kept), best.theta
            part = likelihood_on(data, rows, self.kernel)
            if _are_few(X):
                theta = find_optimum(part, n_restarts=_FEW_STARTS, rng=rng).theta
            elif iterations:
                theta = polish(part, theta, max_iterations=iterations).theta
            of_part = conditioned(part, theta)
            process = _over_all(of_part, data, rest, rng) if near_rows else of_part
            held.mean[fold], std = process.predict(X[fold], return_std=True)
            held.std[fold] = std  # type: ignore[index]
        return held

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._process.predict(X, return_std=return_std)


class KrigedChaosMember(RegressionMember):
    """PC-kriging: a Gaussian process whose trend are the strongest terms of a polynomial chaos.

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
        X, y = data.X, data.y
        search = data.lars.search
        likelihood = self._likelihood(data, data.searched, search.expansion(data.lars.best))
        theta = find_optimum(likelihood, n_restarts=_FEW_STARTS, rng=rng).theta
        whole_likelihood = self._likelihood(data, data.kept, search.expansion(data.lars.best))
        self._process = conditioned(whole_likelihood, theta)
        probe = probe_rows(X, rng)
        whole, _ = self.predict(probe)
        mean, std = np.full(len(y), np.nan), np.empty(len(y))
        departures: list[float] = []
        for fold, rest in without_while_hopeful(data, mean, rival):
            fit = data.lars.without(len(departures))
            kept = np.intersect1d(rest, data.kept)
            part = self._likelihood(data, kept, search.expansion(fit))
            if _are_few(X):
                theta = find_optimum(part, n_restarts=_FEW_STARTS, rng=rng).theta
            process = conditioned(part, theta)
            mean[fold], std[fold] = process.predict(X[fold], return_std=True)
            departures.append(float(np.mean((process.predict(probe)[0] - whole) ** 2)))
        return HeldOut(mean, std, np.array(departures))

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._process.predict(X, return_std=return_std)

    def _likelihood(
        self, data: TrainingData, rows: _Rows, expansion: Expansion
    ) -> ConcentratedLikelihood:
        """Return the likelihood of some rows with the strongest terms as the trend."""
        basis = expansion.strongest(max(1, len(rows) // ROWS_PER_TERM))
        return likelihood_on(data, rows, self.kernel, basis)


def _are_few(X: Array) -> bool:
    """Return whether rows are too few to share hyperparameters with those held out."""
    return len(X) < _ROWS_PER_INPUT * X.shape[1]


def _near_rows_pay(
    process: ConditionedProcess, data: TrainingData, rng: np.random.Generator
) -> bool:
    """Return whether the first fold, left out, is predicted far better from near rows of all.

    Each prediction then solves a system of its own, some twenty times slower.
    """
    fold, rest = next(without(data.folds))
    rows = fold[:_MOST_TRIED]
    square, wide = (
        float(np.mean((data.y[rows] - each.predict(data.X[rows])[0]) ** 2))
        for each in (process, _over_all(process, data, rest, rng))
    )
    return wide < _FAR_BETTER * square


def _over_all(
    process: ConditionedProcess, data: TrainingData, rows: _Rows, rng: np.random.Generator
) -> NeighbourProcess:
    """Return a process that kept rows have taught, conditioned on near ones of all these rows."""
    return NeighbourProcess.beside(process, data.X[rows], data.y[rows], data.noise_scale(rows), rng)


def likelihood_on(
    data: TrainingData, rows: _Rows, kernel: str, basis: Basis | None = None
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
