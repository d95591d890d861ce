"""The page of a distillation: how much of a teacher fits into a student one can read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from surrogate.pages.markup import Markup, join, tag
from surrogate.pages.pictures import picture, pictures
from surrogate.pages.sections import glossary
from surrogate.pages.shell import Section, document
from surrogate.pages.tables import count, number, pairs, table

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.distillation import Distillation
    from surrogate.students import Rule

__all__ = ["distillation_page"]

_N_RULES = 6
_N_IMAGES = 24

_CARDS = {
    "accuracy of the student": "of unseen rows are told right by the student.",
    "fidelity on these rows": "of unseen rows get the same label from student and teacher.",
    "accuracy of the teacher": "of unseen rows are told right by the teacher.",
    "accuracy of the student fitted on the original rows alone": "would be told right by the same "
    "student without a teacher, from the labelled rows alone.",
}
_GLOSSARY = {
    "Teacher": "The model that labels the transfer set. Here it is accurate and hard to read.",
    "Transfer set": "The rows the student is fitted on, with the teacher's labels.",
    "Fidelity": "The share of rows on which the student says what the teacher says. It is no "
    "quality: a student may follow a wrong teacher well.",
    "Purity": "The share of right labels in the transfer set, where the truth happens to be known.",
    "Leaf": "A rule of the tree. Every row ends in exactly one.",
    "Support": "The share of unseen rows that a rule applies to.",
}


def distillation_page(found: Distillation, title: str | None = None) -> str:
    """Return the page as text; the same distillation gives the same text, times apart."""
    question = "How much of the teacher is in the student?"
    sections = [
        Section("The answer", _answer(found), answer=True),
        *([Section("Learning and size", _curves(found))] if _has_curves(found) else []),
        Section("What is taken for what", _confusions(found)),
        *([Section("Images, and what both models say", _images(found))] if found.shape else []),
        *([Section("The rules that apply most often", _rules(found))] if _has_rules(found) else []),
        Section("Scores", _scores(found.scores)),
        Section("Where this comes from", pairs({**found.about, "student": found.chain.student_})),
        Section("Words", glossary(_GLOSSARY)),
    ]
    return document(question, "Metamorphosis", sections, title=title)


def _answer(found: Distillation) -> Markup:
    scores, items = found.scores, []
    for name, meaning in _CARDS.items():
        if name in scores.index:
            row = scores.loc[name]
            interval = f"{number(row['low'])} to {number(row['high'])}"
            items.append(tag("dt", tag("b", number(row["value"]))))
            items.append(tag("dd", f"{meaning} 95\N{NO-BREAK SPACE}% interval {interval}."))
    half = (len(items) // 4) * 2
    cards = [tag("div", tag("dl", *part)) for part in (items[:half], items[half:]) if part]
    notes = [tag("p", text) for text in found.about.values() if str(text).startswith("Note")]
    return join(tag("p", _sentence(found)), *notes, tag("div", *cards, class_="cards"))


def _sentence(found: Distillation) -> str:
    n = f"{found.chain.n_transfer_:,}"
    if hasattr(found.tree, "get_n_leaves"):
        student = f"One decision tree of {found.tree.get_n_leaves():,} leaves"
    else:
        student = "The student"
    return f"{student} was fitted on {n} rows that the teacher labelled."


def _has_curves(found: Distillation) -> bool:
    return found.learning is not None or found.sizes is not None


def _curves(found: Distillation) -> Markup:
    from surrogate import plots

    drawn = []
    if found.learning is not None:
        drawn.append(
            picture(
                lambda ax: plots.learning(found, ax=ax),
                alt="What the teacher came to by epoch",
                caption="The teacher while it learns, measured on what it learns from.",
            )
        )
    if found.sizes is not None:
        drawn.append(
            picture(
                lambda ax: plots.sizes(found, ax=ax),
                alt="Fidelity of trees by their number of leaves",
                caption="All sizes come from one fit. The size was chosen on the held-out rows "
                "drawn here, which are not the rows it is judged on.",
            )
        )
    return pictures(*drawn)


def _confusions(found: Distillation) -> Markup:
    from surrogate import plots

    def drawn(who: str) -> Markup:
        return picture(
            lambda ax: plots.confusion(found, who, ax=ax),
            alt=f"True labels against what the {who} says",
            caption=f"The {who}: unseen rows by true label and answer.",
            size=(5.4, 5.0),
        )

    return pictures(drawn("student"), drawn("teacher"))


def _images(found: Distillation) -> Markup:
    from surrogate import plots

    return picture(
        lambda ax: plots.sample_images(found, n=_N_IMAGES, ax=ax),
        alt="Images with the true label and the answers of teacher and student",
        caption="First images on which the two differ, then images on which they agree.",
        size=(9.6, 8.0),
    )


def _has_rules(found: Distillation) -> bool:
    from surrogate.students import DistilledTree

    return isinstance(found.tree, DistilledTree)


def _rules(found: Distillation) -> Markup:
    from surrogate import plots
    from surrogate.exports import extract_rules

    rules = extract_rules(found.tree, found.rows, found.y, data="unseen rows")[:_N_RULES]
    drawn = None
    if found.shape is not None:
        drawn = picture(
            lambda ax: plots.rule_planes(found, rules, ax=ax),
            alt="The pixels that the rules ask about, over the mean image they apply to",
            caption="Vermillion pixels must be inked, blue ones must be paper; underneath lies the "
            "mean of the images the rule applies to.",
            size=(9.6, 2.2),
        )
    return join(drawn, table(("rule", "answer", "support", "right"), map(_rule_row, rules)))


def _rule_row(rule: Rule) -> tuple[object, ...]:
    right = "\N{EN DASH}" if rule.probability is None else number(rule.probability.value)
    return tag("code", rule.condition(3)), rule.answer, number(rule.support.value), right


def _scores(scores: pd.DataFrame) -> Markup:
    rows = []
    for name, row in scores.iterrows():
        low, high = float(row["low"] or math.nan), float(row["high"] or math.nan)
        interval = "" if math.isnan(low) else f"{number(low)} to {number(high)}"
        rows.append((name, f"{row['value']:.4g}", interval, count(int(row["n"])), row["data"]))
    head = ("measure", "value", "95\N{NO-BREAK SPACE}% interval", "n", "measured on")
    return table(head, rows, numeric=[1, 2, 3])
