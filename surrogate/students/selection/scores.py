"""What held-out predictions are worth, with intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.estimates import Estimate, bootstrap
from surrogate.students.arrays import Array

__all__ = ["mean_estimate_of_rows", "q2_estimate"]


def q2_estimate(
    y: Array, residuals: Array, rng: np.random.Generator, sample_weight: Array | None = None
) -> Estimate:
    """Return the share of the variance of y that held-out predictions explain.

    One minus (weighted) mean squared residual over variance of y, with a bootstrap interval over
    the rows; NaN where y does not vary.
    """
    weight = np.ones(len(y)) if sample_weight is None else sample_weight

    def q2(rows: NDArray[np.intp]) -> float:
        drawn = y[rows]
        if np.ptp(drawn) == 0:
            return np.nan
        share = weight[rows] / weight[rows].sum()
        return 1.0 - float(share @ residuals[rows] ** 2 / (share @ (drawn - share @ drawn) ** 2))

    if np.ptp(y) == 0:
        return Estimate(np.nan, n=len(y), method="bootstrap", data="held-out folds")
    return bootstrap(q2, len(y), data="held-out folds", rng=rng)


def mean_estimate_of_rows(
    values: NDArray[Any], weight: Array | None, rng: np.random.Generator
) -> Estimate:
    """Return the (weighted) mean of held-out values, shape (n,), with a bootstrap interval."""
    weights = np.ones(len(values)) if weight is None else weight

    def mean(rows: NDArray[np.intp]) -> float:
        total = float(weights[rows].sum())
        return float(values[rows] @ weights[rows]) / total if total else np.nan

    return bootstrap(mean, len(values), data="held-out folds", rng=rng)
