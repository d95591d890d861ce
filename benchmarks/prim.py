"""PRIM against EMA Workbench's and the package PRIM on the same data, in CPU seconds.

Run ``OMP_NUM_THREADS=1 python benchmarks/prim.py`` in an environment with ``ema-workbench`` (3.0
needs Python 3.12) and ``prim``; what is absent is left out. The region is ``x0 + x1 / 2 > 0.8``
and ``x2 < 0.6`` with 5 % of the labels flipped, in uniform inputs. All get a DataFrame and give a
trajectory, pasting included, peel_alpha = paste_alpha = mass_min = 0.05. What differs: ours peels
on to mass_min where the others stop when nothing is gained; EMA Workbench computes quasi-p-values
of every step as it goes, so "with qp" is ours with those of the whole trajectory too, and has a
ratio of its own. PRIM 1.0.0 computes none.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import itertools
import logging
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from surrogate.regions import PRIM

SIZES = (1_000, 10_000, 100_000, 1_000_000)
WIDTHS = (5, 10, 20)


def problem(n: int, d: int = 10) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(n)
    X = pd.DataFrame(rng.random((n, d)), columns=[f"x{j}" for j in range(d)])
    inside = (X["x0"] + X["x1"] / 2 > 0.8) & (X["x2"] < 0.6)
    return X, inside.to_numpy() ^ (rng.random(n) < 0.05)


def ours(X: pd.DataFrame, y: np.ndarray) -> int:
    return len(PRIM(peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05).fit(X, y).trajectory_)


def with_quasi_p(X: pd.DataFrame, y: np.ndarray) -> int:
    trajectory = PRIM(peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05).fit(X, y).trajectory_
    return len(trajectory.quasi_p(X, y))


def ema(X: pd.DataFrame, y: np.ndarray) -> int:
    from ema_workbench.analysis.prim import Prim

    three = importlib.metadata.version("ema_workbench").startswith("3")
    options = {} if three else {"threshold": 0.5}
    search = Prim(X, y, peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05, **options)
    return len(search.find_box().peeling_trajectory)


def platypus(X: pd.DataFrame, y: np.ndarray) -> int:
    here = str(Path(__file__).parent)  # this file is called as the package is
    sys.path[:] = [each for each in sys.path if str(Path(each).resolve()) != here]
    from prim import Prim

    search = Prim(
        X, y, threshold=0.5, threshold_type=">", peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05
    )
    return len(search.find_box().peeling_trajectory)


Finders: TypeAlias = dict[str, Callable[..., int]]
FINDERS: Finders = {
    "ours": ours,
    "with qp": with_quasi_p,
    "EMA": ema,
    "PRIM": platypus,
}
PEERS = {"EMA": "ema_workbench", "PRIM": "prim"}


def installed(peers: list[str]) -> Finders:
    there = {name: find for name, find in FINDERS.items() if name in peers or name not in PEERS}
    for name in peers:
        package = PEERS[name]
        try:
            print(f"{name} is {package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"{name} is absent; install it with: pip install {package}")
            del there[name]
    return there


def row(finders: Finders, n: int, d: int, repeats: int, slow: float) -> str:
    X, y = problem(n, d)
    with_quasi_p(X, y)  # compiled for this kind of table before the first measured fit
    seconds: dict[str, list[float]] = {name: [] for name in finders}
    steps = {}
    for _ in range(repeats):  # interleaved, so that a busy machine hurts all alike
        for name, find in finders.items():
            if max(seconds[name], default=0) > slow:
                continue
            start = time.process_time()
            with contextlib.redirect_stdout(None):
                steps[name] = find(X, y)
            seconds[name].append(time.process_time() - start)
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    cells = [
        f"{medians[name]:9.4f} {steps[name]:4d}" if name in medians else f"{'':14}"
        for name in FINDERS
    ]
    ratios = [
        f"{medians[peer] / medians[mine]:7.1f}" if peer in medians else f"{'':7}"
        for peer, mine in (("EMA", "ours"), ("EMA", "with qp"), ("PRIM", "ours"))
    ]
    return f"{n:>8} {d:>3} " + " ".join(cells) + " " + " ".join(ratios)


def large(n: int, d: int = 10) -> str:
    X, y = problem(n, d)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall = time.process_time(), time.perf_counter()
    ours(X, y)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    data = X.memory_usage(index=False).sum() / 1024
    return (
        f"{n:>8} x {d}: {wall:.2f} s wall, {cpu:.2f} s CPU; the peak of resident memory grew by "
        f"{grown / data:.2f} times the data ({data / 1024:.0f} MiB)"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--n", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--d", type=int, nargs="+", default=WIDTHS)
    arguments.add_argument("--peers", choices=PEERS, nargs="*", default=list(PEERS))
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--slow", type=float, default=60, help="seconds not to repeat")
    arguments.add_argument("--large", type=int, default=0, help="ours alone, with memory")
    options = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    start = time.process_time()
    with_quasi_p(*problem(2_000))
    print(f"our first fit, numba's import included: {time.process_time() - start:.2f} s")
    if options.large:
        print(large(options.large))
        return
    finders = installed(options.peers)
    for find in finders.values():  # what is imported on first use is not counted
        with contextlib.redirect_stdout(None):
            find(*problem(200))
    print(f"medians of {options.repeats}, CPU seconds and boxes; then ratios")
    print(
        f"{'n':>8} {'d':>3} "
        + " ".join(f"{name:>14}" for name in FINDERS)
        + " EMA/ours EMA/qp PRIM/ours"
    )
    for n, d in itertools.product(options.n, options.d):
        print(row(finders, n, d, options.repeats, options.slow), flush=True)


if __name__ == "__main__":
    main()
