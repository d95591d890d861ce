"""Rows and cases in each of many boxes, and just outside each of their limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.faces import Face, faces, kept_out
from surrogate.regions.boxes.limits import Missing
from surrogate.regions.tables.columns import numbers, restricted
from surrogate.regions.trajectories import _face_counts as kernel

__all__ = ["count_faces"]

_Side = tuple[str, str]  # input and end
_Bounds = dict[_Side, Any]  # what each box asks for: x or -x at most that, or one of some labels


def count_faces(
    boxes: Sequence[Box], frame: pd.DataFrame, labels: NDArray[np.bool_]
) -> tuple[list[list[Face]], NDArray[np.int64]]:
    """Return the limits of every box, and what is counted at each of them, shape (n_limits, 4).

    Rows and cases inside, then both without the limit. A trajectory is counted in a few passes:
    one for each stretch of boxes that lie in each other.
    """
    present = [list(faces(box)) for box in boxes]
    bounds = [{(face.name, face.end): _bound(face) for face in each} for each in present]
    counts = [
        _count(bounds[stretch], boxes[stretch.start].missing, frame, labels)
        for stretch in _stretches(boxes, bounds)
    ]
    return present, np.concatenate([np.zeros((0, 4), dtype=np.int64), *counts])


def _stretches(boxes: Sequence[Box], bounds: list[_Bounds]) -> Iterator[slice]:
    """Yield the longest stretches of boxes that only shrink or only grow, from the first box on."""
    start, shrinking, growing = 0, True, True
    for k in range(1, len(boxes)):
        shrinks, grows = _within(bounds[k], bounds[k - 1]), _within(bounds[k - 1], bounds[k])
        shrinking, growing = shrinking and shrinks, growing and grows
        if not (shrinking or growing) or boxes[k].missing != boxes[start].missing:
            yield slice(start, k)
            start, shrinking, growing = k, True, True
    if boxes:
        yield slice(start, len(boxes))


def _within(inner: _Bounds, outer: _Bounds) -> bool:
    """Return whether a box keeps out all that another does."""
    for side, bound in outer.items():
        if side not in inner:
            return False
        fits = set(inner[side]) <= set(bound) if side[1] == "labels" else inner[side] <= bound
        if not fits:
            return False
    return True


def _count(
    bounds: list[_Bounds], missing: Missing, frame: pd.DataFrame, labels: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the counts at the limits of the boxes of a stretch, shape (n_limits, 4)."""
    numbered = {side: k for k, side in enumerate(dict.fromkeys(s for b in bounds for s in b), 1)}
    n, n_boxes = len(frame), len(bounds)
    kept, first, second = np.full((3, n), n_boxes, dtype=np.int32)
    breaker = np.zeros(n, dtype=np.int32)
    for side, number in numbered.items():
        _keep(side, [each.get(side) for each in bounds], missing, frame, kept)
        kernel.meet(kept, number, first, second, breaker)
    changes = np.zeros((1 + len(numbered), n_boxes + 1, 2), dtype=np.int64)
    kernel.tally(first, second, breaker, labels.astype(np.int8), changes)
    counts = changes.cumsum(axis=1)[:, :-1]
    counts[0] += n, labels.sum()
    grows = n_boxes > 1 and not _within(bounds[-1], bounds[0])
    if grows:
        counts = counts[:, ::-1]
    places = np.repeat(np.arange(n_boxes), [len(each) for each in bounds])
    inside = counts[0, places]
    alone = counts[[numbered[side] for each in bounds for side in each], places]
    return np.hstack([inside, inside + alone])


def _keep(
    side: _Side, bounds: list[Any], missing: Missing, frame: pd.DataFrame, kept: NDArray[np.int32]
) -> None:
    """Write in how many boxes each row keeps the limit of one side; None is no limit."""
    name, end = side
    if end != "labels":
        given = [math.inf if bound is None else bound for bound in bounds]
        asked, times = np.unique(given, return_counts=True)
        keys = _keys(name, end, missing, frame)
        kernel.count_kept(keys, asked, times.astype(np.int32), kept)
        return
    kept[:] = len(bounds)
    for allowed in {bound for bound in bounds if bound is not None}:
        kept -= bounds.count(allowed) * kept_out(Face(name, end, allowed), frame, missing)


def _keys(name: str, end: str, missing: Missing, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return x for an upper limit and -x for a lower one: a row is out where that is above."""
    values = numbers(name, restricted(name, frame, allow_missing=missing != "error"))
    keys = np.ascontiguousarray(values) if end == "high" else -values
    if missing == "error":
        return keys
    return np.where(np.isnan(keys), math.inf if missing == "outside" else -math.inf, keys)


def _bound(face: Face) -> Any:
    return -face.limit if face.end == "low" else face.limit
