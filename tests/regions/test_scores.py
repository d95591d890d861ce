"""Scores: coverage, density, mass and WRAcc, with honest intervals on stated data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import DataError
from surrogate.estimates import binomial
from surrogate.regions import Box

BOX = Box({"a": (0.0, 0.5)})
X = pd.DataFrame({"a": [0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9]})
Y = np.array([1, 1, 1, 0, 1, 0, 0, 0])


def test_labels_give_counts_and_exact_intervals():
    scores = BOX.evaluate(X, Y, data="held-out runs", confidence_level=0.9)
    assert scores.density == binomial(3, 4, confidence_level=0.9, data="held-out runs")
    assert scores.coverage == binomial(3, 4, confidence_level=0.9, data="held-out runs")
    assert scores.mass == binomial(4, 8, confidence_level=0.9, data="held-out runs")
    assert scores.wracc == pytest.approx(3 / 8 - 4 * 4 / 64)
    assert scores.n_restricted == 1


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, float, "boolean", object])
def test_every_kind_of_label_is_the_same_label(dtype):
    assert BOX.evaluate(X, pd.Series(Y).astype(bool).astype(dtype)) == BOX.evaluate(X, Y)


def test_probabilities_are_averaged_and_say_how():
    y = np.array([0.9, 0.8, 1.0, 0.3, 0.5, 0.0, 0.0, 0.5])
    scores = BOX.evaluate(X, y)
    assert scores.density.value == pytest.approx(0.75)
    assert scores.coverage.value == pytest.approx(0.75)
    assert scores.density.method == "Student's t for a ratio"
    assert 0 <= scores.coverage.low < 0.75 < scores.coverage.high <= 1


def test_the_interval_of_probabilities_covers_the_truth():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        a = rng.random(200)
        scores = BOX.evaluate(
            pd.DataFrame({"a": a}), np.where(a <= 0.5, 0.8, 0.2) * rng.random(200)
        )
        hits += scores.coverage.low <= 0.8 <= scores.coverage.high
    assert 270 <= hits <= 299  # 95 % of 300 is 285


def test_a_real_target_has_a_mean_but_no_coverage():
    scores = BOX.evaluate(X, 10.0 * Y - 3)
    assert scores.density.value == pytest.approx(4.5)
    assert np.isnan(scores.coverage.value)
    assert scores.wracc == pytest.approx(0.5 * (4.5 - 2.0))


def test_whole_weights_count_rows_and_widen_intervals():
    weights = np.array([1, 2, 3, 1, 1, 2, 1, 4])
    rows = np.repeat(np.arange(8), weights)
    weighted = BOX.evaluate(X, Y, sample_weight=weights)
    repeated = BOX.evaluate(X.iloc[rows], Y[rows])
    for name in ("coverage", "density", "mass"):
        one, other = getattr(weighted, name), getattr(repeated, name)
        assert one.value == pytest.approx(other.value)
        assert one.low < other.low
        assert "Kish" in one.method
    assert weighted.wracc == pytest.approx(repeated.wracc)


def test_a_box_without_rows_has_no_density():
    scores = Box({"a": (2.0, 3.0)}).evaluate(X, Y)
    assert np.isnan(scores.density.value)
    assert (scores.density.low, scores.density.high) == (0.0, 1.0)
    assert scores.coverage.value == scores.mass.value == scores.wracc == 0


def test_the_table_holds_every_score_and_its_data():
    frame = BOX.evaluate(X, Y, data="fresh runs").to_frame()
    assert list(frame.index) == ["coverage", "density", "mass", "wracc", "n_restricted"]
    assert frame.loc["density", ["value", "n", "data"]].tolist() == [0.75, 4, "fresh runs"]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (Y[:5], "8 rows and 5 entries"),
        (np.where(Y, np.nan, 0), "4 missing values .* row 0"),
        (np.where(Y, 0, np.inf), "infinite"),
        (["a"] * 8, "booleans or numbers"),
        (np.ones((8, 2)), "shape"),
        (pd.Series(Y, index=range(8, 0, -1)), "another index"),
    ],
)
def test_wrong_labels_are_refused(y, message):
    with pytest.raises(DataError, match=message):
        BOX.evaluate(X, y)


def test_wrong_weights_are_refused():
    with pytest.raises(DataError, match="sample_weight must be at least 0"):
        BOX.evaluate(X, Y, sample_weight=-Y)
    with pytest.raises(DataError, match="sample_weight"):
        BOX.evaluate(X, Y, sample_weight=0 * Y)
