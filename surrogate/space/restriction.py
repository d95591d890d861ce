"""A part of a space: the limits of a box, drawn from directly.

Limits on independent parameters are a smaller cube, so that even a box of a millionth of the
space costs no rejected draws; limits on derived inputs are met by rejection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SpaceError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.space.inputs import Inputs

__all__ = ["Restriction"]


class Restriction:
    """The limits of a box, seen from a space.

    Parameters
    ----------
    space : Space
    limits : mapping of str to (low, high) or collection of labels
        As `Box.limits`; closed intervals.

    Raises
    ------
    SpaceError
        For an input that is not in the space, and for limits that leave nothing.
    """

    def __init__(self, space: Inputs, limits: Mapping[str, Any]) -> None:
        unknown = [name for name in limits if name not in space.columns]
        if unknown:
            raise SpaceError(
                f"the limits restrict {unknown[0]!r}, which is no input of the space"
                f"{did_you_mean(unknown[0], space.columns)}"
            )
        self.space, self.limits = space, limits
        self.derived = {name: limits[name] for name in limits if name in space.derived}
        self._pieces = [
            space.parameters[name].unit_pieces(limits[name]) if name in limits else None
            for name in space.varied
        ]
        fixed = [
            space.parameters[name].unit_pieces(limits[name])
            for name in limits
            if name in space.constants
        ]
        drawn = [pieces for pieces in self._pieces if pieces is not None]
        self.mass = float(np.prod([_length(pieces) for pieces in drawn + fixed]))
        if self.mass <= 0:
            raise SpaceError(f"the limits {dict(limits)} leave nothing of the space")

    def shrink(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of the unit cube moved into the part, shape (n, d)."""
        inside = u.copy()
        for column, pieces in enumerate(self._pieces):
            if pieces is not None:
                inside[:, column] = _spread(u[:, column], pieces)
        return inside

    def holds(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows meet the limits on derived inputs, shape (n,)."""
        return self._inside(frame, self.derived)

    def contains(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows meet all limits, shape (n,)."""
        return self._inside(frame, self.limits)

    def _inside(self, frame: pd.DataFrame, limits: Mapping[str, Any]) -> NDArray[np.bool_]:
        inside = np.ones(len(frame), dtype=bool)
        for name, limit in limits.items():
            labels = hasattr(self.space.parameters.get(name), "labels")
            column = frame[name]
            inside &= column.isin(list(limit)) if labels else column.between(*limit)
        return inside


def _length(pieces: NDArray[np.float64]) -> float:
    return float(np.maximum(pieces[:, 1] - pieces[:, 0], 0).sum())


def _spread(u: NDArray[np.float64], pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spread [0, 1] evenly over the pieces, in order."""
    lengths = np.maximum(pieces[:, 1] - pieces[:, 0], 0)
    starts = np.concatenate([[0.0], np.cumsum(lengths)])
    position = u * starts[-1]
    which = np.clip(np.searchsorted(starts, position, side="right") - 1, 0, len(pieces) - 1)
    # a value at the upper edge of a bin belongs to the next bin: stay just below it
    return np.minimum(
        pieces[which, 0] + position - starts[which], np.nextafter(pieces[which, 1], 0)
    )
