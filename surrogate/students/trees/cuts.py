"""The best cut of one histogram: every cut between two occupied bins, scored at once.

Two criteria serve all tasks. Entropy scores a side by the sum of S ln S over classes less W ln W,
the others by the sum of squares of S over W, where S are the weighted sums of the targets and W is
the weight: Gini's index on labels or probabilities and squared error on values are one formula.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from surrogate.students.trees.compiled import compiled

__all__ = ["TIE", "Scratch", "best_cut", "new_scratch", "worth"]

TIE = 1e-11  # per weight: scores that differ by less are equal, however their sums were rounded

_HALF = 0x3FE6A09E667F3BCD  # the bits of the square root of a half
_EXPONENT = -(1 << 52)  # sign and exponent of a float
_LN_2 = 0.6931471805599453


class Scratch(NamedTuple):
    """What is written down on the way to a cut.

    ``histogram`` (n_bins, n_sums) and ``counts`` (n_bins,) are of one input, and empty between two
    of them. ``sides`` and ``scores`` (n_bins, 2, k + 1) hold the sums on both sides of every cut
    and their terms of the entropy, ``places`` (n_bins, 2) its bin and the rows on its right.
    """

    histogram: Any
    counts: Any
    sides: Any
    scores: Any
    places: Any


@compiled
def new_scratch(n_bins: int, n_sums: int, k: int) -> Any:
    """Return empty scratch for histograms of this shape and k targets."""
    sides = (n_bins, 2, k + 1)
    return Scratch(
        np.zeros((n_bins, n_sums)),
        np.zeros(n_bins, np.int64),
        np.empty(sides),
        np.empty(sides),
        np.empty((n_bins, 2), np.int64),
    )


@compiled
def best_cut(histogram: Any, counts: Any, total: Any, limits: Any, scratch: Any) -> Any:
    """Return the best score of one input, its cut and the number of cuts.

    Parameters
    ----------
    histogram : ndarray of shape (n_bins, >= k)
        Sums of the targets in each bin, then the weight if it is not their number of rows. The
        lowest bin is not looked at: what is in no other is in it.
    counts : ndarray of shape (n_bins,)
        Rows in each bin but the lowest, up to the highest occupied one.
    total : ndarray of shape (k + 1,)
        Sums of the targets over all rows, and the weight.
    limits : (int, int, bool)
        Number of rows, fewest rows on a side, whether the criterion is entropy.
    scratch : Scratch
    """
    n, least, entropy = limits
    sides, scores, places = scratch.sides, scratch.scores, scratch.places
    n_cuts = _sides(histogram, counts, total, n, scratch)
    k = len(total) - 1
    if entropy:
        size = 2 * (k + 1) * n_cuts
        _x_log_x(sides.reshape(-1)[:size], scores.reshape(-1)[:size])
    best, cut = -np.inf, -1
    for at in range(n_cuts):
        n_right = places[at, 1]
        left, right = sides[at]
        if min(n_right, n - n_right) < least or min(left[k], right[k]) <= 0:
            continue
        if entropy:
            score = -scores[at, 0, k] - scores[at, 1, k]
            for c in range(k):
                score += scores[at, 0, c] + scores[at, 1, c]
        else:
            score = _squares(left) + _squares(right)
        if score > best + TIE * total[k]:
            best, cut = score, (places[at, 0] + places[at + 1, 0] - 1) // 2
    return best, cut, n_cuts


@compiled
def _sides(histogram: Any, counts: Any, total: Any, n: int, scratch: Any) -> int:
    """Write the sums on both sides of every cut, from the highest down; return how many."""
    sides, places = scratch.sides, scratch.places
    k = len(total) - 1
    weighted = histogram.shape[1] > k
    n_cuts = n_right = 0
    for code in range(len(counts) - 1, 0, -1):
        if counts[code] == 0:
            continue
        left, right = sides[n_cuts]
        weight = histogram[code, k] if weighted else counts[code]
        if n_cuts:
            for c in range(k):
                right[c] = sides[n_cuts - 1, 1, c] + histogram[code, c]
            right[k] = sides[n_cuts - 1, 1, k] + weight
        else:
            for c in range(k):
                right[c] = histogram[code, c]
            right[k] = weight
        for c in range(k + 1):
            left[c] = total[c] - right[c]
        n_right += counts[code]
        places[n_cuts, 0], places[n_cuts, 1] = code, n_right
        n_cuts += 1
    if n_right == n:  # nothing is left of the lowest of them
        return max(n_cuts - 1, 0)
    places[n_cuts, 0] = 0
    return n_cuts


@compiled
def worth(total: Any, problem: Any) -> float:
    """Return the score of a node that is not split, from its sums of targets and weight."""
    if not problem.entropy:
        return _squares(total)
    parts = np.empty(len(total))
    _x_log_x(total.copy(), parts)
    return parts[:-1].sum() - parts[-1]


@compiled
def _squares(sums: Any) -> float:
    found = 0.0
    for c in range(len(sums) - 1):
        found += sums[c] * sums[c]
    return found / sums[-1]


@compiled
def _x_log_x(x: Any, found: Any) -> None:
    """Write x ln x of every element, 0 where x is not positive; x is changed there.

    In loops without a call or a branch, which compile to vector instructions: four times faster
    than calls of log. x = 2^e m with m around 1, and ln m = 2 artanh((m - 1) / (m + 1)).
    """
    for i in range(len(x)):
        x[i] = max(x[i], 1e-300)
    bits, mantissas = x.view(np.int64), found.view(np.int64)
    for i in range(len(x)):
        mantissas[i] = bits[i] - ((bits[i] - _HALF) & _EXPONENT)
    for i in range(len(x)):
        s = (found[i] - 1.0) / (found[i] + 1.0)
        q = s * s
        p = 2 / 15 + q * (2 / 17 + q * (2 / 19))
        p = 2 / 9 + q * (2 / 11 + q * (2 / 13 + q * p))
        p = 2 / 3 + q * (2 / 5 + q * (2 / 7 + q * p))
        found[i] = s * (2.0 + q * p)
    for i in range(len(x)):
        found[i] = x[i] * (((bits[i] - _HALF) >> 52) * _LN_2 + found[i])
