"""The limits of a box inside the full ranges of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate.plots.canvas import OTHER, canvas
from surrogate.plots.views import View, view_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["box_limits"]


def box_limits(box: Any, space: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the restricted inputs of a box as bars inside their full ranges.

    The table drawn is ``box.limits``: one row per restricted input, the full range as a thin line,
    what the box admits as a bar, the limit in words at the right.

    Parameters
    ----------
    box : Box
    space : Space
        The space the box lives in: it gives ranges, units and categories.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    names = list(box.limits)
    for row, name in enumerate(names):
        limit = box.limits[name]
        view = view_of(name, space, limit)
        ax.hlines(row, 0, 1, color="0.6", linewidth=1)
        for interval in view.intervals(limit):
            left, right = view.position(interval)
            ax.barh(row, right - left, left=left, height=0.5, color=OTHER)
        ax.annotate(
            view.clause(limit), (1.0, row), xytext=(6, 0), textcoords="offset points", va="center"
        )
        _write_ends(ax, view, row)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlim=(-0.01, 1.01), ylim=(len(names) - 0.4, -0.6), xticks=[])
    ax.set_xlabel("full range of each input" if names else "nothing is restricted")
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    return ax


def _write_ends(ax: Axes, view: View, row: int) -> None:
    if view.labels:
        return
    for side, (end, align) in enumerate(zip(view.support, ("left", "right"), strict=True)):
        ax.annotate(
            view.number(end),
            (side, row),
            xytext=(0, -14),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize="x-small",
            color="0.35",
        )
