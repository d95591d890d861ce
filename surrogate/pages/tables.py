"""Tables and lists of the page: scores by kind, teachers, failed runs, provenance."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from surrogate.estimates import Estimate
from surrogate.pages.markup import Markup, join, tag
from surrogate.pages.sentences import LABELS
from surrogate.plots.cases import runs_and_cases

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "failures_table",
    "frame_table",
    "number",
    "ordered",
    "pairs",
    "scores_table",
    "table",
]

_MOST_REASONS = 20
_LONGEST = 240

MEASURES = ("density", "coverage", "mass")
KINDS = {
    "in-sample": "box {index}, on the runs it was fitted on: flattering",
    "teacher's estimate": "box {index}, on points the teacher labelled: as good as the teacher",
    "cross-fitted": "the procedure, on real runs it had not seen",
    "certified": "the certified box, on fresh runs of the simulator",
}


def number(value: float) -> str:
    """Return a share as text with three decimals; what is not known as a dash."""
    return f"{value:.3f}" if math.isfinite(value) else "\N{EN DASH}"


def count(n: int) -> str:
    """Return a number of observations as text; none known as a dash."""
    return f"{n:,}" if n else "\N{EN DASH}"


def ordered(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Return scores with density, coverage and mass first."""
    first = [name for name in MEASURES if name in scores]
    return {
        name: scores[name] for name in [*first, *(name for name in scores if name not in first)]
    }


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
    return _scrolling(tag("thead", tag("tr", *names)), tag("tbody", *lines))


def scores_table(found: Any, certificate: Any = None) -> Markup:
    """Return every score, grouped by the kind of score it is."""
    head = ("measure", "value", "interval", "n", "measured on")
    groups = {
        "in-sample": _in_sample(found),
        "teacher's estimate": _of_curve(found, "", "second transfer sample"),
    }
    if found.scores:
        groups["cross-fitted"] = ordered(found.scores)
    if certificate is not None:
        groups["certified"] = {name: getattr(certificate, name) for name in MEASURES}
    bodies = [_group(kind, scores, found.index) for kind, scores in groups.items()]
    titles = [tag("th", name, scope="col") for name in head]
    return _scrolling(tag("thead", tag("tr", *titles)), *bodies, class_="scores")


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


def _scrolling(*parts: Markup, class_: str | None = None) -> Markup:
    inside = tag("table", *parts, class_=class_)
    return tag("div", inside, class_="wide", tabindex=0, role="region", aria_label="table")


def _of_curve(found: Any, suffix: str, data: str) -> dict[str, Estimate]:
    row = found.curve.iloc[found.index]
    names = [name for name in MEASURES if name + suffix in row]
    return {name: Estimate(float(row[name + suffix]), data=data) for name in names}


def _in_sample(found: Any) -> dict[str, Estimate]:
    scores = _of_curve(found, "_runs", "the runs the box was fitted on")
    _, is_case = runs_and_cases(found.runs, found.case)
    mass = scores["mass"].value if "mass" in scores else 0.0
    inside = round(mass * len(is_case)) if math.isfinite(mass) else 0
    sizes = {"density": inside, "coverage": int(is_case.sum()), "mass": len(is_case)}
    return {name: replace(score, n=sizes[name]) for name, score in scores.items()}


def _group(kind: str, scores: Mapping[str, Any], index: int) -> Markup:
    judges = KINDS[kind].format(index=index)
    title = tag("th", tag("b", kind), f" \N{EN DASH} {judges}", colspan=5, scope="rowgroup")
    return tag("tbody", tag("tr", title), *(_score(name, scores[name]) for name in scores))


def _score(name: str, score: Any) -> Markup:
    estimate = score if isinstance(score, Estimate) else Estimate(float(score))
    cells = (number(estimate.value), interval(estimate), count(estimate.n))
    return tag(
        "tr",
        tag("th", LABELS.get(name, name), scope="row"),
        *(tag("td", cell, class_="number") for cell in cells),
        tag("td", ", ".join(filter(None, (estimate.data, estimate.method)))),
    )


def interval(estimate: Estimate) -> str:
    """Return the interval with its level, or a dash."""
    if math.isnan(estimate.low):
        return "\N{EN DASH}"
    level = f"{100 * estimate.confidence_level:g}\N{NO-BREAK SPACE}%"
    return f"{number(estimate.low)} to {number(estimate.high)} ({level})"


def _cell(value: object) -> str:
    if isinstance(value, Estimate):
        return str(replace(value, data=""))
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else "\N{EN DASH}"
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


def _short(text: object) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
