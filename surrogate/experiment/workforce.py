"""Who runs, under which limits."""

from __future__ import annotations

import os
import sys
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surrogate.arguments import check_count, check_positive
from surrogate.errors import ArgumentError
from surrogate.experiment.engines import Engine, InProcessEngine, WorkerEngine
from surrogate.experiment.foreign import ForeignEngine
from surrogate.experiment.packing import pack
from surrogate.experiment.remote import Isolation

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["Workforce"]


@dataclass(frozen=True)
class Workforce:
    """Who runs, under which limits: the arguments of `run` that choose the engine."""

    n_workers: int | None = None
    timeout: float | None = None
    memory_limit: int | None = None
    executor: Executor | None = None
    isolate: bool = False

    def check(self) -> None:
        """Refuse limits that nobody could keep."""
        check_count(self.n_workers, 0, argument="n_workers", optional=True)
        for name in ("timeout", "memory_limit"):
            limit = getattr(self, name)
            if limit is not None:
                check_positive(limit, argument=name)
                self._check_limit(name)
        if self.memory_limit is not None and not sys.platform.startswith("linux"):
            raise ArgumentError(f"memory_limit needs Linux; this is {sys.platform}")
        if self.isolate and self.executor is None:
            raise ArgumentError(
                "isolate=True is for executor=...; the package's own workers are processes already"
            )

    def _check_limit(self, name: str) -> None:
        if self.executor is not None and not self.isolate:
            raise ArgumentError(
                f"{name} cannot be kept by a foreign executor; add isolate=True, which asks in a "
                "child process on the worker"
            )
        if self.executor is None and self.n_workers == 0:
            raise ArgumentError(
                f"{name} needs a process that can be stopped, and n_workers=0 runs in this one; "
                f"use n_workers=1 or more, or leave {name} out"
            )

    def engine(self, simulator: Simulator, n_runs: int) -> Engine:
        """Return the engine for so many runs."""
        if self.executor is not None:
            limits = Isolation(self.timeout, self.memory_limit) if self.isolate else None
            return ForeignEngine(
                pack(simulator), self.executor, n_workers=self.n_workers, isolation=limits
            )
        n_workers = _n_cores() if self.n_workers is None else self.n_workers
        if n_workers == 0 or n_runs == 0:
            return InProcessEngine(simulator)
        return WorkerEngine(
            pack(simulator),
            min(n_workers, n_runs),
            timeout=self.timeout,
            memory_limit=self.memory_limit,
        )


def _n_cores() -> int:
    """Return the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
