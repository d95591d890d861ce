"""Every region finder passes the same suite: known regions, and what must not matter."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.errors import DataError, FewCasesWarning
from surrogate.regions import PRIM, BestInterval, Box, PeelingTrajectory, TreeRegions

FINDERS = [PRIM(), BestInterval(), BestInterval(beam_width=3), TreeRegions()]
every_finder = pytest.mark.parametrize("finder", FINDERS, ids=repr)
# scikit-learn's trees sum in floating point: rounding decides between splits that are equal.
exact_finders = pytest.mark.parametrize("finder", FINDERS[:3], ids=repr)
# The tables below are small: peels and pastes that take several rows.
HASTY = [PRIM(peel_alpha=0.1, paste_alpha=0.2), *FINDERS[1:]]
every_hasty_finder = pytest.mark.parametrize("finder", HASTY, ids=repr)
exact_hasty_finders = pytest.mark.parametrize("finder", HASTY[:3], ids=repr)
few = settings(max_examples=10, deadline=None)


def fit(finder, X, y, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewCasesWarning)
        return finder.fit(X, y, **options)


# Known regions


@every_finder
def test_a_box_is_found_again(finder, uniform):
    X = uniform(5000)
    y = (X["u0"] < 0.6) & (X["u1"] > 0.3)
    box = finder.fit(X, y).box_
    assert box.limits["u0"].high == pytest.approx(0.6, abs=0.03)
    assert box.limits["u1"].low == pytest.approx(0.3, abs=0.03)
    scores = box.evaluate(X, y)
    assert min(scores.density.value, scores.coverage.value) > 0.9


@every_finder
def test_a_ball_gives_a_box_around_its_centre(finder, uniform):
    X = uniform(5000, d=2)
    y = ((X - 0.5) ** 2).sum(axis=1) < 0.3**2
    box = finder.fit(X, y).box_
    scores = box.evaluate(X, y)
    assert scores.coverage.value > 0.6
    assert scores.density.value > 0.6
    assert box.contains(pd.DataFrame({"u0": [0.5], "u1": [0.5]})).all()


@every_finder
@pytest.mark.parametrize(
    ("value", "told"), [(0, "0 cases of interest in 50 runs"), (1, "all 50 runs are cases")]
)
def test_nothing_to_tell_apart_gives_everything_and_a_warning(finder, value, told, uniform):
    with pytest.warns(FewCasesWarning, match=told):
        finder.fit(uniform(50), np.full(50, value))
    assert list(finder.trajectory_) == [Box({})]
    assert finder.predict(uniform(20, seed=1)).all()


@every_finder
def test_labels_whole_numbers_and_order_are_used(finder):
    rng = np.random.default_rng(0)
    grades = ["lo", "mid", "hi"]
    X = pd.DataFrame(
        {
            "label": rng.choice(list("abc"), 900),
            "whole": rng.integers(0, 9, 900).astype(np.int16),
            "grade": pd.Categorical(rng.choice(grades, 900), categories=grades, ordered=True),
        }
    )
    for y, name, expected in (
        (X["label"] != "b", "label", ("a", "c")),
        (X["whole"] >= 4, "whole", (4.0, np.inf)),
        (X["grade"] > "lo", "grade", ("mid", "hi")),
    ):
        assert finder.fit(X, y).box_.limits == {name: expected}


# The result type


@every_finder
def test_the_result_is_a_trajectory_with_true_scores(finder, uniform):
    X = uniform(800)
    y = (X["u0"] < 0.6) & (X["u1"] > 0.3)
    trajectory = finder.fit(X, y).trajectory_
    assert isinstance(trajectory, PeelingTrajectory)
    assert trajectory[0] == Box({})
    table, again = trajectory.to_frame(), trajectory.evaluate(X, y)
    for name in ("coverage", "density", "mass", "wracc", "n"):
        assert table[name].to_numpy() == pytest.approx(again[name].to_numpy())
    assert finder.box_ == trajectory[int(table["wracc"].idxmax())]
    assert PeelingTrajectory.from_json(trajectory.to_json()) == trajectory


@every_finder
def test_soft_labels_and_values_are_used(finder, uniform):
    X = uniform(2000)
    soft = np.where(X["u0"] < 0.5, 0.8, 0.1)
    for y in (soft, 100 * soft - 7):
        assert finder.fit(X, y).box_.limits["u0"] == pytest.approx((-np.inf, 0.5), abs=0.02)


@every_finder
def test_a_missing_value_is_refused(finder, uniform):
    X = uniform(50)
    X.iloc[3, 0] = np.nan
    with pytest.raises(DataError, match=r"'u0' has 1 missing .* row 3"):
        finder.fit(X, X["u1"] > 0.5)


# What must not matter


@st.composite
def tables(draw):
    n = draw(st.integers(20, 80))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    X = pd.DataFrame(
        {
            "b": rng.integers(0, 64, n) / 64,
            "a": rng.integers(0, 8, n) / 64,
            "whole": rng.integers(-4, 9, n),
            "label": np.array(["x", "y", "z"])[rng.integers(0, 3, n)],
        }
    )
    return X, rng.random(n), rng


@every_hasty_finder
@given(tables())
@few
def test_the_order_of_rows_and_columns_does_not_matter(finder, table):
    X, y, rng = table
    boxes = fit(finder, X, y).trajectory_.boxes
    order = rng.permutation(len(X))
    assert fit(finder, X.iloc[order], y[order]).trajectory_.boxes == boxes
    assert fit(finder, X[rng.permutation(X.columns)], y).trajectory_.boxes == boxes


@every_hasty_finder
@given(tables(), st.sampled_from([0.25, 8.0]), st.sampled_from([-3.0, 100.0]))
@few
def test_units_do_not_matter(finder, table, scale, shift):
    X, y, _ = table
    X = X.drop(columns="label").astype(float)
    one, other = fit(finder, X, y).trajectory_, fit(finder, X * scale + shift, y).trajectory_
    for box, scaled in zip(one, other, strict=True):
        assert {
            name: tuple(scale * end + shift for end in limits)
            for name, limits in box.limits.items()
        } == scaled.limits


@given(tables())
@settings(max_examples=25, deadline=None)
def test_equal_scores_do_not_let_order_matter_to_prim(table):
    X, y, rng = table
    labels, order = y < 0.5, rng.permutation(len(X))
    boxes = fit(HASTY[0], X, labels).trajectory_
    assert fit(HASTY[0], X.iloc[order], labels[order]).trajectory_ == boxes
    assert fit(HASTY[0], X[rng.permutation(X.columns)], labels).trajectory_ == boxes


@exact_hasty_finders
@given(tables())
@few
def test_a_mirror_image_gives_mirrored_boxes(finder, table):
    X, y, _ = table
    X = X.drop(columns="label")
    one, other = fit(finder, X, y).trajectory_, fit(finder, -X, y).trajectory_
    for box, mirrored in zip(one, other, strict=True):
        assert {n: (-high, -low) for n, (low, high) in box.limits.items()} == mirrored.limits


@every_hasty_finder
@given(tables())
@few
def test_storage_does_not_matter(finder, table):
    X, y, _ = table
    other = X.astype({"a": "float32", "b": "Float64", "whole": "int8", "label": "category"})
    assert fit(finder, other, list(y)).trajectory_ == fit(finder, X, y).trajectory_


@exact_hasty_finders
@given(tables())
@few
def test_a_weight_of_two_is_the_row_twice(finder, table):
    X, y, rng = table
    times = rng.integers(0, 3, len(X))
    times[0] = 1
    twice = np.repeat(np.arange(len(X)), times)
    weighted = fit(finder, X, y, sample_weight=times.astype(float)).trajectory_
    repeated = fit(finder, X.iloc[twice].reset_index(drop=True), y[twice]).trajectory_
    assert weighted.boxes == repeated.boxes
    assert weighted.to_frame()["mass"].tolist() == repeated.to_frame()["mass"].tolist()


@every_finder
@pytest.mark.parametrize("scale", [2.0**1020, 2.0**-1060])  # powers of 2: no rounding
def test_only_the_ratios_of_weights_count(finder, scale, uniform):
    X = uniform(300)
    y, weights = X["u0"] < 0.5, np.arange(300) % 5 + 1.0
    plain = finder.fit(X, y, sample_weight=weights).trajectory_
    assert finder.fit(X, y, sample_weight=scale * weights).trajectory_ == plain
    few = np.where(X["u0"] < 0.5, weights, 2.0**1020)  # the box has next to none of the weight
    box = Box({"u0": (-np.inf, 0.5)})
    for y in (X["u1"] < 0.5, X["u1"]):
        for weight, same in ((scale * weights, weights), (few, weights)):
            found = box.evaluate(X, y, sample_weight=weight).density
            assert found == box.evaluate(X, y, sample_weight=same).density
    pd.testing.assert_frame_equal(
        plain.evaluate(X, y, sample_weight=scale * weights),
        plain.evaluate(X, y, sample_weight=weights),
    )
