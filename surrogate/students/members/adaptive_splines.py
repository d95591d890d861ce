"""Bayesian adaptive splines as a member: few kinks, steps, lines and products, averaged over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surrogate.errors import DataError
from surrogate.randomness import stream
from surrogate.students.arrays import Array, row_blocks
from surrogate.students.members.member import HeldOut, Predict, RegressionMember, Rows, held_out
from surrogate.students.members.spline_sampler import sampled_splines
from surrogate.students.members.spline_terms import INPUT, N_NUMBERS, OTHER_INPUT, add_terms
from surrogate.students.members.training_data import TrainingData

__all__ = ["AdaptiveSplineMember", "SplineDraws"]

_N_ITERATIONS = (40_000, 80_000)  # up to and beyond so many rows: sharper posteriors mix slowly
_MANY_ROWS = 100
_N_DRAWS = 100
_BEYOND = 0.5  # of the range of the outcomes: how far beyond them a draw may go
_MOST_ROWS = 300  # beyond, a chain takes long


@dataclass(frozen=True)
class SplineDraws:
    """Sums of few terms, drawn from their posterior; what is predicted is their mean.

    Attributes
    ----------
    terms : ndarray of shape (n_draws, n_terms, 7)
        See `spline_terms`.
    amplitudes : ndarray of shape (n_draws, n_terms)
        0 where a draw has no term.
    levels, noise : ndarray of shape (n_draws,)
        Constant and noise variance.
    limits : (float, float)
        What a draw may say: few rows beyond a kink leave open how far it rises.
    """

    terms: Array
    amplitudes: Array
    levels: Array
    noise: Array
    limits: tuple[float, float]

    def __post_init__(self) -> None:
        n_draws, n_terms = self.amplitudes.shape
        shapes = [each.shape for each in (self.terms, self.levels, self.noise)]
        if shapes != [(n_draws, n_terms, N_NUMBERS), (n_draws,), (n_draws,)]:
            raise DataError(f"the parts of these splines do not fit together: shapes {shapes}")
        if not np.isfinite(self.terms).all() or self._inputs.min(initial=0) < 0:
            raise DataError("a term of these splines is of an input that cannot be")

    @property
    def _inputs(self) -> Array:
        """Numbers of the inputs that terms are of, which compiled code trusts."""
        return self.terms[..., [INPUT, OTHER_INPUT]]

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes (noise included)."""
        last = self._inputs.max(initial=0)
        if last >= X.shape[1]:
            raise DataError(
                f"these splines have terms of input {last:.0f}; got {X.shape[1]} inputs"
            )
        mean, variance = np.empty(len(X)), np.empty(len(X))
        for rows in row_blocks(len(X), len(self.levels)):
            inputs = np.ascontiguousarray(X[rows].T)
            sums = np.repeat(self.levels[:, None], inputs.shape[1], axis=1)
            add_terms(inputs, self.terms, self.amplitudes, sums)
            np.clip(sums, *self.limits, out=sums)
            mean[rows], variance[rows] = sums.mean(axis=0), sums.var(axis=0)
        return mean, np.sqrt(variance + self.noise.mean()) if return_std else None


class AdaptiveSplineMember(RegressionMember):
    """Bayesian adaptive splines [1]_, [2]_: sums of up to eight terms, drawn from their posterior.

    A term is a line, a kink, a step, a bend or a parabola of one input, a product of two of them,
    or a step across a weighted sum of two inputs; what else is smooth is left to the others. Folds
    draw anew. The weight of a row divides its noise variance.

    References
    ----------
    .. [1] D. G. T. Denison, B. K. Mallick, A. F. M. Smith, Bayesian MARS, Statistics and Computing
       8 (1998), https://doi.org/10.1023/A:1008824606259
    .. [2] D. Francom, B. Sansó, BASS: an R package for fitting and performing sensitivity analysis
       of Bayesian adaptive spline surfaces, Journal of Statistical Software 94 (2020),
       https://doi.org/10.18637/jss.v094.i08
    """

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        n = len(data.y)
        if n > _MOST_ROWS and rival is not None:
            return HeldOut(np.full(n, np.nan))
        rng = stream(seed, "adaptive_splines")

        def part(_: int, rest: Rows) -> Predict:
            return _drawn(data, rest, rng).predict

        def whole() -> Predict:
            self._model = _drawn(data, data.kept, rng)
            return self.predict

        return held_out(data, part, whole, rival)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return mean and, if asked, standard deviation of new outcomes."""
        return self._model.predict(X, return_std=return_std)


def _drawn(data: TrainingData, rows: Rows, rng: np.random.Generator) -> SplineDraws:
    rows = np.intersect1d(rows, data.kept)
    weight = data.weight_of(rows)
    roots = np.ones(len(rows)) if weight is None else np.sqrt(weight / weight.mean())
    y = data.y[rows]
    beyond = _BEYOND * float(np.ptp(y))
    n_iterations = _N_ITERATIONS[len(data.y) > _MANY_ROWS]
    drawn = sampled_splines(
        data.X[rows], y, roots, n_iterations=n_iterations, n_draws=_N_DRAWS, rng=rng
    )
    return SplineDraws(*drawn, (float(y.min()) - beyond, float(y.max()) + beyond))
