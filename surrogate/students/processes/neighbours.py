"""A Gaussian process on many rows: each prediction is conditioned on a few of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from surrogate.students.arrays import Array
from surrogate.students.chaos.terms import Basis
from surrogate.students.processes.kernels import correlations
from surrogate.students.processes.likelihood import TINY_NUGGET
from surrogate.students.processes.process import ConditionedProcess, trend_at

__all__ = ["N_NEAREST", "N_SPREAD", "NeighbourProcess"]

N_NEAREST = 60
N_SPREAD = 40  # rows from everywhere, the same for all predictions: they know the long waves
_BATCH = 64  # predictions solved together: 5 MB of correlation matrices

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class NeighbourProcess:
    """A process whose predictions condition on the nearest rows [1]_ [2]_ and some from everywhere.

    Time and memory grow with the number of rows as those of a search tree; nothing larger than the
    data is held. Hyperparameters, trend and variance are those of a process on a part of the rows.

    Attributes
    ----------
    kernel : str
    lengthscales : ndarray of shape (d,)
    noise : ndarray of shape (n,)
        Noise variance of each row over the process variance.
    nugget : float
        That of a new outcome.
    scaled : ndarray of shape (n, d)
        Inputs divided by the lengthscales.
    y, residuals : ndarray of shape (n,)
        The outcome, and what the trend leaves of it.
    spread : int array of shape (n_spread,)
        The rows from everywhere.
    basis : Basis or None
        Functions whose sum is the trend; None is a constant.
    trend : ndarray of shape (n_terms,)
    variance : float
    shares : ndarray of shape (d,) or None
        Of the anova kernel.

    References
    ----------
    .. [1] A. V. Vecchia, J. Royal Statistical Society B 50 (1988),
       https://doi.org/10.1111/j.2517-6161.1988.tb01729.x
    .. [2] R. B. Gramacy, D. W. Apley, J. Computational and Graphical Statistics 24 (2015),
       https://doi.org/10.1080/10618600.2014.914442
    """

    kernel: str
    lengthscales: Array
    noise: Array
    nugget: float
    scaled: Array
    y: Array
    residuals: Array
    spread: Rows
    basis: Basis | None
    trend: Array
    variance: float
    shares: Array | None = None

    @classmethod
    def beside(
        cls,
        process: ConditionedProcess,
        X: Array,
        y: Array,
        noise_scale: Array | None,
        rng: np.random.Generator,
    ) -> NeighbourProcess:
        """Return the process on all rows, with what another one learnt from a part of them."""
        nugget = max(process.nugget, TINY_NUGGET)
        return cls(
            kernel=process.kernel,
            lengthscales=process.lengthscales,
            noise=nugget * (np.ones(len(y)) if noise_scale is None else noise_scale),
            nugget=nugget,
            scaled=X / process.lengthscales,
            y=y,
            residuals=y - trend_at(process.basis, process.trend, X),
            spread=np.sort(rng.choice(len(y), N_SPREAD, replace=False)),
            basis=process.basis,
            trend=process.trend,
            variance=process.variance,
            shares=process.shares,
        )

    def predict(
        self,
        X: Array,
        *,
        return_std: bool = False,
        precision: str = "double",  # noqa: ARG002 - the solutions need double precision
    ) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of a new outcome (noise included)."""
        others = np.setdiff1d(np.arange(len(self.y)), self.spread)
        nearest = self._nearest(others, X / self.lengthscales, N_NEAREST)
        mean, std = self._conditioned(X / self.lengthscales, nearest, self.spread)
        mean += trend_at(self.basis, self.trend, X)
        return mean, std if return_std else None

    @property
    def single_error(self) -> float:
        """Nothing: it always computes in double precision."""
        return 0.0

    def leave_one_out(self) -> tuple[Array, Array]:
        """Return held-out mean and standard deviation of every row, each left out alone."""
        everything = np.arange(len(self.y))
        nearest = self._nearest(everything, self.scaled, N_NEAREST + N_SPREAD + 1)
        # the row itself is the nearest, or as near as its copies: then any of them may stay
        itself = nearest == everything[:, None]
        itself[~itself.any(axis=1), -1] = True
        others = nearest[~itself].reshape(len(self.y), -1)
        mean, std = self._conditioned(self.scaled, others, np.empty(0, dtype=np.intp))
        return mean + self.y - self.residuals, std

    def held_out(self, folds: Iterable[Rows]) -> tuple[Array, Array]:
        """Return what is predicted for each fold from the rows of the others."""
        mean, std = np.empty(len(self.y)), np.empty(len(self.y))
        for fold in folds:
            spread = np.setdiff1d(self.spread, fold)
            others = np.setdiff1d(np.arange(len(self.y)), np.union1d(fold, spread))
            nearest = self._nearest(others, self.scaled[fold], N_NEAREST)
            mean[fold], std[fold] = self._conditioned(self.scaled[fold], nearest, spread)
        return mean + self.y - self.residuals, std

    def _nearest(self, among: Rows, scaled: Array, n: int) -> Rows:
        _, places = KDTree(self.scaled[among]).query(scaled, k=min(n, len(among)))
        return among[places]

    def _conditioned(self, scaled: Array, nearest: Rows, spread: Rows) -> tuple[Array, Array]:
        """Return what the rows used say beyond the trend, and the standard deviation."""
        mean, std = np.empty(len(scaled)), np.empty(len(scaled))
        for start in range(0, len(scaled), _BATCH):
            batch = slice(start, start + _BATCH)
            shared = np.tile(spread, (len(nearest[batch]), 1))
            used = np.concatenate([nearest[batch], shared], axis=1)
            places = self.scaled[used]
            matrix = correlations(self.kernel, places, places, self.shares)
            diagonal = np.arange(used.shape[1])
            matrix[:, diagonal, diagonal] = 1.0 + self.noise[used]
            new = scaled[batch, None]
            to_new = correlations(self.kernel, new, places, self.shares)[:, 0]
            weights = np.linalg.solve(matrix, to_new[..., None])[..., 0]
            mean[batch] = np.einsum("ij,ij->i", weights, self.residuals[used])
            unexplained = 1.0 + self.nugget - np.einsum("ij,ij->i", weights, to_new)
            std[batch] = np.sqrt(self.variance * np.maximum(unexplained, 0.0))
        return mean, std
