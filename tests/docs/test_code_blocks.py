"""Every code block of the README and the documentation is one that runs.

Pages that say ``mystnb`` at their head are run by the documentation build, which shows what they
answer and fails where they do; the others are run here, each in one namespace.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import pytest

from surrogate import cli

ROOT = Path(__file__).parents[2]
PYTHON = {"python", "{code-cell} python"}
SHOWN_ONLY = {"console", "text", "toml", "{toctree}", "{figure}", "{glossary}", "{include}"}
_FENCE = re.compile(r"^```(?P<kind>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: what it says it is, its text, and the line where the text begins."""

    kind: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    content = page.read_text(encoding="utf-8")
    return [
        Block(found["kind"].strip(), found["text"], content.count("\n", 0, found.start("text")))
        for found in _FENCE.finditer(content)
    ]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


# docs/examples and docs/_build are made by a build
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted((ROOT / "docs" / "how-to").glob("*.md"))
WITH_CODE = [page for page in PAGES if any(block.kind in PYTHON for block in blocks(page))]
RUN_HERE = [page for page in WITH_CODE if "\nfile_format: mystnb\n" not in page.read_text("utf-8")]


@pytest.mark.parametrize("page", [page for page in WITH_CODE if page not in RUN_HERE], ids=named)
def test_a_page_that_the_build_runs_has_cells_only(page: Path) -> None:
    assert {block.kind for block in blocks(page) if block.kind in PYTHON} == {"{code-cell} python"}


@pytest.mark.parametrize("page", RUN_HERE, ids=named)
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mpl.use("agg")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.kind in PYTHON:
            # blank lines in front, so that a traceback names the line of the page
            code = compile("\n" * block.line + block.text, str(page), "exec")
            exec(code, namespace)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_says_what_it_is(page: Path) -> None:
    fences = re.findall(r"^ *```", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks(page)), "a block has no language, or is indented"
    unknown = {
        block.kind
        for block in blocks(page)
        if block.kind not in PYTHON and block.kind.split()[0] not in SHOWN_ONLY
    }
    assert not unknown


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_command_lines_of_a_page_are_understood(page: Path) -> None:
    shell = "\n".join(block.text for block in blocks(page) if block.kind == "console")
    for command in re.split(r"\n|&&", shell):
        program, *arguments = shlex.split(command) or [""]
        if Path(program).name == "surrogate":
            cli._parser().parse_args(arguments)  # leaves the program where it does not understand
