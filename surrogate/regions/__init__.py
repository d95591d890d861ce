"""Model B that describes: boxes in the space of inputs, and the ways to find them.

Pure geometry: everything here needs a table of inputs ``X`` and labels ``y``, and knows no
simulator. The finders are loaded on first use, so that a `Box` needs neither scikit-learn nor
numba.

Inside, a part imports only from parts above it::

    tables        tables and targets as they are read, every column sorted once
    boxes         a box: its limits, its scores, and other boxes made of it
    trajectories  the boxes of one search, the choice among them, what speaks for each limit
    finder        what every way to find boxes has in common
    covering      several boxes
    resampling    how stable a box is
    peeling       PRIM
    intervals     the best interval on every input in turn
    tree_regions  the leaves of a tree as boxes
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.scores import BoxScores
from surrogate.regions.boxes.simplifying import Simplification, simplify
from surrogate.regions.covering import Covering, cover
from surrogate.regions.resampling import Stability, overlap, stability
from surrogate.regions.trajectories.choosing import Choice
from surrogate.regions.trajectories.evidence import limit_evidence, quasi_p_values
from surrogate.regions.trajectories.trajectory import PeelingTrajectory

if TYPE_CHECKING:
    from surrogate.regions.intervals.best_interval import BestInterval as BestInterval
    from surrogate.regions.peeling.prim import PRIM as PRIM
    from surrogate.regions.tree_regions import TreeRegions as TreeRegions

_FINDERS = {
    "BestInterval": "intervals.best_interval",
    "PRIM": "peeling.prim",
    "TreeRegions": "tree_regions",
}

__all__ = [
    "PRIM",
    "BestInterval",
    "Box",
    "BoxScores",
    "Choice",
    "Covering",
    "PeelingTrajectory",
    "Simplification",
    "Stability",
    "TreeRegions",
    "cover",
    "limit_evidence",
    "overlap",
    "quasi_p_values",
    "simplify",
    "stability",
]


def __getattr__(name: str) -> Any:
    if name not in _FINDERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_FINDERS[name]}"), name)
