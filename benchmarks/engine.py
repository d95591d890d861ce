"""What a run costs beside the simulator: ours, with a store, against plain loops and pools.

    OMP_NUM_THREADS=1 python benchmarks/engine.py [n_runs]

Microseconds of CPU per run (this process and its children), for a function that does nothing:
what is left is overhead. Starting the processes is measured apart, with one run.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

import surrogate as sg

N_INPUTS = 12
SPACE = sg.Space({f"x{i}": sg.Uniform(0, 1) for i in range(N_INPUTS)})


def nothing(**inputs: float) -> float:
    return inputs["x0"]


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def serial(design: pd.DataFrame) -> None:
    for row in design.to_dict("records"):
        nothing(**row)


def plain_pool(design: pd.DataFrame, n_workers: int = 2) -> None:
    with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(nothing, **row) for row in design.to_dict("records")]
        for future in futures:
            future.result()


def ours(n_workers: int, *, keep: bool = True, vectorized: bool = False) -> Callable[..., None]:
    simulator = sg.Simulator(nothing, SPACE, outcomes=["y"], name="nothing", vectorized=vectorized)

    def ask(design: pd.DataFrame) -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "runs.db" if keep else None
            sg.run(simulator, design, n_workers=n_workers, store=store, progress=False)

    return ask


def measure(contender: Callable[[pd.DataFrame], Any], n_runs: int) -> tuple[float, float, float]:
    """Return the CPU per run in microseconds, the CPU to start in seconds, and runs per second."""
    design = SPACE.sample(n_runs, rng=0)
    before = cpu_seconds()
    contender(design[:1])
    start = cpu_seconds() - before
    before, clock = cpu_seconds(), time.perf_counter()
    contender(design)
    used, wall = cpu_seconds() - before, time.perf_counter() - clock
    return 1e6 * max(0.0, used - start) / (n_runs - 1), start, n_runs / wall


def main(n_runs: int) -> None:
    contenders = {
        "serial loop": serial,
        "ours, in process, no store": ours(0, keep=False),
        "ours, in process, store": ours(0),
        "ours, in process, store, vectorised": ours(0, vectorized=True),
        "concurrent.futures, 2 processes": plain_pool,
        "ours, 2 workers, no store": ours(2, keep=False),
        "ours, 2 workers, store": ours(2),
    }
    print(
        f"{n_runs} runs, {N_INPUTS} inputs, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':38}{'us CPU per run':>15}{'s CPU to start':>16}{'runs per s':>12}")
    for name, contender in contenders.items():
        per_run, start, rate = measure(contender, n_runs)
        print(f"{name:38}{per_run:15.0f}{start:16.2f}{rate:12.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
