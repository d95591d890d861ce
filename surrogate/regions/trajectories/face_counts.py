"""Rows and cases in each of many boxes, and just outside each of their limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.faces import Face, faces, kept_out
from surrogate.regions.boxes.limits import Missing
from surrogate.regions.tables.columns import numbers, restricted
from surrogate.regions.trajectories import _face_counts as kernel

__all__ = ["count_faces"]

_AT_A_TIME = 8192  # rows whose values and counts stay in the processor's cache

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
    columns = {name: _column(name, missing, frame) for name, end in numbered if end != "labels"}
    limits = [
        _Labels.of(side, asked, missing, frame)
        if side[1] == "labels"
        else _End.of(side, asked, missing, columns[side[0]])
        for side, asked in ((side, [each.get(side) for each in bounds]) for side in numbered)
    ]
    changes = np.zeros((1 + len(numbered), n_boxes + 1, 2), dtype=np.int64)
    for start in range(0, n, _AT_A_TIME):
        rows = slice(start, min(start + _AT_A_TIME, n))
        kept, first, second, breaker = np.full((4, rows.stop - start), n_boxes, dtype=np.int32)
        for number, limit in enumerate(limits, 1):
            limit.count_kept(rows, kept)
            kernel.meet(kept, number, first, second, breaker)
        kernel.tally(first, second, breaker, labels[rows], changes)
    counts = changes.cumsum(axis=1)[:, :-1]
    counts[0] += n, labels.sum()
    grows = n_boxes > 1 and not _within(bounds[-1], bounds[0])
    if grows:
        counts = counts[:, ::-1]
    places = np.repeat(np.arange(n_boxes), [len(each) for each in bounds])
    inside = counts[0, places]
    alone = counts[[numbered[side] for each in bounds for side in each], places]
    return np.hstack([inside, inside + alone])


class _End(NamedTuple):
    """One end of the interval of an input, in each of some boxes."""

    values: NDArray[np.float64]
    sign: float  # a row is out where sign times value is above the bound
    bounds: NDArray[np.float64]
    times: NDArray[np.int32]  # how many boxes have each bound
    n_boxes: int
    missing_is_out: bool

    @classmethod
    def of(
        cls, side: _Side, asked: list[float | None], missing: Missing, values: NDArray[np.float64]
    ) -> _End:
        given = [each for each in asked if each is not None]
        bounds, times = np.unique(given, return_counts=True)
        sign = 1.0 if side[1] == "high" else -1.0
        return cls(values, sign, bounds, times.astype(np.int32), len(asked), missing == "outside")

    def count_kept(self, rows: slice, kept: NDArray[np.int32]) -> None:
        """Write in how many of the boxes each row keeps this end."""
        keys = self.sign * self.values[rows]
        kept[:] = self.n_boxes
        kernel.count_kept(keys, self.bounds, self.times, self.missing_is_out, kept)


class _Labels(NamedTuple):
    """The labels of an input, in each of some boxes."""

    kept: NDArray[np.int32]

    @classmethod
    def of(cls, side: _Side, asked: list[Any], missing: Missing, frame: pd.DataFrame) -> _Labels:
        kept = np.full(len(frame), len(asked), dtype=np.int32)
        for allowed in {each for each in asked if each is not None}:
            kept -= asked.count(allowed) * kept_out(Face(*side, allowed), frame, missing)
        return cls(kept)

    def count_kept(self, rows: slice, kept: NDArray[np.int32]) -> None:
        """Write in how many of the boxes each row keeps these labels."""
        kept[:] = self.kept[rows]


def _column(name: str, missing: Missing, frame: pd.DataFrame) -> NDArray[np.float64]:
    return numbers(name, restricted(name, frame, allow_missing=missing != "error"))


def _bound(face: Face) -> Any:
    return -face.limit if face.end == "low" else face.limit
