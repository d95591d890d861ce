"""PRIM finds regions that are hard for it, by its own semantics."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError, DataError, FewCasesWarning
from surrogate.regions import PRIM
from surrogate.regions.tables import amounts


def box_labels(X):
    return (X["u0"] < 0.6) & X["u1"].between(0.2, 0.7)


# Known regions


def test_an_l_shape_gives_one_of_its_arms_and_their_trade_off(uniform):
    X = uniform(5000)
    y = (X["u0"] < 0.3) | (X["u1"] < 0.3)
    prim = PRIM().fit(X, y)
    dense = prim.trajectory_.choose("coverage", X, y, density=0.95)
    low = {name: limits for name, limits in dense.limits.items() if limits[1] < 0.35}
    assert low
    assert dense.evaluate(X, y).coverage.value > 0.5


def test_few_cases_are_warned_of_at_the_callers_line(uniform):
    with pytest.warns(FewCasesWarning, match="3 cases of interest in 50 runs") as record:
        PRIM().fit(uniform(50), np.arange(50) < 3)
    assert record[0].filename == __file__


def test_a_plateau_does_not_end_the_search(uniform):
    X = uniform(4000, d=2)
    y = (X["u0"] < 0.5) ^ (X["u1"] < 0.5)  # no single peel raises the mean
    prim = PRIM(mass_min=0.02).fit(X, y)
    assert prim.trajectory_.to_frame()["density"].max() > 0.95
    assert prim.box_.evaluate(X, y).coverage.value > 0.4


# What is easily got wrong; test_peer_defects.py has what other tools get wrong


def test_whole_numbers_are_peeled_alike_from_both_ends():
    rng = np.random.default_rng(0)
    values, y = rng.integers(0, 11, 300), rng.random(300)
    one = PRIM().fit(pd.DataFrame({"x": values}), y).trajectory_
    other = PRIM().fit(pd.DataFrame({"x": 10 - values}), y).trajectory_
    assert [box.limits.get("x") for box in one] == [
        (10 - box.limits["x"][1], 10 - box.limits["x"][0]) if box.limits else None for box in other
    ]


def test_pasting_needs_a_rise_of_the_mean(uniform):
    X = uniform(400)
    y = np.random.default_rng(1).random(400)
    table = PRIM(paste_alpha=0.2).fit(X, y).trajectory_.to_frame()
    rises = table["density"].diff()[table["kind"] == "paste"]
    assert len(rises)
    assert (rises > 0).all()


def test_missing_labels_are_refused_by_row(uniform):
    X = uniform(30)
    y = (X["u0"] < 0.5).astype("boolean")
    y[4] = pd.NA
    with pytest.raises(DataError, match=r"y has 1 missing values .* row 4"):
        PRIM().fit(X, y)


def test_new_points_outside_the_sample_stay_in_what_is_free(uniform):
    X = uniform(500)
    prim = PRIM().fit(X, box_labels(X))
    far = X.assign(u2=50.0, u3=-50.0, u0=-50.0)
    assert prim.predict(far).tolist() == prim.predict(X.assign(u0=0.1)).tolist()


def test_the_last_box_is_not_the_default(uniform):
    X = uniform(5000)
    y = box_labels(X) ^ (np.random.default_rng(0).random(5000) < 0.1)
    prim = PRIM().fit(X, y)
    table = prim.trajectory_.to_frame()
    assert prim.box_ == prim.trajectory_[int(table["wracc"].idxmax())]
    assert table["coverage"].iloc[-1] < 0.4 < prim.box_.evaluate(X, y).coverage.value


# Semantics


def test_a_limit_is_the_middle_of_the_gap_that_is_kept():
    X = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]})
    y = np.arange(10) >= 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewCasesWarning)
        box = PRIM(peel_alpha=0.1).fit(X, y).box_
    assert box.limits["x"] == (4.5, np.inf)
    assert box.gaps["x"] == ((4.0, 5.0), None)


def test_neighbouring_floats_are_told_apart():
    low = 1.0
    high = np.nextafter(low, 2)
    X = pd.DataFrame({"x": [low] * 50 + [high] * 50})
    y = np.arange(100) >= 50
    assert PRIM().fit(X, y).predict(X).tolist() == y.astype(int).tolist()


def test_a_peel_takes_at_most_alpha_and_equal_values_together():
    values = np.repeat([0.0, 1.0, 2.0], [3, 40, 57])
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": values})
    table = PRIM(peel_alpha=0.1, mass_min=0.0).fit(X, values + rng.random(100)).trajectory_
    assert table.to_frame()["n"].tolist()[:3] == [100, 97, 57]


def test_ordered_categories_are_peeled_from_their_ends_and_others_by_label():
    sizes = ["none", "small", "medium", "large", "huge"]
    drawn = np.random.default_rng(0).choice(sizes[:4], 1000)
    y = np.isin(drawn, ["small", "large"])
    ordered = pd.DataFrame({"size": pd.Categorical(drawn, sizes, ordered=True)})
    labels = pd.DataFrame({"size": pd.Categorical(drawn, sizes)})
    assert PRIM().fit(ordered, y).box_.limits["size"] in (
        ("small",),
        ("large", "huge"),
        ("small", "medium", "large", "huge"),
    )
    assert PRIM().fit(labels, y).box_.limits["size"] == ("small", "large")


@pytest.mark.parametrize("dtype", ["str", "object", "category", "bool", "boolean"])
def test_text_and_booleans_are_labels(dtype):
    flags = np.random.default_rng(0).random(400) < 0.5
    values = flags if dtype.startswith("bool") else np.where(flags, "yes", "no")
    X = pd.DataFrame({"x": pd.Series(values).astype(dtype)})
    prim = PRIM().fit(X, flags)
    assert prim.box_.limits["x"] == ((True,) if dtype.startswith("bool") else ("yes",))
    assert prim.predict(X).tolist() == flags.tolist()


def test_a_column_that_is_no_input_is_refused():
    X = pd.DataFrame({"when": pd.date_range("2020", periods=20)})
    with pytest.raises(DataError, match="'when' must hold numbers"):
        PRIM().fit(X, np.arange(20) % 2)
    with pytest.raises(DataError, match="row 0 is a tuple"):
        PRIM().fit(pd.DataFrame({"x": [(1, 2)] * 20}), np.arange(20) % 2)


def test_constant_columns_are_never_restricted(uniform):
    X = uniform(500).assign(same=3.0, label="a", whole=7)
    for box in PRIM().fit(X, box_labels(X)).trajectory_:
        assert not {"same", "label", "whole"} & set(box.names)


def test_rounding_does_not_choose_on_a_plateau():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"group": rng.integers(0, 3, 2000), "u": rng.random(2000)})
    table = PRIM().fit(X, np.where(X["u"] < 0.3, 0.6, 0.5)).trajectory_.to_frame()
    assert set(table["restricted"][1:]) == {"u"}  # a third of a plateau is never the smaller loss


@pytest.mark.parametrize("objective", ["original", "lenient"])
def test_a_far_origin_of_a_real_target_does_not_blur_it(uniform, objective):
    X = uniform(2000, d=3)
    near, far = (PRIM(objective=objective).fit(X, y) for y in (X["u0"], X["u0"] + 1e6))
    assert far.box_ == near.box_


def test_real_targets_are_maximised(uniform):
    X = uniform(3000, d=3)
    prim = PRIM().fit(X, 1000 + X["u0"] - X["u1"])
    low, high = prim.box_.limits["u0"], prim.box_.limits["u1"]
    assert low[1] == np.inf
    assert high[0] == -np.inf
    assert "u2" not in prim.box_.limits


def test_the_number_of_restricted_inputs_can_be_bounded(uniform):
    X = uniform(2000)
    y = (X < 0.8).all(axis=1)
    assert PRIM().fit(X, y).trajectory_[-1].n_restricted == 4
    boxes = PRIM(max_restricted=2).fit(X, y).trajectory_
    assert max(box.n_restricted for box in boxes) == 2


def test_amounts_of_one_byte_and_of_eight_give_the_same_boxes(uniform, monkeypatch):
    X = uniform(500)
    of_eight = PRIM().fit(X, box_labels(X)).trajectory_
    monkeypatch.setattr(amounts, "_FEW_ROWS", 0)
    assert PRIM().fit(X, box_labels(X)).trajectory_.to_json() == of_eight.to_json()


def test_a_users_objective_is_asked(uniform):
    X = uniform(500)
    y = box_labels(X)
    same = PRIM(objective=lambda before, after, mass_before, mass_after: after).fit(X, y)
    assert same.trajectory_ == PRIM(objective="original").fit(X, y).trajectory_
    with pytest.raises(ArgumentError, match="one finite number per candidate"):
        PRIM(objective=lambda *given: np.nan).fit(X, y)


def test_numbers_do_not_depend_on_columns_called_by_numbers(uniform):
    X = uniform(300)
    y = box_labels(X)
    box = PRIM().fit(X.set_axis(range(4), axis=1), y).box_
    assert set(box.names) <= {"0", "1", "2", "3"}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"peel_alpha": 0}, "peel_alpha must lie between 0 and 1; got 0"),
        ({"peel_alpha": 1.0}, "peel_alpha"),
        ({"paste_alpha": -0.1}, "paste_alpha must be 0 or lie between 0 and 1"),
        ({"mass_min": "small"}, "mass_min"),
        ({"objective": "lenint"}, "did you mean 'lenient'"),
        ({"max_restricted": 0}, "at least 1"),
        ({"max_restricted": 1.5}, "integer of at least 1"),
    ],
)
def test_parameters_out_of_range_are_refused(uniform, parameters, message):
    X = uniform(20)
    with pytest.raises(ArgumentError, match=message):
        PRIM(**parameters).fit(X, X["u0"] < 0.5)


def test_labels_in_another_order_than_the_table_are_refused(uniform):
    X = uniform(50)
    y = box_labels(X)
    with pytest.raises(DataError, match="another index"):
        PRIM().fit(X, y[::-1])


def test_patience_is_the_share_a_peel_may_take(uniform):
    X = uniform(2000)
    y = box_labels(X)
    tables = [PRIM(peel_alpha=alpha).fit(X, y).trajectory_.to_frame() for alpha in (0.02, 0.1)]
    assert len(tables[0]) > 2 * len(tables[1])
    for table, alpha in zip(tables, (0.02, 0.1), strict=True):
        taken = -table["n"].diff() / table["n"].shift()
        assert taken[table["kind"] == "peel"].max() <= alpha
