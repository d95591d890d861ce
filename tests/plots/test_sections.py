"""A section is the teacher's P(case) with all other inputs held still."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import surrogate as sg
from surrogate import plots
from surrogate.errors import ArgumentError


def test_the_table_holds_the_other_inputs_at_the_middle_of_the_box(found: Any) -> None:
    table = plots.section_table(found, "gain")
    assert table["delay"].unique() == pytest.approx([0.2])
    assert table["nodes"].unique().tolist() == [5]
    assert table["policy"].unique().tolist() == ["none"]
    np.testing.assert_allclose(table["probability"], (1 - np.log10(table["gain"])) / 2)
    np.testing.assert_allclose(table["product"], table["gain"] * table["delay"])
    assert table["gain"].iloc[[0, -1]].tolist() == pytest.approx([0.1, 10])


def test_the_other_inputs_may_be_held_elsewhere(found: Any) -> None:
    table = plots.section_table(found, "gain", at={"policy": "local", "delay": 0.4})
    assert (table["probability"] == 0).all()
    assert (table["delay"] == 0.4).all()


def test_labels_and_whole_numbers_are_asked_one_by_one(found: Any) -> None:
    table = plots.section_table(found, "policy", "nodes")
    assert table["policy"].drop_duplicates().tolist() == ["none", "local", "central"]
    assert table["nodes"].drop_duplicates().tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert len(table) == 21


def test_what_constraints_rule_out_is_not_known(found: Any) -> None:
    space = sg.Space(found.space.parameters, constraints=["gain * delay < 1"])
    table = plots.section_table(found.teacher, "gain", "delay", space=space)
    ruled_out = table["gain"] * table["delay"] >= 1
    assert ruled_out.any()
    assert (table["probability"].isna() == ruled_out).all()


def test_a_line_is_drawn_over_what_the_box_admits(found: Any) -> None:
    ax = plots.section(found, "gain")
    table = plots.section_table(found, "gain")
    np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), table["probability"])
    (span,) = ax.patches
    assert (span.get_x(), span.get_x() + span.get_width()) == pytest.approx((0.1, 1.0))
    assert ax.get_xscale() == "log"
    assert ax.get_title(loc="left") == "at delay = 0.2, nodes = 5, policy = none"


def test_two_inputs_are_a_map_with_the_box_framed(found: Any) -> None:
    ax = plots.section(found, "gain", "policy")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("gain [1/s]", "policy")
    assert len(ax.patches) == 2  # the box admits the first and the last policy
    shares = ax.collections[0].get_array()
    assert shares.shape == (3, 61)
    assert (shares[1] == 0).all()


def test_an_input_that_does_not_vary_is_refused(found: Any) -> None:
    for name in ("product", "gian"):
        with pytest.raises(ArgumentError, match=f"along inputs that vary, and '{name}' is none"):
            plots.section(found, name)
    with pytest.raises(ArgumentError, match="'dealy' is none; did you mean 'delay'"):
        plots.section(found, "gain", at={"dealy": 0.1})


def test_a_classifier_needs_its_space(found: Any) -> None:
    with pytest.raises(ArgumentError, match="a fitted classifier with its space"):
        plots.section(found.teacher, "gain")


def test_contours_are_lines_of_one_risk(found: Any) -> None:
    ax = plots.section(found, "gain", "delay", levels=[0.25, 0.5, 0.75])
    (lines,) = [each for each in ax.collections if hasattr(each, "levels")]
    assert lines.levels.tolist() == [0.25, 0.5, 0.75]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        np.testing.assert_allclose(path.vertices[:, 0], 10 ** (1 - 2 * level), rtol=0.02)
    along = plots.section(found, "gain", levels=[0.1, 0.9])
    assert [line.get_ydata()[0] for line in along.get_lines()[1:]] == [0.1, 0.9]


def test_listed_values_that_occur_are_asked_one_by_one() -> None:
    policy = sg.Categorical(["none", "local", "never"], weights=[1, 1, 0])
    space = sg.Space(level=sg.Discrete([1, 2, 5]), policy=policy, x=(0.0, 1.0))
    design = space.sample(64, rng=0)
    teacher = sg.StepwiseLogistic(space=space).fit(design, design["x"] < 0.4)
    table = plots.section_table(teacher, "level", "policy", space=space)
    assert table["level"].tolist() == [1, 1, 2, 2, 5, 5]
    assert table["policy"].tolist() == ["none", "local"] * 3
    plots.section(teacher, "level", "policy", space=space)
