"""Making a box readable: fewer digits, fewer limits, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, DataError
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.faces import Face, faces, kept_out, without
from surrogate.regions.boxes.limits import Interval
from surrogate.regions.boxes.scores import evaluate_boxes, wracc_error
from surrogate.regions.tables.columns import as_frame
from surrogate.regions.tables.targets import Target, read_target

__all__ = ["Simplification", "compare", "loosen", "round_box", "simplify"]

_MOST_DIGITS = 17  # no float has more


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


def loosen(
    box: Box, name: str, low: float | None, high: float | None, labels: Collection[Any]
) -> Box:
    """Return the box with wider limits of one input; see `Box.loosen`."""
    free, limits = box.drop(name), box.limits[name]
    if not isinstance(limits, Interval):
        if low is not None or high is not None:
            raise ArgumentError(f"{name!r} is limited to labels; give labels=, not low or high")
        return free.add(name, [*limits, *(each for each in labels if each not in limits)])
    wider = limits.low if low is None else low, limits.high if high is None else high
    if labels or not (wider[0] <= limits.low and limits.high <= wider[1]):
        raise ArgumentError(
            f"loosen cannot turn limits {tuple(limits)} of {name!r} into {wider}, which keeps "
            "out what they admit, nor add labels to them; use replace"
        )
    return free if wider == (-math.inf, math.inf) else free.add(name, wider)


def compare(before: Box, after: Box, X: Any, y: Any, *, sample_weight: Any = None) -> pd.DataFrame:
    """Return the scores of a box before and after an edit, and the change.

    Parameters
    ----------
    before, after : Box
    X : DataFrame of shape (n, d), or ndarray
    y : array of shape (n,)
    sample_weight : array of shape (n,), optional

    Returns
    -------
    DataFrame of shape (3, 6)
        Rows before, after, change; columns coverage, density, mass, wracc, n_restricted, n.
    """
    table = evaluate_boxes([before, after], X, y, sample_weight)
    table.index = pd.Index(["before", "after"], name="box")
    table.loc["change"] = table.loc["after"] - table.loc["before"]
    return table.astype({"n_restricted": int, "n": int})


def round_box(
    box: Box, digits: int | None = None, X: Any = None, y: Any = None, *, sample_weight: Any = None
) -> Box:
    """Return the box with readable limits; see `Box.round`."""
    if digits is not None:
        if X is not None or y is not None:
            raise ArgumentError("give digits, or X and y to find them by; not both")
        if isinstance(digits, bool) or not 1 <= digits <= _MOST_DIGITS:
            raise ArgumentError(f"digits must be a whole number from 1 to 17; got {digits!r}")
        return _with_numbers(box, {f: _shorter(box, f, digits) for f in _numeric(box)})
    if X is None and y is None:
        return _with_numbers(box, {f: _within_gap(box, f) for f in _numeric(box)})
    least = evaluate_boxes([box], X, y, sample_weight)["wracc"][0]
    least -= wracc_error(box, X, y, sample_weight)
    for fewest in range(1, _MOST_DIGITS + 1):
        shorter = round_box(box, fewest)
        if evaluate_boxes([shorter], X, y, sample_weight)["wracc"][0] >= least:
            return shorter
    return box


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


def _numeric(box: Box) -> Iterator[Face]:
    return (face for face in faces(box) if face.end != "labels")


def _shorter(box: Box, face: Face, digits: int) -> float:
    """Return the limit with so many digits, counted from the width of its interval if it has one.

    So limits at 1000.1 and 1000.4 do not both become 1000.
    """
    low, high = box.limits[face.name]
    scale = high - low if math.isfinite(high - low) and high > low else abs(face.limit)
    return face.limit if scale == 0 else round(face.limit, digits - 1 - _exponent(scale))


def _within_gap(box: Box, face: Face) -> float:
    """Return the shortest number that parts the same rows: the one with fewest decimals."""
    gap = getattr(box.gaps.get(face.name), face.end, None)
    if gap is None:
        return face.limit
    outside, inside = gap
    first = -_exponent(max(abs(outside), abs(inside), 5e-324))
    for decimals in range(first, first + _MOST_DIGITS):
        shorter = round(face.limit, decimals)
        if min(gap) <= shorter <= max(gap) and shorter != outside:
            return shorter
    return face.limit


def _exponent(scale: float) -> int:
    return math.floor(math.log10(scale))


def _with_numbers(box: Box, numbers: Mapping[Face, float]) -> Box:
    """Return the box with other ends; a gap that its limit has left is dropped."""
    for face, number in numbers.items():
        limits = box.limits[face.name]._replace(**{face.end: number})
        gap = box.gaps.get(face.name)
        outside, inside = getattr(gap, face.end, None) or (number, number)
        if gap is not None and not min(outside, inside) <= number <= max(outside, inside):
            gap = gap._replace(**{face.end: None})
        box = box.replace(face.name, Interval(*limits), gap=gap)
    return box
