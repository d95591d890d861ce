"""Stability: what is found again, where its limits move, and how much boxes overlap."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, BestInterval, Box, overlap, stability

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


@pytest.fixture
def problem(uniform):
    X = uniform(400).assign(policy=np.where(np.arange(400) % 3, "a", "b"))
    return X, (X["u0"] < 0.5) & (X["policy"] == "a")


@pytest.mark.parametrize("finder", [PRIM(), BestInterval()], ids=repr)
def test_what_matters_is_found_every_time(finder, problem):
    X, y = problem
    found = stability(finder, X, y, n_resamples=10, relevant=["u0", "policy"], rng=0)
    assert len(found.boxes) == 10
    assert found.inputs["restricted"][["u0", "policy"]].tolist() == [1, 1]
    assert found.inputs.loc["u0", ["high_from", "high", "high_to"]].to_numpy(float) == (
        pytest.approx(0.5, abs=0.05)
    )
    assert found.inputs.loc["policy", ["low", "high"]].isna().all()
    assert found.overlap > 0.8
    named = [len(set(box.names) - {"u0", "policy"}) for box in found.boxes]
    assert found.n_irrelevant == np.mean(named)
    assert "10 resamples" in repr(found)


def test_a_way_that_simplifies_is_repeated_as_it_is(problem):
    X, y = problem
    y ^= np.random.default_rng(1).random(len(X)) < 0.1
    settings = {"n_resamples": 8, "relevant": ["u0", "policy"], "rng": 0}
    plain = stability(PRIM(), X, y, **settings)
    simple = stability(PRIM(), X, y, simplify_boxes=True, **settings)
    assert simple.n_irrelevant < plain.n_irrelevant
    assert simple.inputs["restricted"][["u0", "policy"]].tolist() == [1, 1]
    for one, other in zip(plain.boxes, simple.boxes, strict=True):
        assert set(other.names) <= set(one.names)


def test_noise_is_less_stable_than_a_region(problem):
    X, y = problem
    noise = np.random.default_rng(5).random(400) < 0.3
    one, other = (stability(PRIM(), X, each, n_resamples=8, rng=0) for each in (y, noise))
    assert other.overlap < one.overlap
    assert math.isnan(one.n_irrelevant)


def test_the_seed_decides(problem):
    X, y = problem
    boxes = [stability(PRIM(), X, y, n_resamples=3, rng=seed).boxes for seed in (0, 0, 1)]
    assert boxes[0] == boxes[1] != boxes[2]


def test_the_table_counts_the_boxes(problem):
    X, y = problem
    found = stability(PRIM(), X, y, n_resamples=6, rng=0)
    for name, row in found.inputs.iterrows():
        assert row["restricted"] == np.mean([name in box.limits for box in found.boxes])
        if name != "policy":
            lows = [box.limits[name].low for box in found.boxes if name in box.limits]
            finite = [low for low in lows if np.isfinite(low)]
            assert row["restricted_low"] == len(finite) / 6
            assert not finite or row["low"] == np.median(finite)


@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=4, max_size=4),
    st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=2, max_size=2),
)
def test_overlap_is_that_of_counted_cells(ends, labels):
    """Integer corners: volumes are numbers of unit cells."""
    boxes, cells = [], []
    for k in range(2):
        (a, b), (c, d) = (sorted(each) for each in ends[2 * k : 2 * k + 2])
        boxes.append(Box({"x": (a, b), "z": (c, d), "label": labels[k]}))
        cells.append(
            {(i, j, s) for i in range(a, b) for j in range(c, d) for s in labels[k] if i < 7}
        )
    bounds = {"x": (0.0, 7.0), "z": (0.0, 9.0), "label": ["a", "b", "c"]}
    union = cells[0] | cells[1]
    expected = len(cells[0] & cells[1]) / len(union) if union else 0.0
    assert overlap(*boxes, bounds) == pytest.approx(expected)
    assert overlap(*boxes[::-1], bounds) == overlap(*boxes, bounds)


def test_everything_overlaps_with_itself():
    assert overlap(Box({}), Box({}), {}) == 1.0
    assert overlap(Box({"x": (0.0, math.inf)}), Box({}), {"x": (-1.0, 1.0)}) == 0.5
    with pytest.raises(ArgumentError, match="bounds lack input 'x'"):
        overlap(Box({"x": (0, 1)}), Box({}), {})


def test_what_cannot_be_resampled_is_refused(problem):
    X, y = problem
    with pytest.raises(ArgumentError, match="at least 2"):
        stability(PRIM(), X, y, n_resamples=1)
    with pytest.raises(ArgumentError, match="'u9', which is no input"):
        stability(PRIM(), X, y, relevant=["u9"])
    with pytest.raises(DataError, match="left none out"):
        stability(PRIM(), pd.DataFrame({"x": [1.0]}), [1], rng=0)
