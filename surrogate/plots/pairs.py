"""Runs on every two of several inputs, with the box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError
from surrogate.plots.region import projection

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs
    from surrogate.plots.views import View
    from surrogate.regions import Box, Covering

__all__ = ["pairs"]

_N_SHOWN = 4
_INCHES = 2.2  # of a panel


def pairs(
    box: Discovery | Box | Covering,
    runs: Runs | None = None,
    case: Any = None,
    *,
    inputs: Sequence[str] | None = None,
    figure: Figure | SubFigure | None = None,
) -> NDArray[Any]:
    """Draw `region` for every two of several inputs, as the lower triangle of a grid.

    Parameters
    ----------
    box : Discovery, Box or Covering
        A discovery brings its runs and its case along.
    runs : Runs, optional
    case : str, optional
        Needed with a box, as are the runs.
    inputs : sequence of str, optional
        Two or more; by default the four that the box restricts most.
    figure : Figure or SubFigure, optional
        Where to draw; a new figure if not given. It should have a constrained layout.

    Returns
    -------
    ndarray of Axes, shape (k - 1, k - 1)
        None above the diagonal.

    Raises
    ------
    ArgumentError
        If a box comes without its runs and case, or fewer than two inputs, or an unknown one.
    """
    projected = projection(box, runs, case)
    names = projected.names()[:_N_SHOWN] if inputs is None else list(inputs)
    shown = projected.shown(names)
    if len(names) < 2 or len(set(names)) < len(names):
        raise ArgumentError(f"pairs need two or more different inputs; got {names}")
    size = len(names) - 1
    if figure is None:
        import matplotlib.pyplot as plt

        figure = plt.figure(layout="constrained", figsize=(_INCHES * size + 1, _INCHES * size + 1))
    panels = np.full((size, size), None, dtype=object)
    for row in range(size):
        for column in range(row + 1):
            ax = figure.add_subplot(size, size, row * size + column + 1)
            across, up = shown[column], shown[row + 1]
            projected.draw(ax, across, up)
            _few_ticks(ax, across, up)
            _outer_labels_only(ax)
            panels[row, column] = ax
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="upper right", frameon=False)
    return panels


def _few_ticks(ax: Axes, across: View, up: View) -> None:
    """Leave so few marks on axes of numbers that those of neighbours stay apart."""
    from matplotlib.ticker import MaxNLocator

    for axis, view in ((ax.xaxis, across), (ax.yaxis, up)):
        if not view.is_log and not view.labels:
            axis.set_major_locator(MaxNLocator(nbins=3, integer=view.is_integer))


def _outer_labels_only(ax: Axes) -> None:
    where = ax.get_subplotspec()
    if where is not None and not where.is_last_row():
        ax.set_xlabel("")
        ax.tick_params(axis="x", labelbottom=False, which="both")
    if where is not None and not where.is_first_col():
        ax.set_ylabel("")
        ax.tick_params(axis="y", labelleft=False, which="both")
