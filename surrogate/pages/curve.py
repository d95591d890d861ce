"""The trade-off curve as SVG: readable without a script, and what the script lets you click."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from surrogate.pages.markup import Markup, join, tag

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.certificates import Certificate
    from surrogate.estimates import Estimate

__all__ = ["curve_svg"]

_WIDTH, _HEIGHT = 460, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 46


def curve_svg(curve: pd.DataFrame, chosen: int, certificate: Certificate | None = None) -> Markup:
    """Return density against coverage, one point per box.

    Parameters
    ----------
    curve : DataFrame
        ``found.curve``: the teacher's estimates, and in-sample values in ``*_runs``.
    chosen : int
        Position of the chosen box.
    certificate : Certificate, optional
        Drawn as a diamond with its intervals.
    """
    row = curve.iloc[chosen]
    return tag(
        "svg",
        tag("title", "Density against coverage, one point per box"),
        _axes(),
        _in_sample(curve),
        _line(curve),
        _points(curve),
        _certified(certificate),
        tag("circle", id="ring", r=9, cx=_x(row["coverage"]), cy=_y(row["density"])),
        id="curve",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
    )


def _x(coverage: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * _share(coverage), 1)


def _y(density: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * _share(density), 1)


def _share(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _known(curve: pd.DataFrame, *columns: str) -> pd.DataFrame:
    present = [column for column in columns if column in curve]
    return curve[present].dropna() if len(present) == len(columns) else curve.iloc[:0]


def _axes() -> Markup:
    marks = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        grid = {"class_": "grid"}
        marks += [
            tag("line", x1=_x(tick), x2=_x(tick), y1=_y(0), y2=_y(1), **grid),
            tag("line", x1=_x(0), x2=_x(1), y1=_y(tick), y2=_y(tick), **grid),
            tag("text", f"{tick:g}", x=_x(tick), y=_y(0) + 16, text_anchor="middle"),
            tag("text", f"{tick:g}", x=_x(0) - 7, y=_y(tick) + 4, text_anchor="end"),
        ]
    middle = _y(0.5)
    return join(
        *marks,
        tag("text", "coverage", x=_x(0.5), y=_HEIGHT - 8, class_="axis", text_anchor="middle"),
        tag(
            "text",
            "density",
            x=14,
            y=middle,
            class_="axis",
            text_anchor="middle",
            transform=f"rotate(-90 14 {middle})",
        ),
    )


def _in_sample(curve: pd.DataFrame) -> Markup:
    rows = _known(curve, "coverage_runs", "density_runs").itertuples(index=False)
    squares = "".join(f"M{_x(x) - 2.5:.1f} {_y(y) - 2.5:.1f}h5v5h-5z" for x, y in rows)
    return tag("path", d=squares, class_="in-sample")


def _line(curve: pd.DataFrame) -> Markup:
    rows = _known(curve, "coverage", "density").itertuples(index=False)
    return tag("polyline", points=" ".join(f"{_x(x)},{_y(y)}" for x, y in rows), class_="line")


def _points(curve: pd.DataFrame) -> Markup:
    points = []
    for index, (x, y) in enumerate(zip(curve["coverage"], curve["density"], strict=True)):
        if math.isfinite(x) and math.isfinite(y):
            hint = tag("title", f"box {index}: coverage {x:.3f}, density {y:.3f}")
            points.append(tag("circle", hint, cx=_x(x), cy=_y(y), r=4, data_box=index))
    return tag("g", *points, class_="point")


def _certified(certificate: Certificate | None) -> Markup | None:
    if certificate is None or not math.isfinite(certificate.coverage.value):
        return None
    coverage, density = certificate.coverage, certificate.density
    x, y = _x(coverage.value), _y(density.value)
    return tag(
        "g",
        tag("title", "certified: what fresh runs of the simulator say"),
        tag("line", x1=_x(_low(coverage)), x2=_x(_high(coverage)), y1=y, y2=y),
        tag("line", x1=x, x2=x, y1=_y(_low(density)), y2=_y(_high(density))),
        tag("path", d=f"M{x} {y - 6}l6 6l-6 6l-6-6z"),
        class_="certified",
    )


def _low(estimate: Estimate) -> float:
    return estimate.value if math.isnan(estimate.low) else estimate.low


def _high(estimate: Estimate) -> float:
    return estimate.value if math.isnan(estimate.high) else estimate.high
