"""Pictures of discoveries, boxes and runs: ``(thing, *, ax=None) -> Axes``.

Matplotlib is loaded when the first picture is drawn. Nothing here shows a figure or changes a
global setting; each function names the table it draws.
"""

from surrogate.plots.distillation import confusion, learning, sizes
from surrogate.plots.images import rule_planes, sample_images
from surrogate.plots.limits import box_limits
from surrogate.plots.region import region
from surrogate.plots.scores import scores
from surrogate.plots.trade_off import trade_off

__all__ = [
    "box_limits",
    "confusion",
    "learning",
    "region",
    "rule_planes",
    "sample_images",
    "scores",
    "sizes",
    "trade_off",
]
