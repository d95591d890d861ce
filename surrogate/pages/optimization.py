"""The page of an optimum: the best run, and how the search came to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from surrogate.pages.markup import Markup, join, tag
from surrogate.pages.pictures import picture, pictures
from surrogate.pages.sections import runs
from surrogate.pages.shell import Section, document, kicker_of
from surrogate.pages.tables import pairs, table

if TYPE_CHECKING:
    from surrogate.optimization import Optimum

__all__ = ["optimization_page", "optimum_section"]


def optimization_page(found: Optimum, title: str | None = None) -> str:
    """Return the page as text; the same optimum gives the same text, times apart."""
    kicker = kicker_of("Optimum", found.runs.provenance)
    sections = [
        optimum_section(found),
        Section("The runs", runs(found.runs)),
        Section("Where this comes from", pairs({**found.runs.provenance, "seed": found.seed})),
    ]
    return document(f"Where is {found.objective} least?", kicker, sections, title=title)


def optimum_section(found: Optimum) -> Section:
    """Return the best run with its inputs and outcomes, and the search as a picture."""
    from surrogate import plots

    drawn = picture(
        lambda ax: plots.convergence(found, ax=ax),
        alt=f"{found.objective} of every run, and the least so far",
        caption="Every point is a run of the simulator; faint ones break a constraint.",
    )
    content = join(_answer(found), pictures(drawn), _best_run(found))
    return Section(f"The least {found.objective}", content, answer=True)


def _answer(found: Optimum) -> Markup:
    n = len(found.history)
    n_fresh = int((found.history["origin"] == "proposed").sum())
    under = f" where {' and '.join(found.constraints)}" if found.constraints else ""
    if found.best is None:
        return tag(
            "p", f"None of {n:,} runs is one{under}. Relax the constraints, or ask for more."
        )
    words = f" is the least {found.objective}{under}, in {n:,} runs, {n_fresh:,} of them proposed."
    gain = f"That is {found.gain.value:.3g} less than the {found.gain.data}."
    if math.isnan(found.gain.value):
        gain = "None of the runs before the search meets the constraints."
    return join(tag("p", tag("b", f"{found.value:.6g}"), words), tag("p", gain))


def _best_run(found: Optimum) -> Markup | None:
    if found.best is None:
        return None
    space = found.runs.space
    rows = [
        (str(name), _text(value), getattr(space.parameters.get(name), "unit", None) or "")
        for name, value in found.best.items()
    ]
    return table(("of the best run", "value", "unit"), rows, numeric=[1])


def _text(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)
