"""Density against coverage along a peeling trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.errors import ArgumentError
from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery

__all__ = ["trade_off"]

_ON_RUNS = {"runs": ("s", "in-sample"), "held_out": ("^", "held out")}


def trade_off(
    found: Discovery | pd.DataFrame, *, chosen: int | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what each box of a trajectory trades: density against coverage.

    The table drawn is ``found.curve``: the teacher's estimates and, where the table has them, the
    values on the real runs, in-sample (columns ``coverage_runs`` and ``density_runs``) and on the
    folds that were held out (``coverage_held_out`` and ``density_held_out``).

    Parameters
    ----------
    found : Discovery or DataFrame
        A discovery, or a table with the columns ``coverage`` and ``density``, one row per box.
    chosen : int, optional
        Position of the box to mark; a discovery's own choice if not given.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If the table has no such columns or no such box.

    Examples
    --------
    >>> import pandas as pd
    >>> curve = pd.DataFrame({"coverage": [1.0, 0.9, 0.5], "density": [0.2, 0.6, 0.9]})
    >>> trade_off(curve, chosen=1).get_xlabel()
    'coverage: share of the cases inside'
    """
    curve = _table(found)
    chosen = getattr(found, "index", None) if chosen is None and curve is not found else chosen
    ax = canvas(ax)
    label = "teacher's estimate" if curve is not found else None
    ax.plot(curve["coverage"], curve["density"], "-o", color=OTHER, markersize=4, label=label)
    for suffix, (marker, name) in _ON_RUNS.items():
        if {f"coverage_{suffix}", f"density_{suffix}"} <= set(curve.columns):
            ax.scatter(
                curve[f"coverage_{suffix}"],
                curve[f"density_{suffix}"],
                marker=marker,
                s=14,
                facecolors="none",
                edgecolors="0.5",
                label=name,
            )
    if chosen is not None:
        _mark(ax, curve, chosen)
    ax.set(
        xlabel="coverage: share of the cases inside",
        ylabel="density: share of cases among those inside",
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
    )
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="lower left", frameon=False)
    return ax


def _table(found: Discovery | pd.DataFrame) -> pd.DataFrame:
    curve = getattr(found, "curve", found)
    columns = list(getattr(curve, "columns", ()))
    if not {"coverage", "density"} <= set(columns):
        raise ArgumentError(
            "trade_off draws a discovery or a table with the columns 'coverage' and 'density'; "
            f"got {type(found).__name__}" + (f" with the columns {columns}" if columns else "")
        )
    return curve


def _mark(ax: Axes, curve: pd.DataFrame, chosen: int) -> None:
    if not 0 <= chosen < len(curve):
        raise ArgumentError(f"chosen must be a box from 0 to {len(curve) - 1}; got {chosen}")
    row = curve.iloc[chosen]
    ax.plot(
        [row["coverage"]],
        [row["density"]],
        marker="D",
        linestyle="none",
        markersize=9,
        markerfacecolor="none",
        markeredgewidth=2,
        color=CASE,
        label=f"box {chosen}",
    )
