"""A smoothing spline as a member: cubic in the distance, with a linear trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from surrogate.randomness import stream
from surrogate.students.arrays import Array, row_blocks
from surrogate.students.members.member import (
    HeldOut,
    Predict,
    RegressionMember,
    Rows,
    held_out,
    without_std,
)
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.kernels import squared_distances

__all__ = ["Spline", "SplineMember"]

_SMOOTHING = np.logspace(-6, 3, 19)  # tried, in units of the mean eigenvalue
_ROWS_PER_SLOPE = 1.5  # with fewer the spline is the distance itself, and its trend a constant
_MOST_ROWS = 500  # beyond, a random subset: its eigenvalues cost n^3
_TINY = 1e-12


@dataclass(frozen=True)
class Spline:
    """A linear function and a weighted sum of the (cubed) distances to rows [1]_.

    Attributes
    ----------
    rows : ndarray of shape (n, d)
    weights : ndarray of shape (n,)
    centre, slopes : ndarray of shape (d,)
    level : float
        The linear function at the centre.
    cubic : bool
        Whether distances are cubed.

    References
    ----------
    .. [1] G. Wahba, Spline models for observational data, SIAM (1990),
       https://doi.org/10.1137/1.9781611970128
    """

    rows: Array
    weights: Array
    centre: Array
    slopes: Array
    level: float
    cubic: bool

    @classmethod
    def fit(cls, X: Array, y: Array, noise_scale: Array | None = None) -> Spline:
        """Fit with the smoothing that has the greatest restricted likelihood.

        Examples
        --------
        >>> X = np.linspace(0, 1, 9)[:, None]
        >>> Spline.fit(X, 2 * X[:, 0]).predict(np.array([[0.3], [2.0]])).round(3)
        array([0.6, 4. ])
        """
        n, d = X.shape
        cubic = n > _ROWS_PER_SLOPE * (d + 1)
        centre = X.mean(axis=0)
        trend = np.column_stack([np.ones(n), X - centre]) if cubic else np.ones((n, 1))
        left, sizes, _ = np.linalg.svd(trend, full_matrices=True)
        beyond = left[:, int((sizes > 1e-9 * sizes[0]).sum()) :]  # what no trend can follow
        noise = np.ones(n) if noise_scale is None else noise_scale
        kernel = _kernel(X, X, cubic)
        sizes, vectors = eigh(beyond.T @ kernel @ beyond, beyond.T @ (noise[:, None] * beyond))
        along = vectors.T @ (beyond.T @ y)
        smoothing = _likeliest_smoothing(np.maximum(sizes, 0.0), along)
        weights = beyond @ (vectors @ (along / (np.maximum(sizes, 0.0) + smoothing)))
        rest = y - kernel @ weights - smoothing * noise * weights
        level, *slopes = np.linalg.lstsq(trend, rest, rcond=None)[0]
        return cls(X, weights, centre, np.array(slopes) if cubic else np.zeros(d), level, cubic)

    def predict(self, X: Array) -> Array:
        """Return the spline at rows, shape (n,)."""
        mean = self.level + (X - self.centre) @ self.slopes
        for rows in row_blocks(len(X), len(self.rows)):
            mean[rows] += _kernel(X[rows], self.rows, self.cubic) @ self.weights
        return np.asarray(mean)


class SplineMember(RegressionMember):
    """A smoothing spline: one number is learnt besides the outcomes, so that little can go wrong.

    The weight of a row divides its noise variance.
    """

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        rng = stream(seed, "spline")

        def part(_: int, rest: Rows) -> Predict:
            return without_std(_fitted(data, rest, rng).predict)

        def whole() -> Predict:
            self._spline = _fitted(data, np.arange(len(data.y)), rng)
            return self.predict

        return held_out(data, part, whole, rival)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:  # noqa: ARG002
        """Return the mean of new outcomes; no standard deviation is known."""
        return self._spline.predict(X), None


def _fitted(data: TrainingData, rows: Rows, rng: np.random.Generator) -> Spline:
    if len(rows) > _MOST_ROWS:
        rows = np.sort(rng.choice(rows, _MOST_ROWS, replace=False))
    return Spline.fit(data.X[rows], data.y[rows], data.noise_scale(rows))


def _kernel(A: Array, B: Array, cubic: bool) -> Array:  # noqa: FBT001 - private
    """Return distances cubed or negative, which are positive definite beyond their trends."""
    square = squared_distances(A, B)
    return square * np.sqrt(square) if cubic else -np.sqrt(square)


def _likeliest_smoothing(sizes: Array, along: Array) -> float:
    """Return the smoothing of the greatest restricted likelihood."""
    tried = _SMOOTHING * (sizes.mean() or 1.0)
    variances = sizes + tried[:, None]
    misfit = np.maximum((along**2 / variances).mean(axis=1), _TINY**2)
    loss = len(sizes) * np.log(misfit) + np.log(variances).sum(axis=1)
    return float(tried[np.argmin(loss)])
