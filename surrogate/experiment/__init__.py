"""Asking Model A: who runs it (engines), what is kept (store), what came back (runs).

Names are loaded on first use: a worker process needs a fraction of this and starts in half the time
without the tables.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from surrogate.experiment.campaign import run
    from surrogate.experiment.runs import Runs
    from surrogate.experiment.standing import StandingWorkers
    from surrogate.experiment.store import Store

__all__ = ["Runs", "StandingWorkers", "Store", "run"]

_MODULES = {"Runs": "runs", "StandingWorkers": "standing", "Store": "store", "run": "campaign"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'surrogate.experiment' has no attribute {name!r}")
    return getattr(importlib.import_module(f"surrogate.experiment.{_MODULES[name]}"), name)
