"""A box as text to read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from surrogate.regions.boxes.limits import Interval, Limits, Missing

__all__ = ["conditions"]


def conditions(limits: Mapping[str, Limits], missing: Missing, digits: int) -> list[str]:
    """Return one condition per restricted input; one that admits missing values says so."""
    more = " or missing" if missing == "inside" else ""
    return [_describe(name, each, digits) + more for name, each in limits.items()]


def _describe(name: str, limits: Limits, digits: int) -> str:
    """Return limits as text: ``0.1 <= delay <= 0.33``."""
    if not isinstance(limits, Interval):
        return f"{name} in {{{', '.join(map(_label, limits))}}}"
    low, high = (_number(end, digits) for end in limits)
    if limits.low == limits.high:
        return f"{name} = {low}"
    if math.isinf(limits.low):
        return f"{name} <= {high}"
    return f"{name} >= {low}" if math.isinf(limits.high) else f"{low} <= {name} <= {high}"


def _number(value: float, digits: int) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.{digits}g}"


def _label(label: object) -> str:
    text = str(label)
    return text if re.fullmatch(r"[\w.+-]+", text) else repr(text)
