"""Dimensional stacking as a picture: nested cells coloured by their share of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from surrogate.plots.canvas import SHARES, canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from surrogate.screening import Stacking

__all__ = ["stacking"]

_MOST_ALONG = 4  # labels along their side; more would run into each other and are turned
_MOST_SMALL = 12  # labels of a small print; more take a smaller one
_LETTER, _LINE, _TITLE = 5.2, 12.0, 16.0  # points: a small letter's width, its line, an axis' title


def stacking(cells: Stacking, *, ax: Axes | None = None) -> Axes:
    """Draw the share of cases in every cell; cells without a run are hatched.

    The tables drawn are ``cells.shares`` and ``cells.counts``. Names of the inputs and their bins
    stand at the left and below, those that change slowest outermost.

    Parameters
    ----------
    cells : Stacking
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    shares = cells.shares.to_numpy(dtype=float)
    image = ax.pcolormesh(np.ma.masked_invalid(shares), cmap=SHARES, vmin=0, vmax=1)
    ax.patch.set(facecolor="0.97", hatch="///", edgecolor="0.8")
    ax.invert_yaxis()
    ax.set(xticks=[], yticks=[])
    _nest(ax, cells.shares.columns, across=True)
    _nest(ax, cells.shares.index, across=False)
    ax.figure.colorbar(image, ax=ax, label=f"share of cases: {cells.case}", pad=0.02)
    return ax


def _nest(ax: Axes, labels: pd.Index, *, across: bool) -> None:
    """Label one side level by level, from the cells outwards, and part the outer blocks."""
    outward = 0.0
    for level in reversed(range(labels.nlevels)):
        blocks = labels.droplevel(list(range(level + 1, labels.nlevels)))
        starts = [k for k in range(len(blocks)) if k == 0 or blocks[k] != blocks[k - 1]]
        texts = [str(each) for each in labels.get_level_values(level)[starts]]
        outer = level < labels.nlevels - 1
        if outer:
            line = ax.axvline if across else ax.axhline
            for start in starts[1:]:
                line(start, color="white", linewidth=4 if level == 0 else 2)
        length = len(labels) / len(starts)
        axis = _axis_outside(ax, outward, across=across)
        size = "small" if len(texts) <= _MOST_SMALL else "x-small"
        axis.set_ticks([start + length / 2 for start in starts], texts, fontsize=size)
        axis.set_tick_params(length=0)
        axis.set_label_text(labels.names[level])
        few = len(texts) <= _MOST_ALONG
        turned = not few if across else outer and few
        axis.set_tick_params(labelrotation=90 if turned else 0)
        if turned and not across:
            for text in axis.get_ticklabels():
                text.set(va="center")
        along = (turned and across) or (not turned and not across)
        longest = max(map(len, texts))
        outward += _TITLE + (_LETTER * longest if along else _LINE)


def _axis_outside(ax: Axes, outward: float, *, across: bool) -> Axis:
    """Return an axis below or at the left of the picture, that many points away from it."""
    outside = ax.secondary_xaxis("bottom") if across else ax.secondary_yaxis("left")
    spine = outside.spines["bottom" if across else "left"]
    spine.set(position=("outward", outward), visible=False)
    return outside.xaxis if across else outside.yaxis
