"""What every page shares: one file, its style inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any

from surrogate.pages.markup import Markup, join, script_json, tag

__all__ = ["Section", "document", "heading", "kicker_of", "page", "part"]


@dataclass(frozen=True)
class Section:
    """One part of a page.

    Parameters
    ----------
    title : str
    content : Markup
    answer : bool
        Whether it is what the reader came for: drawn as a card.
    """

    title: str
    content: Markup
    answer: bool = False

    def markup(self) -> Markup:
        """Return the section as HTML."""
        heading = tag("h2", self.title)
        return tag("section", heading, self.content, class_="answer" if self.answer else None)


def document(
    question: str, kicker: str, sections: Sequence[Section], *, title: str | None = None
) -> str:
    """Return a page without a script: a heading and sections one after another.

    Parameters
    ----------
    question : str
        What the page answers.
    kicker : str
        A few words above the title: what kind of page this is, and of what.
    sections : sequence of Section
    title : str, optional
        Stands above the question; by default the question is the title.

    Examples
    --------
    >>> text = document("A < B?", "Example", [Section("Why", tag("p", "C & D"))])
    >>> "<h1>A &lt; B?</h1>" in text, "<script" in text
    (True, False)
    """
    main = join(*(section.markup() for section in sections))
    return page(title or question, heading(question, kicker, title), main)


def heading(question: object, kicker: str, title: str | None) -> Markup:
    """Return what stands above the sections."""
    asked = tag("p", question) if title else None
    return join(tag("p", kicker, class_="kicker"), tag("h1", title or question), asked)


def kicker_of(kind: str, provenance: Mapping[str, Any]) -> str:
    """Return what kind of page this is, and of which simulator's runs."""
    simulator = provenance.get("simulator")
    return f"{kind} \N{MIDDLE DOT} {simulator}" if simulator else kind


def page(title: str, header: Markup, main: Markup, *, script: str = "", data: Any = None) -> str:
    """Return a whole page as text; the same content gives the same text.

    Parameters
    ----------
    title : str
        For the browser's window.
    header, main : Markup
    script : str
        JavaScript of our own; none for a page that only shows.
    data : dict or list
        What the script works with.
    """
    style = part("page.css")
    return Template(part("page.html")).substitute(
        policy=_policy(style, script, pictures="<img " in main),
        title=join(title),
        style=style,
        header=header,
        main=main,
        scripts=_scripts(script, data),
    )


def part(name: str) -> str:
    """Return a text file of this folder."""
    return files("surrogate.pages").joinpath(name).read_text(encoding="utf-8")


def _scripts(script: str, data: Any) -> Markup:
    if not script:
        return Markup("")
    inert = tag("script", script_json(data), type="application/json", id="data")
    return join(inert, "\n", tag("script", Markup(script)), "\n")


def _policy(style: str, script: str, *, pictures: bool) -> str:
    """Return a content policy that admits this style, this script and pictures in the file only."""
    rules = ["default-src 'none'", f"style-src {_digest(style)}"]
    rules += [f"script-src {_digest(script)}"] if script else []
    rules += ["img-src data:"] if pictures else []
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
