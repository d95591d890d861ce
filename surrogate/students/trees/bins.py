"""Inputs in at most 256 bins each: one byte a cell, whatever the tree is grown on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.students.trees.compiled import compiled
from surrogate.students.trees.histograms import WORD

__all__ = ["MOST_BINS", "Bins", "fitted_bins"]

Codes = NDArray[np.uint8]

MOST_BINS = 256  # one byte
_SAMPLE = 10_000  # rows that the edges are read off


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
        """Return the bin of every value, shape (n, d), d filled up to a multiple of `WORD`."""
        n, d = X.shape
        codes = np.zeros((n, d + -d % WORD), dtype=np.uint8)
        if X.dtype != np.uint8:
            _fill_codes(X, self.edges, self.offsets, codes)
            return codes
        table = np.empty((MOST_BINS, d), dtype=np.uint8)  # each byte is searched for once
        every = np.arange(float(MOST_BINS))[:, None] + np.zeros(d)
        _fill_codes(every, self.edges, self.offsets, table)
        _look_up(X, table, codes)
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
    edges = [_edges(column, n_bins) for column in np.ascontiguousarray(X.T)]
    offsets = np.cumsum([0, *map(len, edges)])
    return Bins(np.concatenate(edges), offsets.astype(np.int64))


def _edges(column: NDArray[Any], n_bins: int) -> NDArray[np.float64]:
    values, counts = np.unique(column, return_counts=True)
    below, above = values[:-1].astype(float), values[1:].astype(float)
    # halved first: the sum of two great numbers would overflow; never rounded up onto `above`
    middles = np.maximum(below, np.minimum(below / 2 + above / 2, np.nextafter(above, below)))
    if len(values) <= n_bins:
        return middles
    shares = np.cumsum(counts)[:-1] / len(column)
    wanted = np.arange(1, n_bins) / n_bins
    return middles[np.unique(np.minimum(np.searchsorted(shares, wanted), len(middles) - 1))]


@compiled
def _fill_codes(X: Any, edges: Any, offsets: Any, codes: Any) -> None:
    n, d = X.shape
    for i in range(n):
        for j in range(d):
            start, stop = offsets[j], offsets[j + 1]
            value = X[i, j]
            low, high = start, stop
            while low < high:
                middle = (low + high) // 2
                if value > edges[middle]:
                    low = middle + 1
                else:
                    high = middle
            codes[i, j] = low - start


@compiled
def _look_up(X: Any, table: Any, codes: Any) -> None:
    n, d = X.shape
    for i in range(n):
        for j in range(d):
            codes[i, j] = table[X[i, j], j]
