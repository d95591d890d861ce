"""The wing's least drag under constraints: `optimize` against random search and evolution.

    python benchmarks/optimization.py --seeds 5

Every row is the least drag among feasible runs after 60, and where it is said 600, runs of the
simulator. Differential evolution is scipy's own, with constraints as a penalty of the drag.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import pandas as pd
from scipy.optimize import differential_evolution

import surrogate as sg
from simulators.wing import SPACE, wing

CONSTRAINTS = ("lift > 0.5", "static_margin > 0.05", "bending < 0.06")
PENALTY = 10.0  # of the drag, per unit of violation


def violation(outcomes: pd.DataFrame) -> np.ndarray:
    """Return by how much each run misses the constraints, shape (n,)."""
    margins = np.hstack([sg.Expression(each).margins(outcomes) for each in CONSTRAINTS])
    return np.maximum(-margins, 0).sum(axis=1)


def best_of(outcomes: pd.DataFrame) -> float:
    """Return the least drag of feasible runs."""
    return float(outcomes["drag"].where(violation(outcomes) <= 0).min())


def by_surrogate(n_runs: int, seed: int) -> float:
    found = sg.optimize(wing, "drag", constraints=CONSTRAINTS, n_runs=n_runs, n_workers=0, rng=seed)
    return found.value


def by_chance(n_runs: int, seed: int) -> float:
    return best_of(wing.evaluate(SPACE.sample(n_runs, "random", rng=seed)))


def by_evolution(n_runs: int, seed: int) -> float:
    asked: list[pd.DataFrame] = []

    def cost(unit: np.ndarray) -> np.ndarray:
        outcomes = wing.evaluate(SPACE.from_unit(np.clip(unit.T, 0, 1)))
        asked.append(outcomes)
        return (outcomes["drag"] + PENALTY * violation(outcomes)).to_numpy()

    size = 3 if n_runs < 200 else 6
    n_generations = -(-n_runs // (size * SPACE.d))
    differential_evolution(
        cost,
        [(0.0, 1.0)] * SPACE.d,
        popsize=size,
        maxiter=n_generations,
        vectorized=True,
        updating="deferred",
        polish=False,
        tol=0,
        rng=seed,
    )
    return best_of(pd.concat(asked)[:n_runs])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(parser.parse_args().seeds)
    ways = {
        "optimize, 60 runs": (by_surrogate, 60),
        "random search, 60 runs": (by_chance, 60),
        "random search, 600 runs": (by_chance, 600),
        "differential evolution, 60 runs": (by_evolution, 60),
        "differential evolution, 600 runs": (by_evolution, 600),
    }
    rows = []
    for name, (way, n_runs) in ways.items():
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drags = np.array([way(n_runs, seed) for seed in seeds])
        seconds = (time.process_time() - start) / len(seeds)
        found = drags[np.isfinite(drags)]
        middle = np.median(found) if len(found) else np.nan
        rows.append((name, middle, drags.min(), drags.max(), len(found), seconds))
    columns = ["way", "median drag", "least", "most", "feasible seeds", "CPU s"]
    print(", ".join(CONSTRAINTS))
    print(pd.DataFrame(rows, columns=columns).to_string(index=False, float_format="%.5f"))


if __name__ == "__main__":
    main()
