"""The page of a discovery: its boxes to pick from."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from surrogate.pages import sections
from surrogate.pages.content import page_data
from surrogate.pages.curve import curve_svg
from surrogate.pages.markup import Markup, join
from surrogate.pages.regions import several_regions, stable_limits
from surrogate.pages.scores import scores_table
from surrogate.pages.sentences import GLOSSARY
from surrogate.pages.shell import page, part

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.regions import Covering, Stability

__all__ = ["discovery_page"]


def discovery_page(
    found: Discovery,
    certificate: Certificate | None = None,
    title: str | None = None,
    *,
    regions: Covering | None = None,
    stability: Stability | None = None,
) -> str:
    """Return the page as text; the same discovery gives the same text."""
    more = [several_regions(found, regions)] if regions is not None else []
    more += [stable_limits(found, stability)] if stability is not None else []
    data = page_data(found, certificate)
    chosen = data["boxes"][found.index]
    clauses = [data["limits"][position][1] for position in chosen["limits"]]
    in_sample = "coverage_runs" in found.curve
    main = Template(part("discovery.html")).substitute(
        answer=sections.answer(found, clauses, certificate),
        curve=curve_svg(found.curve, found.index, certificate),
        legend=sections.legend(certificate, in_sample=in_sample),
        last=len(found.trajectory) - 1,
        chosen=found.index,
        status=join(sections.status(found)),
        rule=join(chosen["rule"]),
        more=join(*(section.markup() for section in more)),
        scores=scores_table(found, certificate),
        teacher=sections.teacher(found),
        runs=sections.runs(found.runs),
        provenance=sections.provenance(found),
        glossary=sections.glossary(GLOSSARY),
    )
    return page(
        title or f"When is {found.case}?",
        sections.header(found, title),
        Markup(main),
        script=part("discovery.js"),
        data=data,
    )
