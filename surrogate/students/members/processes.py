"""Gaussian processes as members: constant or linear trend, or one of chaos terms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import Expansion
from surrogate.students.chaos.factors import Factor
from surrogate.students.chaos.terms import ROWS_PER_TERM, Basis, linear_indices
from surrogate.students.members.fold_search import FoldSearch
from surrogate.students.members.member import (
    HeldOut,
    RegressionMember,
    probe_rows,
    without_while_hopeful,
)
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import conditioned
from surrogate.students.processes.search import find_optimum, polish
from surrogate.students.selection import Folds

__all__ = ["KrigedChaosMember", "ProcessMember"]

_INPUTS_PER_START = 2  # the likelihood of many inputs has many optima
_ROWS_PER_INPUT = 5  # with fewer, lengthscales found on all rows remember the ones held out
_FEW_STARTS = 2  # of a search anew in every fold

_Rows = NDArray[np.intp]


class ProcessMember(RegressionMember):
    """A Gaussian process; folds go on from the hyperparameters of all rows, or few begin anew.

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential"}
    factors : sequence of Factor, optional
        For a trend that is linear in them; constant without.
    n_restarts : int
        At least; one for every two inputs.
    """

    takes_weights = True  # a weight divides a row's noise
    most_rows = 2000  # beyond, a random subset: exact inference costs n^3
    many_rows = (200, 500)
    fold_iterations = (15, 8, 0)  # up to and beyond so many: more rows move an optimum less

    def __init__(
        self, kernel: str, factors: Sequence[Factor] | None = None, *, n_restarts: int = 4
    ) -> None:
        self.kernel = kernel
        self.n_restarts = n_restarts
        self._basis = None if factors is None else Basis(factors, linear_indices(factors))

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
        rng = stream(seed, self.kernel)
        if self._basis is not None and len(y) < 2 * len(self._basis.indices):
            self._basis = None  # too few rows for a slope in every input
        noise_scale = _noise_scale(weight)
        everything = _affordable(np.arange(len(y)), rng)
        likelihood = self._likelihood(X, y, noise_scale, everything)
        n_starts = max(self.n_restarts, X.shape[1] // _INPUTS_PER_START)
        best = find_optimum(likelihood, n_restarts=n_starts, rng=rng)
        self._process = conditioned(likelihood, best.theta)
        held = HeldOut(np.full(len(y), np.nan), np.empty(len(y)))
        iterations = self.fold_iterations[int(np.searchsorted(self.many_rows, len(y)))]
        for fold, rest in without_while_hopeful(folds, y, held.mean, rival, weight):
            part = self._likelihood(X, y, noise_scale, _affordable(rest, rng))
            theta = best.theta
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

    def _likelihood(
        self, X: Array, y: Array, noise_scale: Array | None, rows: _Rows
    ) -> ConcentratedLikelihood:
        return _likelihood(X, y, noise_scale, rows, kernel=self.kernel, basis=self._basis)


class KrigedChaosMember(RegressionMember):
    """PC-kriging: a Gaussian process whose trend are the strongest terms of a polynomial chaos.

    The terms are chosen anew in every fold; the hyperparameters are those of all rows, unless rows
    are few.

    Parameters
    ----------
    search : FoldSearch
        For the terms.

    References
    ----------
    .. [1] R. Schöbi, B. Sudret, J. Wiart, Polynomial-chaos-based kriging, Int. J. Uncertainty
       Quantification 5 (2015), https://doi.org/10.1615/Int.J.UncertaintyQuantification.2015012467
    """

    takes_weights = True
    kernel = "matern52"

    def __init__(self, search: FoldSearch) -> None:
        self._search = search

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
        rng = stream(seed, "lars")
        search = self._search.begin(X, y, weight)
        noise_scale, keep = _noise_scale(weight), _affordable(np.arange(len(y)), rng)
        whole_trend = search.expansion(self._search.best)
        likelihood = self._likelihood(X, y, noise_scale, keep, whole_trend)
        theta = find_optimum(likelihood, n_restarts=_FEW_STARTS, rng=rng).theta
        self._process = conditioned(likelihood, theta)
        probe = probe_rows(X, rng)
        whole, _ = self.predict(probe)
        mean, std = np.full(len(y), np.nan), np.empty(len(y))
        departures: list[float] = []
        for fold, rest in without_while_hopeful(folds, y, mean, rival, weight):
            fit = self._search.without(search, len(departures), rest)
            keep = _affordable(rest, rng)
            part = self._likelihood(X, y, noise_scale, keep, search.expansion(fit))
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
        self, X: Array, y: Array, noise_scale: Array | None, rows: _Rows, expansion: Expansion
    ) -> ConcentratedLikelihood:
        """Return the likelihood with the strongest terms as the trend."""
        basis = expansion.strongest(max(1, len(rows) // ROWS_PER_TERM))
        return _likelihood(X, y, noise_scale, rows, kernel=self.kernel, basis=basis)


def _are_few(X: Array) -> bool:
    """Return whether rows are too few to share hyperparameters with those held out."""
    return len(X) < _ROWS_PER_INPUT * X.shape[1]


def _affordable(rows: _Rows, rng: np.random.Generator) -> _Rows:
    if len(rows) <= ProcessMember.most_rows:
        return rows
    return np.sort(rng.choice(rows, ProcessMember.most_rows, replace=False))


def _noise_scale(weight: Array | None) -> Array | None:
    """Return what multiplies the noise variance of each row: one over its weight."""
    return None if weight is None else 1 / weight


def _likelihood(
    X: Array,
    y: Array,
    noise_scale: Array | None,
    rows: _Rows,
    *,
    kernel: str,
    basis: Basis | None,
) -> ConcentratedLikelihood:
    """Return the likelihood of some rows."""
    scale = None if noise_scale is None else noise_scale[rows]
    return ConcentratedLikelihood(
        X[rows], y[rows], kernel, estimates_noise=True, basis=basis, noise_scale=scale
    )
