"""The sorted table in blocks, as the compiled loops want it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.regions.peeling import _peeling as kernel
from surrogate.regions.tables.ranks import Ranks

__all__ = ["table_of"]

_N_BLOCKS = 1000  # per column, about: their tallies fit the processor's cache


def table_of(ranks: Ranks, amounts: NDArray[np.signedinteger[Any]]) -> kernel.Table:
    """Cut the levels of every column into blocks; each label is a block of its own.

    `amounts` (n, 2) are weight and weighted y of the rows.
    """
    d, n = ranks.order.shape
    offsets, firsts, ends = ranks.offsets, [], []
    for j, column in enumerate(ranks.columns):
        starts = ranks.starts[offsets[j] : offsets[j + 1] + 1]
        most = 0 if column.kind == "labels" else n // _N_BLOCKS
        n_levels = len(column.levels)
        first = kernel.cut_blocks(starts[: n_levels + 1], most)
        if column.has_missing:  # a block of its own, which no slab reaches
            first = np.append(first, n_levels)
        firsts.append(first + offsets[j])
        ends.append(np.append(starts[first[1:]], starts[-1]) - j * n)
    sizes = [len(each) for each in firsts]
    # never a single byte, which all loops would be compiled for as well
    codes = np.empty((n, d), dtype=np.min_scalar_type(max(256, *sizes)))
    for j in range(d):
        kernel.write_codes(ranks.order[j], ends[j], codes[:, j])
    return kernel.Table(
        ranks.order.ravel(),
        ranks.starts,
        np.concatenate([*firsts, offsets[-1:]]),
        np.concatenate([[0], np.cumsum(sizes)]),
        codes,
        amounts,
    )
