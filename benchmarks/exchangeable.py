"""What declaring exchangeable inputs is worth: the five-node grid with and without its blocks.

Its four consumers may trade places, 24 permutations. The same 400 runs, the same seed, once with
the declaration and once without; PR AUC x 100 and the teacher's accuracy on 10,000 fresh points.

Run: python benchmarks/exchangeable.py [n_seeds] [n_runs]
"""

from __future__ import annotations

import sys
import time

import numpy as np

import surrogate as sg
from simulators.grid_stability import five_node_star

SPACE = five_node_star.space
PLAIN = sg.Space(dict(SPACE.parameters))
SCORES = ("PR AUC", "accuracy", "CPU-s")


def scored(runs: sg.Runs, case: str, seed: int, fresh: sg.Runs) -> list[float]:
    start = time.process_time()
    found = sg.discover(runs, case, rng=seed, n_folds=0)
    seconds = time.process_time() - start
    truth = fresh.label("stability < 0")
    area = 100 * found.trajectory.pr_auc(fresh.inputs, truth)
    right = found.teacher.predict(fresh.inputs) == truth.to_numpy()
    return [area, 100 * right.mean(), seconds]


def main(n_seeds: int = 5, n_runs: int = 400) -> None:
    points = SPACE.sample(10_000, method="latin", rng=10**6)
    fresh = sg.run(five_node_star, points, n_workers=0)
    for taught_by in ("the outcome", "labels"):
        rows = []
        for seed in range(n_seeds):
            design = SPACE.sample(n_runs, method="latin", rng=seed)
            frame = design.assign(stability=five_node_star.evaluate(design)["stability"])
            case = "stability < 0"
            if taught_by == "labels":
                frame["stability"] = (frame["stability"] < 0).astype(float)
                case = "stability > 0.5"
            tables = [
                sg.Runs.from_frame(frame, space, outcomes=["stability"]) for space in (SPACE, PLAIN)
            ]
            rows.append([scored(runs, case, seed, fresh) for runs in tables])
            print(f"  {taught_by}, seed {seed}: with, without {np.round(rows[-1], 1).tolist()}")
        with_blocks, without = np.array(rows).transpose(1, 0, 2)
        gains = with_blocks[:, 0] - without[:, 0]
        print(f"taught by {taught_by}, {n_runs} runs, {n_seeds} seeds")
        for k, name in enumerate(SCORES):
            means = with_blocks[:, k].mean(), without[:, k].mean()
            print(f"  {name:9} with {means[0]:5.1f}, without {means[1]:5.1f}")
        error = gains.std(ddof=1) / np.sqrt(n_seeds)
        print(f"  PR AUC gained {gains.mean():.2f} +- {error:.2f} (paired)", flush=True)


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:]])
