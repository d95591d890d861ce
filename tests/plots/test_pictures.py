"""Every picture draws its table, on the axes given, and leaves the world as it was."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from surrogate import plots
from surrogate.errors import ArgumentError
from surrogate.estimates import binomial
from surrogate.plots.canvas import CASE, OTHER
from surrogate.regions import Box
from surrogate.screening import FeatureScores, Stacking

_CELLS = pd.DataFrame([[0.0, 1.0], [np.nan, 0.5]], columns=["low", "high"], index=["a", "b"])
CELLS = Stacking(_CELLS.rename_axis("policy").rename_axis("gain", axis=1), 4 * _CELLS, "y < 0")
SCORES = FeatureScores(
    pd.DataFrame(
        {"score": [0.5, 0.0], "low": [0.4, -0.1], "high": [0.7, 0.1]}, index=["gain", "x"]
    ),
    {"value": 0.8, "low": 0.7, "high": 0.9},
    "permutation",
    "y < 0",
    n_runs=100,
    n_resamples=20,
)
PICTURES = {
    "trade_off": plots.trade_off,
    "trajectory": plots.trajectory,
    "box_limits": plots.box_limits,
    "region": plots.region,
    "scores": plots.scores,
    "section": lambda found, **options: plots.section(found, "gain", "delay", **options),
    "parallel_coordinates": plots.parallel_coordinates,
    "stacking": lambda _, **options: plots.stacking(CELLS, **options),
    "feature_scores": lambda _, **options: plots.feature_scores(SCORES, **options),
}
OTHERS = {"pairs", "section_table"}  # of several axes, and of none
OF_DIAGNOSES = ("learning_curve", "pit", "residuals")  # tested with the diagnoses they draw

# Tested with the distillations they draw.
OF_DISTILLATIONS = ("confusion", "learning", "rule_planes", "sample_images", "sizes")
# Tested with the pages of emulations.
OF_EMULATIONS = ("coverage", "indices", "predictions")
OF_OPTIMIZATIONS = ("convergence",)  # tested with the optimizations it draws


@pytest.fixture(params=PICTURES)
def picture(request: Any) -> Any:
    return PICTURES[request.param]


def test_the_list_of_pictures_is_complete() -> None:
    tested_elsewhere = {
        *OTHERS,
        *OF_DISTILLATIONS,
        *OF_EMULATIONS,
        *OF_DIAGNOSES,
        *OF_OPTIMIZATIONS,
    }
    assert sorted({*PICTURES, *tested_elsewhere}) == sorted(plots.__all__)


def test_it_draws_on_the_axes_given(picture: Any, found: Any) -> None:
    figure, axes = plt.subplots(ncols=2)
    assert picture(found, ax=axes[1]) is axes[1]
    assert not axes[0].has_data()
    assert len(plt.get_fignums()) == 1
    figure.canvas.draw()


def test_it_makes_a_figure_of_its_own_otherwise(picture: Any, found: Any) -> None:
    ax = picture(found)
    assert ax.has_data()
    ax.figure.canvas.draw()


def test_it_changes_no_global_setting(picture: Any, found: Any) -> None:
    before = dict(mpl.rcParams)
    picture(found)
    assert dict(mpl.rcParams) == before


def test_loading_the_package_loads_no_matplotlib() -> None:
    code = "import sys, surrogate.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_trade_off_marks_the_choice(found: Any) -> None:
    ax = plots.trade_off(found)
    line, mark = ax.get_lines()
    np.testing.assert_array_equal(line.get_ydata(), found.curve["density"])
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (0.9, 0.8)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["teacher's estimate", "in-sample", "box 1"]


def test_trade_off_shows_held_out_scores_where_there_are_some(found: Any) -> None:
    curve = found.curve.assign(coverage_held_out=0.5, density_held_out=0.6)
    labels = plots.trade_off(curve).get_legend_handles_labels()[1]
    assert "held out" in labels
    assert "held out" not in plots.trade_off(found).get_legend_handles_labels()[1]


def test_trade_off_of_a_table_has_no_choice_of_its_own(found: Any) -> None:
    assert len(plots.trade_off(found.curve[["coverage", "density"]]).get_lines()) == 1


@pytest.mark.parametrize("chosen", [-1, 3])
def test_trade_off_refuses_a_box_that_is_not_there(found: Any, chosen: int) -> None:
    with pytest.raises(ArgumentError, match=f"from 0 to 2; got {chosen}"):
        plots.trade_off(found, chosen=chosen)


def test_trade_off_refuses_another_table(found: Any) -> None:
    with pytest.raises(ArgumentError, match="columns 'coverage' and 'density'"):
        plots.trade_off(found.runs.inputs)


def test_box_limits_draws_every_admitted_piece(found: Any) -> None:
    ax = plots.box_limits(found.box, found.space)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["delay", "gain", "policy"]
    blue = [lines for lines in ax.collections if mpl.colors.same_color(lines.get_color(), OTHER)]
    bars = [lines.get_segments()[0][:, 0] for lines in blue]
    np.testing.assert_allclose(bars, [(0.2, 0.6), (0, 0.5), (0, 1 / 3), (2 / 3, 1)])


def test_box_limits_shows_how_far_a_derived_input_reaches(found: Any) -> None:
    ax = plots.box_limits(Box({"product": (-np.inf, 0.5)}), found.space)
    (blue,) = [lines for lines in ax.collections if mpl.colors.same_color(lines.get_color(), OTHER)]
    assert 0.05 < blue.get_segments()[0][1, 0] < 0.3  # gain * delay reaches 5


def test_box_limits_of_everything_says_so(found: Any) -> None:
    box = found.trajectory[0]
    assert plots.box_limits(box, found.space).get_xlabel() == "nothing is restricted"


def test_region_takes_the_two_tightest_inputs_with_units(found: Any) -> None:
    ax = plots.region(found)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("delay [s]", "gain [1/s]")
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")


def test_region_draws_every_run_once_in_its_colour(found: Any) -> None:
    ax = plots.region(found)
    drawn = {CASE: 0, OTHER: 0}
    for points in ax.collections:
        (color,) = {mpl.colors.to_hex(each).upper() for each in points.get_edgecolors()} or {CASE}
        drawn[color] += len(points.get_offsets())
    labels = found.runs.label(found.case)
    assert drawn == {CASE: labels.sum(), OTHER: (~labels).sum()}


def test_region_takes_other_inputs_and_a_box_with_its_runs(found: Any) -> None:
    ax = plots.region(found.box, found.runs, found.case, x="policy", y="product")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("policy", "product")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["none", "local", "central"]
    assert len(ax.patches) == 4  # two pieces, each filled and outlined


def test_region_refuses_an_unknown_input(found: Any) -> None:
    with pytest.raises(ArgumentError, match="'dealy'; did you mean 'delay'"):
        plots.region(found, x="dealy")


def test_region_of_a_box_needs_its_runs(found: Any) -> None:
    with pytest.raises(ArgumentError, match="needs the runs and the case"):
        plots.region(found.box)


def test_scores_keep_the_kinds_apart(found: Any) -> None:
    certificate = SimpleNamespace(density=binomial(290, 300), coverage=binomial(40, 60))
    ax = plots.scores(found, certificate=certificate)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:2] == ["coverage, cross-fitted", "density, cross-fitted"]
    assert labels[3:] == ["density, certified", "coverage, certified"]
    assert [line.get_marker() for line in ax.get_lines()] == ["o"] * 3 + ["D"] * 2
