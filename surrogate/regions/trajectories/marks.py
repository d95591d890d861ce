"""Rows and cases in a box, and just outside each of its limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.faces import Face, faces, kept_out
from surrogate.regions.boxes.limits import Missing
from surrogate.regions.tables.columns import numbers, restricted
from surrogate.regions.trajectories import _marks as kernel

__all__ = ["Marks"]

_Side = tuple[str, str, Missing]  # input, end, what a missing value means


class Marks:
    """Which limits of a box keep each row out, kept up from box to box.

    Neighbours on a trajectory differ in one limit, so only the rows between its old place and its
    new one are marked anew.

    Parameters
    ----------
    frame : DataFrame of shape (n, d)
    labels : ndarray of bool, shape (n,)
    """

    def __init__(self, frame: pd.DataFrame, labels: NDArray[np.bool_]) -> None:
        self.frame = frame
        self.cases = labels.astype(np.int64)
        self.marks = np.zeros((len(frame), 2), dtype=np.int32)
        self.counts = np.zeros((1 + 6 * frame.shape[1], 2), dtype=np.int64)
        self.counts[0] = len(frame), self.cases.sum()
        self.now: dict[_Side, Any] = {}  # the limit on each side
        self.number: dict[_Side, int] = {}
        self.keys: dict[_Side, NDArray[np.float64]] = {}
        self.out: dict[_Side, NDArray[np.bool_]] = {}

    def count(self, box: Box) -> tuple[list[Face], NDArray[np.int64]]:
        """Return the limits of a box; n and cases, and both without each limit, shape (_, 4)."""
        present = list(faces(box))
        wanted = {(face.name, face.end, box.missing): face.limit for face in present}
        for side in [side for side in self.now if side not in wanted]:
            self._move(side, None)
            del self.now[side]
        for side, limit in wanted.items():
            if self.now.get(side) != limit:
                self._move(side, limit)
                self.now[side] = limit
        alone = self.counts[[self.number[side] for side in wanted]]
        inside = np.tile(self.counts[0], (len(alone), 1))
        return present, np.hstack([inside, inside + alone])

    def _move(self, side: _Side, limit: Any) -> None:
        """Put a limit elsewhere; None takes it away."""
        self.number.setdefault(side, 1 + len(self.number))
        if side[1] == "labels":
            self._move_labels(side, limit)
            return
        if side not in self.keys:
            self.keys[side] = _keys(side, self.frame)
        before, after = (_bound(side, each) for each in (self.now.get(side), limit))
        rows = kernel.between(self.keys[side], min(before, after), max(before, after))
        self._mark(rows, 1 if after < before else -1, side)

    def _move_labels(self, side: _Side, labels: Any) -> None:
        name, end, missing = side
        before = self.out.get(side, np.zeros(len(self.frame), dtype=bool))
        after = np.zeros_like(before)
        if labels is not None:
            after = kept_out(Face(name, end, labels), self.frame, missing)
        self.out[side] = after
        self._mark(np.flatnonzero(after & ~before), 1, side)
        self._mark(np.flatnonzero(before & ~after), -1, side)

    def _mark(self, rows: NDArray[Any], sign: int, side: _Side) -> None:
        kernel.mark(rows, (self.number[side], sign), self.cases, self.marks, self.counts)


def _keys(side: _Side, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return x for an upper limit and -x for a lower one: a row is out where that is above."""
    name, end, missing = side
    values = numbers(name, restricted(name, frame, allow_missing=missing != "error"))
    keys = values if end == "high" else -values
    if missing == "error":
        return keys
    return np.where(np.isnan(keys), math.inf if missing == "outside" else -math.inf, keys)


def _bound(side: _Side, limit: float | None) -> float:
    if limit is None:
        return math.inf
    return limit if side[1] == "high" else -limit
