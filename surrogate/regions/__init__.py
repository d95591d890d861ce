"""Model B that describes: boxes in the space of inputs, and the ways to find them.

Pure geometry: everything here needs a table of inputs ``X`` and labels ``y``, and knows no
simulator. The finders are loaded on first use, so that a `Box` needs neither scikit-learn nor
numba.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from surrogate.regions.box import Box
from surrogate.regions.choosing import Choice
from surrogate.regions.covering import Covering, cover
from surrogate.regions.editing import Simplification, simplify
from surrogate.regions.evidence import limit_evidence, quasi_p_values
from surrogate.regions.resampling import Stability, overlap, stability
from surrogate.regions.scores import BoxScores
from surrogate.regions.trajectory import PeelingTrajectory

if TYPE_CHECKING:
    from surrogate.regions.best_interval import BestInterval as BestInterval
    from surrogate.regions.prim import PRIM as PRIM
    from surrogate.regions.tree_regions import TreeRegions as TreeRegions

_FINDERS = {"BestInterval": "best_interval", "PRIM": "prim", "TreeRegions": "tree_regions"}

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
