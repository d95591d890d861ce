"""What speaks for a limit: quasi-p-values by their definition, and honest values beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, fisher_exact

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, Box
from surrogate.regions.trajectories.evidence import limit_evidence, quasi_p_values


@pytest.fixture
def problem(uniform):
    X = uniform(400).assign(policy=np.where(np.arange(400) % 3, "a", "b"))
    y = (X["u0"] < 0.6) & (X["u1"] > 0.2) & (X["policy"] == "a")
    return X, y ^ (np.random.default_rng(1).random(400) < 0.1)


def without(box, name, end):
    if end == "labels":
        return box.drop(name)
    low, high = box.limits[name]
    open_end = (-np.inf, high) if end == "low" else (low, np.inf)
    return box.drop(name) if np.isinf(open_end).all() else box.replace(name, open_end)


def test_every_limit_of_a_trajectory_has_its_definition(problem):
    X, y = problem
    trajectory = PRIM().fit(X, y).trajectory_
    table = trajectory.quasi_p(X, y)
    assert {"low", "high", "labels"} == set(table.index.get_level_values("end"))
    assert len(table) == sum(
        1 if isinstance(each[0], str) else int(np.isfinite(each).sum())
        for box in trajectory
        for each in box.limits.values()
    )
    for (index, name, end), row in table.iterrows():
        box = trajectory[index]
        larger = without(box, name, end).contains(X)
        assert (row["n"], row["cases"]) == (box.contains(X).sum(), y[box.contains(X)].sum())
        assert (row["n_without"], row["cases_without"]) == (larger.sum(), y[larger].sum())
        test = binomtest(int(row["cases"]), int(row["n"]), y[larger].mean(), alternative="greater")
        assert row["quasi_p"] == pytest.approx(test.pvalue)


@pytest.mark.parametrize("seed", range(6))
def test_boxes_in_any_order_are_counted_as_each_by_itself(seed, problem):
    X, y = problem
    random = np.random.default_rng(seed)
    boxes = [Box({})]
    for _ in range(25):  # walks in and out, and now and then somewhere else
        box = boxes[-1] if random.random() < 0.9 else Box({})
        name = random.choice(["u0", "u1", "policy"])
        if name == "policy":
            box = box.drop(name) if name in box.limits else box.replace(name, ["a"])
        else:
            low, high = np.sort(random.random(2).round(2))
            ends = [(low, high + 0.01), (-np.inf, high), (low, np.inf)]
            box = box.replace(name, ends[random.integers(3)])
        boxes.append(box)
    together = quasi_p_values(boxes, X, y)
    apart = [quasi_p_values([box], X, y) for box in boxes]
    for k, alone in enumerate(apart):
        if len(alone):
            pd.testing.assert_frame_equal(together.loc[k], alone.loc[0], check_index_type=False)
            assert (together.loc[k]["n"] == boxes[k].contains(X).sum()).all()
    assert len(together) == sum(map(len, apart))


def test_a_box_without_cases_proves_nothing(problem):
    X, _ = problem
    table = quasi_p_values([Box({"u0": (0.5, 0.6)})], X, np.zeros(400))
    assert table["quasi_p"].tolist() == [1.0, 1.0]


def test_only_labels_of_real_runs_are_counted(problem):
    X, y = problem
    with pytest.raises(DataError, match="real runs, so y must be 0 and 1; got soft"):
        quasi_p_values([Box({"u0": (0.5, 0.6)})], X, y * 0.5)


def test_the_held_out_value_is_fishers_test(problem, uniform):
    X, y = problem
    box = Box({"u0": (-np.inf, 0.6), "u1": (0.3, np.inf)})
    table = limit_evidence(box, X, y, held_out=(X, y))
    for (name, end), row in table.iterrows():
        inside = box.contains(X)
        slab = without(box, name, end).contains(X) & ~inside
        counts = [[y[part].sum(), (~y[part]).sum()] for part in (inside, slab)]
        assert row["held_out_p"] == pytest.approx(fisher_exact(counts, "greater").pvalue)
    assert table["permutation_p"].isna().all()


def test_noise_has_no_small_honest_values_though_some_quasi_p_values_are_small(uniform):
    X, fresh = uniform(200, d=12), uniform(2000, d=12, seed=9)
    y, fresh_y = (np.random.default_rng(2).random(n) < 0.4 for n in (200, 2000))
    finder = PRIM(max_restricted=1)
    box = finder.fit(X, y).box_
    assert PRIM().fit(X, y).trajectory_.quasi_p(X, y)["quasi_p"].min() < 0.05
    table = limit_evidence(
        box, X, y, held_out=(fresh, fresh_y), finder=finder, n_permutations=19, rng=0
    )
    assert table["permutation_p"].min() > 0.05
    assert table["held_out_p"].min() > 0.01
    again = limit_evidence(box, X, y, finder=finder, n_permutations=19, rng=0)
    assert again["permutation_p"].equals(table["permutation_p"])


def test_a_region_has_small_values_of_every_kind(problem):
    X, y = problem
    box = PRIM().fit(X[:200], y[:200]).trajectory_.choose("fewest", X[:200], y[:200])
    table = limit_evidence(
        box, X[:200], y[:200], held_out=(X[200:], y[200:]), finder=PRIM(), n_permutations=19, rng=0
    )
    strong = table.loc[[("policy", "labels")]]
    assert strong[["quasi_p", "held_out_p"]].max(axis=None) < 1e-3
    assert strong["permutation_p"].max() == 1 / 20
    with pytest.raises(ArgumentError, match="at least 1"):
        limit_evidence(box, X, y, finder=PRIM(), n_permutations=0)
    assert isinstance(table, pd.DataFrame)
