"""Pictures over several inputs: pairs, parallel coordinates, nested cells, several boxes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate import plots
from surrogate.errors import ArgumentError
from surrogate.plots.canvas import CASE, OTHER
from surrogate.regions import Box, Covering
from tests.plots.test_pictures import SCORES


def test_pairs_are_the_lower_triangle_of_a_grid(found: Any) -> None:
    panels = plots.pairs(found)
    assert panels.shape == (3, 3)
    assert [panels[row, row] is not None for row in range(3)] == [True] * 3
    assert panels[0, 1] is None
    outer = [panels[2, column].get_xlabel() for column in range(3)]
    assert outer == ["delay [s]", "gain [1/s]", "policy"]
    assert [panels[row, 0].get_ylabel() for row in range(3)] == ["gain [1/s]", "policy", "nodes"]
    assert panels[0, 0].get_xlabel() == panels[2, 1].get_ylabel() == ""
    panels[0, 0].figure.canvas.draw()


def test_pairs_take_a_figure_and_other_inputs(found: Any) -> None:
    figure = plt.figure(layout="constrained")
    panels = plots.pairs(found, inputs=["gain", "product"], figure=figure)
    assert panels.shape == (1, 1)
    assert panels[0, 0].figure is figure
    assert len(plt.get_fignums()) == 1
    part = figure.subfigures(1, 2)[1]
    assert plots.pairs(found, inputs=["gain", "delay"], figure=part)[0, 0].figure is part


@pytest.mark.parametrize("draw", [plots.pairs, plots.parallel_coordinates])
def test_an_unknown_input_is_refused(found: Any, draw: Any) -> None:
    with pytest.raises(ArgumentError, match="'dealy'; did you mean 'delay'"):
        draw(found, inputs=["gain", "dealy"])


def test_pairs_of_one_input_are_refused(found: Any) -> None:
    with pytest.raises(ArgumentError, match="two or more different inputs"):
        plots.pairs(found, inputs=["gain", "gain"])


def test_several_boxes_have_different_lines(found: Any) -> None:
    boxes = Covering((Box({"gain": (0.1, 1.0)}), Box({"delay": (0.0, 0.1)})))
    ax = plots.region(boxes, found.runs, found.case, x="gain", y="delay")
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["box 0", "box 1", "other runs", "cases of interest"]
    frames = [patch for patch in ax.patches if patch.get_label().startswith("box")]
    assert len({patch.get_linestyle() for patch in frames}) == 2


def test_a_run_in_any_of_several_boxes_is_not_faint(found: Any) -> None:
    everywhere = Covering((Box({"nodes": (2, 4)}), Box({"nodes": (5, 8)})))
    ax = plots.region(everywhere, found.runs, found.case, x="gain", y="delay")
    faint = [points for points in ax.collections if points.get_alpha() == 0.25]
    assert sum(len(points.get_offsets()) for points in faint) == 0


def test_every_run_is_a_line_across_all_inputs(found: Any) -> None:
    ax = plots.parallel_coordinates(found)
    colors = {CASE: 0, OTHER: 0}
    for line in ax.get_lines():
        color = mpl.colors.to_hex(line.get_color()).upper()
        if color in colors and len(line.get_xdata()) == 5:
            colors[color] += 1
    labels = found.runs.label(found.case)
    assert colors == {CASE: labels.sum(), OTHER: (~labels).sum()}
    ticks = [text.get_text() for text in ax.get_xticklabels()]
    assert ticks[:3] == ["delay [s]", "gain [1/s]", "policy"]


def test_of_many_runs_some_are_drawn_and_it_is_said(space: Any) -> None:
    inputs = space.sample(400, rng=0)
    labels = pd.Series(np.arange(400) < 100, index=inputs.index)
    runs = SimpleNamespace(space=space, inputs=inputs, label=lambda case: labels)
    ax = plots.parallel_coordinates(Box({"gain": (0.1, 1.0)}), runs, "y < 0")
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["other runs (150 of 300 drawn)", "cases of interest", "inside the box"]


def test_nested_cells_are_labelled_level_by_level(space: Any) -> None:
    design = space.sample(200, rng=0)
    runs = sg.Runs.from_frame(design.assign(y=design["delay"] - 0.2), space, outcomes=["y"])
    cells = sg.dimensional_stacking(runs, "y < 0", inputs=["delay", "gain", "policy", "nodes"])
    ax = plots.stacking(cells)
    image = ax.collections[0].get_array()
    np.testing.assert_array_equal(image.filled(np.nan), cells.shares.to_numpy())
    sides = {axis.get_xlabel() or axis.get_ylabel() for axis in ax.child_axes}
    assert sides == {"delay", "gain", "policy", "nodes"}
    (outer,) = [axis for axis in ax.child_axes if axis.get_ylabel() == "delay"]
    assert outer.get_yticks().tolist() == [1.5, 4.5, 7.5]
    ax.figure.canvas.draw()


def test_feature_scores_show_their_spread() -> None:
    ax = plots.feature_scores(SCORES)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["gain", "x"]
    spread = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    assert spread == [[0.4, 0.7], [-0.1, 0.1]]
    assert "0.80 held out, 100 runs" in ax.get_title(loc="left")


def test_limits_show_how_stable_they_are(found: Any) -> None:
    columns = ["restricted", "restricted_low", "restricted_high", "low", "low_from", "low_to",
               "high", "high_from", "high_to"]  # fmt: skip
    table = pd.DataFrame(
        [[0.8, 0.5, 0.8, 0.1, 0.05, 0.15, 0.3, 0.25, 0.5]], index=["delay"], columns=columns
    )
    ax = plots.box_limits(found, stability=SimpleNamespace(inputs=table))
    ranges = [line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) == 2]
    np.testing.assert_allclose(ranges, [(0.1, 0.3), (0.5, 1.0)])
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("in 80% of resamples") == 1


def test_limits_of_a_box_need_its_space(found: Any) -> None:
    with pytest.raises(ArgumentError, match=r"box_limits\(box, space\)"):
        plots.box_limits(found.box)
