"""Runs projected on two inputs, with the box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.plots.canvas import CASE, OTHER, canvas, scale_axis
from surrogate.plots.cases import runs_and_cases
from surrogate.plots.views import View, views_of
from surrogate.regions import Box, Covering

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs

__all__ = ["Projection", "projection", "region", "tightest"]

_LINES = ("-", "--", ":", "-.")  # of several boxes


@dataclass(frozen=True)
class Projection:
    """Runs and boxes, ready to be drawn on any two inputs.

    Parameters
    ----------
    boxes : tuple of Box
    inputs : DataFrame, shape (n, d)
        Of the ok runs.
    is_case : ndarray of bool, shape (n,)
    views : dict of str to View
        Every input that varies.
    """

    boxes: tuple[Box, ...]
    inputs: pd.DataFrame
    is_case: NDArray[np.bool_]
    views: dict[str, View]

    def names(self) -> list[str]:
        """Return all input names, those that the boxes restrict most first."""
        return tightest(self.boxes, self.views)

    def shown(self, names: Sequence[str]) -> list[View]:
        """Return how these inputs are drawn; raise ArgumentError for one that is unknown."""
        for name in names:
            if name not in self.views:
                raise ArgumentError(f"no input is named {name!r}{did_you_mean(name, self.views)}")
        return [self.views[name] for name in names]

    def draw(self, ax: Axes, x: View, y: View) -> None:
        """Draw runs and boxes on two inputs, without a legend."""
        for number, box in enumerate(self.boxes):
            label = f"box {number}" if len(self.boxes) > 1 else None
            _draw_box(ax, box, (x, y), linestyle=_LINES[number % len(_LINES)], label=label)
        others = [view for view in self.views.values() if view.name not in (x.name, y.name)]
        near = np.zeros(len(self.inputs), dtype=bool)
        for box in self.boxes:
            near |= _inside(box, others, self.inputs)
        _draw_runs(ax, (self.inputs, self.is_case), (x, y), near)
        scale_axis(ax.xaxis, x, ax.set_xlim)
        scale_axis(ax.yaxis, y, ax.set_ylim)


def region(
    box: Discovery | Box | Covering,
    runs: Runs | None = None,
    case: Any = None,
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
    box : Discovery, Box or Covering
        A discovery brings its runs and its case along. Several boxes have different lines.
    runs : Runs, optional
        Needed with a box.
    case : str, Expression or callable, optional
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
    projected = projection(box, runs, case)
    x_view, y_view = _pair(projected, x, y)
    ax = canvas(ax)
    projected.draw(ax, x_view, y_view)
    ax.legend(frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return ax


def projection(box: Discovery | Box | Covering, runs: Runs | None, case: Any) -> Projection:
    """Return what `region` and its kin draw.

    Raises
    ------
    ArgumentError
        If a box comes without its runs and case.
    """
    if not isinstance(box, Box | Covering):
        runs, case, box = box.runs, box.case, box.box
    if runs is None or case is None:
        raise ArgumentError(
            "region needs the runs and the case beside a box: region(box, runs, 'stability < 0')"
        )
    inputs, is_case = runs_and_cases(runs, case)
    boxes = (box,) if isinstance(box, Box) else tuple(box)
    views = views_of(runs.space, inputs, [each.limits for each in boxes])
    return Projection(boxes, inputs, is_case, views)


def tightest(boxes: Iterable[Box], views: dict[str, View]) -> list[str]:
    """Return all input names, those the boxes restrict most first, numbers before categories.

    Parameters
    ----------
    boxes : iterable of Box
    views : dict of str to View
        Every input that can be drawn.
    """
    boxes = list(boxes)

    def admitted(name: str) -> float:
        view, total = views[name], 0.0
        for box in boxes:
            ends = [view.position(interval) for interval in view.intervals(box.limits.get(name))]
            total += float(sum(right - left for left, right in ends))
        return total

    def order(name: str) -> tuple[bool, bool, float]:
        free = all(name not in box.limits for box in boxes)
        return free, bool(views[name].labels), admitted(name)

    return sorted(views, key=order)


def _pair(projected: Projection, x: str | None, y: str | None) -> list[View]:
    free = [name for name in projected.names() if name not in (x, y)]
    x = x or (free.pop(0) if free else y)
    y = y or (free.pop(0) if free else x)
    return projected.shown([str(x), str(y)])


def _draw_box(
    ax: Axes, box: Box, views: tuple[View, View], *, linestyle: str, label: str | None
) -> None:
    from matplotlib.patches import Rectangle

    across, up = (view.intervals(box.limits.get(view.name)) for view in views)
    for (left, right), (bottom, top) in product(across, up):
        corner, width, height = (left, bottom), right - left, top - bottom
        line: dict[str, Any] = {"edgecolor": CASE, "linewidth": 1.5, "linestyle": linestyle}
        ax.add_patch(Rectangle(corner, width, height, facecolor=CASE, alpha=0.08))
        ax.add_patch(Rectangle(corner, width, height, fill=False, label=label, **line))
        label = None  # one entry of the legend, however many pieces


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
