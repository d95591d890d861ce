"""The limits of a box inside the full ranges of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate.plots.canvas import OTHER, canvas
from surrogate.plots.views import View, view_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.regions import Box
    from surrogate.space import Space

__all__ = ["box_limits"]

_N_TYPICAL = 256


def box_limits(box: Box, space: Space, *, ax: Axes | None = None) -> Axes:
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
    typical = space.sample(_N_TYPICAL, rng=0)  # how far derived inputs reach
    for row, (name, limit) in enumerate(box.limits.items()):
        reach = [*limit, *typical[name]] if name in space.derived else limit
        _draw_limit(ax, row, view_of(name, space, reach), limit)
    n = len(box.limits)
    ax.set_yticks(range(n), list(box.limits))
    ax.set(xlim=(0, 1), ylim=(n - 0.4, -0.6), xticks=[])
    ax.set_xlabel("full range of each input" if n else "nothing is restricted")
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    return ax


def _draw_limit(ax: Axes, row: int, view: View, limit: Any) -> None:
    ax.hlines(row, 0, 1, color="0.88", linewidth=9, capstyle="butt", zorder=0)
    for interval in view.intervals(limit):
        left, right = view.position(interval)
        ax.hlines(row, left, right, color=OTHER, linewidth=9, capstyle="butt")
    beside: dict[str, Any] = {"textcoords": "offset points", "va": "center"}
    ax.annotate(view.clause(limit), (1.0, row), (8, 0), **beside)
    if not view.labels:
        small = {**beside, "fontsize": "x-small", "color": "0.35"}
        ax.annotate(view.number(view.support[0]), (0, row), (0, -12), ha="left", **small)
        ax.annotate(view.number(view.support[1]), (1, row), (0, -12), ha="right", **small)
