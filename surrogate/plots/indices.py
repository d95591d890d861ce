"""How much each input matters, with intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.sensitivity_analysis import Sensitivity

__all__ = ["indices"]

_CALLED = {"sobol": "Sobol", "analytic": "Sobol", "morris": "Morris"} | {
    name: name.upper() for name in ("dgsm", "pawn", "rsa")
}

_LABELS = {
    "first": "alone (first order)",
    "total": "with its interactions (total)",
    "mu_star": "mean absolute effect",
    "dgsm": "upper bound of the total index",
    "delta": "delta",
    "median": "median distance of distributions",
    "maximum": "largest distance over the bins",
}


def indices(found: Sensitivity, *, ax: Axes | None = None) -> Axes:
    """Draw the indices of each input, the one that matters most on top.

    The table drawn is ``found.table``: total and first-order indices for Sobol and the analytic
    method, otherwise the measure that inputs are ranked by.

    Parameters
    ----------
    found : Sensitivity
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    columns = [name for name in (found.ranked_by, "first") if name in found.table]
    table = found.table.sort_values(columns[0], ascending=False)
    for position, (column, color, marker) in enumerate(
        zip(columns, (OTHER, CASE), ("o", "s"), strict=False)
    ):
        value = table[column].to_numpy(dtype=float)
        rows = np.arange(len(table)) + 0.16 * (2 * position - len(columns) + 1)
        if f"{column}_low" in table:
            ends = table[[f"{column}_low", f"{column}_high"]].to_numpy(dtype=float)
            ax.hlines(rows, ends[:, 0], ends[:, 1], color=color, linewidth=2)
        ax.plot(value, rows, marker, color=color, label=_LABELS.get(column, column))
    ax.axvline(0, color="0.8", linewidth=1)
    ax.set_yticks(range(len(table)), [str(name) for name in table.index])
    ax.set(
        ylim=(len(table) - 0.5, -0.5), xlabel=f"{_CALLED.get(found.method, found.method)} indices"
    )
    if not math.isnan(float(table[columns[0]].iloc[0])):
        ax.legend(frameon=False)
    return ax
