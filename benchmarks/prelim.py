"""Does a transfer set make a small tree better? PRELIM's experiment on bundled tables.

Run ``OMP_NUM_THREADS=1 python benchmarks/prelim.py --results prelim.jsonl --workers 2`` with the
UCI table grid_stability.csv.gz in the folder that ``SURROGATE_DATA`` names (without it that table
is left out). Every line of the results file is one split; splits that are there are not run again.

A random forest is fitted on n rows, each source draws rows near them, the forest labels these and
a tree of at most 8 leaves is fitted on them. ``none`` is the tree on the n rows alone, ``choice``
the source that `choose_source` takes, which looks at the n rows only. Tests are Wilcoxon's, paired
over splits and two-sided, corrected by Holm over tables and sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import wilcoxon
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.neighbors import NearestNeighbors
from sklearn.tree import DecisionTreeClassifier

import surrogate as sg

N_ROWS, N_SPLITS, N_TRANSFER, N_TEST = (100, 400), 25, 5000, 5000
FOREST = RandomForestClassifier(100, random_state=0)
STUDENT = DecisionTreeClassifier(max_leaf_nodes=8, random_state=0)
MEASURES = ("accuracy", "balanced", "fidelity", "leaves")


def breast_cancer() -> tuple:
    return load_breast_cancer(return_X_y=True)


def wine() -> tuple:
    return load_wine(return_X_y=True)


def diabetes() -> tuple:
    X, y = load_diabetes(return_X_y=True)
    return X, (y > np.median(y)).astype(int)


def digit_three() -> tuple:
    X, y = load_digits(return_X_y=True)
    return X, (y == 3).astype(int)


def digit_odd() -> tuple:
    X, y = load_digits(return_X_y=True)
    return X, y % 2


def grid() -> tuple:
    table = pd.read_csv(Path(os.environ["SURROGATE_DATA"]) / "grid_stability.csv.gz")
    return table.drop(columns=["stab", "stabf", "p1"]).to_numpy(), (table["stab"] < 0).astype(int)


TABLES: dict[str, Callable[[], tuple]] = {
    each.__name__: each for each in (breast_cancer, wine, diabetes, digit_three, digit_odd, grid)
}


def uniform(X: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(X.min(axis=0), X.max(axis=0), (n, X.shape[1]))


def marginals(X: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    return np.stack([rng.choice(column, n) for column in X.T], axis=1)


def mixture(X: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    fitted = [
        GaussianMixture(k, covariance_type="diag", reg_covar=1e-3, random_state=0).fit(X)
        for k in (1, 2, 4, 8)
    ]
    best = min(fitted, key=lambda each: each.bic(X))
    return best.set_params(random_state=int(rng.integers(2**31))).sample(n)[0]


def ball(X: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw from balls around rows, of the mean distance to the tenth neighbour, in z-scores."""
    spread = np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)
    distances, _ = NearestNeighbors(n_neighbors=10).fit(X / spread).kneighbors()
    directions = rng.normal(size=(n, X.shape[1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = distances[:, -1].mean() * rng.random((n, 1)) ** (1 / X.shape[1])
    return X[rng.integers(len(X), size=n)] + directions * radii * spread


SOURCES = {
    "kde 0.25": sg.KDE(0.25),
    "kde 0.5": sg.KDE(0.5),
    "kde 1": sg.KDE(1.0),
    "interpolation": sg.Interpolation(),
    "munge": sg.MUNGE(),
    "mixture": mixture,
    "ball": ball,
    "marginals": marginals,
    "uniform": uniform,
}


def one_split(table: str, n: int, split: int) -> dict:
    """Return every measure of every source on one split."""
    start = time.process_time()
    X, y = TABLES[table]()
    cut = StratifiedShuffleSplit(1, train_size=n, random_state=split)
    train, test = next(cut.split(X, y))
    test = test[:N_TEST]
    forest = clone(FOREST).fit(X[train], y[train])
    by_forest = forest.predict(X[test])
    trees = {"none": clone(STUDENT).fit(X[train], y[train])}
    for name, source in SOURCES.items():
        rows = source(X[train], N_TRANSFER, np.random.default_rng(split))
        trees[name] = clone(STUDENT).fit(rows, forest.predict(rows))
    choice = sg.choose_source(FOREST, STUDENT, X[train], y[train], n_transfer=2000, rng=split)
    trees["choice"] = trees[choice.name]
    found = {name: measures(tree, X[test], y[test], by_forest) for name, tree in trees.items()}
    found["teacher"] = measures(forest, X[test], y[test], by_forest)
    seconds = time.process_time() - start
    return {
        "table": table, "n": n, "split": split, "chosen": choice.name, "seconds": seconds,
        "folds": choice.scores.to_dict("list"), "scores": found,
    }  # fmt: skip


def measures(model: object, X: np.ndarray, y: np.ndarray, by_forest: np.ndarray) -> dict:
    predicted = model.predict(X)
    return {
        "accuracy": float(np.mean(predicted == y)),
        "balanced": float(balanced_accuracy_score(y, predicted)),
        "fidelity": float(np.mean(predicted == by_forest)),
        "leaves": float(model.get_n_leaves()) if hasattr(model, "get_n_leaves") else np.nan,
    }


def cells() -> list[tuple[str, int]]:
    """Return the tables and numbers of rows that leave at least 50 rows to judge by."""
    there = [name for name in TABLES if name != "grid" or "SURROGATE_DATA" in os.environ]
    return [(t, n) for t, n in product(there, N_ROWS) if len(TABLES[t]()[0]) >= n + 50]


def run(path: Path, workers: int, n_splits: int) -> None:
    done = {(each["table"], each["n"], each["split"]) for each in read(path)}
    wanted = [(t, n, s) for s in range(n_splits) for t, n in cells() if (t, n, s) not in done]
    with ProcessPoolExecutor(workers) as pool, path.open("a") as file:
        for each in as_completed([pool.submit(one_split, *task) for task in wanted]):
            file.write(json.dumps(each.result()) + "\n")
            file.flush()


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values corrected for all of them at once."""
    order, m = np.argsort(p_values), len(p_values)
    corrected = np.maximum.accumulate(np.sort(p_values) * (m - np.arange(m)))
    return np.minimum(corrected, 1)[np.argsort(order)]


def show(path: Path) -> None:
    results = read(path)
    frame = pd.DataFrame(
        {"table": r["table"], "n": r["n"], "split": r["split"], "source": s, **m}
        for r in results
        for s, m in r["scores"].items()
    )
    cell = ["table", "n"]
    for measure in MEASURES:
        scale = 1 if measure == "leaves" else 100
        means = scale * frame.pivot_table(index=cell, columns="source", values=measure, sort=False)
        columns = ["none", *SOURCES, "choice", "teacher"]
        means = means[[each for each in columns if each in means]]
        means.loc[("mean", ""), :] = means.mean()
        print(f"\n{measure}, mean over splits\n{means.round(1).to_string()}")
    for measure in ("accuracy", "balanced"):
        print(f"\n{measure} of choice - none, points\n{tests(frame, measure).to_string()}")
    chosen = pd.crosstab([[r["table"] for r in results], [r["n"] for r in results]],
                         [r["chosen"] for r in results])  # fmt: skip
    print(f"\nsplits in which a source was chosen\n{chosen.to_string()}")
    print(f"\n{len(results)} splits, {sum(r['seconds'] for r in results):.0f} CPU s")


def tests(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the mean gain of the choice over none, with Wilcoxon's p and Holm's correction."""
    wide = frame.pivot_table(index=["table", "n", "split"], columns="source", values=measure)
    gain = 100 * (wide["choice"] - wide["none"])
    found = gain.groupby(level=["table", "n"], sort=False).agg(["mean", "sem", "count"])
    found["p"] = [
        wilcoxon(each).pvalue if np.any(each != 0) else 1.0
        for _, each in gain.groupby(level=["table", "n"], sort=False)
    ]
    found["p Holm"] = holm(found["p"].to_numpy())
    return found.round(3)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--results", type=Path, default=Path("prelim.jsonl"))
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--splits", type=int, default=N_SPLITS)
    chosen = arguments.parse_args()
    run(chosen.results, chosen.workers, chosen.splits)
    show(chosen.results)


if __name__ == "__main__":
    main()
