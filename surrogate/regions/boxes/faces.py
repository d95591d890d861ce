"""The faces of a box: each single limit, and what it alone keeps out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.regions.boxes.bounds import AnyBounds, Bounds
from surrogate.regions.boxes.limits import Interval, Missing

__all__ = ["Face", "faces", "kept_out", "without"]


class Face(NamedTuple):
    """One limit of a box: the lower or upper end of an interval, or the labels of an input."""

    name: str
    end: str  # "low", "high" or "labels"
    limit: Any

    def __str__(self) -> str:
        return Bounds({self.name: _alone(self)}).rule()


def faces(box: Bounds) -> Iterator[Face]:
    """Yield every limit of a box."""
    for name, limits in box.limits.items():
        if not isinstance(limits, Interval):
            yield Face(name, "labels", limits)
            continue
        for end, limit in zip(Interval._fields, limits, strict=True):
            if math.isfinite(limit):
                yield Face(name, end, limit)


def kept_out(face: Face, frame: pd.DataFrame, missing: Missing) -> NDArray[np.bool_]:
    """Return which rows break one limit, shape (n,)."""
    return ~Bounds({face.name: _alone(face)}, missing=missing).satisfied(face.name, frame)


def without(box: AnyBounds, face: Face) -> AnyBounds:
    """Return the box without one of its limits."""
    limits = box.limits[face.name]
    if not isinstance(limits, Interval):
        return box.drop(face.name)
    low, high = (-math.inf, limits.high) if face.end == "low" else (limits.low, math.inf)
    if math.isinf(low) and math.isinf(high):
        return box.drop(face.name)
    gap = box.gaps.get(face.name)
    if gap is not None:
        gap = (None, gap.high) if face.end == "low" else (gap.low, None)
    return box.replace(face.name, (low, high), gap=gap)


def _alone(face: Face) -> Any:
    if face.end == "labels":
        return list(face.limit)
    return (face.limit, math.inf) if face.end == "low" else (-math.inf, face.limit)
