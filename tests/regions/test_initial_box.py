"""Peeling that begins in a given box stays in it, and its scores are shares of all runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, Box


@pytest.fixture
def problem(uniform):
    X = uniform(2000).assign(policy=np.where(np.arange(2000) % 3, "a", "b"))
    X["grade"] = pd.Categorical(
        np.array(["lo", "mid", "hi"])[np.arange(2000) % 3 - 1], ["lo", "mid", "hi"], ordered=True
    )
    return X, (X["u0"] < 0.6) & (X["u1"] > 0.3)


GIVEN = Box(
    {"u0": (0.2, 0.9), "u2": (0.1, np.inf), "policy": ["a"], "grade": ["lo", "hi"]},
    {"u0": ((0.1, 0.3), None)},
)


def test_the_trajectory_is_everything_then_the_given_box_then_its_peels(problem):
    trajectory = PRIM(initial_box=GIVEN).fit(*problem).trajectory_
    assert trajectory[0] == Box({})
    assert trajectory[1] == GIVEN
    assert trajectory.to_frame()["kind"].tolist()[:3] == ["start", "given", "peel"]


def test_no_box_leaves_the_given_one_and_all_scores_are_of_all_runs(problem):
    X, _ = problem
    noisy = np.random.default_rng(0).random(2000)  # so that there is something to paste
    trajectory = PRIM(paste_alpha=0.02, initial_box=GIVEN).fit(X, noisy).trajectory_
    table, again = trajectory.to_frame(), trajectory.evaluate(X, noisy)
    assert "paste" in set(table["kind"])
    for name in ("coverage", "density", "mass", "wracc", "n", "n_restricted"):
        assert table[name].to_numpy() == pytest.approx(again[name].to_numpy())
    limit = GIVEN.contains(X)
    for box in trajectory[1:]:
        assert (box.contains(X) <= limit).all()
        assert set(GIVEN.names) <= set(box.names)
    assert table["mass"].iloc[-1] >= 0.05  # of all runs, not of the given box


def test_sides_that_peeling_leaves_alone_keep_their_given_limit_and_gap(problem):
    X, y = problem
    box = PRIM(initial_box=GIVEN).fit(X, y).box_
    assert box.limits["u0"].low == 0.2
    assert box.gaps["u0"].low == (0.1, 0.3)
    assert box.limits["u0"].high == pytest.approx(0.6, abs=0.02)
    assert box.limits["policy"] == ("a",)


def test_everything_as_initial_box_changes_nothing(problem):
    X, y = problem
    assert PRIM(initial_box=Box({})).fit(X, y).trajectory_ == PRIM().fit(X, y).trajectory_


def test_given_inputs_count_among_the_restricted(problem):
    X, y = problem
    prim = PRIM(initial_box=Box({"u3": (0.1, 1.0)}), max_restricted=2).fit(X, y)
    assert max(box.n_restricted for box in prim.trajectory_) == 2


def test_an_initial_box_that_does_not_fit_is_refused(problem):
    X, y = problem
    for box, error, message in (
        (Box({"u0": (5.0, 6.0)}), DataError, "holds none of the 2000 rows"),
        (Box({"gain": (0.0, 1.0)}), DataError, "'gain', which X has not"),
        (Box({"u0": [0.0, *X["u0"]]}), DataError, "'u0' to an interval of numbers"),
        ({"u0": (0.0, 1.0)}, ArgumentError, "must be a Box or None"),
    ):
        with pytest.raises(error, match=message):
            PRIM(initial_box=box).fit(X, y)
    with pytest.raises(ArgumentError, match="restricts 4 inputs"):
        PRIM(initial_box=GIVEN, max_restricted=3).fit(X, y)
