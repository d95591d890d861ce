"""Several boxes together: what each adds, on rows and labels that stay as they are."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, Box, Covering, cover

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


@pytest.fixture
def problem(uniform):
    X = uniform(3000)
    return X, (X["u0"] < 0.3) | (X["u1"] < 0.2)


def test_an_l_shape_is_covered_by_two_boxes(problem):
    X, y = problem
    covering = cover(PRIM(), X, y, n_boxes=5)
    assert len(covering) == 2
    scores = covering.evaluate(X, y)
    assert scores.coverage.value > 0.95
    assert scores.density.value > 0.95
    assert covering.names == ("u0", "u1")
    assert scores.n_restricted == covering.n_restricted == 2


def test_what_each_box_adds_is_what_the_union_gains(problem):
    X, y = problem
    covering = Covering(
        (Box({"u0": (-np.inf, 0.3)}), Box({"u1": (-np.inf, 0.2)}), Box({"u0": (0.1, 0.2)}))
    )
    weights = np.arange(3000) + 1.0
    table = covering.to_frame(X, y, sample_weight=weights)
    for k in range(3):
        so_far = covering[: k + 1].evaluate(X, y, sample_weight=weights)
        assert table["union_coverage"][k] == pytest.approx(so_far.coverage.value)
        assert table["union_density"][k] == pytest.approx(so_far.density.value)
        assert table["union_mass"][k] == pytest.approx(so_far.mass.value)
    assert table["gain"].cumsum().to_numpy() == pytest.approx(table["union_coverage"].to_numpy())
    assert table["overlap"].iloc[[0, 2]].tolist() == pytest.approx([0, 1])
    assert table["gain"][2] == 0
    assert np.isnan(table["gain_density"][2])
    both = (X["u0"] <= 0.3) & (X["u1"] <= 0.2)
    expected = weights[both].sum() / weights[X["u1"] <= 0.2].sum()
    assert table["overlap"][1] == pytest.approx(expected)


def test_rows_are_in_a_covering_if_they_are_in_a_box(problem):
    X, _ = problem
    one, other = Box({"u0": (-np.inf, 0.3)}), Box({"u1": (-np.inf, 0.2)})
    assert Covering((one, other)).contains(X).equals(one.contains(X) | other.contains(X))
    assert not Covering(()).contains(X).any()
    assert Covering(()).rule() == "nothing"


def test_the_callers_labels_are_not_changed(problem):
    X, y = problem
    labels = y.to_numpy().astype(float)
    labels.setflags(write=False)
    before = X.copy()
    cover(PRIM(), X, labels)
    assert X.equals(before)


def test_a_box_that_adds_little_ends_the_search(problem):
    X, y = problem
    assert len(cover(PRIM(), X, y, n_boxes=5, min_gain=0.6)) == 1
    assert len(cover(PRIM(), X, y, n_boxes=1)) == 1
    assert len(cover(PRIM(), X, np.ones(3000))) == 0


def test_a_density_that_is_out_of_reach_ends_the_search(problem):
    X, y = problem
    assert len(cover(PRIM(), X, y & (X["u2"] < 0.5), rule="coverage", density=0.97, n_boxes=9)) < 9
    noise = np.random.default_rng(0).random(3000) < 0.3
    assert len(cover(PRIM(), X, noise, rule="coverage", density=0.9)) == 0


def test_the_order_of_rows_does_not_matter(problem):
    X, y = problem
    order = np.random.default_rng(0).permutation(len(X))
    assert cover(PRIM(), X.iloc[order], y.iloc[order]) == cover(PRIM(), X, y)


def test_weights_count_rows(problem):
    X, y = problem
    weights = np.where(X["u0"] < 0.3, 0.0, 1.0)
    covering = cover(PRIM(), X, y, sample_weight=weights)
    assert covering.names == ("u1",)


def test_json_gives_the_same_covering_back(problem):
    covering = cover(PRIM(), *problem)
    assert Covering.from_json(covering.to_json()) == covering
    for damage in ({"version": 9}, {"boxes": [1]}, {"boxes": 3}, {"format": "surrogate.Box"}):
        content = json.loads(covering.to_json()) | damage
        with pytest.raises(DataError):
            Covering.from_json(json.dumps(content))


def test_what_cannot_be_covered_is_refused(problem):
    X, y = problem
    with pytest.raises(DataError, match="at least one case"):
        cover(PRIM(), X, np.zeros(3000))
    with pytest.raises(DataError, match="labels or probabilities"):
        cover(PRIM(), X, 5.0 * y)
    with pytest.raises(ArgumentError, match="n_boxes must be at least 1"):
        cover(PRIM(), X, y, n_boxes=0)
    with pytest.raises(ArgumentError, match="made of boxes"):
        Covering((1,))


def test_real_values_have_no_coverage(problem):
    X, _ = problem
    table = Covering((Box({"u0": (-np.inf, 0.3)}),)).to_frame(X, 3 * X["u0"])
    assert table[["coverage", "gain", "union_coverage"]].isna().all(axis=None)
    assert table["union_density"][0] == pytest.approx(0.45, abs=0.02)
    assert isinstance(table, pd.DataFrame)
