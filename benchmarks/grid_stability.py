"""The grid simulators against published data: accuracy and processor time.

Usage: python benchmarks/grid_stability.py [FOLDER]

FOLDER (or SURROGATE_DATA) holds grid_stability.csv.gz, the UCI data set 471
(https://archive.ics.uci.edu/dataset/471), and reds/dsgc_train.csv.gz, reds/dsgc_test.csv.gz, runs
of the five-node grid that the R package reds brings.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pandas as pd

import surrogate as sg
from simulators.grid_stability import five_node_star, four_node_star


def timed(simulator: sg.Simulator, design: pd.DataFrame) -> tuple[pd.Series, float]:
    start = time.process_time()
    stability = simulator.evaluate(design)["stability"]
    return stability, time.process_time() - start


def four_nodes(path: Path) -> None:
    table = pd.read_csv(path)
    stability, seconds = timed(four_node_star, table[list(four_node_star.space.columns)])
    error = (stability - table["stab"]).abs()
    wrong = ((stability > 0) != (table["stabf"] == "unstable")).sum()
    print(
        f"{path.name}: {len(table)} rows, error at most {error.max():.1e} 1/s, "
        f"median {error.median():.1e} 1/s, {wrong} wrong labels, {seconds:.1f} CPU s"
    )


def five_nodes(path: Path) -> None:
    table = pd.read_csv(path)
    names = [f"{symbol}{node}" for symbol in ("tau", "T", "g") for node in (2, 3, 4, 5)]
    design = table[[f"x{k}" for k in range(1, 13)]].set_axis(names, axis=1)
    stability, seconds = timed(five_node_star, design)
    wrong = ((stability < 0) != (table["y"] == 1)).sum()
    print(f"{path.name}: {len(table)} rows, {wrong} wrong labels, {seconds:.1f} CPU s")


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SURROGATE_DATA")
    if folder is None:
        sys.exit("name the folder with the data, or set SURROGATE_DATA")
    four_nodes(Path(folder) / "grid_stability.csv.gz")
    for part in ("train", "test"):
        five_nodes(Path(folder) / "reds" / f"dsgc_{part}.csv.gz")


if __name__ == "__main__":
    main()
