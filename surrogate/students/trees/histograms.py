"""Sums of targets by input and bin, added up row by row.

`tally` serves large nodes: the bins of a row lie side by side, so that one pass over the rows fills
the histograms of all inputs, and eight empty cells are skipped at a time, which on images are most.
`gather` serves small ones, one input after the other. In both the lowest bin is never needed:
whatever is in no other bin is in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from surrogate.students.trees.compiled import compiled

__all__ = ["WORD", "emptied", "gather", "occupied", "subtract", "tally"]

WORD = 8  # cells looked at together


@compiled
def tally(problem: Any, rows: Any, sign: Any, histograms: Any) -> None:
    """Add some rows to the histograms of all inputs, or take them away with a `sign` of -1.

    Parameters
    ----------
    problem : Problem
    rows : ndarray of int32
    sign : int64
    histograms : ndarray of shape (d, n_bins, n_sums)
    """
    codes, k = problem.codes, problem.targets.shape[1]
    words = codes.view(np.uint64)
    has_labels = len(problem.labels) > 0
    for row in rows:
        for word in range(words.shape[1]):
            if words[row, word] == 0:
                continue
            for j in range(WORD * word, WORD * (word + 1)):
                if has_labels:
                    histograms[j, codes[row, j], problem.labels[row]] += sign
                elif codes[row, j]:
                    sums = histograms[j, codes[row, j]]
                    for c in range(k):
                        sums[c] += sign * problem.targets[row, c]
                    sums[k] += sign * problem.weights[row]
                    sums[k + 1] += sign


@compiled
def subtract(some: Any, histograms: Any) -> None:
    """Take histograms of all inputs away from others."""
    for j in range(histograms.shape[0]):
        for code in range(histograms.shape[1]):
            for c in range(histograms.shape[2]):
                histograms[j, code, c] -= some[j, code, c]


@compiled
def occupied(histogram: Any, k: int, counts: Any) -> int:
    """Write the number of rows of each bin but the lowest; return the number of bins in use."""
    n_bins = 1
    counted = histogram.shape[1] == k
    for code in range(1, len(histogram)):
        counts[code] = histogram[code].sum() if counted else round(histogram[code, k + 1])
        if counts[code]:
            n_bins = code + 1
    return n_bins


@compiled
def gather(problem: Any, column: Any, rows: Any, histogram: Any, counts: Any) -> int:
    """Add some rows to the empty histogram of one input; return its number of bins.

    Parameters
    ----------
    problem : Problem
    column : ndarray of uint8
        The bins of that input.
    rows : ndarray of int32
    histogram : ndarray of shape (n_bins, n_sums)
    counts : ndarray of shape (n_bins,)
    """
    k = problem.targets.shape[1]
    has_labels = len(problem.labels) > 0
    highest = 0
    for row in rows:
        code = column[row]
        if code == 0:
            continue
        highest = max(highest, code)
        counts[code] += 1
        if has_labels:
            histogram[code, problem.labels[row]] += 1
            continue
        sums = histogram[code]
        for c in range(k):
            sums[c] += problem.targets[row, c]
        sums[k] += problem.weights[row]
    return highest + 1


@compiled
def emptied(histogram: Any, counts: Any, n_bins: int) -> None:
    """Empty a gathered histogram."""
    for code in range(1, n_bins):
        if counts[code]:
            histogram[code] = 0
            counts[code] = 0
