"""Pictures of discoveries, boxes, runs, students and indices: ``(thing, *, ax=None) -> Axes``.

Matplotlib is loaded when the first picture is drawn. Nothing here shows a figure or changes a
global setting; each function names the table it draws.
"""

from surrogate.plots.indices import indices
from surrogate.plots.limits import box_limits
from surrogate.plots.predictions import coverage, predictions
from surrogate.plots.region import region
from surrogate.plots.scores import scores
from surrogate.plots.trade_off import trade_off

__all__ = [
    "box_limits",
    "coverage",
    "indices",
    "predictions",
    "region",
    "scores",
    "trade_off",
]
