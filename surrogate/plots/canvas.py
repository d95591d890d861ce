"""What every picture shares: its axes and the two colours.

The pair is Okabe and Ito's, told apart with every kind of colour vision; markers differ as well.

References
----------
M. Okabe, K. Ito, Color universal design (2008), https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.plots.views import View

__all__ = ["CASE", "OTHER", "SHARES", "canvas", "scale_axis"]

CASE = "#D55E00"  # vermillion: cases of interest, and what was proved
OTHER = "#0072B2"  # blue: everything else
SHARES = "cividis"  # shares and probabilities: dark blue for 0, yellow for 1


def canvas(ax: Axes | None) -> Axes:
    """Return `ax`, or the axes of a new figure."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]


def scale_axis(axis: Any, view: View, set_limits: Any) -> None:
    """Give one axis the range, scale, ticks and title of an input."""
    if view.is_log:
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    set_limits(view.low, view.high)
    if view.labels:
        axis.set_ticks(*zip(*view.ticks(), strict=True))
    axis.set_label_text(view.title)
