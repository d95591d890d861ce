"""Choosing a box: a stated rule, on stated data, with its reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import Box, PeelingTrajectory
from surrogate.regions.trajectories.trajectory import Step

# 20 rows at a = 0..19 (cases: a < 8 and a = 12), b = 0 in every second.
X = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20) % 2.0})
Y = (X["a"] < 8) | (X["a"] == 12)
LOW = -np.inf
BOXES = (
    Box({}),  # coverage 1, density 9/20, WRAcc 0
    Box({"a": (LOW, 12.0)}),  # 1, 9/13, WRAcc 0.1575
    Box({"a": (LOW, 7.5)}),  # 8/9, 1, WRAcc 0.22
    Box({"a": (LOW, 7.5), "b": (LOW, 1.0)}),  # the same rows, one more input
    Box({"a": (LOW, 3.5)}),  # 4/9, 1
    Box({"a": (90.0, 99.0)}),  # no rows
)
STEP = Step("start", "", 1.0, 1.0, 1.0, 1)
TRAJECTORY = PeelingTrajectory(BOXES, (STEP,) * len(BOXES))


@pytest.mark.parametrize(
    ("rule", "options", "index"),
    [
        ("wracc", {}, 2),
        ("coverage", {}, 2),
        ("coverage", {"density": 0.6}, 1),
        ("knee", {}, 2),
        ("fewest", {}, 2),
    ],
)
def test_each_rule_picks_its_box(rule, options, index):
    choice = TRAJECTORY.choice(rule, X, Y, **options)
    assert choice.index == index
    assert choice.box == BOXES[index] == TRAJECTORY.choose(rule, X, Y, **options)


def test_the_reason_is_one_sentence_with_numbers_and_data():
    reason = TRAJECTORY.choice("wracc", X, Y, data="held-out runs").reason
    assert reason == (
        "box 2 of 6: best WRAcc 0.22 on 20 held-out runs; coverage 0.89, density 1.00"
    )


def test_fewest_gives_up_a_little_for_fewer_inputs():
    boxes = (Box({"a": (LOW, 8.5)}), Box({"a": (LOW, 7.5), "b": (LOW, 1.0)}))
    trajectory = PeelingTrajectory(boxes, (STEP, STEP))
    assert trajectory.choice("wracc", X, Y).index == 1
    chosen = trajectory.choice("fewest", X, Y)
    assert chosen.index == 0
    assert "one standard error" in chosen.reason


def test_an_unreachable_density_is_refused_with_the_best_there_is():
    with pytest.raises(DataError, match=r"density 0.9; the densest is box 1 with 0.692"):
        TRAJECTORY[:2].choose("coverage", X, Y, density=0.9)


def test_wrong_rules_and_targets_are_refused():
    with pytest.raises(ArgumentError, match="did you mean 'wracc'"):
        TRAJECTORY.choose("wrac", X, Y)
    with pytest.raises(ArgumentError, match="density must lie"):
        TRAJECTORY.choose("coverage", X, Y, density=90)
    with pytest.raises(DataError, match="needs cases of interest"):
        TRAJECTORY.choose("knee", X, 3.0 * Y)
    with pytest.raises(DataError, match="needs cases of interest"):
        TRAJECTORY.choose("coverage", X, 0 * Y)


def test_a_real_target_can_be_chosen_by_wracc():
    choice = TRAJECTORY.choice("wracc", X, 3.0 * Y)
    assert choice.index == 2
    assert "coverage" not in choice.reason
