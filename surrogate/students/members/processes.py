"""Gaussian processes as members: constant or linear trend, or one of chaos terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import Expansion
from surrogate.students.chaos.terms import ROWS_PER_TERM, Basis, linear_indices
from surrogate.students.members.member import (
    HeldOut,
    RegressionMember,
    probe_rows,
    without_while_hopeful,
)
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import conditioned
from surrogate.students.processes.search import find_optimum, polish

__all__ = ["KrigedChaosMember", "ProcessMember"]

_INPUTS_PER_START = 2  # the likelihood of many inputs has many optima
_ROWS_PER_INPUT = 5  # with fewer, lengthscales found on all rows remember the ones held out
_ROWS_PER_SLOPE = 3  # with fewer, a slope in every input runs away between them
_FEW_STARTS = 2  # of a search anew in every fold

_Rows = NDArray[np.intp]


class ProcessMember(RegressionMember):
    """A Gaussian process; folds go on from the hyperparameters of all rows, or few begin anew.

    The weight of a row divides its noise variance.

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential", "anova"}
    linear : bool
        Whether the trend is linear in the inputs; else it is constant. With few rows the member
        leaves the answer to a rival, or has a constant trend where there is none.
    n_restarts : int
        At least; one for every two inputs, but for the anova kernel, which finds its optimum.
    """

    most_rows = 2000  # beyond, a random subset: exact inference costs n^3
    many_rows = (200, 500)
    fold_iterations = (15, 8, 0)  # up to and beyond so many: more rows move an optimum less

    def __init__(self, kernel: str, *, linear: bool = False, n_restarts: int = 4) -> None:
        self.kernel = kernel
        self.linear = linear
        self.n_restarts = n_restarts

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        X, y = data.X, data.y
        rng = stream(seed, self.kernel)
        basis = Basis(data.factors, linear_indices(data.factors)) if self.linear else None
        if basis is not None and len(y) < _ROWS_PER_SLOPE * len(basis.indices):
            if rival is not None:  # others are there to answer
                return HeldOut(np.full(len(y), np.nan))
            basis = None

        def likelihood_of(rows: _Rows) -> ConcentratedLikelihood:
            return _likelihood(data, rows, self.kernel, basis)

        likelihood = likelihood_of(_affordable(np.arange(len(y)), rng))
        per_inputs = 0 if self.kernel == "anova" else X.shape[1] // _INPUTS_PER_START
        best = find_optimum(likelihood, n_restarts=max(self.n_restarts, per_inputs), rng=rng)
        self._process = conditioned(likelihood, best.theta)
        held = HeldOut(np.full(len(y), np.nan), np.empty(len(y)))
        iterations = self.fold_iterations[int(np.searchsorted(self.many_rows, len(y)))]
        for fold, rest in without_while_hopeful(data, held.mean, rival):
            part, theta = likelihood_of(_affordable(rest, rng)), best.theta
            if _are_few(X):
                theta = find_optimum(part, n_restarts=_FEW_STARTS, rng=rng).theta
            elif iterations:
                theta = polish(part, theta, max_iterations=iterations).theta
            process = conditioned(part, theta)
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
        keep = _affordable(np.arange(len(y)), rng)
        likelihood = self._likelihood(data, keep, search.expansion(data.lars.best))
        theta = find_optimum(likelihood, n_restarts=_FEW_STARTS, rng=rng).theta
        self._process = conditioned(likelihood, theta)
        probe = probe_rows(X, rng)
        whole, _ = self.predict(probe)
        mean, std = np.full(len(y), np.nan), np.empty(len(y))
        departures: list[float] = []
        for fold, rest in without_while_hopeful(data, mean, rival):
            fit = data.lars.without(len(departures))
            keep = _affordable(rest, rng)
            part = self._likelihood(data, keep, search.expansion(fit))
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
        return _likelihood(data, rows, self.kernel, basis)


def _are_few(X: Array) -> bool:
    """Return whether rows are too few to share hyperparameters with those held out."""
    return len(X) < _ROWS_PER_INPUT * X.shape[1]


def _affordable(rows: _Rows, rng: np.random.Generator) -> _Rows:
    if len(rows) <= ProcessMember.most_rows:
        return rows
    return np.sort(rng.choice(rows, ProcessMember.most_rows, replace=False))


def _likelihood(
    data: TrainingData, rows: _Rows, kernel: str, basis: Basis | None
) -> ConcentratedLikelihood:
    return ConcentratedLikelihood(
        data.X[rows],
        data.y[rows],
        kernel,
        estimates_noise=True,
        basis=basis,
        noise_scale=data.noise_scale(rows),
    )
