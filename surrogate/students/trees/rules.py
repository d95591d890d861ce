"""One readable rule: limits on some inputs, an answer, and how far it holds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surrogate.estimates import Estimate

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is answered for rows within some limits.

    Attributes
    ----------
    limits : mapping of str to (low, high)
        Rows it applies to have ``low < x <= high``; an open side is infinite.
    answer : str, bool, int or float
        A label or a value.
    probabilities : tuple of float
        Of all classes, as the model gives them; empty for values.
    n_rows : int
        Rows it was learnt from.
    support : Estimate
        Share of rows the rule applies to. Its ``data`` says on which.
    probability : Estimate or None
        Of the answer, among the rows it applies to; None for values.
    mean : Estimate or None
        The mean outcome of these rows; None for labels.

    Examples
    --------
    >>> few = Estimate(0.2, n=50, data="held-out rows")
    >>> print(Rule({"gain": (-math.inf, 3.0), "delay": (0.25, 0.5)}, "stable", (), 10, few))
    if gain <= 3 and 0.25 < delay <= 0.5 then stable (support 0.20)
    """

    limits: Mapping[str, tuple[float, float]]
    answer: Any
    probabilities: tuple[float, ...]
    n_rows: int
    support: Estimate
    probability: Estimate | None = None
    mean: Estimate | None = None

    @property
    def comparisons(self) -> list[tuple[str, str, float]]:
        """The limits one by one, as name, ``">"`` or ``"<="``, and value."""
        found = []
        for name, (low, high) in self.limits.items():
            if low > -math.inf:
                found.append((name, ">", low))
            if high < math.inf:
                found.append((name, "<=", high))
        return found

    def condition(self, digits: int = 4) -> str:
        """Return when the rule applies, as text with so many significant digits."""
        parts = [_within(name, *ends, digits) for name, ends in self.limits.items()]
        return " and ".join(parts) if parts else "anything"

    def __str__(self) -> str:
        answer = f"{self.answer:.4g}" if isinstance(self.answer, float) else str(self.answer)
        notes = [f"support {self.support.value:.2f}"]
        if self.probability is not None:
            notes.append(f"probability {_with_interval(self.probability)}")
        if self.mean is not None:
            notes.append(f"mean {_with_interval(self.mean)}")
        return f"if {self.condition()} then {answer} ({', '.join(notes)})"

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as one row of a table."""
        measured = self.mean if self.probability is None else self.probability
        what = "mean" if self.probability is None else "probability"
        row: dict[str, Any] = {"if": self.condition(), "then": self.answer, "n_rows": self.n_rows}
        row["support"] = self.support.value
        if measured is not None:
            row |= {what: measured.value, "low": measured.low, "high": measured.high}
        return row


def _within(name: str, low: float, high: float, digits: int) -> str:
    if low == -math.inf:
        return f"{name} <= {high:.{digits}g}"
    if high == math.inf:
        return f"{name} > {low:.{digits}g}"
    return f"{low:.{digits}g} < {name} <= {high:.{digits}g}"


def _with_interval(each: Estimate) -> str:
    interval = "" if math.isnan(each.low) else f" [{each.low:.2f}, {each.high:.2f}]"
    return f"{each.value:.2f}{interval}"
