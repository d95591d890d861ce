"""run(): plan what to ask, take up what a store holds, ask the rest, collect."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, SimulatorError, did_you_mean
from surrogate.experiment.engines import Engine
from surrogate.experiment.guard import ON_ERROR, Guard
from surrogate.experiment.interrupts import noted_interrupts
from surrogate.experiment.memory import Campaign, MemoryStore, RunStore
from surrogate.experiment.plan import Plan
from surrogate.experiment.progress import Progress
from surrogate.experiment.records import Record, check_statuses
from surrogate.experiment.runs import RESERVED, Runs
from surrogate.experiment.store import Store, now
from surrogate.experiment.workforce import Workforce
from surrogate.randomness import Rng, seed_of
from surrogate.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.models import Simulator

__all__ = ["ask_design", "run"]


def run(
    simulator: Simulator,
    design: pd.DataFrame,
    *,
    store: str | os.PathLike[str] | Store | None = None,
    n_workers: int | None = None,
    timeout: float | None = None,
    memory_limit: int | None = None,
    executor: Executor | None = None,
    isolate: bool = False,
    replicates: int = 1,
    rng: Rng = 0,
    progress: bool | None = None,
    on_error: str = "record",
    retry: Sequence[str] = (),
    origin: str = "design",
    accept_changed_source: bool = False,
) -> Runs:
    """Ask a simulator every row of a design.

    A run that raises, gives NaN, hangs, crashes or needs too much memory is recorded with its
    status and reason, and costs no other run. The answers depend neither on the number of workers
    nor on the engine, the order or an interruption.

    Parameters
    ----------
    simulator : Simulator
    design : DataFrame, shape (n, d)
        From ``space.sample``, or rows of your own; its index is kept. Equal rows are run once.
    store : path or Store, optional
        SQLite file that keeps every finished run. The same call takes up where it was stopped.
    n_workers : int, optional
        Worker processes; None is one per core. 0 runs in this process: the least overhead, and no
        protection. With `executor`: how many workers it has, if it does not tell.
    timeout : float, optional
        Seconds a run may take (the same for a block of a vectorised simulator, which is asked
        again row by row when it takes longer).
    memory_limit : int, optional
        Bytes a run may allocate on top of what its worker holds once the simulator is loaded
        (Linux).
    executor : concurrent.futures.Executor, optional
        Run there, e.g. on Dask's ``client.get_executor(pure=False)``. It is not shut down.
    isolate : bool
        With `executor`: ask in a child process on the worker, so that `timeout`, `memory_limit`
        and crashes are handled as by our own workers.
    replicates : int
        Runs per row, for noisy simulators.
    rng : int, Generator or None
        Study seed. Every run of a simulator that takes ``rng`` gets a Generator derived from the
        seed and the run; other simulators do not depend on it.
    progress : bool, optional
        A line on stderr; None shows it when a person watches.
    on_error : {"record", "raise", "continue"}
        "record" keeps failures as data, but stops when the first ten runs all fail alike;
        "continue" never stops; "raise" stops at the first failure.
    retry : sequence of str
        Statuses of stored failures to run again, e.g. ``("timeout", "crashed")``.
    origin : str
        Where the rows come from, kept with each run.
    accept_changed_source : bool
        Reuse stored runs although the simulator's source has changed since.

    Returns
    -------
    Runs

    Raises
    ------
    SpaceError
        If the design does not fit the simulator's space.
    SimulatorError
        If the simulator cannot take or give what it declares.
    RunError
        If the first ten runs all fail alike.
    StoreError
        If the store does not fit the campaign or is in use.

    Notes
    -----
    Equal rows have equal answers; use `replicates` for repeats. Worker processes are spawned and
    get the simulator by value, so scripts need no ``if __name__ == "__main__"`` and functions of a
    notebook work.

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(x=(0.0, 1.0))
    >>> square = sg.Simulator(lambda x: x**2, space, outcomes=["y"], name="square")
    >>> runs = run(square, space.sample(8, rng=0), n_workers=0)
    >>> runs
    Runs(8 rows: 8 ok; 1 input; outcome y)
    """
    workforce = Workforce(n_workers, timeout, memory_limit, executor, isolate)
    workforce.check()
    return ask_design(
        simulator,
        design,
        lambda n_runs: workforce.engine(simulator, n_runs),
        store=store,
        replicates=replicates,
        rng=rng,
        progress=progress,
        on_error=on_error,
        retry=retry,
        origin=origin,
        accept_changed_source=accept_changed_source,
    )


def ask_design(
    simulator: Simulator,
    design: pd.DataFrame,
    engine_for: Callable[[int], AbstractContextManager[Engine]],
    *,
    store: str | os.PathLike[str] | Store | None = None,
    replicates: int = 1,
    rng: Rng = 0,
    progress: bool | None = None,
    on_error: str = "record",
    retry: Sequence[str] = (),
    origin: str = "design",
    accept_changed_source: bool = False,
) -> Runs:
    """Do as `run`, on the engine that `engine_for` opens for so many runs."""
    _check_options(simulator, replicates, on_error, tuple(retry))
    seed = seed_of(rng)
    inputs = simulator.space.check(design)
    plan = Plan(simulator, inputs, replicates=replicates, seed=seed)
    campaign = _describe(simulator, seed)
    with _opened(store) as kept:
        kept.begin(campaign, accept_changed_source=accept_changed_source)
        known = kept.known(plan.unique)
        records = {key: each for key, each in known.items() if each.status not in retry}
        kept.plan(plan.planned(records, origin))
        n_left = len(plan.unique) - len(records)
        guard = Guard(on_error, proven=any(each.ok for each in known.values()))
        with (
            Progress(len(plan.unique), len(records), show=progress) as watched,
            engine_for(n_left) as engine,
        ):
            _ask(engine, plan, records, kept=kept, guard=guard, watched=watched)
        kept.end()
    provenance = {**campaign.provenance, "n_reused": len(plan.unique) - n_left, "ended": now()}
    return Runs.from_records(
        simulator.space,
        inputs,
        [records[key] for key in plan.keys],
        outcomes=simulator.outcomes,
        replicates=replicates,
        origin=origin,
        provenance=provenance,
    )


def _ask(
    engine: Engine,
    plan: Plan,
    records: dict[str, Record],
    *,
    kept: RunStore,
    guard: Guard,
    watched: Progress,
) -> None:
    """Ask what is left and add the answers to `records`, each kept as soon as it is there."""
    with noted_interrupts() as check:
        for task, answered in engine.answers(plan.tasks(dict(records))):
            trouble = guard.judge(task, answered)
            if not isinstance(trouble, SimulatorError):  # a wrong wrapper says nothing about rows
                kept.keep(task.keys, answered)
            if trouble is not None:
                raise trouble
            records.update(zip(task.keys, answered, strict=True))
            watched.count(answered)
            check()


def _check_options(
    simulator: Simulator, replicates: int, on_error: str, retry: tuple[str, ...]
) -> None:
    check_count(replicates, 1, argument="replicates")
    if on_error not in ON_ERROR:
        raise ArgumentError(
            f"on_error is one of {', '.join(ON_ERROR)}; got {on_error!r}"
            f"{did_you_mean(on_error, ON_ERROR)}"
        )
    check_statuses(retry)
    taken = sorted(RESERVED.intersection([*simulator.space.columns, *simulator.outcomes]))
    if taken:
        raise SimulatorError(
            f"an input or outcome is called {taken[0]!r}, which is a column of every table of "
            "runs; give it another name"
        )


@contextmanager
def _opened(store: str | os.PathLike[str] | Store | None) -> Iterator[RunStore]:
    if isinstance(store, Store):
        yield store  # its owner closes it
    elif store is None:
        yield MemoryStore()
    else:
        with Store(store) as opened:
            yield opened


def _describe(simulator: Simulator, seed: int) -> Campaign:
    provenance: dict[str, Any] = {
        "simulator": simulator.name,
        "version": simulator.version,
        "fingerprint": simulator.fingerprint,
        "seed": seed,
        "surrogate": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "started": now(),
    }
    return Campaign(
        name=simulator.name,
        version=simulator.version,
        fingerprint=simulator.fingerprint,
        outcomes=tuple(simulator.outcomes),
        space=simulator.space.to_json(),
        seed=seed,
        provenance=provenance,
    )
