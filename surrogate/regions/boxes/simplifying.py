"""A box with fewer limits: those that do not pay go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, DataError
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.faces import Face, faces, kept_out, without
from surrogate.regions.boxes.scores import wracc_error
from surrogate.regions.tables.columns import as_frame
from surrogate.regions.tables.targets import Target, read_target

__all__ = ["Simplification", "simplify"]


@dataclass(frozen=True, slots=True)
class Simplification:
    """A box with fewer limits, and why.

    Parameters
    ----------
    box : Box
    dropped : tuple of str
        The limits that did not pay, in the order they went.
    reason : str
        One sentence with numbers, and on which data.
    """

    box: Box
    dropped: tuple[str, ...]
    reason: str


def simplify(
    box: Box,
    X: Any,
    y: Any,
    *,
    rule: Literal["wracc", "coverage"] = "wracc",
    density: float | None = None,
    n_standard_errors: float = 1.0,
    data: str = "runs",
    sample_weight: Any = None,
) -> Simplification:
    """Drop the limits that do not pay, one after the other, the least useful first.

    A box found by peeling carries limits that chance put there, like ``tau4 <= 9.53`` where tau4
    ends at 10. Each limit counts by itself: an interval can lose one of its ends.

    Parameters
    ----------
    box : Box
    X : DataFrame of shape (n, d), or ndarray
        Better not the rows the box was found on, on which every limit has paid.
    y : array of shape (n,)
    rule : {"wracc", "coverage"}
        What must be kept. ``"wracc"``: the WRAcc of `box`, less the tolerance. ``"coverage"``: the
        density asked for, less the tolerance; coverage can only grow when a limit goes.
    density : float, optional
        For ``rule="coverage"``; that of `box` by default, and if `box` has less.
    n_standard_errors : float
        The tolerance: this many standard errors of the WRAcc, or density, of `box` on these rows.
        So few rows simplify more; 0 gives only what costs nothing.
    data : str
        What the rows are, for the reason.
    sample_weight : array of shape (n,), optional

    Returns
    -------
    Simplification

    Examples
    --------
    >>> X = pd.DataFrame(np.random.default_rng(0).random((1000, 2)), columns=["gain", "delay"])
    >>> box = Box({"gain": (-np.inf, 0.5), "delay": (-np.inf, 0.97)})
    >>> simple = simplify(box, X, X["gain"] < 0.5)
    >>> simple.box, simple.dropped
    (Box(gain <= 0.5), ('delay <= 0.97',))
    """
    if not n_standard_errors >= 0:
        raise ArgumentError(f"n_standard_errors must be at least 0; got {n_standard_errors}")
    frame = as_frame(X)
    target = read_target(frame, y, sample_weight)
    edit = _Edit(box, frame, target)
    if not edit.inside.any():
        raise DataError("the box holds none of these rows, so no limit of it can be judged")
    if rule == "wracc":
        score, error = edit.wracc, wracc_error(box, frame, y, sample_weight)
        least = edit.wracc() - n_standard_errors * error
        kept = f"WRAcc at least {least:.3g}"
    elif rule == "coverage":
        score, error = edit.density, edit.density_error()
        asked = edit.density() if density is None else min(density, edit.density())
        least = asked - n_standard_errors * error
        kept = f"density at least {least:.3g}"
    else:
        raise ArgumentError(f"rule must be 'wracc' or 'coverage'; got {rule!r}")
    dropped = []
    while edit.kept:
        best = max(edit.kept, key=score)
        if score(best) < least - 1e-12:
            break
        dropped.append(str(best))
        edit.drop(best)
    names = f": {', '.join(dropped)}" if dropped else ""
    reason = (
        f"{len(dropped)} of {len(dropped) + len(edit.kept)} limits did not pay on {len(frame):,} "
        f"{data} ({kept}, {n_standard_errors:g} standard errors of {error:.2g}){names}"
    )
    return Simplification(edit.box, tuple(dropped), reason)


class _Edit:
    """A box that loses limits, with what each of them alone keeps out."""

    def __init__(self, box: Box, frame: pd.DataFrame, target: Target) -> None:
        self.box = box
        self.kept = {face: kept_out(face, frame, box.missing) for face in faces(box)}
        self.broken = np.zeros(len(frame), dtype=np.int32)
        for out in self.kept.values():
            self.broken += out
        self.weights = target.mass / target.mass.sum()
        self.y, self.base = target.y, target.base

    @property
    def inside(self) -> NDArray[np.bool_]:
        return self.broken == 0

    def drop(self, face: Face) -> None:
        self.broken -= self.kept.pop(face)
        self.box = without(self.box, face)

    def wracc(self, face: Face | None = None) -> float:
        """Return the WRAcc of the box, or of the box without one of its limits."""
        inside = self._rows(face)
        return float(self.weights[inside] @ (self.y[inside] - self.base))

    def density(self, face: Face | None = None) -> float:
        inside = self._rows(face)
        return float(np.average(self.y[inside], weights=self.weights[inside]))

    def density_error(self) -> float:
        weights = self.weights[self.inside]
        spread = self.y[self.inside] - self.density()
        return float(np.sqrt((weights**2) @ spread**2) / weights.sum())

    def _rows(self, face: Face | None) -> NDArray[np.bool_]:
        if face is None:
            return self.inside
        return self.inside | ((self.broken == 1) & self.kept[face])
