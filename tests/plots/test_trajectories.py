"""The picture of a trajectory shows every column of its table, and whose numbers they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from surrogate import plots
from surrogate.errors import ArgumentError
from surrogate.regions import Box, PeelingTrajectory
from surrogate.regions.trajectories.trajectory import Step


def test_it_draws_the_teachers_estimates_and_marks_the_choice(found: Any) -> None:
    ax = plots.trajectory(found)
    *lines, mark = ax.get_lines()
    assert [line.get_label() for line in lines] == ["coverage", "density", "mass"]
    for line in lines:
        np.testing.assert_array_equal(line.get_ydata(), found.curve[line.get_label()])
    assert len({line.get_marker() for line in lines}) == 3
    assert mark.get_xdata() == [1, 1]
    assert ax.get_ylabel() == "share, teacher's estimate"


def test_restricted_inputs_have_an_axis_of_their_own(found: Any) -> None:
    ax = plots.trajectory(found)
    (stairs,) = [each for each in ax.figure.axes if each is not ax]
    np.testing.assert_array_equal(stairs.get_lines()[0].get_ydata(), [0, 2, 3])
    assert stairs.get_ylabel().startswith("restricted inputs")


def test_a_trajectory_by_itself_is_in_sample() -> None:
    steps = (Step("start", "", 1.0, 0.5, 1.0, 8), Step("peel", "gain", 1.0, 1.0, 0.5, 4))
    ax = plots.trajectory(PeelingTrajectory((Box({}), Box({"gain": (0.5, 1.0)})), steps))
    assert ax.get_ylabel() == "share, in-sample"
    assert len(ax.get_lines()) == 3


def test_a_table_says_what_it_was_measured_on(found: Any) -> None:
    table = found.curve.copy()
    table.attrs["data"] = "held-out runs"
    assert plots.trajectory(table, chosen=2).get_ylabel() == "share, held-out runs"


def test_what_cannot_be_drawn_is_refused(found: Any) -> None:
    with pytest.raises(ArgumentError, match="coverage, density, mass, n_restricted; got DataFrame"):
        plots.trajectory(found.curve[["coverage"]])
    with pytest.raises(ArgumentError, match="a box from 0 to 2; got 3"):
        plots.trajectory(found, chosen=3)
