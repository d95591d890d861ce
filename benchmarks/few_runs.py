"""How few runs are enough? discover on the continuous outcome against PRIM alone.

PR AUC x 100 (area under coverage and density above the share of cases) on rows that neither has
seen: for the 4-node grid the 10,000 rows of UCI data set 471, for the functions 20,000 fresh
points. The ceiling is PRIM on 20,000 points with their true labels.

Run: python benchmarks/few_runs.py DATA_FOLDER [n_seeds] [--functions [name ...]]
DATA_FOLDER holds grid_stability.csv.gz; SURROGATE_DATA may name it instead. With --functions:
discover from 100 runs and PRIM alone from 1,600 on five problems, seed by seed; else the learning
curve of the grid.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import surrogate as sg
from simulators.functions import borehole_wide, sobol_g
from simulators.grid_stability import four_node_star

# The ellipsoid of REDS: centre and weights of its dgp_ellipse (https://github.com/Arzik1987/reds)
CENTRE = np.array(
    [0.9751507, 0.8432682, 0.7724470, 0.3247967, 0.8051028]
    + [0.9450661, 0.2212505, 0.7315873, 0.2888812, 0.5998075]
)
WEIGHTS = np.array(
    [0.3532409, 0.4340412, 0.8993585, 0.3734097, 0.2784368]
    + [0.1640473, 0.9266303, 0.7685996, 0.9747707, 0.6060011]
)


def ellipse(**x: np.ndarray) -> np.ndarray:
    """Return a weighted square distance in 10 of the 15 inputs."""
    values = np.stack(list(x.values()), axis=-1)[..., : len(CENTRE)]
    return ((values - CENTRE) ** 2) @ WEIGHTS


def hart3(**x: np.ndarray) -> np.ndarray:
    """Return the three-dimensional function of Hartmann (https://www.sfu.ca/~ssurjano/hart3.html)."""
    values = np.stack(list(x.values()), axis=-1)
    rates = np.array([[3.0, 10, 30], [0.1, 10, 35], [3.0, 10, 30], [0.1, 10, 35]])
    places = [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
    squares = (values[..., None, :] - 1e-4 * np.array(places)) ** 2
    return -np.exp(-(rates * squares).sum(axis=-1)) @ np.array([1.0, 1.2, 3.0, 3.2])


def of_cube(function: Callable[..., np.ndarray], d: int) -> sg.Simulator:
    space = sg.Space({f"x{k}": (0.0, 1.0) for k in range(1, d + 1)})
    return sg.Simulator(function, space, outcomes=["y"], vectorized=True)


PROBLEMS = {
    "four_node_star": (four_node_star, "stability < 0"),
    "ellipse": (of_cube(ellipse, 15), "y < 0.64"),
    "borehole": (borehole_wide, "flow < 1000"),
    "hart3": (of_cube(hart3, 3), "y < -1"),
    "sobol_g": (sobol_g, "y < 0.7"),
}


class Judge:
    """A problem, and rows to score boxes on."""

    def __init__(self, name: str, folder: Path) -> None:
        self.simulator, self.case = PROBLEMS[name]
        self.ceilings: list[tuple[float, float]] = []  # what the teachers themselves estimate
        if self.simulator is four_node_star:
            table = pd.read_csv(folder / "grid_stability.csv.gz")
            self.X, self.y = table[list(self.simulator.space.columns)], table["stab"] < 0
        else:
            runs = self.runs(20_000, 10**6)
            self.X, self.y = runs.inputs, runs.label(self.case)

    def runs(self, n: int, seed: int) -> sg.Runs:
        design = self.simulator.space.sample(n, method="latin", rng=seed)
        return sg.run(self.simulator, design, n_workers=0)

    def discover(self, n: int, seed: int) -> float:
        found = sg.discover(self.runs(n, seed), self.case, rng=seed, n_folds=0)
        self.ceilings.append((100 * found.ceiling.expected, 100 * found.ceiling.perfect))
        return 100 * found.trajectory.pr_auc(self.X, self.y)

    def prim(self, n: int, seed: int, mass_min: float = 0.05) -> float:
        runs = self.runs(n, seed)
        student = sg.PRIM(mass_min=mass_min).fit(runs.inputs, runs.label(self.case))
        return 100 * student.trajectory_.pr_auc(self.X, self.y)

    def ceiling(self, seed: int) -> float:
        return self.prim(20_000, seed, mass_min=0.01)


def report(name: str, score: Callable[[int], float], n_seeds: int) -> list[float]:
    start = time.process_time()
    scores = [score(seed) for seed in range(n_seeds)]
    each = " ".join(f"{value:5.1f}" for value in scores)
    seconds = (time.process_time() - start) / n_seeds
    print(f"{name:34} {np.mean(scores):5.1f}   ({each})   {seconds:.1f} CPU-s", flush=True)
    return scores


def learning_curve(folder: Path, n_seeds: int) -> None:
    judge = Judge("four_node_star", folder)
    for n in (100, 200, 400):
        report(f"discover, {n} runs", partial(judge.discover, n), n_seeds)
    for n in (100, 400, 1600):
        report(f"PRIM alone, {n} runs", partial(judge.prim, n), n_seeds)
    report("ceiling: PRIM, 20,000 runs", judge.ceiling, n_seeds)


def functions(folder: Path, n_seeds: int, names: list[str]) -> None:
    for name in names or list(PROBLEMS):
        judge = Judge(name, folder)
        ours = report(f"{name}: discover, 100 runs", partial(judge.discover, 100), n_seeds)
        alone = report(f"{name}: PRIM alone, 1600 runs", partial(judge.prim, 1600), n_seeds)
        report(f"{name}: ceiling", judge.ceiling, n_seeds)
        gain = np.mean(ours) - np.mean(alone)
        expected, perfect = np.mean(judge.ceilings, axis=0)
        print(
            f"{name}: discover less PRIM alone {gain:+.2f}; its teachers expected {expected:.1f}, "
            f"and {perfect:.1f} of a perfect one",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("SURROGATE_DATA", "."))
    parser.add_argument("n_seeds", nargs="?", type=int, default=5)
    parser.add_argument("--functions", nargs="*", choices=list(PROBLEMS))
    given = parser.parse_args()
    if given.functions is None:
        learning_curve(Path(given.folder), given.n_seeds)
    else:
        functions(Path(given.folder), given.n_seeds, given.functions)


if __name__ == "__main__":
    main()
