"""How one input is drawn: its finite range, its scale, its numbers as text.

Pictures and pages share this, so that a limit reads the same in both. Nothing here draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.plots.ranges import Interval, decades, drawn_range, inward, round_marks
from surrogate.space.continuous import LogNormal, LogUniform

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.space import Space

__all__ = ["View", "view_of", "views_of"]

_NEARLY_ALL = np.array([0.005, 0.995])  # what is drawn of an infinite support, at least


@dataclass(frozen=True)
class View:
    """One input as it is drawn.

    Coordinates are the input's own values, or 0, 1, 2 ... for the labels of a categorical input.

    Parameters
    ----------
    name, unit, description : str
    low, high : float
        The finite range that is drawn, in coordinates.
    support : tuple of float
        The range the input may take; may be infinite.
    labels : tuple
        The categories in order; empty for numbers.
    is_integer, is_log : bool

    Examples
    --------
    >>> gain = View("gain", unit="s", low=0.1, high=10.0, support=(0.1, 10.0), is_log=True)
    >>> round(float(gain.position(1.0)), 6)
    0.5
    >>> gain.clause((-math.inf, 0.4))
    'gain ≤ 0.4 s'
    """

    name: str
    unit: str = ""
    description: str = ""
    low: float = 0.0
    high: float = 1.0
    support: Interval = (0.0, 1.0)
    labels: tuple[Any, ...] = ()
    is_integer: bool = False
    is_log: bool = False

    @property
    def title(self) -> str:
        """The name with its unit, as on an axis."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @property
    def extent(self) -> str:
        """The full range in words."""
        if self.labels:
            return ", ".join(map(str, self.labels))
        low, high = self.support
        if math.isinf(low) or math.isinf(high):
            return f"open range, drawn {self.number(self.low)} to {self.number(self.high)}"
        return f"full range {self.number(low)} to {self.number(high)}"

    @property
    def is_stepped(self) -> bool:
        """Whether only whole coordinates occur."""
        return self.is_integer or bool(self.labels)

    def coordinates(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return values, shape (n,), as coordinates; an unknown label becomes NaN."""
        if not self.labels:
            return np.asarray(values, dtype=float)
        codes = {label: float(code) for code, label in enumerate(self.labels)}
        return np.array([codes.get(value, math.nan) for value in np.asarray(values, dtype=object)])

    def position(self, coordinates: ArrayLike) -> NDArray[np.float64]:
        """Return coordinates as shares of the drawn range, clipped to 0 ... 1."""
        values, low, high = np.asarray(coordinates, dtype=float), self.low, self.high
        if self.is_log:
            values = np.log(np.maximum(values, low))
            low, high = math.log(low), math.log(high)
        return np.clip((values - low) / (high - low), 0.0, 1.0)

    def intervals(self, limit: Sequence[Any] | None) -> list[Interval]:
        """Return what a limit admits as intervals of coordinates inside the drawn range."""
        if limit is None:
            return [(self.low, self.high)]
        if self.labels:
            codes = [code for code, label in enumerate(self.labels) if label in limit]
            return [(code - 0.5, code + 0.5) for code in codes]
        low, high = float(limit[0]), float(limit[1])
        if self.is_integer:  # inclusive ends: a cell reaches half a step beyond
            low, high = inward(low, high)
            low, high = low - 0.5, high + 0.5
        return [(max(low, self.low), min(high, self.high))]

    def admits(self, limit: Sequence[Any], values: ArrayLike) -> NDArray[np.bool_]:
        """Return which values, shape (n,), a limit admits."""
        if self.labels:
            return np.array([value in limit for value in np.asarray(values, dtype=object)])
        numbers = np.asarray(values, dtype=float)
        inside: NDArray[np.bool_] = (numbers >= limit[0]) & (numbers <= limit[1])
        return inside

    def gap(self, gap: Sequence[Interval | None] | None) -> str:
        """Return in words where each end of a limit could lie as well: (outside, inside)."""
        if gap is None:
            return ""
        known = [
            f"{side} gap {self.number(min(end))} to {self.number(max(end))}"
            for side, end in zip(("lower", "upper"), gap, strict=True)
            if end is not None
        ]
        return ", ".join(known)

    def ticks(self) -> list[tuple[float, str]]:
        """Return about five round coordinates with their texts."""
        if self.labels:
            return [(float(code), str(label)) for code, label in enumerate(self.labels)]
        marks = decades(self.low, self.high) if self.is_log else []
        if len(marks) < 2:
            marks = round_marks(self.low, self.high, whole=self.is_integer)
        return [(mark, f"{mark:.6g}".replace("-", "\N{MINUS SIGN}")) for mark in marks]

    def number(self, value: float) -> str:
        """Return a value as text, fine enough for a thousandth of the drawn range."""
        if math.isnan(value):
            return "not known"
        if math.isinf(value):
            return "\N{INFINITY}" if value > 0 else "\N{MINUS SIGN}\N{INFINITY}"
        digits = 4
        if value and not self.is_log:
            finest = math.log10((self.high - self.low) / 1000)
            digits = min(max(digits, math.ceil(math.log10(abs(value)) - finest)), 15)
        text = f"{round(value):d}" if self.is_integer else f"{value:.{digits}g}"
        return text.replace("-", "\N{MINUS SIGN}") if text.startswith("-") else text

    def clause(self, limit: Sequence[Any]) -> str:
        """Return a limit in words, e.g. ``'0.1 ≤ gain ≤ 0.4 s'``."""
        if self.labels:
            return f"{self.name} is {' or '.join(map(str, limit)) or 'nothing'}"
        low, high = float(limit[0]), float(limit[1])
        unit = f" {self.unit}" if self.unit else ""
        if self.is_integer:
            low, high = inward(low, high)
        if low == high:
            return f"{self.name} = {self.number(low)}{unit}"
        left = "" if math.isinf(low) else f"{self.number(low)} ≤ "
        right = "" if math.isinf(high) else f" ≤ {self.number(high)}"
        if left and not right:
            return f"{self.name} ≥ {self.number(low)}{unit}"
        return f"{left}{self.name}{right}{unit}"


def view_of(name: str, space: Space, values: ArrayLike = ()) -> View:
    """Return how an input of a space is drawn.

    Parameters
    ----------
    name : str
        A parameter of the space, or one of its derived inputs.
    space : Space
    values : array_like, shape (n,)
        Values and finite limits that must be visible where the support is infinite; not looked
        at for categories.

    Returns
    -------
    View
        Spanning the support where it is finite, else 99 % of the distribution and the finite
        `values` with a margin.
    """
    parameter = space.parameters.get(name)
    if parameter is None:  # a derived input: any number, without a unit of its own
        words = f"derived: {space.derived[name]}"
        return _number_view(name, (-math.inf, math.inf), values, description=words)
    unit, description = parameter.unit, parameter.description
    labels = tuple(getattr(parameter, "labels", ()))
    if labels:
        ends = (-0.5, len(labels) - 0.5)
        return View(name, unit, description, *ends, support=ends, labels=labels)
    support = (float(parameter.low), float(parameter.high))
    if not np.isfinite(support).all():
        values = [*np.asarray(values), *parameter.from_unit(_NEARLY_ALL)]
    return _number_view(
        name,
        support,
        values,
        unit=unit,
        description=description,
        is_integer=parameter.kind == "integer",
        is_log=isinstance(parameter, LogUniform | LogNormal),
    )


def views_of(
    space: Space, inputs: pd.DataFrame, limits: Iterable[Mapping[str, Any]] = ()
) -> dict[str, View]:
    """Return a view of every input that varies, by name.

    Parameters
    ----------
    space : Space
    inputs : DataFrame, shape (n, d)
        Runs that must be visible; constants are left out.
    limits : iterable of mapping, optional
        The limits of boxes that must be visible.
    """
    boxes = list(limits)
    return {
        name: view_of(name, space, [*inputs[name], *_ends(name, boxes)])
        for name in inputs.columns
        if name not in space.constants
    }


def _ends(name: str, boxes: list[Mapping[str, Any]]) -> list[Any]:
    return [end for limits in boxes if name in limits for end in limits[name]]


def _number_view(
    name: str,
    support: Interval,
    values: ArrayLike,
    *,
    unit: str = "",
    description: str = "",
    is_integer: bool = False,
    is_log: bool = False,
) -> View:
    numbers = np.asarray(values, dtype=float)
    if is_log:  # the margins are those of the logarithms; a support from 0 has no lower end
        logarithms = [math.log(end) if end > 0 else -math.inf for end in support]
        low, high = np.exp(drawn_range(logarithms, np.log(numbers[numbers > 0]))).tolist()
    else:
        low, high = drawn_range(support, numbers)
    if is_integer:
        low, high = low - 0.5, high + 0.5
    return View(
        name,
        unit,
        description,
        low,
        high,
        support=support,
        is_integer=is_integer,
        is_log=is_log,
    )
