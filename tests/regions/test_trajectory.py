"""The trajectory: an immutable sequence of boxes with their scores."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, Box, PeelingTrajectory


@pytest.fixture
def problem(uniform):
    X = uniform(600).assign(policy=np.where(np.arange(600) % 3, "a", "b"))
    y = (X["u0"] < 0.6) & (X["policy"] == "a")
    noise = np.random.default_rng(1).random(600) < 0.1
    return X, y ^ noise


@pytest.fixture
def trajectory(problem):
    return PRIM().fit(*problem).trajectory_


def test_it_is_a_sequence_of_boxes(trajectory):
    assert len(trajectory) == len(list(trajectory)) == len(trajectory.to_frame())
    assert trajectory[0] == Box({})
    assert trajectory[-1] == trajectory[len(trajectory) - 1]
    part = trajectory[2:5]
    assert isinstance(part, PeelingTrajectory)
    assert list(part) == [trajectory[2], trajectory[3], trajectory[4]]
    with pytest.raises(IndexError, match=r"box 999 .* 0 to"):
        trajectory[999]
    with pytest.raises(AttributeError):
        trajectory.boxes = ()
    with pytest.raises(ArgumentError, match="at least one box"):
        trajectory[5:5]


def test_the_table_is_what_the_boxes_score_in_sample(trajectory, problem):
    table, again = trajectory.to_frame(), trajectory.evaluate(*problem)
    for name in ("coverage", "density", "mass", "wracc"):
        assert table[name].to_numpy() == pytest.approx(again[name].to_numpy(), abs=1e-12)
    assert table[["n", "n_restricted"]].equals(again[["n", "n_restricted"]])
    assert table["kind"][0] == "start"
    assert set(table["restricted"][1:]) <= set(problem[0].columns)


def test_all_boxes_at_once_score_as_each_alone(trajectory, uniform):
    X = uniform(300, seed=7).assign(policy="a")
    y = X["u0"] < 0.5
    weights = np.arange(300) + 1
    table = trajectory.evaluate(X, y, sample_weight=weights, data="held-out runs")
    assert table.attrs["data"] == "held-out runs"
    for box, row in zip(trajectory, table.itertuples(), strict=True):
        alone = box.evaluate(X, y, sample_weight=weights)
        assert alone.coverage.value == pytest.approx(row.coverage)
        assert alone.density.value == pytest.approx(row.density, nan_ok=True)
        assert alone.mass.value == pytest.approx(row.mass)
        assert alone.wracc == pytest.approx(row.wracc)
        assert alone.density.n == row.n


def test_coverage_density_and_mass_count_the_same_cases(trajectory, problem):
    table = trajectory.to_frame()
    cases = table["coverage"] * problem[1].sum()
    assert cases.to_numpy() == pytest.approx((table["density"] * table["n"]).to_numpy())
    assert (table["mass"] * 600).to_numpy() == pytest.approx(table["n"].to_numpy())


def test_the_area_is_that_of_the_definition():
    X = pd.DataFrame({"a": np.arange(10) / 10})
    y = np.arange(10) < 4
    boxes = PRIM().fit(pd.DataFrame({"a": np.arange(100) / 100}), np.arange(100) < 40).trajectory_
    half = PeelingTrajectory((Box({}), Box({"a": (-np.inf, 0.45)})), boxes.steps[:2])
    # points (1, 0.4), (0.8 of ... all 4 cases, 4 of 5 rows), then (0, 0.8)
    assert half.pr_auc(X, y) == pytest.approx(0.8 - 0.4)
    smaller = PeelingTrajectory((Box({"a": (-np.inf, 0.15)}),), boxes.steps[:1])
    # the whole space (1, 0.4) is put first, then (0.5, 1), then (0, 1)
    assert smaller.pr_auc(X, y) == pytest.approx(0.5 * 0.7 + 0.5 - 0.4)
    nowhere = PeelingTrajectory((Box({}), Box({"a": (5.0, 6.0)})), boxes.steps[:2])
    assert nowhere.pr_auc(X, y) == pytest.approx(0.0)


def test_the_area_needs_cases():
    trajectory = PRIM().fit(pd.DataFrame({"a": np.arange(40)}), np.arange(40) < 20).trajectory_
    with pytest.raises(DataError, match="at least one case"):
        trajectory.pr_auc(pd.DataFrame({"a": [1.0]}), [0])
    with pytest.raises(DataError, match="labels or probabilities"):
        trajectory.pr_auc(pd.DataFrame({"a": [1.0, 2.0]}), [3.0, 4.0])


def test_json_gives_the_same_trajectory_back(trajectory):
    again = PeelingTrajectory.from_json(trajectory.to_json())
    assert again == trajectory
    assert again.to_frame().equals(trajectory.to_frame())


def test_json_of_a_real_target_keeps_the_missing_coverage(uniform):
    X = uniform(100)
    trajectory = PRIM().fit(X, 5 * X["u0"]).trajectory_
    again = PeelingTrajectory.from_json(trajectory.to_json())
    assert again.boxes == trajectory.boxes
    assert again.to_frame()["coverage"].isna().all()


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(version=9),
        lambda c: c.pop("steps"),
        lambda c: c["steps"][0].update(kind="leap"),
        lambda c: c["steps"][0].update(more=1),
        lambda c: c["steps"][0].pop("box"),
        lambda c: c["steps"][1]["box"].pop("limits"),
        lambda c: c.update(steps=[1]),
        lambda c: c.update(steps=[]),
    ],
)
def test_damaged_json_is_refused(trajectory, change):
    content = json.loads(trajectory.to_json())
    change(content)
    with pytest.raises((DataError, ArgumentError)):
        PeelingTrajectory.from_json(json.dumps(content))
