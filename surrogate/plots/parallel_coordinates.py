"""Every run as a line across all inputs, with the box as a bar on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.plots.canvas import CASE, OTHER, canvas
from surrogate.plots.region import Projection, projection
from surrogate.plots.views import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs
    from surrogate.regions import Box, Covering

__all__ = ["parallel_coordinates"]

_MOST_DRAWN = 150  # lines of each kind; more are a blot
_MOST_UPRIGHT = 6  # names below; more are turned


def parallel_coordinates(
    box: Discovery | Box | Covering,
    runs: Runs | None = None,
    case: Any = None,
    *,
    inputs: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each run as a line across the inputs, and what the box admits of each as a bar.

    The tables drawn are ``runs.inputs`` and ``runs.label(case)``, without failed runs; of more than
    150 runs of a kind evenly many are drawn, and the legend says so. Cases are full lines, others
    broken ones.

    Parameters
    ----------
    box : Discovery, Box or Covering
        A discovery brings its runs and its case along.
    runs : Runs, optional
        Needed with a box.
    case : str, Expression or callable, optional
        Needed with a box.
    inputs : sequence of str, optional
        All that vary by default, those the box restricts most first.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a box comes without its runs and case, or an input is unknown.
    """
    projected = projection(box, runs, case)
    shown = projected.shown(projected.names() if inputs is None else list(inputs))
    ax = canvas(ax)
    _draw_lines(ax, projected, shown)
    for place, view in enumerate(shown):
        _draw_axis(ax, place, view, projected.boxes)
    ax.set_xticks(range(len(shown)), [view.title for view in shown])
    ax.tick_params(
        axis="x", length=0, pad=14, labelrotation=90 if len(shown) > _MOST_UPRIGHT else 0
    )
    ax.set(yticks=[], ylim=(-0.03, 1.03), xlim=(-0.4, len(shown) - 0.6))
    ax.spines[:].set_visible(False)
    ax.legend(frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1.04), ncols=3)
    return ax


def _draw_lines(ax: Axes, projected: Projection, views: list[View]) -> None:
    positions = np.stack(
        [view.position(view.coordinates(projected.inputs[view.name])) for view in views], axis=1
    )
    for mask, color, line, label in (
        (~projected.is_case, OTHER, (0, (4, 2)), "other runs"),
        (projected.is_case, CASE, "-", "cases of interest"),
    ):
        rows = _evenly(np.flatnonzero(mask))
        few = "" if len(rows) == mask.sum() else f" ({len(rows)} of {mask.sum():,} drawn)"
        shade = float(np.clip(20 / max(len(rows), 1), 0.15, 0.7))
        style: dict[str, Any] = {"color": color, "linestyle": line, "linewidth": 0.7}
        ax.plot(range(len(views)), positions[rows].T, alpha=shade, **style)
        ax.plot([], [], label=label + few, **style)
    ax.plot([], [], color="black", linewidth=5, label="inside the box")


def _evenly(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    if len(rows) <= _MOST_DRAWN:
        return rows
    return rows[np.linspace(0, len(rows) - 1, _MOST_DRAWN).astype(int)]


def _draw_axis(ax: Axes, place: int, view: View, boxes: tuple[Box, ...]) -> None:
    ax.axvline(place, color="0.6", linewidth=1)
    for number, box in enumerate(boxes):
        side = place + 0.08 * (number - (len(boxes) - 1) / 2)
        limit = box.limits.get(view.name)
        for interval in view.intervals(limit) if limit is not None else ():
            low, high = view.position(interval)
            ax.vlines(side, low, high, color="black", linewidth=5, zorder=3)
    small: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": "x-small"}
    if view.labels:
        for code, label in enumerate(view.labels):
            beside = {**small, "ha": "left"}
            ax.annotate(str(label), (place, float(view.position(code))), (5, 0), **beside)
    else:
        ax.annotate(view.number(view.low), (place, 0), (0, -9), va="top", **small)
        ax.annotate(view.number(view.high), (place, 1), (0, 5), va="bottom", **small)
