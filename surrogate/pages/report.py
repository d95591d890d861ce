"""One self-contained page per discovery."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from os import PathLike
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from surrogate.errors import ArgumentError
from surrogate.pages import sections
from surrogate.pages.content import page_data
from surrogate.pages.curve import curve_svg
from surrogate.pages.markup import join, script_json
from surrogate.pages.scores import scores_table

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery

__all__ = ["write_report"]


def write_report(
    found: Discovery,
    path: str | PathLike[str],
    *,
    certificate: Certificate | None = None,
    title: str | None = None,
) -> Path:
    """Write a discovery as one HTML file that opens anywhere, offline.

    The page holds the rule, the trade-off curve with every box to pick from, the runs on any two
    inputs, all scores by kind, and where everything comes from. It loads nothing, sends nothing,
    and shows the main facts without a script. The address ``star.html#23`` opens it at box 23,
    which is ``found.trajectory[23]``.

    Parameters
    ----------
    found : Discovery
    path : str or path
        The file to write; an existing one is replaced.
    certificate : Certificate, optional
        What fresh runs proved about a box.
    title : str, optional
        The heading; the question if not given.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        If the folder does not exist.

    Examples
    --------
    >>> import tempfile
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> simulator = sg.Simulator(lambda gain, delay: gain + delay - 0.9, space, outcomes=["growth"])
    >>> runs = sg.run(simulator, space.sample(64, rng=0), n_workers=0)
    >>> found = sg.discover(runs, "growth < 0", rng=0, n_transfer=1000, n_folds=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(found, f"{folder}/growth.html").name
    'growth.html'
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise ArgumentError(
            f"cannot write the report {str(target)!r}: there is no folder "
            f"{str(target.parent)!r}; create it first"
        )
    target.write_text(render(found, certificate, title), encoding="utf-8", newline="\n")
    return target


def render(
    found: Discovery, certificate: Certificate | None = None, title: str | None = None
) -> str:
    """Return the page as text; the same discovery gives the same text."""
    data = page_data(found, certificate)
    chosen = data["boxes"][found.index]
    clauses = [data["limits"][position][1] for position in chosen["limits"]]
    style, script = _part("page.css"), _part("page.js")
    in_sample = "coverage_runs" in found.curve
    return Template(_part("page.html")).substitute(
        policy=_policy(style, script),
        title=join(title or f"When is {found.case}?"),
        style=style,
        header=sections.header(found, title),
        answer=sections.answer(found, clauses, certificate),
        curve=curve_svg(found.curve, found.index, certificate),
        legend=sections.legend(certificate, in_sample=in_sample),
        last=len(found.trajectory) - 1,
        chosen=found.index,
        status=join(sections.status(found)),
        rule=join(chosen["rule"]),
        scores=scores_table(found, certificate),
        teacher=sections.teacher(found),
        runs=sections.runs(found),
        provenance=sections.provenance(found),
        glossary=sections.glossary(),
        data=script_json(data),
        script=script,
    )


def _part(name: str) -> str:
    return files("surrogate.pages").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return a content policy that admits this style and this script only."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
