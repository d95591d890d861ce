"""PRIM against EMA Workbench's on the same data, in CPU seconds.

Run ``OMP_NUM_THREADS=1 python benchmarks/prim.py``. The region is ``x0 + x1 / 2 > 0.8`` and
``x2 < 0.6`` with 5 % of the labels flipped, in 10 uniform inputs. Both get a DataFrame and give a
whole trajectory, pasting included; ours with a box object per step, theirs with quasi-p-values.
The two do not give the same boxes: ours peels on to mass_min, theirs stops when nothing is gained.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from surrogate.regions import PRIM


def problem(n: int, d: int = 10) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(n)
    X = pd.DataFrame(rng.random((n, d)), columns=[f"x{j}" for j in range(d)])
    inside = (X["x0"] + X["x1"] / 2 > 0.8) & (X["x2"] < 0.6)
    return X, inside.to_numpy() ^ (rng.random(n) < 0.05)


def ours(X: pd.DataFrame, y: np.ndarray) -> int:
    return len(PRIM(peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05).fit(X, y).trajectory_)


def ema(X: pd.DataFrame, y: np.ndarray) -> int:
    from ema_workbench.analysis.prim import Prim

    search = Prim(X, y, threshold=0.5, peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05)
    return len(search.find_box().peeling_trajectory)


def median(find: Callable[..., int], X: pd.DataFrame, y: np.ndarray, repeats: int) -> str:
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        steps = find(X, y)
        seconds.append(time.process_time() - start)
    return f"{statistics.median(seconds):.4f} {steps}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=5)
    repeats = arguments.parse_args().repeats
    logging.disable(logging.CRITICAL)
    try:
        import ema_workbench

        version = ema_workbench.__version__
    except ImportError:
        version = None
        print('no EMA Workbench here; install it with: pip install "ml-metamorphosis[bench]"')
    start = time.process_time()
    ours(*problem(200))
    print(f"our first fit, numba's import and compilation included: {clock(start)}")
    print(f"medians of {repeats}, CPU seconds; EMA Workbench {version}")
    print(f"{'n':>8} {'ours':>9} {'boxes':>6} {'EMA':>9} {'boxes':>6} {'ratio':>7}")
    for n in (1_000, 10_000, 100_000, 1_000_000):
        X, y = problem(n)
        seconds, steps = median(ours, X, y, repeats).split()
        line = f"{n:>8} {seconds:>9} {steps:>6}"
        if version and n <= 100_000:
            their_seconds, their_steps = median(ema, X, y, min(repeats, 3)).split()
            ratio = float(their_seconds) / float(seconds)
            line += f" {their_seconds:>9} {their_steps:>6} {ratio:>7.0f}"
        print(line)


def clock(start: float) -> str:
    return f"{time.process_time() - start:.2f} s"


if __name__ == "__main__":
    main()
