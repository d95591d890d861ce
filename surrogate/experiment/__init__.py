"""Asking Model A: who runs it (engines), what is kept (store), what came back (runs)."""

from surrogate.experiment.campaign import run
from surrogate.experiment.runs import Runs
from surrogate.experiment.store import Store

__all__ = ["Runs", "Store", "run"]
