"""What an argument must be: one check, and one message, for each kind."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from numbers import Integral, Real
from typing import Any

from surrogate.errors import ArgumentError, did_you_mean

__all__ = [
    "check_choice",
    "check_count",
    "check_members",
    "check_positive",
    "check_share",
    "checked_level",
    "checked_outcome",
]


def check_choice(value: Any, allowed: Collection[str], *, argument: str) -> None:
    """Raise ArgumentError unless `value` is one of `allowed`."""
    if value not in allowed:
        choices = " or ".join(repr(each) for each in allowed)
        raise ArgumentError(f"{argument} must be {choices}; got {value!r}")


def check_count(
    value: Any,
    minimum: int,
    *,
    argument: str,
    maximum: float = math.inf,
    optional: bool = False,
) -> None:
    """Raise ArgumentError unless `value` is a whole number in a range, or None if that will do.

    Examples
    --------
    >>> check_count(300, 2, argument="n_bins", maximum=256)
    Traceback (most recent call last):
    surrogate.errors.ArgumentError: n_bins must be an integer from 2 to 256; got 300
    """
    if value is None and optional:
        return
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_whole or not minimum <= value <= maximum:
        wanted = f"of at least {minimum}" if maximum == math.inf else f"from {minimum} to {maximum}"
        raise ArgumentError(
            f"{argument} must be an integer {wanted}{', or None' if optional else ''}; "
            f"got {value!r}"
        )


def check_members(members: Sequence[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the members to try; None means all that are known."""
    if members is None:
        return known
    chosen = tuple(members)
    if isinstance(members, str) or not chosen or len(set(chosen)) < len(chosen):
        raise ArgumentError(f"members must be a list of different names; got {members!r}")
    for each in chosen:
        if each not in known:
            raise ArgumentError(f"members has no {each!r}{did_you_mean(each, known)}")
    return chosen


def check_positive(value: Any, *, argument: str) -> None:
    """Raise ArgumentError unless `value` is a positive number, and finite."""
    if not _is_number(value) or not 0 < value < math.inf:
        raise ArgumentError(f"{argument} must be positive; got {value!r}")


def check_share(value: Any, *, argument: str, or_zero: bool = False) -> None:
    """Raise ArgumentError unless `value` lies between 0 and 1, or is 0 if that will do."""
    if not _is_number(value) or not (0 < value < 1 or (or_zero and value == 0)):
        raise ArgumentError(
            f"{argument} must {'be 0 or ' if or_zero else ''}lie between 0 and 1; got {value!r}"
        )


def checked_level(confidence_level: float) -> float:
    """Return a confidence level; raise ArgumentError unless it lies between 0 and 1."""
    check_share(confidence_level, argument="confidence_level")
    return confidence_level


def checked_outcome(outcome: str | None, known: Sequence[str]) -> str:
    """Return the outcome asked for, by default the only one; raise ArgumentError if there is none.

    Examples
    --------
    >>> checked_outcome(None, ["growth"])
    'growth'
    """
    if outcome is None:
        if len(known) != 1:
            names = ", ".join(map(str, known))
            raise ArgumentError(f"there are several outcomes; name one of {names}")
        return known[0]
    if outcome not in known:
        raise ArgumentError(f"no outcome is named {outcome!r}{did_you_mean(outcome, known)}")
    return outcome


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
