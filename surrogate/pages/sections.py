"""The sections of the page that need no script, from a discovery to HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from surrogate.estimates import Estimate
from surrogate.pages.markup import Markup, join, tag
from surrogate.pages.scores import ordered
from surrogate.pages.sentences import (
    LABELS,
    certified_meaning,
    cross_fitted_meaning,
    percent,
)
from surrogate.pages.shell import heading, kicker_of
from surrogate.pages.tables import failures_table, frame_table, number, pairs, table
from surrogate.plots.cases import runs_and_cases

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs
    from surrogate.regions import Box

__all__ = ["answer", "glossary", "header", "legend", "provenance", "runs", "status", "teacher"]


def header(found: Discovery, title: str | None) -> Markup:
    """Return the question: the case, the simulator, how many runs and cases there are."""
    _, is_case = runs_and_cases(found.runs, found.case)
    n, n_cases = len(is_case), int(is_case.sum())
    kicker = kicker_of("Scenario discovery", found.runs.provenance)
    question = join("When is ", tag("code", str(found.case)), "?")
    share = f" ({percent(n_cases / n)})" if n else ""
    counted = tag("p", f"{n_cases:,} of {n:,} runs{share} are cases of interest.", class_="note")
    return join(heading(question, kicker, title), counted)


def answer(found: Discovery, clauses: list[str], certificate: Certificate | None) -> Markup:
    """Return the rule in words and what is known about it."""
    words = clauses or ["everywhere: no input is restricted"]
    return join(
        tag("ul", *(tag("li", clause) for clause in words), class_="rule"),
        tag("p", _sentence(found.choice), class_="note"),
        tag("div", _certified(found, certificate), _cross_fitted(found), class_="cards"),
    )


def status(found: Discovery) -> str:
    """Return one sentence about the chosen box, for readers without a script."""
    row = found.curve.iloc[found.index]
    return (
        f"Box {found.index} (of 0 to {len(found.trajectory) - 1}): "
        f"density {number(row['density'])}, coverage {number(row['coverage'])}, "
        f"mass {number(row['mass'])} by the teacher\N{RIGHT SINGLE QUOTATION MARK}s estimate."
    )


def legend(certificate: Certificate | None, *, in_sample: bool) -> Markup:
    """Return what the marks of the trade-off curve mean."""
    marks = [(tag("circle", cx=6, cy=6, r=4, class_="point"), "teacher's estimate")]
    if in_sample:
        square = tag("rect", x=3, y=3, width=6, height=6, class_="in-sample")
        marks.append((square, "in-sample, on real runs"))
    marks.append((tag("circle", cx=6, cy=6, r=4.5, class_="ring"), "the picked box"))
    if certificate is not None:
        diamond = tag("g", tag("path", d="M6 1l5 5l-5 5l-5-5z"), class_="certified")
        marks.append((diamond, "certified, with intervals"))
    items = [
        tag("li", tag("svg", mark, viewBox="0 0 12 12", aria_hidden="true"), text)
        for mark, text in marks
    ]
    return tag("ul", *items, class_="legend")


def teacher(found: Discovery) -> Markup:
    """Return which model labelled the transfer set, what it limits, and what it was chosen from."""
    return join(
        tag("p", _sentence(found.teacher_sentence)),
        tag("p", _sentence(str(found.ceiling))),
        frame_table(found.teacher_scores),
    )


def runs(asked: Runs) -> Markup:
    """Return the runs by status and the failed ones by reason."""
    counts = asked.status.value_counts()
    rows = [(name, f"{count:,}") for name, count in counts.items()]
    failures = asked.failures
    if len(failures) == 0:
        return join(table(("status", "runs"), rows, numeric=[1]), tag("p", "No run failed."))
    return join(
        table(("status", "runs"), rows, numeric=[1]),
        tag("h3", "Why runs failed"),
        failures_table(failures),
    )


def provenance(found: Discovery) -> Markup:
    """Return the seed and where discovery and runs come from."""
    of_runs = dict(found.runs.provenance)
    own = {name: value for name, value in found.provenance.items() if of_runs.get(name) != value}
    return join(
        tag("h3", "The discovery"),
        pairs({**own, "seed": found.seed}),
        tag("h3", "The runs"),
        pairs(of_runs),
    )


def glossary(words: Mapping[str, str]) -> Markup:
    """Return the words of a page and what they mean."""
    items = [tag("div", tag("dt", word), tag("dd", text)) for word, text in words.items()]
    return tag("dl", *items, class_="glossary")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _certified(found: Discovery, certificate: Certificate | None) -> Markup:
    title = tag("h3", "Certified: this region, by fresh runs")
    if certificate is None:
        call = f"certificate = sg.certify(found.box, simulator, {str(found.case)!r})"
        advice = "Nothing here has been checked by fresh runs of the simulator yet. To do so:"
        return tag("div", title, tag("p", advice), tag("pre", call))
    scores = {"density": certificate.density, "coverage": certificate.coverage}
    n_fresh = certificate.n_box + certificate.n_space
    failed = f"{certificate.n_failed:,} of {n_fresh:,} fresh runs failed; they count against it."
    return tag(
        "div",
        title,
        None if certificate.box == found.box else _other_region(certificate.box),
        tag("p", certificate.statement()),
        _explained(scores, certified_meaning),
        tag("p", failed, class_="note") if certificate.n_failed else None,
    )


def _other_region(box: Box) -> Markup:
    text = "The certificate is not about the chosen box but about this region: "
    return tag("p", tag("b", text), tag("code", box.rule()))


def _cross_fitted(found: Discovery) -> Markup:
    title = tag("h3", "Cross-fitted: the way it was found, on unseen runs")
    if not found.scores:
        return tag("div", title, tag("p", "Not measured: discover was told n_folds=0."))
    return tag("div", title, _explained(ordered(found.scores), cross_fitted_meaning))


def _explained(scores: dict[str, Estimate], meaning: Callable[[str, Estimate], str]) -> Markup:
    items = []
    for name, estimate in scores.items():
        items.append(tag("dt", tag("b", number(estimate.value)), f" {LABELS.get(name, name)}"))
        items.append(tag("dd", meaning(name, estimate)))
    return tag("dl", *items)
