"""The compiled counts behind quasi-p-values.

The boxes of a stretch lie in each other, so a row is inside the first ones and then outside for
good: how many boxes it keeps each limit in says everything.
"""

from __future__ import annotations

from typing import Any

from numba import njit

__all__ = ["count_kept", "meet", "tally"]


@njit(cache=True)
def count_kept(keys: Any, bounds: Any, times: Any, missing_is_out: Any, kept: Any) -> None:
    """Take off, for each row, the boxes whose bound lies below its key.

    `bounds` are distinct, and `times` is how many boxes have each. No comparison holds for a
    missing value.
    """
    for k in range(len(bounds)):
        bound, n_boxes = bounds[k], times[k]
        for i in range(len(keys)):  # no branch, so many rows at once
            if missing_is_out:
                kept[i] = kept[i] if keys[i] <= bound else kept[i] - n_boxes
            else:
                kept[i] = kept[i] - n_boxes if keys[i] > bound else kept[i]


@njit(cache=True)
def meet(kept: Any, number: int, first: Any, second: Any, breaker: Any) -> None:
    """Write in how many boxes a row keeps all limits, and all but one; and which it breaks first.

    One limit after the other, of which `kept` is the present one's and `number` its number.
    """
    for i in range(len(kept)):
        if kept[i] < first[i]:
            second[i], first[i], breaker[i] = first[i], kept[i], number
        elif kept[i] < second[i]:
            second[i] = kept[i]


@njit(cache=True)
def tally(first: Any, second: Any, breaker: Any, cases: Any, changes: Any) -> None:
    """Write how rows and cases change from box to box, `changes` (1 + n_limits, n_boxes + 1, 2).

    First those inside, then those that each limit alone keeps out.
    """
    for i in range(len(first)):
        leaves, leaves_for_good, case = first[i], second[i], cases[i]
        changes[0, leaves, 0] -= 1
        changes[0, leaves, 1] -= case
        if leaves < leaves_for_good:
            number = breaker[i]
            changes[number, leaves, 0] += 1
            changes[number, leaves, 1] += case
            changes[number, leaves_for_good, 0] -= 1
            changes[number, leaves_for_good, 1] -= case
