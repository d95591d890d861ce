"""Model B that describes: boxes in the space of inputs, and the ways to find them.

Pure geometry: everything here needs a table of inputs ``X`` and labels ``y``, and knows no
simulator. `PRIM` is loaded on first use, so that a `Box` needs neither scikit-learn nor numba.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from surrogate.regions.box import Box
from surrogate.regions.choosing import Choice
from surrogate.regions.covering import Covering, cover
from surrogate.regions.editing import Simplification, simplify
from surrogate.regions.evidence import limit_evidence, quasi_p_values
from surrogate.regions.scores import BoxScores
from surrogate.regions.trajectory import PeelingTrajectory

if TYPE_CHECKING:
    from surrogate.regions.prim import PRIM as PRIM

__all__ = [
    "PRIM",
    "Box",
    "BoxScores",
    "Choice",
    "Covering",
    "PeelingTrajectory",
    "Simplification",
    "cover",
    "limit_evidence",
    "quasi_p_values",
    "simplify",
]


def __getattr__(name: str) -> Any:
    if name != "PRIM":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module("surrogate.regions.prim").PRIM
