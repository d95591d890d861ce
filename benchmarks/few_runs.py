"""How few runs are enough? discover against PRIM alone on the 4-node grid.

PR AUC x 100 (area under coverage and density above the share of cases) on the 10,000 rows of UCI
data set 471, which neither has seen; the ceiling is PRIM on 20,000 fresh points with their true
labels.

Run: python benchmarks/few_runs.py DATA_FOLDER [n_seeds]
DATA_FOLDER holds grid_stability.csv.gz; SURROGATE_DATA may name it instead.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import surrogate as sg
from simulators.grid_stability import four_node_star

CASE = "stability < 0"


def main(folder: str, n_seeds: int = 3) -> None:
    table = pd.read_csv(Path(folder) / "grid_stability.csv.gz")
    X, y = table[list(four_node_star.space.columns)], table["stab"] < 0

    def auc(trajectory: sg.PeelingTrajectory) -> float:
        return 100 * trajectory.pr_auc(X, y)

    def runs_of(n: int, seed: int) -> sg.Runs:
        design = four_node_star.space.sample(n, method="latin", rng=seed)
        return sg.run(four_node_star, design, n_workers=0)

    for n in (100, 200, 400):
        scores, start = [], time.process_time()
        for seed in range(n_seeds):
            found = sg.discover(runs_of(n, seed), CASE, rng=seed, n_folds=0)
            scores.append(auc(found.trajectory))
        seconds = (time.process_time() - start) / n_seeds
        report(f"discover, {n} runs", scores, seconds)
    for n in (100, 400, 1600):
        scores, start = [], time.process_time()
        for seed in range(n_seeds):
            runs = runs_of(n, seed)
            scores.append(auc(sg.PRIM().fit(runs.inputs, runs.label(CASE)).trajectory_))
        report(f"PRIM alone, {n} runs", scores, (time.process_time() - start) / n_seeds)
    scores = []
    for seed in range(n_seeds):
        runs = runs_of(20_000, seed)
        student = sg.PRIM(mass_min=0.01).fit(runs.inputs, runs.label(CASE))
        scores.append(auc(student.trajectory_))
    report("ceiling: PRIM, 20,000 runs", scores, float("nan"))


def report(name: str, scores: list[float], seconds: float) -> None:
    each = " ".join(f"{score:5.1f}" for score in scores)
    print(f"{name:28} {np.mean(scores):5.1f}   ({each})   {seconds:.1f} CPU-s", flush=True)


if __name__ == "__main__":
    given = sys.argv[1:] or [os.environ.get("SURROGATE_DATA", ".")]
    main(given[0], *[int(each) for each in given[1:]])
