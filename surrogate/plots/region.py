"""Runs projected on two inputs, with the box."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.plots.canvas import CASE, OTHER, canvas, scale_axis
from surrogate.plots.cases import runs_and_cases
from surrogate.plots.views import View, views_of
from surrogate.regions import Box

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs

__all__ = ["region", "tightest"]


def region(
    box: Discovery | Box,
    runs: Runs | None = None,
    case: str | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the runs on two inputs, cases filled and others hollow, with the box.

    The tables drawn are ``runs.inputs`` and ``runs.label(case)``, without failed runs. Runs
    outside the box in an input that is not shown are drawn faint: they may lie in the drawn
    rectangle without being inside.

    Parameters
    ----------
    box : Discovery or Box
        A discovery brings its runs and its case along.
    runs : Runs, optional
        Needed with a box.
    case : str, optional
        Needed with a box, e.g. ``"stability < 0"``.
    x, y : str, optional
        The two inputs; the two the box restricts most if not given.
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
    if not isinstance(box, Box):
        runs, case, box = box.runs, box.case, box.box
    if runs is None or case is None:
        raise ArgumentError(
            "region needs the runs and the case beside a box: region(box, runs, 'stability < 0')"
        )
    inputs, is_case = runs_and_cases(runs, case)
    views = views_of(runs.space, inputs, [box.limits])
    x_view, y_view = _pair(box, views, x, y)
    others = [view for view in views.values() if view.name not in (x_view.name, y_view.name)]
    ax = canvas(ax)
    _draw_box(ax, box, x_view, y_view)
    _draw_runs(ax, (inputs, is_case), (x_view, y_view), _inside(box, others, inputs))
    scale_axis(ax.xaxis, x_view, ax.set_xlim)
    scale_axis(ax.yaxis, y_view, ax.set_ylim)
    ax.legend(frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return ax


def tightest(box: Box, views: dict[str, View]) -> list[str]:
    """Return all input names, those the box restricts most first, numbers before categories.

    Parameters
    ----------
    box : Box
    views : dict of str to View
        Every input that can be drawn.
    """

    def admitted(name: str) -> float:
        view = views[name]
        ends = [view.position(interval) for interval in view.intervals(box.limits.get(name))]
        return float(sum(right - left for left, right in ends))

    def order(name: str) -> tuple[bool, bool, float]:
        return name not in box.limits, bool(views[name].labels), admitted(name)

    return sorted(views, key=order)


def _pair(box: Box, views: dict[str, View], x: str | None, y: str | None) -> tuple[View, View]:
    for name in (x, y):
        if name is not None and name not in views:
            raise ArgumentError(f"no input is named {name!r}{did_you_mean(name, views)}")
    free = [name for name in tightest(box, views) if name not in (x, y)]
    x = x or (free.pop(0) if free else y)
    y = y or (free.pop(0) if free else x)
    return views[str(x)], views[str(y)]


def _draw_box(ax: Axes, box: Box, x: View, y: View) -> None:
    from matplotlib.patches import Rectangle

    across, up = (view.intervals(box.limits.get(view.name)) for view in (x, y))
    for (left, right), (bottom, top) in product(across, up):
        corner, width, height = (left, bottom), right - left, top - bottom
        ax.add_patch(Rectangle(corner, width, height, facecolor=CASE, alpha=0.08))
        ax.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=CASE, linewidth=1.5))


def _inside(box: Box, views: list[View], inputs: pd.DataFrame) -> NDArray[np.bool_]:
    inside = np.ones(len(inputs), dtype=bool)
    for view in views:
        if view.name in box.limits:
            inside &= view.admits(box.limits[view.name], inputs[view.name])
    return inside


def _draw_runs(
    ax: Axes,
    runs: tuple[pd.DataFrame, NDArray[np.bool_]],
    views: tuple[View, View],
    near: NDArray[np.bool_],
) -> None:
    inputs, is_case = runs
    across, up = (view.coordinates(inputs[view.name]) for view in views)
    for mask, color, face, marker, label in (
        (~is_case, OTHER, "none", "o", "other runs"),
        (is_case, CASE, CASE, "o", "cases of interest"),
    ):
        for shade, rows in ((1.0, mask & near), (0.25, mask & ~near)):
            style: dict[str, Any] = {
                "s": 16,
                "facecolors": face,
                "edgecolors": color,
                "alpha": shade,
            }
            text = label if shade == 1.0 else None
            ax.scatter(across[rows], up[rows], marker=marker, label=text, linewidths=0.8, **style)
