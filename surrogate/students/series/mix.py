"""A weighted mix of members for the components of a series, with a calibrated spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from surrogate.students.arrays import Array
from surrogate.students.calibration.spreads import SpreadCalibration
from surrogate.students.series.components import Components
from surrogate.students.series.folds import HeldOutFold, chosen
from surrogate.students.series.members import SeriesMember

__all__ = ["SeriesMix"]


@dataclass(frozen=True)
class SeriesMix:
    """Members with weights, the components they predict, and the spread around the curves.

    Attributes
    ----------
    components : Components
    n_components : int
        So many are used.
    members : sequence of SeriesMember
    weights : ndarray of shape (n_members,)
    spread : SpreadCalibration
        Of the members' own variance, their disagreement, and `missed`.
    missed : ndarray of shape (n_points,)
        Mean squared held-out residual at each point: what truncation loses is in it.
    """

    components: Components
    n_components: int
    members: Sequence[SeriesMember]
    weights: Array
    spread: SpreadCalibration
    missed: Array

    @classmethod
    def calibrated(
        cls,
        members: Mapping[str, SeriesMember],
        components: Components,
        held: Sequence[HeldOutFold],
        series: Array,
        seed: int,
    ) -> tuple[SeriesMix, Array, Array]:
        """Return the mix, and its held-out residuals and standard deviations, (n, n_points)."""
        residuals, signals = np.empty_like(series), np.empty((2, *series.shape))
        for number, fold in enumerate(held):  # choices for a fold are made on the others
            weights, n = chosen([each for each in held if each is not fold], seed, number)
            said = fold.means[:, :, :n], fold.variances[:, :, :n]
            residuals[fold.rows] = series[fold.rows] - _curves(fold.components, weights, said[0])
            signals[:, fold.rows] = _signals(fold.components, weights, *said)
        missed = np.mean(residuals**2, axis=0)
        parts = _flat(signals, missed)
        spread = SpreadCalibration.fit(residuals.ravel(), parts)
        weights, n = chosen(held, seed)
        n = min(n, len(components.curves))
        mix = cls(components, n, list(members.values()), weights, spread, missed)
        return mix, residuals, spread.std(parts).reshape(residuals.shape)

    @classmethod
    def constant(cls, components: Components) -> SeriesMix:
        """Return what always predicts the mean curve."""
        nothing = np.zeros_like(components.centre)
        return cls(components, 0, [], np.empty(0), SpreadCalibration(np.zeros(4)), nothing)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return the curves and, if asked, the standard deviation of each point."""
        if not self.n_components:
            mean = np.tile(self.components.centre, (len(X), 1))
            return mean, np.zeros_like(mean) if return_std else None
        used = np.flatnonzero(self.weights)
        said = [self.members[index].predict(X) for index in used.tolist()]
        means, variances = (
            np.array(each)[:, :, : self.n_components] for each in zip(*said, strict=True)
        )
        mean = _curves(self.components, self.weights[used], means)
        if not return_std:
            return mean, None
        signals = _signals(self.components, self.weights[used], means, variances)
        return mean, self.spread.std(_flat(signals, self.missed)).reshape(mean.shape)


def _curves(components: Components, weights: Array, means: Array) -> Array:
    """Return the curves of the mix, shape (n, n_points), for scores (n_members, n, n_used)."""
    return components.series(np.tensordot(weights, means, axes=1))


def _signals(components: Components, weights: Array, means: Array, variances: Array) -> Array:
    """Return what may explain an error, own variance and disagreement, shape (2, n, n_points)."""
    own = components.variance(np.tensordot(weights, variances, axes=1))
    mix = _curves(components, weights, means)
    apart = np.square([components.series(each) - mix for each in means])
    return np.array([own, np.tensordot(weights, apart, axes=1)])


def _flat(signals: Array, missed: Array) -> Array:
    """Return all signals at all points of all curves, shape (3, n * n_points)."""
    return np.vstack([signals.reshape(2, -1), np.tile(missed, signals.shape[1])])
