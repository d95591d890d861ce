"""The reference names everything public, once."""

from __future__ import annotations

import re
from pathlib import Path

import surrogate

ROOT = Path(__file__).parents[2]


def test_the_reference_has_every_public_name_once() -> None:
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "api").glob("*.rst")]
    named = re.findall(r"^\.\. auto\w+:: surrogate\.(\w+)$", "\n".join(pages), re.MULTILINE)
    # Errors are on their own page as a tree; plots and errors are modules.
    listed = sorted(set(named) - {"errors", "plots"})
    public = set(surrogate.__all__) - {"__version__", "SurrogateError", "SurrogateWarning"}
    assert listed == sorted(public)
    assert len(named) == len(set(named))
