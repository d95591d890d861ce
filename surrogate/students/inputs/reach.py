"""How far training rows reach: which new rows ask a student to extrapolate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from surrogate.students.arrays import Array

__all__ = ["Reach"]

_MARGIN = 2.0  # times 1 / n of a range: what n runs of a full design usually leave at its ends
_WIDEST_MARGIN = 0.1  # of a range


@dataclass(frozen=True)
class Reach:
    """Ranges of the training rows, and the largest gap between neighbours among them.

    Attributes
    ----------
    rows : ndarray of shape (n, n_encoded)
        Encoded inputs.
    largest_gap : float
        Largest distance from a row to the nearest other one. A fresh row of the same law is
        farther from all n with a probability of about 1 / n.

    Examples
    --------
    >>> reach = Reach.of(np.linspace(0, 1, 20)[:, None] * [1, 1])
    >>> reach.exceeded(np.array([[0.51, 0.52], [0.5, 1.3], [0.1, 0.9]]))
    array([False,  True,  True])
    """

    rows: Array
    largest_gap: float

    @classmethod
    def of(cls, rows: Array) -> Reach:
        """Return the reach of encoded inputs, shape (n, n_encoded)."""
        distances, _ = KDTree(rows).query(rows, k=2)
        return cls(rows, float(distances[:, 1].max()))

    @property
    def margin(self) -> float:
        """Share of a range by which a row may lie outside it."""
        return min(_MARGIN / len(self.rows), _WIDEST_MARGIN)

    def exceeded(self, X: Array) -> NDArray[np.bool_]:
        """Return which encoded rows lie outside a range, or farther off than the largest gap."""
        low, high = self.rows.min(axis=0), self.rows.max(axis=0)
        beyond = np.maximum(low - X, X - high)
        outside = (beyond > self.margin * (high - low)).any(axis=1)
        distances, _ = KDTree(self.rows).query(X)
        far: NDArray[np.bool_] = outside | (distances > self.largest_gap)
        return far
