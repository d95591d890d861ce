"""One thing asked of one input, and how each form writes it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.regions import Box
from surrogate.regions.boxes.limits import Interval, Label

__all__ = ["NEGATED", "Condition", "box_conditions", "number"]

Value: TypeAlias = float | tuple[Label, ...]

NEGATED = {"<=": ">", ">": "<=", ">=": "<", "<": ">=", "in": "not in", "not in": "in"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A question with the answer yes or no.

    Attributes
    ----------
    name : str
        The input that is asked about.
    relation : {"<=", ">", ">=", "<", "in", "not in"}
    value : float, or tuple of labels for "in" and "not in"
    missing : bool
        The answer for a row that has no value there.
    """

    name: str
    relation: str
    value: Value
    missing: bool = False

    def negated(self) -> Condition:
        """Return the condition that holds exactly where this one does not."""
        return Condition(self.name, NEGATED[self.relation], self.value, not self.missing)

    def holds(self, values: Any) -> NDArray[np.bool_]:
        """Return which values meet the condition, shape (n,)."""
        unknown = np.asarray(pd.isna(values))
        if isinstance(self.value, tuple):
            among = np.asarray(pd.Series(values).isin(self.value))
            met = among if self.relation == "in" else ~among
        else:
            compare = {"<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "<": np.less}
            met = compare[self.relation](np.asarray(values, dtype=float), self.value)
        return np.where(unknown, self.missing, met)

    def text(self) -> str:
        """Return the condition for people, numbers with four digits."""
        name = self.name if self.name.isprintable() else repr(self.name)
        if isinstance(self.value, tuple):
            return f"{name} {self.relation} {{{', '.join(map(str, self.value))}}}"
        return f"{name} {self.relation} {self.value:.4g}"

    def python(self) -> str:
        """Return the condition on a mapping called row."""
        return self._infix(f"row[{self.name!r}]", "not {}", "{0} is None or {0} != {0}")

    def c(self, index: int) -> str:
        """Return the condition on an array of doubles called x."""
        if self.relation == "not in":
            return f"!{self.negated().c(index)}"
        if isinstance(self.value, tuple):
            tests = [f"x[{index}] == {_code(self.name, label)}" for label in self.value]
            tests += [f"x[{index}] != x[{index}]"] if self.missing else []
            return f"({' || '.join(tests)})"
        return self._infix(f"x[{index}]", "!({})", "{0} != {0}")

    def sql(self) -> str:
        """Return the condition on a column."""
        column = sql_name(self.name)
        if isinstance(self.value, tuple):
            written = f"{column} {self.relation.upper()} ({', '.join(map(sql_label, self.value))})"
        else:
            written = f"{column} {self.relation} {number(self.value)}"
        return f"({written} OR {column} IS NULL)" if self.missing else written

    def pandas(self) -> str:
        """Return the condition in a query of a DataFrame."""
        return self._infix(_pandas_name(self.name), "not ({})", "{0} != {0}")

    def _infix(self, quoted: str, negation: str, unknown: str) -> str:
        """Write the condition so that NaN, which no comparison holds for, gets its answer."""
        if self.relation == "not in":
            return negation.format(self.negated()._infix(quoted, negation, unknown))
        if isinstance(self.value, tuple):
            among = f"{quoted} in {list(self.value)!r}"
            return f"({unknown.format(quoted)} or {among})" if self.missing else among
        if self.missing:
            return negation.format(f"{quoted} {NEGATED[self.relation]} {number(self.value)}")
        return f"{quoted} {self.relation} {number(self.value)}"


def box_conditions(box: Box) -> tuple[Condition, ...]:
    """Return the conditions that the rows of a box meet."""
    return tuple(_of_box(box))


def _of_box(box: Box) -> Iterable[Condition]:
    missing = box.missing == "inside"
    for name, limits in box.limits.items():
        if not isinstance(limits, Interval):
            yield Condition(name, "in", limits, missing)
            continue
        if limits.low > -math.inf:
            yield Condition(name, ">=", limits.low, missing)
        if limits.high < math.inf:
            yield Condition(name, "<=", limits.high, missing)


def number(value: float) -> str:
    """Return a number so that it is read back the same; whole ones without a point."""
    if float(value).is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(float(value))


def sql_name(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    if "\0" in name:
        raise DataError(f"input {name!r} holds a NUL, which no SQL name can; rename it")
    return '"' + name.replace('"', '""') + '"'


def sql_label(label: Label) -> str:
    """Return a label as an SQL literal."""
    if isinstance(label, bool):
        return "TRUE" if label else "FALSE"
    if not isinstance(label, str):
        return number(label) if isinstance(label, float) else str(label)
    if "\0" in label:
        raise DataError(f"label {label!r} holds a NUL, which no SQL text can; rename it")
    return "'" + label.replace("'", "''") + "'"


def _pandas_name(name: str) -> str:
    if "`" in name or not name.isprintable() or name in ("inf", "Inf"):
        raise DataError(f"input {name!r} cannot be written in a pandas query; rename it")
    return f"`{name}`"


def _code(name: str, label: Label) -> str:
    if isinstance(label, str):
        raise DataError(
            f"input {name!r} is compared with the text {label!r}, and this form takes numbers "
            "only; code its categories as numbers first"
        )
    return number(float(label))
