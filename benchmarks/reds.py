"""Labels only, 400 runs: discover against what REDS-RF reached on the same files.

The data are the inputs on which the REDS package for R was run, ten repetitions of 400 rows a
function; its figures (PR AUC x 100 and WRAcc x 100, mean over its repetitions) stand beside ours.

Run: python benchmarks/reds.py DATA_FOLDER [n_repetitions] [function ...]
DATA_FOLDER holds reds/<function>_train.csv.gz and reds/<function>_test.csv.gz.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

import surrogate as sg

# R: RPf, REDS with a random forest and PRIM. WRAcc is that of its best box by the test data, which
# flatters it: ours is given for the box chosen without them, with a 95 % interval over the
# repetitions, and for the best box by the test data (like for like).
REDS_PR_AUC = {"borehole": 66.0, "dsgc": 16.1, "ellipse": 46.2, "hart3": 58.4}
REDS_WRACC = {"borehole": 19.92, "dsgc": 5.83, "ellipse": 10.00, "hart3": 17.35}
REDS_CONSISTENCY = {"borehole": 95, "dsgc": 23, "ellipse": 32, "hart3": 77}
GRID_BOUNDS = [(0.5, 5.0)] * 4 + [(1.0, 4.0)] * 4 + [(0.05, 1.0)] * 4


def space_of(function: str, names: list[str]) -> sg.Space:
    bounds = GRID_BOUNDS if function == "dsgc" else [(0.0, 1.0)] * len(names)
    return sg.Space(dict(zip(names, bounds, strict=True)))


def consistency(boxes: list[sg.Box], space: sg.Space) -> float:
    """Return the mean share of volume that pairs of boxes have in common, x 100."""
    volumes = []
    for one, other in itertools.combinations(boxes, 2):
        shared = united = 1.0
        first = second = 1.0
        for name, parameter in space.parameters.items():
            full = (parameter.low, parameter.high)
            a, b = (np.clip(box.limits.get(name, full), *full) for box in (one, other))
            first *= a[1] - a[0]
            second *= b[1] - b[0]
            shared *= max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
        united = first + second - shared
        volumes.append(shared / united if united else 0.0)
    return 100 * float(np.mean(volumes)) if volumes else float("nan")


def main(folder: str, n_repetitions: int = 5, *functions: str) -> None:
    gains = []
    for function in functions or tuple(REDS_PR_AUC):
        train = pd.read_csv(Path(folder) / "reds" / f"{function}_train.csv.gz")
        test = pd.read_csv(Path(folder) / "reds" / f"{function}_test.csv.gz")
        names = [name for name in test.columns if name != "y"]
        space = space_of(function, names)
        aucs, wraccs, best, boxes, start = [], [], [], [], time.process_time()
        for repetition in range(1, n_repetitions + 1):
            rows = train.loc[train["rep"] == repetition, [*names, "y"]].reset_index(drop=True)
            runs = sg.Runs.from_frame(rows, space, outcomes=["y"])
            found = sg.discover(runs, "y > 0.5", rng=repetition, n_folds=0)
            aucs.append(100 * found.trajectory.pr_auc(test[names], test["y"]))
            scores = found.trajectory.evaluate(test[names], test["y"])["wracc"]
            wraccs.append(100 * scores[found.index])
            best.append(100 * scores.max())
            boxes.append(found.box)
        seconds = (time.process_time() - start) / n_repetitions
        gains.append(np.mean(aucs) - REDS_PR_AUC.get(function, np.nan))
        half = t.ppf(0.975, n_repetitions - 1) * np.std(wraccs, ddof=1) / np.sqrt(n_repetitions)
        print(
            f"{function:9} PR AUC {np.mean(aucs):5.1f} (REDS-RF "
            f"{REDS_PR_AUC.get(function, 0):5.1f})"
            f"  WRAcc {np.mean(wraccs):5.2f} +- {half:.2f}, best {np.mean(best):5.2f} "
            f"({REDS_WRACC.get(function, 0):5.2f})"
            f"  consistency {consistency(boxes, space):3.0f} ({REDS_CONSISTENCY.get(function, 0)})"
            f"  {seconds:.1f} CPU-s a run, {n_repetitions} repetitions",
            flush=True,
        )
    print(f"mean gain in PR AUC over REDS-RF: {np.mean(gains):.2f}")


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    main(sys.argv[1], count, *sys.argv[3:])
