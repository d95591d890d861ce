"""Scores with their intervals, one line each, never mixing the kinds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.estimates import Estimate

__all__ = ["scores"]


def scores(
    found: Discovery, *, certificate: Certificate | None = None, ax: Axes | None = None
) -> Axes:
    """Draw cross-fitted and certified scores as points with intervals.

    The tables drawn are ``found.scores`` (cross-fitted on real runs: they judge the procedure) and
    the certificate's density and coverage (fresh runs: they judge its box). The two kinds have
    different colours and markers.

    Parameters
    ----------
    found : Discovery
    certificate : Certificate, optional
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    lines = [(f"{name}, cross-fitted", estimate, False) for name, estimate in found.scores.items()]
    if certificate is not None:
        names = ("density", "coverage")
        lines += [(f"{name}, certified", getattr(certificate, name), True) for name in names]
    ax = canvas(ax)
    for row, (_, estimate, certified) in enumerate(lines):
        _draw_estimate(ax, row, estimate, certified=certified)
    ax.set_yticks(range(len(lines)), [label for label, _, _ in lines])
    ax.set(xlim=(-0.02, 1.02), ylim=(len(lines) - 0.5, -0.5), xlabel="score (interval, n)")
    ax.grid(visible=True, axis="x", color="0.9")
    ax.set_axisbelow(True)
    return ax


def _draw_estimate(ax: Axes, row: int, estimate: Estimate, *, certified: bool) -> None:
    color, marker = (CASE, "D") if certified else (OTHER, "o")
    if not math.isnan(estimate.low):
        ax.hlines(row, estimate.low, estimate.high, color=color, linewidth=2)
    ax.plot([estimate.value], [row], marker=marker, color=color, linestyle="none")
    ax.annotate(
        f"n={estimate.n}",
        (estimate.value, row),
        xytext=(0, 7),
        textcoords="offset points",
        ha="center",
        fontsize="x-small",
    )
