"""The error of a student, drawn many times, so that indices say how sure they can be.

What a student predicts is not the simulator. Its error at a point is drawn as the standard
deviation it states there times a smooth random field of unit variance, whose length is the spacing
of the runs it learnt from: errors of an interpolator change sign from run to run. The idea is that
of Le Gratiet, Cannamela and Iooss [1]_, who draw from a Gaussian process; this asks no more than a
calibrated standard deviation, so that it holds for mixes too.

References
----------
.. [1] L. Le Gratiet, C. Cannamela, B. Iooss, A Bayesian approach for global sensitivity analysis of
   (multifidelity) computer codes, SIAM/ASA J. Uncertainty Quantification 2 (2014),
   https://doi.org/10.1137/130926869
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.randomness import stream

__all__ = ["error_draws", "n_learnt_from", "predicts_error", "widened"]

Array = NDArray[np.float64]

_N_WAVES = 400  # of a random field: its variance is then even within a tenth
_HALF_WIDTH = 1.96  # standard deviations of a 95 % interval


def predicts_error(model: Any) -> bool:
    """Whether a model states the standard deviation of its error and how much it learnt from."""
    predict = getattr(model, "predict", None)
    if predict is None or "return_std" not in inspect.signature(predict).parameters:
        return False
    return n_learnt_from(model) is not None


def n_learnt_from(model: Any) -> int | None:
    """Return how many runs a student was fitted on; None where it does not tell."""
    if hasattr(model, "cv_residuals_"):
        return len(model.cv_residuals_)
    n_runs = getattr(model, "n_samples_fit_", None)
    return None if n_runs is None else int(n_runs)


def error_draws(unit: Array, std: Array, n_runs: int, n_draws: int, seed: int) -> list[Array]:
    """Return draws of a student's error at points of the unit cube.

    Parameters
    ----------
    unit : ndarray of shape (n, d)
    std : ndarray of shape (n,)
        The standard deviation it states there.
    n_runs : int
        What it learnt from.
    n_draws : int
    seed : int

    Returns
    -------
    list of n_draws ndarrays of shape (n,)
    """
    length = n_runs ** (-1 / unit.shape[1])
    draws = []
    for number in range(n_draws):
        random = stream(seed, "student error", number)
        waves = random.standard_normal((unit.shape[1], _N_WAVES)) / length
        phases = random.uniform(0, 2 * np.pi, _N_WAVES)
        field = np.cos(unit @ waves + phases).sum(axis=1) * np.sqrt(2 / _N_WAVES)
        draws.append(std * field)
    return draws


def widened(
    table: pd.DataFrame, n_draws: int, redrawn: Callable[[int], pd.DataFrame]
) -> pd.DataFrame:
    """Return a table of indices whose intervals also span what the draws of the error say.

    The variances of sampling and of the error add; where the error shifts an index on average (it
    looks like interaction), the interval reaches from one centre to the other.

    Parameters
    ----------
    table : DataFrame
        From the predictions, with columns ``_low`` and ``_high`` of the sampling.
    n_draws : int
    redrawn : callable
        The table of one draw, by number.
    """
    tables: Sequence[pd.DataFrame] = [redrawn(number) for number in range(n_draws)]
    wide = table.copy()
    for column in [name for name in table if f"{name}_low" in table]:
        values = np.array([each[column].to_numpy() for each in tables])
        sampling = (table[f"{column}_high"] - table[f"{column}_low"]) / 2
        half = np.hypot(sampling, _HALF_WIDTH * values.std(axis=0, ddof=1))
        wide[f"{column}_low"] = np.minimum(table[column], values.mean(axis=0)) - half
        wide[f"{column}_high"] = np.maximum(table[column], values.mean(axis=0)) + half
    return wide
