"""Tables that are not what they seem are refused with the reason, or mean what they say."""

import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, TeacherWarning
from surrogate.students.inputs.outcome import standardised
from tests.students.problems import smooth

N = 24
X, Y = smooth(N, d=2)
TABLE = pd.DataFrame(X, columns=["gain", "delay"])
TIMES = pd.date_range("2026", periods=N)


def chaos():
    return sg.PolynomialChaos(max_degree=3)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (TIMES, "input 'odd' must hold numbers or categories; got dates or times"),
        (TIMES - TIMES[0], "input 'odd' must hold numbers or categories; got dates or times"),
        (X[:, 0].astype(str), "input 'odd' holds numbers that are written as text, such as '0.0"),
        (["n/a", *X[1:, 0].astype(str)], "and 'n/a' among them; turn them to numbers"),
        (X[:, 0] + 1j, "input 'odd' must hold real numbers; got complex128"),
        ([[1.0]] * N, "input 'odd' must hold numbers or categories; unhashable"),
        (np.where(X[:, 0] > 0.5, 1.7e308, -1.7e308), "input 'odd' spans more than floats can"),
    ],
)
def test_a_column_that_is_neither_numbers_nor_categories_is_refused(column, message):
    with pytest.raises(DataError, match=message):
        chaos().fit(TABLE.assign(odd=column), Y)


def test_digits_that_are_labels_are_said_to_be_by_their_type():
    labels = pd.Categorical(np.where(X[:, 0] > 0.5, "10", "20"))
    student = chaos().fit(TABLE.assign(odd=labels), Y)
    assert student.encoder_.columns_[2:] == ["odd=10", "odd=20"]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (TIMES, "y must hold numbers; got dates or times"),
        (np.where(np.arange(N) == 7, np.inf, Y), "1 others in 24 rows, the first in row 7: inf"),
        (np.full(N, np.nan), "24 others in 24 rows, the first in row 0: nan"),
        (["high"] * N, "y must hold numbers; could not convert"),
        (Y + 1j, "Complex data not supported"),
    ],
)
@pytest.mark.parametrize("student", [chaos(), sg.AutoSurrogate(members=["linear"])])
def test_an_outcome_that_is_no_number_is_refused(student, y, message):
    with pytest.raises(DataError, match=message):
        student.fit(TABLE, y)


def test_rows_in_another_order_are_not_paired_by_position():
    named = TABLE.set_axis([f"run {row}" for row in range(N)])
    y = pd.Series(Y, index=named.index)
    message = "row 0 is 'run 0' in X and 'run 23' in y; pass y.loc"
    for student, outcome in (
        (chaos(), y),
        (sg.AutoSurrogate(), y),
        (sg.AutoSurrogate(), pd.DataFrame({"one": y, "two": y})),
        (sg.StepwiseLogistic(), y > y.median()),
        (sg.RuleList(), y > y.median()),
        (sg.DistilledTree(criterion="squared_error"), y),
    ):
        with pytest.raises(DataError, match=message):
            student.fit(named, outcome[::-1])
    chaos().fit(named, y.reset_index(drop=True))  # other labels: by position, as scikit-learn does


def test_a_missing_outcome_may_be_none():
    y = pd.Series(Y).astype(object)
    y[3] = None
    with pytest.warns(TeacherWarning, match=r"1 of 24 rows have no outcome \(NaN; first: row 3\)"):
        student = chaos().fit(TABLE, y)
    same = chaos().fit(TABLE.drop(3), np.delete(Y, 3))
    np.testing.assert_array_equal(student.predict(TABLE), same.predict(TABLE))


@pytest.mark.parametrize("student", [chaos(), sg.GaussianProcess(n_restarts=1, random_state=0)])
def test_a_row_of_weight_zero_is_left_out(student):
    weight = np.where(np.arange(N) % 5 == 0, 0.0, 2.0)
    student.fit(TABLE, np.where(weight, Y, 1e6), weight)
    mean = student.predict(TABLE)
    student.fit(TABLE[weight > 0], Y[weight > 0], weight[weight > 0])
    np.testing.assert_array_equal(mean, student.predict(TABLE))


def test_weights_that_overflow_are_refused():
    with pytest.raises(DataError, match="too large to be added; the largest is 1e"):
        chaos().fit(TABLE, Y, np.full(N, 1e308))


def test_outcomes_at_the_end_of_what_floats_hold_are_learnt():
    y, offset, scale = standardised(np.array([1.7e308, -1.7e308]))
    assert (y.tolist(), offset, scale) == ([1.0, -1.0], 0.0, 1.7e308)
    huge = np.where(X[:, 0] > 0.5, 1.2e308, -1.2e308)
    members = {"members": ["linear"], "random_state": 0}
    mean = sg.AutoSurrogate(**members).fit(TABLE, huge).predict(TABLE)
    plain = sg.AutoSurrogate(**members).fit(TABLE, huge / 1.2e308).predict(TABLE)
    np.testing.assert_allclose(mean / 1.2e308, plain, rtol=1e-9)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_series_in_extreme_units_are_learnt_as_any(scale):
    series = np.outer(Y, np.linspace(1, 2, 12)) + X[:, :1]
    members = {"members": ["matern52"], "random_state": 0}
    mean = sg.AutoSurrogate(**members).fit(X, series * scale).predict(X) / scale
    np.testing.assert_allclose(mean, series, atol=0.05)


def test_small_variations_of_a_series_far_from_zero_are_learnt():
    series = 1e12 + np.outer(Y, np.linspace(1, 2, 12)) + X[:, :1]
    student = sg.AutoSurrogate(members=["matern52"], random_state=0).fit(X, series)
    assert student.q2_.value > 0.99


def test_runs_that_failed_are_left_out_of_several_outcomes_and_series():
    outcomes = pd.DataFrame({"lift": Y, "drag": X[:, 0]})
    outcomes["wave"] = [None if row == 2 else value * np.arange(3.0) for row, value in enumerate(Y)]
    outcomes.loc[4, "drag"] = np.nan
    told = r"2 of 24 rows lack an outcome \(NaN in 'drag', 'wave'; first: row 2\)"
    student = sg.AutoSurrogate(members=["matern52"], random_state=0)
    with pytest.warns(TeacherWarning, match=told):
        student.fit(TABLE, outcomes)
    assert {each.n for each in student.q2_.values()} == {22}
    with pytest.raises(DataError, match="none is left to learn from"):
        student.fit(TABLE, outcomes.assign(drag=np.nan))


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
@pytest.mark.parametrize("method", ["greedy", "lars"])
def test_rows_that_all_repeat_two_leave_chaos_an_answer(method):
    rows, y = np.repeat(X[:2], 3, axis=0), np.repeat([1.0, 2.0], 3)
    student = sg.PolynomialChaos(method=method).fit(rows, y)
    np.testing.assert_allclose(student.predict(rows), y)


def test_an_input_that_does_not_vary_costs_chaos_nothing():
    constant = np.column_stack([X, np.full(N, 3.0)])
    plain, idle = sg.PolynomialChaos().fit(X, Y), sg.PolynomialChaos().fit(constant, Y)
    np.testing.assert_allclose(idle.cross_validated_predict(), plain.cross_validated_predict())


def test_whole_numbers_of_a_wide_range_are_not_listed():
    space = sg.Space(seed=sg.Integer(0, 10**15), gain=(0.0, 1.0))
    design = space.sample(32, rng=0)
    student = sg.PolynomialChaos(space=space).fit(design, design["seed"] / 1e15 + design["gain"])
    np.testing.assert_allclose(student.sobol_indices_["first"], 0.5, atol=1e-6)


@pytest.mark.parametrize("inputs", [{"gain": 0.5, "delay": 0.1}, None])
def test_what_is_no_table_is_refused(inputs):
    with pytest.raises(DataError, match=r"must be a table.*got \w+; one row is pandas.DataFrame"):
        chaos().fit(TABLE, Y).predict(inputs)


def test_what_is_no_space_is_refused():
    with pytest.raises(ArgumentError, match=r"space must be a Space; got \{'gain': "):
        sg.PolynomialChaos(space={"gain": (0, 1)}).fit(TABLE, Y)


def test_far_out_in_a_tail_is_extrapolation():
    space = sg.Space(x=sg.Normal(0, 1), y=sg.LogNormal(0, 1))
    design = space.sample(60, rng=0)
    student = sg.AutoSurrogate(space=space, members=["linear"], random_state=0)
    student.fit(design, design["x"])
    rows = pd.DataFrame({"x": [0.0, 50.0, 0.0], "y": [1.0, 1.0, 1e6]})
    assert student.extrapolates(rows).tolist() == [False, True, True]
    fresh = space.sample(2000, "random", rng=1)
    assert student.extrapolates(fresh).mean() < 0.1


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (TIMES, r"input 'odd' must hold real numbers; got datetime64"),
        (np.where(np.arange(N) == 7, np.nan, Y), r"input 'odd' .* the first in row 7: .*nan"),
    ],
)
def test_trees_name_the_column_and_row_of_what_is_no_number(column, message):
    with pytest.raises(DataError, match=message):
        sg.DistilledTree().fit(TABLE.assign(odd=column), Y > 0.5)
