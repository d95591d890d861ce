"""Principal components of series: a few numbers per run that say almost all of its curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surrogate.errors import DataError
from surrogate.students.arrays import Array

__all__ = ["Components"]

_EXPLAINED = 0.9999  # of the training variance: the components beyond are left out
_MOST = 20


@dataclass(frozen=True)
class Components:
    """A mean curve and orthonormal curves around it, the one that explains most first.

    Attributes
    ----------
    centre : ndarray of shape (n_points,)
    curves : ndarray of shape (n_components, n_points)

    Examples
    --------
    >>> series = np.outer([1.0, 2.0, 4.0], [0.6, 0.8]) + 5
    >>> components = Components.of(series)
    >>> len(components.curves), np.allclose(components.series(components.scores(series)), series)
    (1, True)
    """

    centre: Array
    curves: Array

    def __post_init__(self) -> None:
        if self.centre.ndim != 1 or self.curves.shape[1:] != self.centre.shape:
            raise DataError("these components do not fit their mean curve")

    @classmethod
    def of(cls, series: Array) -> Components:
        """Return the components of series, shape (n, n_points), that matter; one at least."""
        centre = series.mean(axis=0)
        _, sizes, curves = np.linalg.svd(series - centre, full_matrices=False)
        shares = sizes**2 / ((sizes**2).sum() or 1.0)
        rounding = 4 * np.finfo(float).eps * sum(np.sqrt(series.shape)) * np.abs(series).max()
        n_real = int((sizes > rounding).sum())
        n_needed = int(np.searchsorted(np.cumsum(shares), _EXPLAINED)) + 1
        return cls(centre, curves[: max(1, min(n_real, n_needed, _MOST))])

    def scores(self, series: Array) -> Array:
        """Return the coordinates of series, shape (n, n_components)."""
        return (series - self.centre) @ self.curves.T

    def series(self, scores: Array) -> Array:
        """Return the curves that have these scores in the first components, shape (n, n_points)."""
        return self.centre + scores @ self.curves[: scores.shape[1]]

    def variance(self, variances: Array) -> Array:
        """Return the variance of each point, shape (n, n_points), for that of the scores."""
        return variances @ self.curves[: variances.shape[1]] ** 2
