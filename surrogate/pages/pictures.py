"""Pictures inside a page: Matplotlib's drawings as data, no file beside it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from surrogate.pages.markup import Markup, tag

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["picture", "pictures"]

_DOTS_PER_INCH = 120


def picture(
    draw: Callable[[Axes], Any],
    *,
    alt: str,
    caption: str | None = None,
    size: tuple[float, float] = (5.4, 4.0),
) -> Markup:
    """Return a drawing as a figure of the page.

    Parameters
    ----------
    draw : callable
        Draws on the axes it is given, as the functions of `surrogate.plots` do.
    alt : str
        What it shows, for readers who cannot see it.
    caption : str, optional
    size : (float, float)
        Width and height in inches.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    draw(figure.add_subplot())
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    source = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
    words = None if caption is None else tag("figcaption", caption)
    return tag("figure", tag("img", src=source, alt=alt), words)


def pictures(*figures: Markup) -> Markup:
    """Return figures side by side where the screen is wide enough."""
    return tag("div", *figures, class_="pictures")
