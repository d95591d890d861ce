"""The best interval is the best there is; the beam search over them keeps its promises."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from surrogate.errors import ArgumentError
from surrogate.regions import BestInterval

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


@parametrize_with_checks([BestInterval()])  # no check is waived
def test_it_keeps_the_contract(estimator, check):
    check(estimator)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["labels", "soft", "values"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_on_one_input_no_interval_is_better(seed, kind, weighted):
    """The quadratic algorithm: every pair of ends is tried."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 25))
    x = rng.integers(0, 12, n) / 4
    y = {
        "labels": rng.integers(0, 2, n).astype(float),
        "soft": rng.integers(0, 9, n) / 8,
        "values": rng.integers(-9, 9, n) / 2,
    }[kind]
    weights = rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)
    X = pd.DataFrame({"x": x})
    box = BestInterval().fit(X, y, sample_weight=weights).box_
    gains = weights * (y - np.average(y, weights=weights))
    best = max(
        gains[(x >= low) & (x <= high)].sum()
        for low, high in itertools.combinations_with_replacement(np.unique(x), 2)
    )
    found = gains[box.contains(X).to_numpy()].sum()
    assert found == pytest.approx(best, abs=1e-9)


def test_no_subset_of_labels_is_better():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.choice(list("abcde"), 200)})
    y = rng.random(200) < X["x"].map({"a": 0.9, "b": 0.2, "c": 0.6, "d": 0.5, "e": 0.1})
    gains = y - y.mean()
    best = max(
        gains[X["x"].isin(some)].sum()
        for k in range(1, 6)
        for some in itertools.combinations("abcde", k)
    )
    box = BestInterval().fit(X, y).box_
    assert gains[box.contains(X)].sum() == pytest.approx(best)


def test_wracc_rises_along_the_trajectory(uniform):
    X = uniform(1000)
    y = (X["u0"] < 0.5) & X["u1"].between(0.2, 0.9) & (X["u2"] > 0.1)
    table = BestInterval(beam_width=3).fit(X, y).trajectory_.to_frame()
    assert (table["wracc"].diff()[1:] > 0).all()
    assert table["kind"].tolist() == ["start"] + ["refine"] * (len(table) - 1)


def test_a_wider_beam_is_not_worse_and_finds_what_greed_misses():
    # the best single limit is a decoy; the box is in two inputs that say nothing alone
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.random((4000, 3)), columns=["decoy", "one", "two"])
    inside = X["one"].between(0.0, 0.3) & X["two"].between(0.0, 0.3)
    y = np.where(inside, 1.0, 0.1 + 0.2 * (X["decoy"] < 0.5))
    scores = [
        BestInterval(max_restricted=2, beam_width=width).fit(X, y).trajectory_.to_frame()["wracc"]
        for width in (1, 10)
    ]
    assert scores[1].max() >= scores[0].max()


def test_the_number_of_inputs_is_limited(uniform):
    X = uniform(800)
    y = (X["u0"] < 0.7) & (X["u1"] < 0.7) & (X["u2"] < 0.7)
    for most in (1, 2):
        trajectory = BestInterval(max_restricted=most).fit(X, y).trajectory_
        assert max(box.n_restricted for box in trajectory) == most


def test_limits_lie_between_the_rows_they_part():
    X = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 4.0], "whole": [5, 6, 7, 8, 9]})
    y = [0, 0, 1, 1, 0]
    box = BestInterval().fit(X[["x"]], y).box_
    assert box.limits["x"] == (1.5, 3.5)
    assert box.gaps["x"] == ((1.0, 2.0), (4.0, 3.0))
    assert BestInterval().fit(X[["whole"]], y).box_.limits["whole"] == (7.0, 8.0)


def test_ordered_categories_keep_neighbours_together():
    order = ["low", "mid", "high", "top"]
    values = pd.Categorical(["low", "mid", "high", "top"] * 20, categories=order, ordered=True)
    box = BestInterval().fit(pd.DataFrame({"x": values}), [0, 1, 1, 0] * 20).box_
    assert box.limits["x"] == ("mid", "high")


@pytest.mark.parametrize("change", [{"beam_width": 0}, {"beam_width": None}, {"beam_width": 1.5}])
def test_parameters_out_of_range_are_refused(change, uniform):
    with pytest.raises(ArgumentError, match="beam_width must be"):
        BestInterval(**change).fit(uniform(20), np.arange(20) % 2)
