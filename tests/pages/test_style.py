"""The style: readable in both schemes."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

STYLE = files("surrogate.pages").joinpath("page.css").read_text(encoding="utf-8")


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours of the light and of the dark scheme."""
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    )
    return {"light": light, "dark": dark}


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_text_stands_out(scheme: str, ground: str) -> None:
    palette = palettes()[scheme]
    for ink in ("ink", "soft", "accent"):
        assert contrast(palette[ink], palette[ground]) >= 4.5, ink


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out(scheme: str) -> None:
    palette = palettes()[scheme]
    for mark in ("case", "other"):
        assert contrast(palette[mark], palette["paper"]) >= 3, mark
