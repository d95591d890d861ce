"""The scores of a discovery, by the kind of score they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from surrogate.estimates import Estimate
from surrogate.pages.markup import Markup, tag
from surrogate.pages.sentences import LABELS
from surrogate.pages.tables import count, number, scrolling

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery

__all__ = ["interval", "ordered", "scores_table"]

MEASURES = ("density", "coverage", "mass")
KINDS = {
    "in-sample": "box {index}, on the runs it was fitted on: flattering",
    "teacher's estimate": "box {index}, on points the teacher labelled: as good as the teacher",
    "cross-fitted": "the procedure, on real runs it had not seen",
    "certified": "the certified box, on fresh runs of the simulator",
}


def ordered(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Return scores with density, coverage and mass first."""
    first = [name for name in MEASURES if name in scores]
    return {
        name: scores[name] for name in [*first, *(name for name in scores if name not in first)]
    }


def scores_table(found: Discovery, certificate: Certificate | None = None) -> Markup:
    """Return every score, grouped by the kind of score it is."""
    head = ("measure", "value", "interval", "n", "measured on")
    groups = {
        "in-sample": _of_curve(found, "_runs", len(found.runs.inputs)),
        "teacher's estimate": _of_curve(found, "", found.provenance.get("n_transfer", 0)),
    }
    if found.scores:
        groups["cross-fitted"] = ordered(found.scores)
    if certificate is not None:
        groups["certified"] = {name: getattr(certificate, name) for name in MEASURES}
    bodies = [_group(kind, scores, found.index) for kind, scores in groups.items()]
    titles = [tag("th", name, scope="col") for name in head]
    return scrolling(tag("thead", tag("tr", *titles)), *bodies, class_="scores")


def _of_curve(found: Discovery, suffix: str, n: int) -> dict[str, Estimate]:
    """Return the scores of the chosen box on the n points of one pair of columns of the curve."""
    row = found.curve.iloc[found.index]
    values = {name: float(row[name + suffix]) for name in MEASURES if name + suffix in row}
    data = "the runs it was fitted on" if suffix else "fresh points labelled by the teacher"
    return {
        name: Estimate(value, n=_size(name, values, n), data=data) for name, value in values.items()
    }


def _size(name: str, values: Mapping[str, float], n: int) -> int:
    """Return of how many points a score is a share: those inside, the cases, or all."""
    inside = values["mass"] * n
    sizes = {"mass": float(n), "density": inside}
    if values["coverage"]:
        sizes["coverage"] = values["density"] * inside / values["coverage"]
    size = sizes.get(name, 0.0)
    return round(size) if math.isfinite(size) else 0


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
    if estimate.is_bound:
        return f"at least {number(estimate.low)} ({level})"
    return f"{number(estimate.low)} to {number(estimate.high)} ({level})"
