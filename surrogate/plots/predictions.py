"""Predictions of a student against the simulator, and how often its intervals hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from surrogate.diagnostics import LEVELS
from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.emulation import Emulation

__all__ = ["coverage", "predictions"]

_MARKS = {"held-out folds": (OTHER, "o"), "test runs": (CASE, "s")}


def predictions(found: Emulation, *, ax: Axes | None = None) -> Axes:
    """Draw what was predicted of unseen runs against what the simulator said.

    The table drawn is ``found.predictions``; bars are the intervals.

    Parameters
    ----------
    found : Emulation
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    table = found.predictions
    ends = [table["simulated"].min(), table["simulated"].max()]
    ax.plot(ends, ends, color="0.6", linewidth=1)
    for kind, rows in table.groupby("kind"):
        color, marker = _MARKS[str(kind)]
        ax.errorbar(
            rows["simulated"],
            rows["predicted"],
            yerr=np.abs(rows[["low", "high"]].to_numpy().T - rows["predicted"].to_numpy()),
            fmt=marker,
            color=color,
            markersize=3.5,
            elinewidth=0.8,
            alpha=0.7,
            label=kind,
        )
    ax.set(xlabel=f"{found.outcome}, simulated", ylabel=f"{found.outcome}, predicted")
    ax.legend(frameon=False)
    return ax


def coverage(found: Emulation, *, ax: Axes | None = None) -> Axes:
    """Draw the share of held-out runs inside intervals against the share that they aim at.

    The values drawn are ``found.student.interval_coverage(level)`` with their own intervals.

    Parameters
    ----------
    found : Emulation
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    measured = [found.student.interval_coverage(level) for level in LEVELS]
    value = np.array([each.value for each in measured])
    ends = np.array([[each.low for each in measured], [each.high for each in measured]])
    ax.plot([0.4, 1], [0.4, 1], color="0.6", linewidth=1)
    ax.errorbar(LEVELS, value, yerr=np.abs(ends - value), fmt="o", color=OTHER, capsize=3)
    ax.set(
        xlim=(0.45, 1),
        ylim=(min(0.45, ends.min() - 0.02), 1.02),
        xlabel="coverage aimed at",
        ylabel="coverage measured on held-out folds",
    )
    return ax
