"""Which boxes lie in which."""

from __future__ import annotations

import math
from collections.abc import Iterable

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Interval

__all__ = ["holds", "nest"]


def holds(outer: Box, inner: Box) -> bool:
    """Return whether every point of one box lies in the other, by their limits.

    Examples
    --------
    >>> holds(Box({"gain": (0.0, 2.0)}), Box({"gain": (0.5, 2.0), "delay": (0.0, 1.0)}))
    True
    """
    if outer.missing != inner.missing:
        return False
    for name, limits in outer.limits.items():
        within = inner.limits.get(name, Interval(-math.inf, math.inf))
        if isinstance(limits, Interval) != isinstance(within, Interval):
            return False
        if isinstance(limits, Interval) and isinstance(within, Interval):
            if not limits.low <= within.low <= within.high <= limits.high:
                return False
        elif not set(within) <= set(limits):
            return False
    return True


def nest(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Return boxes of which each lies in the next, from the innermost outward.

    The last of the given boxes is the innermost, as on a trajectory; boxes that do not hold the one
    before are left out.

    Examples
    --------
    >>> wide, narrow, other = Box({}), Box({"gain": (0.0, 1.0)}), Box({"gain": (5.0, 6.0)})
    >>> nest([wide, other, narrow])
    (Box(0 <= gain <= 1), Box(everything))
    """
    chain: list[Box] = []
    for box in reversed(list(boxes)):
        if not chain or (box.limits != chain[-1].limits and holds(box, chain[-1])):
            chain.append(box)
    return tuple(chain)
