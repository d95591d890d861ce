"""Pictures of discoveries, boxes, runs, students and indices: ``(thing, *, ax=None) -> Axes``.

Matplotlib is loaded when the first picture is drawn. Nothing here shows a figure or changes a
global setting; each function names the table it draws.
"""

from surrogate.plots.convergence import convergence
from surrogate.plots.diagnostics import learning_curve, pit, residuals
from surrogate.plots.distillation import confusion, learning, sizes
from surrogate.plots.feature_scores import feature_scores
from surrogate.plots.images import rule_planes, sample_images
from surrogate.plots.indices import indices
from surrogate.plots.limits import box_limits
from surrogate.plots.pairs import pairs
from surrogate.plots.parallel_coordinates import parallel_coordinates
from surrogate.plots.predictions import coverage, predictions
from surrogate.plots.region import region
from surrogate.plots.scores import scores
from surrogate.plots.section import section, section_table
from surrogate.plots.stacking import stacking
from surrogate.plots.trade_off import trade_off
from surrogate.plots.trajectory import trajectory

__all__ = [
    "box_limits",
    "confusion",
    "convergence",
    "coverage",
    "feature_scores",
    "indices",
    "learning",
    "learning_curve",
    "pairs",
    "parallel_coordinates",
    "pit",
    "predictions",
    "region",
    "residuals",
    "rule_planes",
    "sample_images",
    "scores",
    "section",
    "section_table",
    "sizes",
    "stacking",
    "trade_off",
    "trajectory",
]
