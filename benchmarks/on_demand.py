"""Does asking the teacher more where a tree has seen few rows help? TREPAN's queries, measured.

Run ``OMP_NUM_THREADS=1 python benchmarks/on_demand.py`` (the grid's table is used where
``SURROGATE_DATA`` names its folder). A forest answers a budget of rows drawn by ``KDE(0.5)``: all
drawn alike, or as `OnDemand` draws them (Craven and Shavlik, Extracting tree-structured
representations of trained networks, NIPS 1996), with its weights and without. Shown are gains over
rows drawn alike, in points, with standard errors.
"""

from __future__ import annotations

import os
from collections import defaultdict

import numpy as np
from prelim import FOREST, TABLES
from sklearn.base import clone
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.tree import DecisionTreeClassifier

import surrogate as sg

SOURCE, LEAST, N_SPLITS = sg.KDE(0.5), 100, 8
CELLS = {"breast_cancer": 400, "digit_odd": 400, "diabetes": 100, "grid": 400}
MEASURES = ("fidelity on fresh rows", "fidelity on real rows", "accuracy")


def one_split(table: str, n: int, split: int) -> dict[tuple, np.ndarray]:
    """Return the gains in all measures, by budget, leaves and kind."""
    X, y = (np.asarray(each) for each in TABLES[table]())
    train, test = next(StratifiedShuffleSplit(1, train_size=n, random_state=split).split(X, y))
    forest = clone(FOREST).fit(X[train], y[train])
    fresh = SOURCE(X[train], 5000, np.random.default_rng(1000 + split))
    judged = [
        (fresh, forest.predict(fresh)),
        (X[test], forest.predict(X[test])),
        (X[test], y[test]),
    ]
    gains = {}
    for budget in (300, 1000):
        for leaves in (8, 32):
            alike = SOURCE(X[train], budget, np.random.default_rng(split))
            source = sg.OnDemand(SOURCE, min_rows=LEAST, max_leaf_nodes=leaves)
            rows, _, weight = source.answered(forest.predict, X[train], budget, split)
            sets = {"alike": (alike, None), "on demand": (rows, None), "weighted": (rows, weight)}
            scores = {}
            for kind, (each, weights) in sets.items():
                student = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=0)
                student.fit(each, forest.predict(each), sample_weight=weights)
                scores[kind] = np.array([np.mean(student.predict(A) == b) for A, b in judged])
            for kind in ("on demand", "weighted"):
                gains[budget, leaves, kind] = 100 * (scores[kind] - scores["alike"])
    return gains


def main() -> None:
    gains = defaultdict(list)
    for table, n in CELLS.items():
        if table == "grid" and "SURROGATE_DATA" not in os.environ:
            continue
        for split in range(N_SPLITS):
            for (budget, leaves, kind), each in one_split(table, n, split).items():
                gains[f"{budget} rows, {leaves} leaves, {kind}"].append(each)
                gains[f"all, {kind}"].append(each)
    for name, each in gains.items():
        mean, error = np.mean(each, axis=0), np.std(each, axis=0, ddof=1) / len(each) ** 0.5
        shown = (f"{m} {a:+.2f} +- {b:.2f}" for m, a, b in zip(MEASURES, mean, error, strict=True))
        print(f"{name:34s} {'; '.join(shown)}", flush=True)


if __name__ == "__main__":
    main()
