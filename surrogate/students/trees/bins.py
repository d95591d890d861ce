"""Inputs in at most 256 bins each: one byte a cell, whatever the tree is grown on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Bins", "fitted_bins"]

Codes = NDArray[np.uint8]

_SAMPLE = 10_000  # rows that the edges are read off
_BLOCK = 512  # rows binned at a time: they stay in the cache while columns become rows


@dataclass(frozen=True)
class Bins:
    """Where the bins of every input end.

    Attributes
    ----------
    edges : ndarray
        Of all inputs, ascending within each; a value at an edge belongs to the bin below it.
    offsets : ndarray of shape (d + 1,)
        Where each input's edges start.
    """

    edges: NDArray[np.float64]
    offsets: NDArray[np.int64]

    def codes(self, X: NDArray[Any]) -> Codes:
        """Return the bin of every value, one row per input, shape (d, n)."""
        codes = np.empty(X.shape[::-1], dtype=np.uint8)
        _fill_codes(X, self.edges, self.offsets, codes)
        return codes

    def thresholds(self, features: NDArray[np.int32], cuts: NDArray[np.int32]) -> Any:
        """Return the value at which each cut parts its feature; NaN where there is no feature."""
        found = np.full(len(features), np.nan)
        inner = features >= 0
        found[inner] = self.edges[self.offsets[features[inner]] + cuts[inner]]
        return found


def fitted_bins(X: NDArray[Any], n_bins: int) -> Bins:
    """Return bins between neighbouring values, at quantiles where the values are too many.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    n_bins : int
        At most so many bins an input, 2 to 256. Of more than 10,000 rows, 10,000 at equal
        distances are looked at.
    """
    if len(X) > _SAMPLE:
        X = X[np.linspace(0, len(X) - 1, _SAMPLE).astype(np.intp)]
    columns = np.asarray(X.T, dtype=float, order="C")
    edges = [_edges(column, n_bins) for column in columns]
    offsets = np.cumsum([0, *map(len, edges)])
    return Bins(np.concatenate(edges), offsets.astype(np.int64))


def _edges(column: NDArray[np.float64], n_bins: int) -> NDArray[np.float64]:
    values, counts = np.unique(column, return_counts=True)
    below, above = values[:-1], values[1:]
    # halved first: the sum of two great numbers would overflow; never rounded up onto `above`
    middles = np.maximum(below, np.minimum(below / 2 + above / 2, np.nextafter(above, below)))
    if len(values) <= n_bins:
        return middles
    shares = np.cumsum(counts)[:-1] / len(column)
    wanted = np.arange(1, n_bins) / n_bins
    return middles[np.unique(np.minimum(np.searchsorted(shares, wanted), len(middles) - 1))]


@njit(cache=True, nogil=True)
def _fill_codes(X: Any, edges: Any, offsets: Any, codes: Any) -> None:
    n, d = X.shape
    for first in range(0, n, _BLOCK):
        last = min(first + _BLOCK, n)
        for j in range(d):
            start, stop = offsets[j], offsets[j + 1]
            for i in range(first, last):
                value = X[i, j]
                low, high = start, stop
                while low < high:
                    middle = (low + high) // 2
                    if value > edges[middle]:
                        low = middle + 1
                    else:
                        high = middle
                codes[j, i] = low - start
