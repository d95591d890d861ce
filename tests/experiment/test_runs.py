"""Runs: tables that stay aligned, labels, splits, data of somebody else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import surrogate as sg
from surrogate.errors import (
    ArgumentError,
    DataError,
    ExpressionError,
    FailedRunsWarning,
    SpaceError,
)

SPACE = sg.Space(x=(0.0, 1.0))


@pytest.fixture
def mixed():
    """Six runs labelled by letters: c gave NaN."""
    table = pd.DataFrame(
        {"x": np.linspace(0, 1, 6), "y": [0.0, 1.0, np.nan, 3.0, 4.0, 5.0], "note": "n"},
        index=list("abcdef"),
    )
    table["s"] = [np.full(3, each) for each in np.linspace(0, 1, 6)]
    return sg.Runs.from_frame(table, SPACE, outcomes=["y", "s"])


def test_inputs_and_outcomes_are_those_of_ok_runs(mixed):
    assert list(mixed.inputs.index) == list(mixed.outcomes.index) == list("abdef")
    assert list(mixed.inputs.columns) == ["x"]
    assert mixed.outcomes.y.tolist() == [0.0, 1.0, 3.0, 4.0, 5.0]
    assert mixed.outcomes.s["f"].tolist() == [1.0, 1.0, 1.0]


def test_status_and_failures_tell_of_all(mixed):
    assert mixed.status.to_dict() == dict.fromkeys("abdef", "ok") | {"c": "invalid"}
    assert mixed.failures.to_dict("index") == {
        "c": {"x": 0.4, "status": "invalid", "reason": "outcome 'y' is missing or not finite"}
    }
    assert len(mixed) == len(mixed.to_frame()) == 6
    assert repr(mixed) == "Runs(6 rows: 5 ok, 1 invalid; 1 input; outcomes y, s)"


def test_a_label_leaves_failed_runs_out_and_says_so(mixed):
    with pytest.warns(FailedRunsWarning, match=r"1 of 6 runs failed \(1 invalid\)"):
        label = mixed.label("y > 2")
    assert label.to_dict() == {"a": False, "b": False, "d": True, "e": True, "f": True}
    assert (label.dtype, label.name) == (bool, "y > 2")


@pytest.mark.parametrize(("failed", "of_c"), [("case", True), ("not", False)])
def test_failed_runs_may_be_cases_or_not(mixed, failed, of_c):
    label = mixed.label("y > 2", failed=failed)
    assert label["c"] == of_c
    assert label.sum() == 3 + of_c


def test_a_case_may_be_a_function_or_read_a_series(mixed):
    def late(outcomes):
        return outcomes["y"] + outcomes["s"].str[-1] > 4

    assert mixed.label(late, failed="not").tolist() == [False, False, False, False, True, True]
    series = mixed.label("max(s) < 0.5", failed="not")
    assert series.tolist() == [True, True, False, False, False, False]


def test_margins_are_those_of_ok_rows(mixed):
    np.testing.assert_allclose(mixed.margins("y < 2")[:, 0], [2, 1, -1, -2, -3])


def test_a_case_on_no_outcome_is_refused(mixed):
    with pytest.raises(ExpressionError, match="'z'"):
        mixed.label("z > 0", failed="not")
    with pytest.raises(ArgumentError, match="failed must be"):
        mixed.label("y > 0", failed="keep")


def test_replicates_give_shares_and_means(space, design):
    def simulate(x, k, rng):
        if k == 0 or (k == 1 and rng.random() < 0.5):
            raise ValueError("no")
        return {"y": rng.random(), "s": np.full(2, x)}

    simulator = sg.Simulator(simulate, space, outcomes=["y", "s"])
    runs = sg.run(simulator, design[:6], n_workers=0, replicates=8, on_error="continue")
    table = runs.to_frame()
    assert table.replicate.tolist() == list(range(8)) * 6
    ok = table[table.status == "ok"]
    assert 0 < (ok.index == "run 1").sum() < 8
    assert "run 0" not in runs.inputs.index
    for row in runs.inputs.index:
        assert runs.outcomes.y[row] == pytest.approx(ok.y[[row]].mean())
    with pytest.warns(FailedRunsWarning):
        share = runs.label("y > 0.5")
    for row in share.index:
        assert share[row] == pytest.approx((ok.y[[row]] > 0.5).mean())
    assert runs.label("y > 2", failed="case")["run 0"] == 1.0
    assert runs.outcomes.s["run 5"].tolist() == [design.x["run 5"]] * 2


@given(st.integers(2, 60), st.floats(0.05, 0.95), st.integers(0, 99))
def test_a_split_is_disjoint_complete_and_of_the_size_asked(n, test_size, seed):
    table = pd.DataFrame({"x": np.linspace(0, 1, n), "y": np.arange(n, dtype=float)})
    runs = sg.Runs.from_frame(table, SPACE, outcomes=["y"])
    n_test = min(max(1, round(test_size * n)), n - 1)
    train, test = runs.split(test_size, rng=seed)
    assert sorted([*train.outcomes.y, *test.outcomes.y]) == list(range(n))
    assert len(test) == n_test


def test_equal_rows_stay_on_one_side_of_a_split():
    table = pd.DataFrame({"x": np.repeat(np.linspace(0, 1, 20), 3), "y": 1.0})
    train, test = sg.Runs.from_frame(table, SPACE, outcomes=["y"]).split(0.3, rng=0)
    assert not set(train.inputs.x) & set(test.inputs.x)
    assert len(test) == 18


def test_one_row_cannot_be_split():
    table = pd.DataFrame({"x": [0.5], "y": [1.0]})
    with pytest.raises(DataError, match="1 rows, 1 of them different, cannot be split"):
        sg.Runs.from_frame(table, SPACE, outcomes=["y"]).split()


def test_rows_are_selected_by_label_or_mask(mixed):
    assert mixed.select(["e", "a"]).outcomes.y.tolist() == [4.0, 0.0]
    assert mixed.select(mixed.design.x > 0.5).status.index.tolist() == list("def")
    with pytest.raises(DataError, match=r"1 labels are not in the design's index .first: 'z'"):
        mixed.select(["a", "z"])


def test_parts_are_put_together_again(mixed):
    first, second = mixed.select(list("abc")), mixed.select(list("def"))
    both = sg.Runs.concat([first, second])
    pd.testing.assert_frame_equal(both.to_frame(), mixed.to_frame())
    twice = sg.Runs.concat([mixed, mixed])
    assert twice.design.index.tolist() == list(range(12))


def test_only_like_parts_are_put_together(mixed):
    other = sg.Runs.from_frame(pd.DataFrame({"x": [0.5], "z": 1.0}), SPACE, outcomes=["z"])
    with pytest.raises(DataError, match="equal outcomes"):
        sg.Runs.concat([mixed, other])


def test_a_table_of_somebody_else_is_checked():
    table = pd.DataFrame({"x": [0.1, 0.2], "y": ["1", "high"]}, index=["p", "q"])
    with pytest.raises(DataError, match="row 'q' holds 'high'"):
        sg.Runs.from_frame(table, SPACE, outcomes=["y"])
    with pytest.raises(DataError, match="'why' is not a column"):
        sg.Runs.from_frame(table, SPACE, outcomes=["why"])
    with pytest.raises(SpaceError):
        sg.Runs.from_frame(table.assign(x=3.0), SPACE, outcomes=["y"])
    with pytest.raises(ArgumentError, match="list of names"):
        sg.Runs.from_frame(table, SPACE, outcomes="y")


def test_nothing_of_a_runs_can_be_assigned(mixed):
    with pytest.raises(AttributeError):
        mixed.design = None
    for table in (mixed.outcomes, mixed.inputs, mixed.to_frame()):
        table.iloc[0, 0] = 99.0
    assert mixed.outcomes.y["a"] == 0.0
    assert mixed.inputs.x["a"] == 0.0
