"""The best interval of one input: one pass over sorted sums against every pair of ends.

Run ``OMP_NUM_THREADS=1 python benchmarks/best_interval.py``. The quadratic algorithm is what the R
code of REDS does, written here with NumPy over running sums; both give the same score, which is
checked. The last lines are whole searches, 10 inputs, greedy and with a beam of 5.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from surrogate.regions import BestInterval


def problem(n: int, d: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(n)
    X = pd.DataFrame(rng.random((n, d)), columns=[f"x{j}" for j in range(d)])
    inside = X["x0"].between(0.2, 0.6) & (X["x1"] < 0.7) if d > 1 else X["x0"].between(0.2, 0.6)
    return X, inside.to_numpy() ^ (rng.random(n) < 0.05)


def quadratic(X: pd.DataFrame, y: np.ndarray) -> float:
    """Return the best WRAcc of an interval of the only input."""
    gains = (y - y.mean())[np.argsort(X["x0"].to_numpy())]
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    return max((sums[low + 1 :] - sums[low]).max() for low in range(len(gains))) / len(gains)


def ours(X: pd.DataFrame, y: np.ndarray) -> float:
    return BestInterval().fit(X, y).trajectory_.to_frame()["wracc"].max()


def median(
    find: Callable[..., float], X: pd.DataFrame, y: np.ndarray, n: int
) -> tuple[float, float]:
    seconds = []
    for _ in range(n):
        start = time.process_time()
        score = find(X, y)
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), score


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=5)
    repeats = arguments.parse_args().repeats
    ours(*problem(200, 2))
    print(f"medians of {repeats} (the quadratic at 100,000 rows: one), CPU seconds")
    print(f"{'n':>8} {'ours':>9} {'quadratic':>10} {'ratio':>7} {'WRAcc':>8}")
    for n in (1_000, 10_000, 100_000):
        X, y = problem(n, 1)
        mine, score = median(ours, X, y, repeats)
        theirs, other = median(quadratic, X, y, repeats if n < 100_000 else 1)
        if not np.isclose(score, other):
            raise SystemExit(f"scores differ: {score} and {other}")
        print(f"{n:>8} {mine:>9.4f} {theirs:>10.4f} {theirs / mine:>7.0f} {score:>8.4f}")
    X, y = problem(100_000, 10)
    for width in (1, 5):
        start = time.process_time()
        rule = BestInterval(beam_width=width).fit(X, y).box_.rule(2)
        print(f"100,000 x 10, beam {width}: {time.process_time() - start:.3f} s: {rule}")


if __name__ == "__main__":
    main()
