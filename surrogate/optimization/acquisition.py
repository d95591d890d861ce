"""How much a run at a point promises: expected improvement times the chance that it is allowed."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfcx, log1p, log_ndtr

from surrogate.errors import TeacherWarning
from surrogate.optimization.question import Told
from surrogate.randomness import stream
from surrogate.space import Space
from surrogate.students import GaussianProcess

__all__ = ["Promise", "log_expected_improvement"]

Array = NDArray[np.float64]

_N_STARTS = 2  # of each likelihood search: it is repeated after every batch
_LOG_2PI = float(np.log(2 * np.pi))


class Promise:
    """Gaussian processes of the objective and of every margin, fitted on what runs have told.

    The logarithm of the constrained expected improvement [1]_: expected improvement on the best
    feasible run, times the probability that every margin is positive, and that a run does not fail
    where some did. As long as no run is feasible, only the probabilities count.

    Parameters
    ----------
    space : Space
    told : Told
    seed : int

    References
    ----------
    .. [1] M. Schonlau, W. J. Welch, D. R. Jones, Global versus local search in constrained
       optimization of computer models, IMS Lecture Notes 34 (1998),
       https://doi.org/10.1214/lnms/1215456182
    """

    def __init__(self, space: Space, told: Told, seed: int) -> None:
        inputs, ok = told.inputs, told.ok
        targets = {f"margin {k}": told.margins[ok, k] for k in range(told.margins.shape[1])}
        self._processes = [
            _fitted(space, inputs[ok], values, seed, name)
            for name, values in targets.items()
            if np.ptp(values)
        ]
        if not ok.all():
            outcome = np.where(ok, 1.0, -1.0)
            self._processes.append(_fitted(space, inputs, outcome, seed, "success"))
        self._objective: tuple[GaussianProcess, float] | None = None
        if told.best is not None:
            process = _fitted(space, inputs[ok], told.objective[ok], seed, "objective")
            self._objective = process, float(told.objective[told.best])

    def __call__(self, inputs: pd.DataFrame) -> Array:
        """Return the logarithm of what runs of these inputs promise, shape (n,)."""
        promise = np.zeros(len(inputs))
        for process in self._processes:
            mean, std = process.predict(inputs, return_std=True)
            promise += log_ndtr(mean / _positive(std))
        if self._objective is not None:
            process, best = self._objective
            mean, std = process.predict(inputs, return_std=True)
            promise += log_expected_improvement(mean, _positive(std), best)
        return promise


def log_expected_improvement(mean: ArrayLike, std: ArrayLike, best: float) -> Array:
    """Return the logarithm of the expected improvement below `best`, finite everywhere.

    In the logarithm, regions of no hope still have a slope for the search to follow [1]_.

    Parameters
    ----------
    mean, std : array-like of shape (n,)
        Predicted; std positive.
    best : float

    References
    ----------
    .. [1] S. Ament et al., Unexpected improvements to expected improvement for Bayesian
       optimization, NeurIPS 2023, https://arxiv.org/abs/2310.20708

    Examples
    --------
    >>> log_expected_improvement([0.0, 40.0], [1.0, 1.0], 0.0).round(1)
    array([  -0.9, -808.3])
    """
    spread = np.asarray(std, dtype=float)
    z = (best - np.asarray(mean, dtype=float)) / spread
    tail = np.minimum(z, -1.0)
    density = -0.5 * (tail**2 + _LOG_2PI)
    # phi(z) + z Phi(z), with Phi written as phi times a ratio that does not underflow
    ratio = np.sqrt(np.pi / 2) * erfcx(-tail / np.sqrt(2))
    below = density + log1p(np.clip(tail * ratio, -1 + 1e-15, None))
    above = np.maximum(z, -1.0)
    usual = np.log(np.exp(-0.5 * (above**2 + _LOG_2PI)) + above * np.exp(log_ndtr(above)))
    found: Array = np.log(spread) + np.where(z < -1.0, below, usual)
    return found


def _fitted(
    space: Space, inputs: pd.DataFrame, values: Array, seed: int, name: str
) -> GaussianProcess:
    state = int(stream(seed, "process", name).integers(2**32))
    process = GaussianProcess(space=space, n_restarts=_N_STARTS, random_state=state)
    with warnings.catch_warnings():  # what little a few runs explain is no news to the user
        warnings.simplefilter("ignore", TeacherWarning)
        return process.fit(inputs, values)


def _positive(std: Array) -> Array:
    return np.maximum(std, 1e-12 * max(float(std.max()), 1e-300))
