"""The page of an emulation: how good the student is, and which inputs matter to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from surrogate.estimates import Estimate
from surrogate.pages.markup import Markup, join, tag
from surrogate.pages.optimization import optimum_section
from surrogate.pages.pictures import picture, pictures
from surrogate.pages.regions import region_section
from surrogate.pages.sections import glossary, runs
from surrogate.pages.sentences import GLOSSARY, percent
from surrogate.pages.shell import Section, document, kicker_of
from surrogate.pages.tables import count, frame_table, number, pairs, table

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.emulation import Emulation
    from surrogate.optimization import Optimum
    from surrogate.sensitivity_analysis import Sensitivity

__all__ = ["emulation_page"]

_LABELS = {"q2": "Q2", "coverage": "interval coverage"}
_GLOSSARY = {
    "Q2": "The share of the outcome's variance that predictions of unseen runs explain: 1 is "
    "perfect, 0 is no better than the mean.",
    "Held-out folds": "Each run is predicted by a student fitted without it, with every choice "
    "made anew. This judges the procedure, with a little less data than the student has.",
    "Test runs": "Runs of a design of their own, which no choice depends on. They judge exactly "
    "this student.",
    "Interval coverage": "The share of unseen runs inside the student's intervals. It should be "
    "what the intervals aim at.",
    "Weight": "The share a member has in the mix. Weights are chosen to predict the held-out folds "
    "best.",
    "First-order index": "The share of the outcome's variance that an input explains alone.",
    "Total index": "The same with all interactions of the input: the share that would be left if "
    "all other inputs were known.",
}


def emulation_page(
    found: Emulation,
    sensitivity: Sensitivity | None = None,
    title: str | None = None,
    *,
    discovery: Discovery | None = None,
    certificate: Certificate | None = None,
    optimum: Optimum | None = None,
) -> str:
    """Return the page as text; the same emulation gives the same text, times apart."""
    question = f"Can {found.outcome} be predicted instead of simulated?"
    kicker = kicker_of("Surrogate", found.runs.provenance)
    sections = [
        Section("The answer", _answer(found), answer=True),
        Section("Predictions of unseen runs", _pictures(found)),
        Section("Scores, by kind", _scores(found)),
        Section("The members of the mix", _members(found)),
        *([Section("Which inputs matter", _inputs(sensitivity))] if sensitivity else []),
        *([region_section(discovery, certificate)] if discovery else []),
        *([optimum_section(optimum)] if optimum else []),
        Section("The runs", runs(found.runs)),
        Section("Where this comes from", pairs(found.provenance)),
        Section("Words", glossary(_GLOSSARY | (GLOSSARY if discovery else {}))),
    ]
    return document(question, kicker, sections, title=title)


def _answer(found: Emulation) -> Markup:
    kinds = [("by folds of the runs", found.held_out), ("on test runs", found.tested)]
    cards = [_card(kind, scores, found) for kind, scores in kinds if scores]
    n = len(found.runs.outcomes)
    sentence = f"A mix of models fitted on {n:,} runs predicts it in place of the simulator."
    return join(tag("p", sentence), tag("div", *cards, class_="cards"))


def _card(kind: str, scores: Mapping[str, Estimate], found: Emulation) -> Markup:
    q2, coverage = scores["q2"], scores["coverage"]
    aim = percent(found.confidence_level)
    items = [
        tag("dt", tag("b", _precise(q2.value)), " Q2"),
        tag("dd", f"of the outcome's variance is predicted, on {q2.n:,} unseen runs{_range(q2)}."),
        tag("dt", tag("b", number(coverage.value)), " interval coverage"),
        tag("dd", f"of {coverage.n:,} unseen runs lie inside intervals that aim at {aim}."),
    ]
    return tag("div", tag("h3", kind[:1].upper() + kind[1:]), tag("dl", *items))


def _range(q2: Estimate) -> str:
    if math.isnan(q2.low):
        return ""
    return f"; {_interval(q2, ' confidence')}"


def _interval(score: Estimate, noun: str = "") -> str:
    """Return the interval of a share with its level, or a dash."""
    if math.isnan(score.low):
        return "\N{EN DASH}"
    level = f"{100 * score.confidence_level:g}\N{NO-BREAK SPACE}%{noun}"
    return f"{_precise(score.low)} to {_precise(score.high)} ({level})"


def _precise(value: float) -> str:
    """Return a share near 1 with as many decimals as tell how near, others with three."""
    missing = abs(1 - value)
    if not 0 < missing < 1:
        return number(value)
    return f"{value:.{max(3, 2 - math.ceil(math.log10(missing)))}f}"


def _pictures(found: Emulation) -> Markup:
    from surrogate import plots

    against = picture(
        lambda ax: plots.predictions(found, ax=ax),
        alt="Predicted against simulated outcome of unseen runs, with intervals",
        caption=f"Every point is a run that the student had not seen; bars are its "
        f"{percent(found.confidence_level)} intervals.",
    )
    held = picture(
        lambda ax: plots.coverage(found, ax=ax),
        alt="Share of held-out runs inside the intervals against the share aimed at",
        caption="Intervals that hold lie on the line; bars are 95\N{NO-BREAK SPACE}% confidence.",
    )
    return pictures(against, held)


def _scores(found: Emulation) -> Markup:
    rows = [
        (kind, _LABELS[name], _precise(each.value), _interval(each), count(each.n), each.data)
        for kind, scores in (("held-out folds", found.held_out), ("test runs", found.tested))
        for name, each in scores.items()
    ]
    head = ("kind", "measure", "value", "interval", "n", "measured on")
    return table(head, rows, numeric=[2, 3, 4])


def _members(found: Emulation) -> Markup:
    note = "Q2 and error of each member on the same held-out folds; the error in units of y."
    return join(tag("p", note), frame_table(found.student.scores_))


def _inputs(sensitivity: Sensitivity) -> Markup:
    from surrogate import plots

    drawn = picture(
        lambda ax: plots.indices(sensitivity, ax=ax),
        alt=f"{sensitivity.method} indices of the inputs with their intervals",
        caption=f"Bars are 95\N{NO-BREAK SPACE}% intervals of {sensitivity.interval_of}.",
    )
    ranked = sensitivity.table.sort_values(sensitivity.ranked_by, ascending=False)
    repair = tag("p", f"{sensitivity.repair}.", class_="note") if sensitivity.repair else None
    return join(pictures(drawn), frame_table(ranked), repair)
