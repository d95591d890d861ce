"""The fourteen defects found in other tools for scenario discovery: what is right instead.

They were seen in EMA Workbench 3.0.0, Project-Platypus PRIM 1.0.0 and Rhodium 1.4.
"""

from __future__ import annotations

import tomllib
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import DataError, FewCasesWarning
from surrogate.regions import PRIM, TreeRegions, cover, simplify, stability


def box_labels(X):
    return (X["u0"] < 0.6) & X["u1"].between(0.2, 0.7)


@pytest.mark.parametrize("kind", ["whole", "label"])
def test_1_whole_numbers_and_labels_are_pasted_back(kind):
    values = {"whole": np.arange(4), "label": np.array(["a", "b", "c", "d"])}[kind]
    rng = np.random.default_rng(0)
    codes, noise = rng.integers(0, 4, 2000), rng.random(2000)
    X = pd.DataFrame({"x": values[codes], "noise": noise})
    # Bad on the whole, so peeled first, but best where noise is small, which is found later.
    y = np.where(codes == 3, np.where(noise < 0.3, 0.9, 0.0), np.where(noise < 0.3, 0.6, 0.5))
    table = PRIM(paste_alpha=0.5).fit(X, y).trajectory_.to_frame()
    assert table["restricted"][1] == "x"
    assert "x" in set(table["restricted"][table["kind"] == "paste"])


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "Int64"]
)
def test_2_every_width_of_integers_gives_the_same_boxes(dtype):
    values = np.random.default_rng(0).integers(0, 20, 500)
    y = (values > 4) & (values <= 11)
    frame = pd.DataFrame({"nodes": values})
    box = PRIM().fit(frame.astype(dtype), y).box_
    assert box.limits["nodes"] == (5.0, 11.0)
    assert box.gaps["nodes"] == ((4.0, 5.0), (12.0, 11.0))
    assert box.rule() == "5 <= nodes <= 11"


@pytest.mark.parametrize("dtype", ["int8", "int64", "float32", "float64", "boolean", "object"])
def test_3_labels_are_labels_however_they_are_stored(dtype, uniform):
    X = uniform(500)
    y = box_labels(X)
    assert PRIM().fit(X, y.astype(dtype)).trajectory_ == PRIM().fit(X, y).trajectory_


def test_4_resampling_and_covering_go_by_position_and_keep_the_settings(uniform):
    X = uniform(600).set_axis(np.arange(600) * 7 + 3)
    y = box_labels(X)
    arms = (X["u0"] < 0.3) | (X["u1"] < 0.3)  # a second box is found on the rows that are left
    boxes = cover(PRIM(), X, arms, n_boxes=2)
    assert len(boxes) == 2
    assert boxes == cover(PRIM(), X.reset_index(drop=True), arms.to_numpy(), n_boxes=2)
    finder = PRIM(mass_min=0.5, max_restricted=1)
    found = [stability(finder, X, y, n_resamples=n, rng=0) for n in (4, 2, 4)]
    assert [len(each.boxes) for each in found] == [4, 2, 4]
    assert found[0].boxes == found[2].boxes
    for box in found[0].boxes:
        assert box.n_restricted <= 1
        assert box.contains(X).mean() > 0.4
    assert max(each.inputs["restricted"].max() for each in found) <= 1


def test_5_the_callers_arrays_are_neither_changed_nor_need_be_writable(uniform):
    X = uniform(200).to_numpy()
    y = (X[:, 0] < 0.5).astype(float)
    weights = np.ones(200)
    before = X.copy(), y.copy()
    for array in (X, y, weights):
        array.flags.writeable = False
    PRIM().fit(X, y, sample_weight=weights)
    cover(PRIM(), X, y, sample_weight=weights)
    assert np.array_equal(X, before[0])
    assert np.array_equal(y, before[1])


def test_6_a_minimum_is_the_maximum_of_the_negated_target(uniform):
    X = uniform(800)
    y = np.random.default_rng(1).random(800)
    table = PRIM(paste_alpha=0.02).fit(X, -y).trajectory_.to_frame()
    pasted = table["kind"] == "paste"
    assert pasted.any()
    assert (-table["density"]).diff()[pasted].max() < 0  # every paste lowers the mean of y
    assert -table["density"].iloc[-1] < y.mean()


def test_7_a_patient_search_does_not_recurse(uniform):
    X = uniform(3000, d=1)
    prim = PRIM(peel_alpha=0.001, mass_min=0.0).fit(X, X["u0"].to_numpy())
    assert len(prim.trajectory_) > 2000


@pytest.mark.parametrize("objective", ["original", "lenient"])
def test_8_the_search_ends_at_density_one(uniform, objective):
    X = uniform(2000)
    table = PRIM(objective=objective).fit(X, X["u0"] < 0.5).trajectory_.to_frame()
    assert table["density"].iloc[-1] == 1
    assert (table["density"].iloc[:-1] < 1).all()
    assert table["coverage"].iloc[-1] > 0.95


def test_9_what_is_called_cases_are_cases_and_not_row_numbers(uniform):
    X = uniform(400).set_axis(np.arange(400) + 1000)
    y = box_labels(X)
    trajectory = PRIM().fit(X, y).trajectory_
    counted = trajectory.quasi_p(X, y)["cases"].groupby("box").first()
    for index, cases in counted.items():
        assert cases == y[trajectory[index].contains(X)].sum()
    table = trajectory.to_frame()
    assert (table["coverage"] * y.sum()).tolist() == pytest.approx(
        (table["density"] * table["n"]).tolist()
    )


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
def test_10_a_paste_of_small_integers_is_no_peel(dtype):
    rng = np.random.default_rng(0)
    whole, noise = rng.integers(0, 4, 2000), rng.random(2000)
    X = pd.DataFrame({"x": whole.astype(dtype), "noise": noise})
    y = np.where(whole == 3, np.where(noise < 0.3, 0.9, 0.0), np.where(noise < 0.3, 0.6, 0.5))
    table = PRIM(paste_alpha=0.5).fit(X, y).trajectory_.to_frame()
    pasted = (table["kind"] == "paste") & (table["restricted"] == "x")
    assert pasted.any()
    assert (table["n"].diff()[pasted] > 0).all()


def test_11_a_threshold_of_zero_is_a_threshold(uniform):
    X = uniform(500)
    y = box_labels(X)
    trajectory = PRIM().fit(X, y).trajectory_
    assert trajectory.choice("coverage", X, y, density=0.0).index == 0
    simple = simplify(trajectory[-1], X, y, rule="coverage", density=0.0)
    assert simple.box.n_restricted == 0


@pytest.mark.parametrize("finder", [PRIM(), TreeRegions()], ids=repr)
def test_12_strict_and_not_strict_are_told_apart(finder):
    whole = np.random.default_rng(0).integers(0, 9, 600)
    X = pd.DataFrame({"x": whole})
    for y, low in ((whole > 4, 5.0), (whole >= 4, 4.0)):
        box = finder.fit(X, y).box_
        assert box.limits == {"x": (low, np.inf)}
        assert box.contains(X).tolist() == y.tolist()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_13_missing_and_infinite_inputs_are_refused_by_row(uniform, bad):
    """Unless it is declared what a missing value means: test_missing.py."""
    X = uniform(30).set_axis(range(100, 130))
    X.loc[117, "u2"] = bad
    with pytest.raises(DataError, match=r"'u2' has 1 .* row 117"):
        PRIM().fit(X, X["u0"] < 0.5)


def test_14_the_oldest_numpy_declared_has_what_is_used():
    """NumPy 2.0 brought ``trapezoid``, of which the area under a trajectory is made."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    (numpy,) = [each for each in project["project"]["dependencies"] if each.startswith("numpy")]
    assert float(numpy.removeprefix("numpy>=")) >= 2.0
    X = pd.DataFrame({"a": np.arange(100) / 100})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewCasesWarning)
        trajectory = PRIM().fit(X, X["a"] < 0.4).trajectory_
    assert trajectory.pr_auc(X, X["a"] < 0.4) == pytest.approx(0.6, abs=0.02)
