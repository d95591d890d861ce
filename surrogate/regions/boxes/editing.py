"""Editing the limits of a box: wider ones, ones of fewer digits, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from surrogate.errors import ArgumentError
from surrogate.regions.boxes.bounds import AnyBounds, Bounds
from surrogate.regions.boxes.faces import Face, faces
from surrogate.regions.boxes.limits import Interval
from surrogate.regions.boxes.scores import evaluate_boxes, wracc_error

__all__ = ["compare", "loosen", "round_box"]

_MOST_DIGITS = 17  # no float has more


def loosen(
    box: AnyBounds, name: str, low: float | None, high: float | None, labels: Collection[Any]
) -> AnyBounds:
    """Return the box with wider limits of one input; see `Box.loosen`."""
    free, limits = box.drop(name), box.limits[name]
    if not isinstance(limits, Interval):
        if low is not None or high is not None:
            raise ArgumentError(f"{name!r} is limited to labels; give labels=, not low or high")
        return free.replace(name, [*limits, *(each for each in labels if each not in limits)])
    wider = limits.low if low is None else low, limits.high if high is None else high
    if labels or not (wider[0] <= limits.low and limits.high <= wider[1]):
        raise ArgumentError(
            f"loosen cannot turn limits {tuple(limits)} of {name!r} into {wider}, which keeps "
            "out what they admit, nor add labels to them; use replace"
        )
    return free if wider == (-math.inf, math.inf) else free.replace(name, wider)


def compare(
    before: Bounds, after: Bounds, X: Any, y: Any, *, sample_weight: Any = None
) -> pd.DataFrame:
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
    box: AnyBounds,
    digits: int | None = None,
    X: Any = None,
    y: Any = None,
    *,
    sample_weight: Any = None,
) -> AnyBounds:
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


def _numeric(box: Bounds) -> Iterator[Face]:
    return (face for face in faces(box) if face.end != "labels")


def _shorter(box: Bounds, face: Face, digits: int) -> float:
    """Return the limit with so many digits, counted from the width of its interval if it has one.

    So limits at 1000.1 and 1000.4 do not both become 1000.
    """
    low, high = box.limits[face.name]
    scale = high - low if math.isfinite(high - low) and high > low else abs(face.limit)
    return face.limit if scale == 0 else round(face.limit, digits - 1 - _exponent(scale))


def _within_gap(box: Bounds, face: Face) -> float:
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


def _with_numbers(box: AnyBounds, numbers: Mapping[Face, float]) -> AnyBounds:
    """Return the box with other ends; a gap that its limit has left is dropped."""
    for face, number in numbers.items():
        limits = box.limits[face.name]._replace(**{face.end: number})
        gap = box.gaps.get(face.name)
        outside, inside = getattr(gap, face.end, None) or (number, number)
        if gap is not None and not min(outside, inside) <= number <= max(outside, inside):
            gap = gap._replace(**{face.end: None})
        box = box.replace(face.name, Interval(*limits), gap=gap)
    return box
