"""The array that every student computes with, and how many rows it takes at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "row_blocks"]

Array = NDArray[np.float64]

_MOST_ENTRIES = 4_000_000  # 32 MB


def row_blocks(n_rows: int, n_columns: int, most_entries: int | None = None) -> Iterator[slice]:
    """Yield slices of rows, so that a matrix of theirs never holds more than 32 MB.

    Parameters
    ----------
    n_rows, n_columns : int
        Shape of the matrix that would be too large as a whole.
    most_entries : int, optional
        Of a block, but for one of a single row; four million by default.

    Examples
    --------
    >>> list(row_blocks(5, 100, most_entries=200))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]
    """
    size = max(1, (most_entries or _MOST_ENTRIES) // n_columns)
    for start in range(0, n_rows, size):
        yield slice(start, start + size)
