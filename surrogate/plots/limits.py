"""The limits of a box inside the full ranges of its inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from surrogate.errors import ArgumentError
from surrogate.plots.canvas import CASE, OTHER, canvas
from surrogate.plots.views import View, view_of
from surrogate.regions import Box

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from surrogate.discovery import Discovery
    from surrogate.regions import Stability
    from surrogate.space import Space

__all__ = ["box_limits"]

_N_TYPICAL = 256


def box_limits(
    box: Discovery | Box,
    space: Space | None = None,
    *,
    stability: Stability | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the restricted inputs of a box as bars inside their full ranges.

    The table drawn is ``box.limits``: one row per restricted input, the full range as a thin line,
    what the box admits as a bar, the limit in words at the right. With a stability, whose table is
    ``stability.inputs``, each input says how often resamples restrict it, and each limit has the
    range of the middle 95 % of theirs with their median.

    Parameters
    ----------
    box : Discovery or Box
    space : Space, optional
        The space the box lives in: it gives ranges, units and categories. Needed with a box.
    stability : Stability, optional
        From `surrogate.stability`, on the runs the box was found on.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a box comes without its space.
    """
    if not isinstance(box, Box):
        space, box = box.space, box.box
    if space is None:
        raise ArgumentError("box_limits needs the space beside a box: box_limits(box, space)")
    ax = canvas(ax)
    typical = space.sample(_N_TYPICAL, rng=0)  # how far derived inputs reach
    for row, (name, limit) in enumerate(box.limits.items()):
        reach = [*limit, *typical[name]] if name in space.derived else limit
        view = view_of(name, space, reach)
        _draw_limit(ax, row, view, limit)
        if stability is not None and name in stability.inputs.index:
            _draw_stability(ax, row, view, stability.inputs.loc[name])
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
        drawn = zip(view.support, (view.low, view.high), strict=True)
        low, high = (known if math.isfinite(known) else end for known, end in drawn)
        ax.annotate(view.number(low), (0, row), (0, -12), ha="left", **small)
        ax.annotate(view.number(high), (1, row), (0, -12), ha="right", **small)


def _draw_stability(ax: Axes, row: int, view: View, found: pd.Series) -> None:
    """Draw the range of each limit over the resamples, and how often there is one."""
    from matplotlib.transforms import ScaledTranslation

    above = ax.transData + ScaledTranslation(0, 10 / 72, ax.figure.dpi_scale_trans)
    style: dict[str, Any] = {"color": CASE, "transform": above}
    for end in ("low", "high"):
        if found[f"restricted_{end}"] == 0:
            continue
        middle, *ends = view.position([found[end], found[f"{end}_from"], found[f"{end}_to"]])
        ax.plot(ends, [row, row], "-|", markersize=6, **style)
        ax.plot([middle], [row], "D", markersize=3.5, **style)
    often = f"in {found['restricted']:.0%} of resamples"
    beside: dict[str, Any] = {"textcoords": "offset points", "fontsize": "x-small"}
    ax.annotate(often, (1.0, row), (8, 10), color=CASE, **beside)
