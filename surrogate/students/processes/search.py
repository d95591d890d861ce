"""Finding the hyperparameters of a Gaussian process, and refusing an optimum that learnt nothing.

The likelihood of a Gaussian process often has an optimum that explains everything by noise; a
search that ends there predicts a constant, and nothing in its output says so. So the search starts
several times, and its result must pass a gate: leave-one-out predictions have to be as good as
those of the other optima, and better than the mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from surrogate.students.arrays import Array
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import conditioned

__all__ = ["COLLAPSED", "Optimum", "find_optimum", "polish", "subset"]

COLLAPSED = 0.05  # a leave-one-out Q2 below this is no better than the mean
_CLEARLY_BETTER = 0.05  # of Q2: then another optimum is taken in place of the likeliest
_SUBSET = 250  # rows of the first, multi-start search
_TOLERANCE = 1e-8  # relative, of the likelihood
_TOLERANCE_OF_SUBSET = 1e-5  # half the steps; a search on all rows follows
_TO_THE_END = 200  # iterations
_LAST_ITERATIONS = 15  # on all rows: twice as many moved held-out errors by a twentieth
# Lengthscales and nuggets to start from, and those tried after a collapse.
_STARTS = (
    (0.5, 1e-6),
    (1.5, 1e-3),
    (0.25, 1e-8),
    (3.0, 1e-4),
    (1.0, 1e-2),
    (0.5, 1e-4),
    (2.0, 1e-6),
    (0.25, 1e-3),
)
_RESCUES = ((0.1, 1e-2), (0.25, 1e-1), (1.0, 1e-1), (10.0, 1e-2))


@dataclass(frozen=True)
class Optimum:
    """Where a search ended: theta, its negative log likelihood, its leave-one-out Q2."""

    theta: Array
    objective: float
    q2: float


def find_optimum(
    likelihood: ConcentratedLikelihood, *, n_restarts: int, rng: np.random.Generator
) -> Optimum:
    """Search from several starts on a subset of the rows, then on all rows; gate the result."""
    part = subset(likelihood, rng)
    tolerance = _TOLERANCE if part is likelihood else _TOLERANCE_OF_SUBSET
    starts = _starts(likelihood, _STARTS, n_restarts, rng)
    found = [polish(part, start, tolerance=tolerance) for start in starts]
    best = _gated(found)
    if best.q2 < COLLAPSED:
        rescues = _starts(likelihood, _RESCUES, 4, rng)
        found += [polish(part, start, tolerance=tolerance) for start in rescues]
        best = _gated(found)
    if part is likelihood:
        return best
    polished = polish(likelihood, best.theta, max_iterations=_LAST_ITERATIONS)
    unpolished = _judged(likelihood, best.theta, likelihood(best.theta)[0])
    return _gated([polished, unpolished])


def polish(
    likelihood: ConcentratedLikelihood,
    start: Array,
    *,
    max_iterations: int = _TO_THE_END,
    tolerance: float = _TOLERANCE,
) -> Optimum:
    """Go down from one start, for a limited number of iterations or to the end."""
    result = minimize(
        likelihood,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=likelihood.bounds,
        options={"maxiter": max_iterations, "ftol": tolerance, "gtol": 1e-4},
    )
    return _judged(likelihood, result.x, float(result.fun))


def _judged(likelihood: ConcentratedLikelihood, theta: Array, objective: float) -> Optimum:
    try:
        process = conditioned(likelihood, theta)
    except np.linalg.LinAlgError:  # no factor here: an optimum that can never be chosen
        return Optimum(theta, np.inf, -np.inf)
    mean, _ = process.leave_one_out()
    y = likelihood.y
    if np.ptp(y) == 0:  # a fold that left out all rows that differ: there is nothing to explain
        return Optimum(theta, objective, 0.0)
    return Optimum(theta, objective, 1.0 - float(np.mean((y - mean) ** 2) / np.var(y)))


def _gated(found: list[Optimum]) -> Optimum:
    """Return the likeliest optimum, unless another one predicts clearly better."""
    likeliest = min(found, key=lambda each: each.objective)
    most_predictive = max(found, key=lambda each: each.q2)
    refused = likeliest.q2 < most_predictive.q2 - _CLEARLY_BETTER
    return most_predictive if refused else likeliest


def _starts(
    likelihood: ConcentratedLikelihood,
    table: tuple[tuple[float, float], ...],
    n_starts: int,
    rng: np.random.Generator,
) -> Iterable[Array]:
    """Yield points to start from: the table's in turn, each with a little noise."""
    low, high = likelihood.bounds.T
    for index in range(n_starts):
        lengthscale, nugget = table[index % len(table)]
        spread = 0.1 if index < len(table) else 0.7  # beyond the table, starts differ at random
        theta = likelihood.start(lengthscale, nugget)
        yield np.clip(theta + spread * rng.standard_normal(len(low)), low, high)


def subset(likelihood: ConcentratedLikelihood, rng: np.random.Generator) -> ConcentratedLikelihood:
    """Return the likelihood of some of its rows, enough for a first search."""
    n = len(likelihood.y)
    if n <= _SUBSET:
        return likelihood
    rows = rng.choice(n, _SUBSET, replace=False)
    y = likelihood.y[rows]
    if np.ptp(y) == 0:  # an outcome that hardly varies: only all rows show that it does
        return likelihood
    noise = likelihood.noise_scale
    return replace(
        likelihood,
        X=likelihood.X[rows],
        y=y,
        noise_scale=None if noise is None else noise[rows],
    )
