"""Regions on a page: the chosen one, several beside it, and how stable its limits are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate import plots
from surrogate.pages import sections
from surrogate.pages.markup import Markup, join, tag
from surrogate.pages.pictures import picture, pictures
from surrogate.pages.sentences import percent
from surrogate.pages.shell import Section
from surrogate.pages.tables import number, table
from surrogate.plots.cases import runs_and_cases
from surrogate.plots.views import views_of
from surrogate.randomness import stream

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.plots.views import View
    from surrogate.regions import Box, Covering, Stability

__all__ = ["region_section", "several_regions", "stable_limits"]

_N_FRESH = 10_000
_SCORES = ("density", "coverage", "gain", "overlap", "union_density", "union_coverage")
_HEAD = (
    "box",
    "its density",
    "its coverage",
    "adds",
    "overlap",
    "density of all",
    "coverage of all",
)


def region_section(found: Discovery, certificate: Certificate | None) -> Section:
    """Return the rule of the chosen box in words, its scores and its picture."""
    inputs, _ = runs_and_cases(found.runs, found.case)
    views = views_of(found.space, inputs, [found.box.limits])
    clauses = [views[name].clause(limit) for name, limit in found.box.limits.items()]
    drawn = picture(
        lambda ax: plots.region(found, ax=ax),
        alt="Runs on two inputs with the box",
        caption="The runs on the two inputs that the box restricts most.",
    )
    content = join(sections.answer(found, clauses, certificate), pictures(drawn))
    return Section(f"Where {found.case}", content, answer=True)


def several_regions(found: Discovery, regions: Covering) -> Section:
    """Return the rules of several regions and what each adds to those before it."""
    inputs, is_case = runs_and_cases(found.runs, found.case)
    fresh = found.space.sample(_N_FRESH, rng=stream(found.seed, "several regions"))
    believed = found.teacher.predict_proba(fresh)[:, 1]
    views = views_of(found.space, inputs, [box.limits for box in regions])
    rules = [(str(place), _clauses(box, views)) for place, box in enumerate(regions)]
    drawn = picture(
        lambda ax: plots.region(regions, found.runs, found.case, ax=ax),
        alt="Runs on two inputs with every box",
        caption="The runs on the two inputs that the boxes restrict most.",
    )
    return Section(
        "Several regions",
        join(
            tag("p", "A case need not hold in one place. A point is inside if any of these holds:"),
            table(("box", "rule"), rules),
            tag("p", tag("b", "teacher's estimate"), f" \N{EN DASH} on {_N_FRESH:,} fresh points:"),
            _scores(regions.to_frame(fresh, believed)),
            tag("p", tag("b", "on the runs"), " that the teacher was fitted on: flattering"),
            _scores(regions.to_frame(inputs, is_case)),
            tag(
                "p",
                "What a box adds is the share of all cases that no box before it holds; "
                "overlap is the share of its own mass that they hold already.",
                class_="note",
            ),
            pictures(drawn),
        ),
    )


def stable_limits(found: Discovery, stability: Stability) -> Section:
    """Return the limits of the chosen box beside those of boxes found on resampled runs."""
    chosen = found.box.names
    often = stability.inputs["restricted"]
    others = [name for name, share in often.items() if share > 0 and name not in chosen]
    also = ", ".join(f"{name} ({percent(float(often[name]))})" for name in others)
    drawn = picture(
        lambda ax: plots.box_limits(found, stability=stability, ax=ax),
        alt="Limits of the chosen box with their ranges over resampled runs",
        size=(7.2, 0.9 + 0.7 * max(len(chosen), 1)),
    )
    return Section(
        "How stable the limits are",
        join(
            tag(
                "p",
                f"The search was repeated on {len(stability.boxes)} resamples of the runs. Marks "
                "above each limit: where 95\N{NO-BREAK SPACE}% of theirs lie, and the median.",
            ),
            pictures(drawn),
            tag("p", f"Two such boxes share {percent(stability.overlap)} of their joint volume."),
            tag("p", f"Other inputs were restricted too: {also}.") if also else None,
        ),
    )


def _clauses(box: Box, views: dict[str, View]) -> str:
    clauses = [views[name].clause(limit) for name, limit in box.limits.items()]
    return " and ".join(clauses) or "everywhere"


def _scores(scores: pd.DataFrame) -> Markup:
    rows = [
        (str(position), *(number(float(row[name])) for name in _SCORES))
        for position, row in enumerate(scores.to_dict("records"))
    ]
    return table(_HEAD, rows, numeric=range(1, len(_HEAD)))
