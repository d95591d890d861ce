"""Coverage, density, mass and the number of restricted inputs along a peeling trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate.errors import ArgumentError
from surrogate.plots.canvas import CASE, OTHER, canvas
from surrogate.regions import PeelingTrajectory

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery

__all__ = ["trajectory"]

_LINES: dict[str, dict[str, Any]] = {
    "coverage": {"color": CASE, "marker": "o", "linestyle": "-"},
    "density": {"color": OTHER, "marker": "s", "linestyle": "--"},
    "mass": {"color": "0.4", "marker": "^", "linestyle": ":"},
}


def trajectory(
    found: Discovery | PeelingTrajectory | pd.DataFrame,
    *,
    chosen: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how coverage, density and mass change from box to box.

    The table drawn is ``found.curve`` (the teacher's estimates), or ``trajectory.to_frame()`` (in
    sample), or the one given. The number of restricted inputs is the grey staircase, on an axis of
    its own at the right.

    Parameters
    ----------
    found : Discovery, PeelingTrajectory or DataFrame
        A table has the columns ``coverage``, ``density``, ``mass`` and ``n_restricted``, one row
        per box, like that of `PeelingTrajectory.evaluate`.
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
        If the table lacks a column, or there is no such box.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"coverage": [1.0, 0.9], "density": [0.2, 0.6]})
    >>> ax = trajectory(table.assign(mass=[1.0, 0.5], n_restricted=[0, 1]))
    >>> ax.get_xlabel()
    'box'
    """
    table, data, choice = _table(found)
    chosen = choice if chosen is None else chosen
    if chosen is not None and not 0 <= chosen < len(table):
        raise ArgumentError(f"chosen must be a box from 0 to {len(table) - 1}; got {chosen}")
    from matplotlib.ticker import MaxNLocator

    ax = canvas(ax)
    stairs = ax.twinx()
    steps = range(len(table))
    stairs.step(steps, table["n_restricted"], where="mid", color="0.75", linewidth=1)
    stairs.set_ylabel("restricted inputs (grey)", color="0.4")
    stairs.set_ylim(0, max(int(table["n_restricted"].max()), 1) * 1.05)
    stairs.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_zorder(stairs.get_zorder() + 1)
    ax.patch.set_visible(False)
    for name, style in _LINES.items():
        ax.plot(steps, table[name], markersize=3.5, label=name, **style)
    if chosen is not None:
        ax.axvline(chosen, color="0.2", linewidth=1, label=f"box {chosen}")
    ax.set(xlabel="box", ylabel=f"share, {data}" if data else "share", ylim=(-0.02, 1.02))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1), fontsize="small")
    return ax


def _table(
    found: Discovery | PeelingTrajectory | pd.DataFrame,
) -> tuple[pd.DataFrame, str, int | None]:
    """Return the table to draw, whose shares these are, and the box to mark."""
    if isinstance(found, PeelingTrajectory):
        return found.to_frame(), "in-sample", None
    table: Any = found if isinstance(found, pd.DataFrame) else getattr(found, "curve", None)
    needed = [*_LINES, "n_restricted"]
    if not set(needed) <= set(getattr(table, "columns", ())):
        raise ArgumentError(
            f"trajectory draws a discovery, a PeelingTrajectory or a table with the columns "
            f"{', '.join(needed)}; got {type(found).__name__}"
        )
    if isinstance(found, pd.DataFrame):
        return table, str(found.attrs.get("data", "")), None
    return table, "teacher's estimate", found.index
