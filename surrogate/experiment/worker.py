"""What happens where the simulator is: one task in, its records out."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.experiment.keys import run_generator
from surrogate.experiment.records import OK, Outcome, Record, Task

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["answer", "failure"]

_PACKAGE = str(Path(__file__).parents[1]) + os.sep
_LONGEST_MESSAGE = 500
_FRAMES = 3


def answer(simulator: Simulator, task: Task) -> list[Record]:
    """Ask the simulator every run of a task; whatever it raises becomes that run's record.

    A block that raises is asked again row by row, so that the fault lands on its row.
    """
    if len(task.keys) > 1:
        records = _ask_block(simulator, task)
        if records is not None:
            return records
    return [
        _ask_one(simulator, row, _generator(task, key))
        for key, row in zip(task.keys, task.rows, strict=True)
    ]


def failure(error: BaseException, seconds: float = 0.0) -> Record:
    """Return the record of a run that raised: type, message and where, on one line."""
    memory = isinstance(error, MemoryError)
    name = "MemoryError" if memory else type(error).__name__
    message = " ".join(str(error).split())[:_LONGEST_MESSAGE]
    reason = f"{name}: {message}{_places(error)}"
    return Record("memory" if memory else "error", reason=reason, seconds=seconds)


def _generator(task: Task, key: str) -> np.random.Generator | None:
    return None if task.seed is None else run_generator(task.seed, key)


def _ask_one(
    simulator: Simulator, row: Mapping[str, Any], rng: np.random.Generator | None
) -> Record:
    start = time.perf_counter()
    try:
        outcomes = simulator.ask(row, rng)
    except (Exception, SystemExit) as error:
        return failure(error, time.perf_counter() - start)
    return _checked(outcomes, time.perf_counter() - start)


def _ask_block(simulator: Simulator, task: Task) -> list[Record] | None:
    import pandas as pd

    rngs = None if task.seed is None else [run_generator(task.seed, key) for key in task.keys]
    start = time.perf_counter()
    try:
        columns = simulator.ask_many(pd.DataFrame(list(task.rows)), rngs)
    except (Exception, SystemExit):
        return None  # asked again one by one: the row at fault raises it once more, and is recorded
    seconds = (time.perf_counter() - start) / len(task.keys)
    return [
        _checked({name: values[i] for name, values in columns.items()}, seconds)
        for i in range(len(task.keys))
    ]


def _checked(outcomes: Mapping[str, Outcome], seconds: float) -> Record:
    """Return an ok record, or an invalid one where an outcome is not finite."""
    plain: dict[str, Outcome] = {}
    for name, value in outcomes.items():
        if not np.all(np.isfinite(value)):
            return Record("invalid", reason=_not_finite(name, value), seconds=seconds)
        plain[name] = np.array(value, dtype=float) if np.ndim(value) else float(value)
    return Record(OK, plain, seconds=seconds)


def _not_finite(name: str, value: Outcome) -> str:
    if np.ndim(value) == 0:
        return f"outcome {name!r} is {float(value)}"
    series = np.asarray(value)
    first = int(np.flatnonzero(~np.isfinite(series))[0])
    return f"outcome {name!r} is {series[first]} at position {first} of {series.size}"


def _places(error: BaseException) -> str:
    """Return where it was raised: the last frames outside this package."""
    frames = traceback.extract_tb(error.__traceback__)
    outside = [frame for frame in frames if not frame.filename.startswith(_PACKAGE)]
    places = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in outside]
    return f" ({' > '.join(places[-_FRAMES:])})" if places else ""
