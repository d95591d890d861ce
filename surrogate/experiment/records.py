"""One question to a simulator and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, did_you_mean

__all__ = ["FAILED", "OK", "STATUSES", "Outcome", "Record", "Task", "check_statuses"]

OK = "ok"
FAILED = ("error", "timeout", "crashed", "memory", "invalid")
STATUSES = (OK, *FAILED)

Outcome = float | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Record:
    """What one run gave: outcomes when it is ok, else why not.

    Parameters
    ----------
    status : str
        One of `STATUSES`.
    outcomes : mapping
        Name to float or series, shape (t,); empty unless the run is ok.
    reason : str
        ``"cause: details"`` of a failure, on one line.
    seconds : float
        Time the simulator took.
    """

    status: str
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    reason: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the run gave its outcomes."""
        return self.status == OK

    @property
    def cause(self) -> str:
        """The kind of failure: an exception's name, a signal's."""
        return self.reason.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Task:
    """One message to a worker: one run, or a block of runs of a vectorised simulator.

    Parameters
    ----------
    keys : tuple of str
        The runs' keys.
    rows : tuple of dict
        Their inputs, in the same order.
    seed : int or None
        Study seed of a simulator that takes ``rng``.
    """

    keys: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    seed: int | None = None

    def split(self) -> list[Task]:
        """Return the same runs, one by one."""
        return [
            Task((key,), (row,), self.seed) for key, row in zip(self.keys, self.rows, strict=True)
        ]


def check_statuses(names: tuple[str, ...]) -> None:
    """Raise when a name is not the status of a failed run."""
    for name in names:
        if name not in FAILED:
            raise ArgumentError(
                f"retry takes statuses of failed runs; got {name!r}{did_you_mean(name, FAILED)}"
            )
