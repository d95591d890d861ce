"""Boxes and coverings as text, SQL, pandas queries, Python and JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from surrogate.errors import ArgumentError, DataError, did_you_mean
from surrogate.regions import Box, Covering
from surrogate.regions.limits import Interval, Label

__all__ = ["export"]

# A number that is not itself is not a number (NaN).
_SQL_MISSING = "{0} IS NULL OR {1}"
_PANDAS_MISSING = "{0} != {0} or {1}"
_PYTHON_MISSING = "{0} is None or {0} != {0} or {1}"


def export(region: Box | Covering, form: str) -> str:
    """Return a box, or several, as a rule that works without this package.

    Parameters
    ----------
    region : Box or Covering
    form : {"text", "sql", "pandas", "python", "json"}
        ``"text"``: for people, four digits. ``"sql"``: the condition of a WHERE clause in standard
        SQL. ``"pandas"``: for ``DataFrame.query``. ``"python"``: the source of a function
        ``contains(row)`` that takes a mapping of names to values and imports nothing. ``"json"``:
        what `Box.from_json` or `Covering.from_json` read back.

    Returns
    -------
    str
        Numbers are written in full, except in text. Names and labels are quoted, so that none of
        them can be taken for code.

    Raises
    ------
    ArgumentError
        Another form, or something that is no box.
    DataError
        A name or label that the form has no way to write.

    Notes
    -----
    A row with a missing value is in no rule that looks at it, unless the box says ``"inside"``;
    where the box says nothing, `Box.contains` refuses such rows. In SQL a backslash stands for
    itself, as the standard has it; MySQL needs NO_BACKSLASH_ESCAPES and ANSI_QUOTES.

    Examples
    --------
    >>> box = Box({"gain": (0.5, math.inf), "policy": ["a", "it's"]})
    >>> print(export(box, "sql"))
    "gain" >= 0.5 AND "policy" IN ('a', 'it''s')
    >>> print(export(box, "pandas"))
    `gain` >= 0.5 and `policy` in ['a', "it's"]
    >>> print(export(box, "python"), end="")
    def contains(row):
        return row['gain'] >= 0.5 and row['policy'] in ['a', "it's"]
    """
    if not isinstance(region, Box | Covering):
        raise ArgumentError(f"export takes a Box or a Covering; got {type(region).__name__}")
    if form not in _FORMS:
        raise ArgumentError(f"form {form!r} is not known{did_you_mean(str(form), _FORMS)}")
    return _FORMS[form](region)


def _text(region: Box | Covering) -> str:
    return region.rule()


def _json(region: Box | Covering) -> str:
    return region.to_json()


def _sql(region: Box | Covering) -> str:
    def box(each: Box) -> str:
        return " AND ".join(_conditions(each, _sql_name, _sql_labels, _SQL_MISSING)) or "1 = 1"

    return _union(region, box, " OR ", "1 = 0")


def _pandas(region: Box | Covering) -> str:
    def box(each: Box) -> str:
        conditions = _conditions(each, _pandas_name, _python_labels, _PANDAS_MISSING)
        return " and ".join(conditions) or "index == index"

    return _union(region, box, " or ", "index != index")


def _python(region: Box | Covering) -> str:
    def box(each: Box) -> str:
        conditions = _conditions(each, _python_name, _python_labels, _PYTHON_MISSING)
        return " and ".join(conditions) or "True"

    return f"def contains(row):\n    return {_union(region, box, ' or ', 'False')}\n"


def _union(region: Box | Covering, box: Callable[[Box], str], word: str, nothing: str) -> str:
    if isinstance(region, Box):
        return box(region)
    return word.join(f"({box(each)})" for each in region) or nothing


def _conditions(
    box: Box,
    quote: Callable[[str], str],
    among: Callable[[Iterable[Label]], str],
    or_missing: str,
) -> Iterable[str]:
    """Yield the conditions of one box, all of which must hold.

    `or_missing` makes one of the quoted name (0) and a condition on it (1).
    """
    form = f"({or_missing})" if box.missing == "inside" else "{1}"
    for name, limits in box.limits.items():
        quoted = quote(name)
        if not isinstance(limits, Interval):
            yield form.format(quoted, f"{quoted} {among(limits)}")
            continue
        if limits.low > -math.inf:
            yield form.format(quoted, f"{quoted} >= {_number(limits.low)}")
        if limits.high < math.inf:
            yield form.format(quoted, f"{quoted} <= {_number(limits.high)}")


def _number(value: float) -> str:
    """Return a number so that it is read back the same; whole ones without a point."""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(float(value))


def _sql_name(name: str) -> str:
    if "\0" in name:
        raise DataError(f"input {name!r} holds a NUL, which no SQL name can; rename it")
    return '"' + name.replace('"', '""') + '"'


def _sql_labels(labels: Iterable[Label]) -> str:
    return f"IN ({', '.join(map(_sql_label, labels))})"


def _sql_label(label: Label) -> str:
    if isinstance(label, bool):
        return "TRUE" if label else "FALSE"
    if not isinstance(label, str):
        return _number(float(label)) if isinstance(label, float) else str(label)
    if "\0" in label:
        raise DataError(f"label {label!r} holds a NUL, which no SQL text can; rename it")
    return "'" + label.replace("'", "''") + "'"


def _pandas_name(name: str) -> str:
    if "`" in name or not name.isprintable() or name in ("inf", "Inf"):
        raise DataError(f"input {name!r} cannot be written in a pandas query; rename it")
    return f"`{name}`"


def _python_name(name: str) -> str:
    return f"row[{name!r}]"


def _python_labels(labels: Iterable[Label]) -> str:
    return f"in {list(labels)!r}"


_FORMS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "sql": _sql,
    "pandas": _pandas,
    "python": _python,
    "json": _json,
}
