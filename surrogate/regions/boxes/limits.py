"""The limits of one input of a box: an interval of numbers or a choice of labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from surrogate.errors import ArgumentError, did_you_mean

__all__ = [
    "Gap",
    "Interval",
    "Label",
    "Limits",
    "Missing",
    "check_missing",
    "read_gap",
    "read_limits",
]

Label: TypeAlias = str | bool | int | float


class Interval(NamedTuple):
    """A closed interval of a numeric input; an infinite end is an open side."""

    low: float
    high: float


class Gap(NamedTuple):
    """How uncertain the ends of an interval are.

    Each end has the nearest value ``(outside, inside)`` that was seen on either side of it, or
    None where the side is open or nothing is known.
    """

    low: tuple[float, float] | None
    high: tuple[float, float] | None


Limits: TypeAlias = Interval | tuple[Label, ...]
Missing: TypeAlias = Literal["error", "outside", "inside"]


def read_limits(name: str, given: Any) -> Limits:
    """Return a pair of numbers as an `Interval`, any other collection as a tuple of labels."""
    if isinstance(given, tuple) and len(given) == 2 and all(map(_is_number, given)):
        return _interval(name, *given)
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise ArgumentError(
            f"limits of {name!r} must be a pair (low, high) of numbers or a collection of labels; "
            f"got {given!r}"
        )
    labels = sorted(given, key=_by_type) if isinstance(given, set | frozenset) else list(given)
    return _labels(name, labels)


def read_gap(name: str, limits: Limits, given: Any) -> Gap:
    """Return the gap around the ends of an interval, refusing one that misses its end."""
    if not isinstance(limits, Interval):
        raise ArgumentError(f"gaps are for numeric inputs, but {name!r} is limited to labels")
    try:
        low, high = given
        gap = Gap(*(None if end is None else (float(end[0]), float(end[1])) for end in (low, high)))
    except (TypeError, ValueError, IndexError) as error:
        raise ArgumentError(
            f"gap of {name!r} must be (low, high), each None or (outside, inside); got {given!r}"
        ) from error
    fits_low = gap.low is None or gap.low[0] <= limits.low <= gap.low[1]
    fits_high = gap.high is None or gap.high[1] <= limits.high <= gap.high[0]
    if not (fits_low and fits_high):
        raise ArgumentError(
            f"gap of {name!r} must lie around its limits {tuple(limits)}, as (outside, inside) of "
            f"each end; got {tuple(gap)}"
        )
    return gap


def check_missing(missing: Any) -> None:
    """Refuse another word than the three there are."""
    if missing not in get_args(Missing):
        raise ArgumentError(
            f"missing must be one of {get_args(Missing)}; got {missing!r}"
            f"{did_you_mean(str(missing), get_args(Missing))}"
        )


def _interval(name: str, low: Any, high: Any) -> Interval:
    low, high = float(low), float(high)
    if math.isnan(low) or math.isnan(high) or low > high or low == math.inf or high == -math.inf:
        raise ArgumentError(
            f"limits of {name!r} must satisfy low <= high, with -inf or inf for an open side; "
            f"got ({low}, {high})"
        )
    if math.isinf(low) and math.isinf(high):
        raise ArgumentError(
            f"limits of {name!r} are open on both sides, which restricts nothing; leave it out"
        )
    return Interval(low, high)


def _labels(name: str, given: list[Any]) -> tuple[Label, ...]:
    labels = tuple(each.item() if isinstance(each, np.generic) else each for each in given)
    if not labels:
        raise ArgumentError(f"limits of {name!r} allow no label, so the box would be empty")
    for label in labels:
        not_finite = isinstance(label, float) and not math.isfinite(label)
        if not isinstance(label, str | int | float) or not_finite:
            raise ArgumentError(
                f"labels of {name!r} must be text, numbers or booleans, and finite; got {label!r}"
            )
    if len(set(labels)) < len(labels):
        raise ArgumentError(f"labels of {name!r} must differ; got {labels}")
    return labels


def _is_number(value: object) -> bool:
    if type(value) is float:  # by far the most frequent, and abstract classes are slow to ask
        return True
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _by_type(label: Any) -> tuple[str, Any]:
    return type(label).__name__, label
