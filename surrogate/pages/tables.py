"""Tables and lists of the page: teachers, failed runs, provenance."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from surrogate.estimates import Estimate
from surrogate.pages.markup import Markup, join, tag

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "count",
    "failures_table",
    "frame_table",
    "number",
    "pairs",
    "scrolling",
    "table",
]

_MOST_REASONS = 20
_LONGEST = 240


def number(value: float) -> str:
    """Return a share as text with three decimals; what is not known as a dash."""
    return f"{value:.3f}" if math.isfinite(value) else "\N{EN DASH}"


def count(n: int) -> str:
    """Return a number of observations as text; none known as a dash."""
    return f"{n:,}" if n else "\N{EN DASH}"


def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Iterable[int] = ()
) -> Markup:
    """Return a table that scrolls sideways where the screen is narrow.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequence
        Text or `Markup` cells.
    numeric : iterable of int
        Columns to align at the right.
    """
    right = set(numeric)
    names = [
        tag("th", name, scope="col", class_="number" if position in right else None)
        for position, name in enumerate(head)
    ]
    lines = [
        tag(
            "tr",
            *(
                tag("td", cell, class_="number" if position in right else None)
                for position, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    return scrolling(tag("thead", tag("tr", *names)), tag("tbody", *lines))


def frame_table(frame: pd.DataFrame) -> Markup:
    """Return a DataFrame as a table, its index first unless it only counts."""
    counts = list(frame.index) == list(range(len(frame)))
    frame = frame if counts else frame.reset_index()
    numeric = [
        position
        for position, column in enumerate(frame.columns)
        if all(isinstance(value, (int, float)) for value in frame[column])
    ]
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return table([str(column) for column in frame.columns], rows, numeric=numeric)


def failures_table(failures: pd.DataFrame) -> Markup:
    """Return failed runs counted by status and reason, the commonest first."""
    grouped = failures.assign(reason=[_short(reason) for reason in failures["reason"]])
    rows = []
    for (status, reason), group in grouped.groupby(["status", "reason"], sort=False):
        rows.append((status, reason, f"{len(group):,}", str(group.index[0])))
    rows.sort(key=lambda row: -int(row[2].replace(",", "")))
    more = len(rows) - _MOST_REASONS
    note = tag("p", f"... and {more:,} more reasons.", class_="note") if more > 0 else None
    head = ("status", "reason", "runs", "first run")
    return join(table(head, rows[:_MOST_REASONS], numeric=[2]), note)


def pairs(mapping: Mapping[str, Any]) -> Markup:
    """Return names and values as a list of definitions."""
    items = []
    for name, value in mapping.items():
        items += [tag("dt", name), tag("dd", _short(_cell(value)))]
    return tag("dl", *items, class_="pairs")


def scrolling(*parts: Markup, class_: str | None = None) -> Markup:
    """Return a table of its parts in a frame that scrolls, with the keyboard too."""
    inside = tag("table", *parts, class_=class_)
    return tag("div", inside, class_="wide", tabindex=0, role="region", aria_label="table")


def _cell(value: object) -> str:
    if isinstance(value, Estimate):
        return str(replace(value, data=""))
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else "\N{EN DASH}"
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value) or "\N{EN DASH}"


def _short(text: object) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
