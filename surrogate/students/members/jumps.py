"""A Gaussian process with jumps as a member: smooth responses with a few edges."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.members.jump_sampler import sampled_amplitudes
from surrogate.students.members.member import HeldOut, Predict, RegressionMember, Rows, held_out
from surrogate.students.members.processes import are_few, likelihood_on
from surrogate.students.members.steps import SteppedProcess, Steps
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import conditioned
from surrogate.students.processes.search import polish

__all__ = ["JumpMember"]

_KERNEL = "matern52"
_STIFF = (1.0, 0.1)  # lengthscale and nugget of a process that leaves jumps to be found
_OBLIQUE = 30  # directions in the plane of two inputs, besides the inputs
_LEAST = 2  # rows on each side of an edge
_SWEEPS = (20, 20, 40)  # at the stiff process, then at those found
_ITERATIONS = 15
_LEAST_NUGGET = 1e-6  # or sums of entries of the precision matrix are rounding errors
_LEAST_VARIANCE = 1e-6  # of the process
_NEGLIGIBLE = 1e-3  # height of all steps along a direction, of a standardised outcome
_CLEAR = 0.02  # range of the steps at the rows: with less there is nothing to average over
_FEW_ROWS = 100  # up to which jumps of all rows remember the ones held out
_MOST_ROWS = 300  # beyond, boosted trees see edges as well, at less cost


@dataclass(frozen=True)
class _Edges:
    """Where rows may be parted: their order along every direction, and a prior of the edges."""

    directions: Array
    places: Array
    orders: NDArray[np.int64]
    prior: Array

    @classmethod
    def along(cls, X: Array, directions: Array) -> _Edges:
        """Return the edges of rows: the wider the gap, the likelier; inputs count half of all."""
        along = directions @ X.T
        orders = np.argsort(along, axis=1, kind="stable")
        places = np.take_along_axis(along, orders, axis=1)
        gaps = np.diff(places, axis=1)
        gaps[:, : _LEAST - 1] = 0.0
        gaps[:, len(X) - _LEAST :] = 0.0
        gaps[gaps < 1e-9] = 0.0  # rounding
        d, n_directions = X.shape[1], len(directions)
        share = np.full((n_directions, 1), 1 / d if n_directions == d else 0.5 / d)
        share[d:] = 0.5 / max(1, n_directions - d)
        width = np.maximum(gaps.sum(axis=1, keepdims=True), 1e-300)
        return cls(directions, places, orders, share * gaps / width)

    def steps(self, amplitudes: Array) -> Steps:
        """Return the steps of these amplitudes, without directions that hardly have any."""
        heights = np.pad(np.cumsum(amplitudes, axis=1), ((0, 0), (1, 0)))
        kept = np.abs(heights).max(axis=1) > _NEGLIGIBLE
        return Steps(self.directions[kept], self.places[kept], heights[kept])


class JumpMember(RegressionMember):
    """A Gaussian process and up to three jumps, averaged over where these may be.

    A jump adds to the outcome beyond an edge, across an input or a weighted sum of two. Edges are
    drawn from their posterior as the trees of a Bayesian sum are [1]_, with the process in place of
    most trees: first with a stiff process, then with one whose hyperparameters have the greatest
    likelihood once the jumps found are taken off. Folds draw edges anew; beyond 100 rows they go on
    from the jumps and hyperparameters of all, which fewer would remember: held-out errors of 45 and
    80 rows were .8 to 1.0 of those on fresh rows that way, and are 1.0 to 1.3. The weight of a row
    divides its noise variance.
    Where all rows show no jump, the member leaves the outcome to the others.

    References
    ----------
    .. [1] H. A. Chipman, E. I. George, R. E. McCulloch, BART: Bayesian additive regression trees,
       Annals of Applied Statistics 4 (2010), https://doi.org/10.1214/09-AOAS285
    """

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        n = len(data.y)
        if n > _MOST_ROWS and rival is not None:
            return HeldOut(np.full(n, np.nan))
        directions = _directions(data.X.shape[1], stream(seed, "directions"))
        self._model, theta = _learnt(data, np.arange(n), directions, seed)
        if rival is not None and np.ptp(self._model.steps.predict(data.X)[0]) < _CLEAR:
            return HeldOut(np.full(n, np.nan))

        def part(_: int, rest: Rows) -> Predict:
            return _learnt(data, rest, directions, seed, (self._model, theta))[0].predict

        return held_out(data, part, lambda: self.predict, rival)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._model.predict(X, return_std=return_std)


def _learnt(
    data: TrainingData,
    rows: Rows,
    directions: Array,
    seed: int,
    before: tuple[SteppedProcess, Array] | None = None,
) -> tuple[SteppedProcess, Array]:
    """Return steps and process that some rows teach, and the hyperparameters of the process.

    Those of all rows, `before`, are where a part of many goes on.
    """
    rng = stream(seed, "jumps")
    if len(rows) > _MOST_ROWS:
        rows = np.sort(rng.choice(rows, _MOST_ROWS, replace=False))
    edges = _Edges.along(data.X[rows], directions)
    likelihood = likelihood_on(data, rows, _KERNEL)
    if before is None or len(rows) <= _FEW_ROWS or are_few(likelihood):
        theta, rest, begin = likelihood.start(*_STIFF), likelihood, 0
    else:
        model, theta = before
        rest, begin = _beyond(likelihood, model.steps), len(_SWEEPS) - 1
    process = conditioned(rest, theta)
    for n_sweeps in _SWEEPS[begin:]:
        precision = process.precision / max(process.variance, _LEAST_VARIANCE)
        amplitudes = sampled_amplitudes(
            precision, likelihood.y, edges.orders, edges.prior, n_sweeps=n_sweeps, rng=rng
        )
        steps = edges.steps(amplitudes)
        rest = _beyond(likelihood, steps)
        theta = polish(rest, theta, max_iterations=_ITERATIONS).theta
        theta[-1] = max(theta[-1], np.log(_LEAST_NUGGET))
        process = conditioned(rest, theta)
    return SteppedProcess(steps, process), theta


def _beyond(likelihood: ConcentratedLikelihood, steps: Steps) -> ConcentratedLikelihood:
    """Return the likelihood of what steps leave of the outcomes."""
    return replace(likelihood, y=likelihood.y - steps.predict(likelihood.X)[0])


def _directions(d: int, rng: np.random.Generator) -> Array:
    """Return the inputs and, of two and more, weighted sums of pairs, as rows of weights."""
    if d == 1:
        return np.eye(1)
    oblique = np.zeros((_OBLIQUE, d))
    for direction in oblique:
        first, second = rng.choice(d, size=2, replace=False)
        direction[first], direction[second] = 1.0, rng.uniform(-1, 1)
    return np.vstack([np.eye(d), oblique])
