"""A box as plain values, for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from surrogate.errors import DataError
from surrogate.regions.boxes.limits import Gap, Interval, Limits, Missing

__all__ = ["read_box", "write_box"]

_FORMAT = "surrogate.Box"
_VERSION = 1


def write_box(
    limits: Mapping[str, Limits], gaps: Mapping[str, Gap], missing: Missing
) -> dict[str, Any]:
    """Return the parts of a box as plain values; an open side is None."""
    declared = {} if missing == "error" else {"missing": missing}
    return declared | {
        "format": _FORMAT,
        "version": _VERSION,
        "limits": {name: _write(each) for name, each in limits.items()},
        "gaps": {name: {"low": gap.low, "high": gap.high} for name, gap in gaps.items()},
    }


def read_box(content: Any) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Return limits, gaps and what missing values mean, as a `Box` is made of."""
    expected = {"format", "version", "limits", "gaps"}
    if not isinstance(content, dict) or {*content} - {"missing"} != expected:
        raise DataError(f"a box has the keys {sorted(expected)}; got {content!r:.200}")
    if content["format"] != _FORMAT or content["version"] != _VERSION:
        raise DataError(
            f"a box was to be read from {_FORMAT!r} version {_VERSION}; got "
            f"{content['format']!r} version {content['version']!r}"
        )
    limits = {name: _read(each) for name, each in content["limits"].items()}
    gaps = {name: (each["low"], each["high"]) for name, each in content["gaps"].items()}
    return limits, gaps, content.get("missing", "error")


def _write(limits: Limits) -> dict[str, Any]:
    """Return limits as plain values for JSON; an open side is None."""
    if not isinstance(limits, Interval):
        return {"labels": list(limits)}
    return {end: None if math.isinf(value) else value for end, value in limits._asdict().items()}


def _read(content: dict[str, Any]) -> Any:
    """Return the limits that `_write` wrote."""
    if set(content) == {"labels"}:
        return list(content["labels"])
    if set(content) != {"low", "high"}:
        raise DataError(f"limits are {{low, high}} or {{labels}}; got {content!r}")
    low, high = content["low"], content["high"]
    return (-math.inf if low is None else low, math.inf if high is None else high)
