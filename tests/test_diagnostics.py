"""A diagnosis tells what is true of held-out runs, and what more of them would give."""

import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate import plots
from surrogate.errors import ArgumentError, DataError, SurrogateWarning, TeacherWarning


def noisy(n, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.random((n, 2)), columns=["gain", "delay"])
    return X, np.sin(6 * X["gain"]) + X["delay"] + X["delay"] * rng.normal(scale=0.3, size=n)


@pytest.fixture(scope="module")
def found():
    X, y = noisy(80)
    student = sg.AutoSurrogate(members=["matern52"], cv=5, random_state=0).fit(X, y)
    return sg.diagnose(student, X, y, rng=0)


def test_held_out_rows_are_those_of_the_student(found):
    table = found.held_out
    q2 = 1 - np.mean(table["residual"] ** 2) / np.var(table["observed"])
    assert found.q2.value == pytest.approx(q2)
    np.testing.assert_allclose(table["predicted"] + table["residual"], table["observed"])


def test_the_spread_is_judged(found):
    assert found.uniformity > 0.01
    assert found.coverage.loc[0.9, "low"] < 0.9 < found.coverage.loc[0.9, "high"] + 0.05
    assert found.coverage["value"].is_monotonic_increasing


def test_it_tells_along_which_input_errors_grow(found):
    assert found.residuals.loc["delay", "spread"] > 0.3
    assert found.residuals.loc["delay", "p_spread"] < 0.01 < found.residuals.loc["gain", "p_bias"]


def test_the_learning_curve_is_measured_on_parts_and_looks_ahead(found):
    assert found.learning["n"].tolist() == [40, 40, 56, 56, 80]
    near, far = found.expected_q2(20), found.expected_q2(400)
    assert near.low < near.value < near.high
    assert far.high - far.low > near.high - near.low  # the farther, the less is known
    assert far.n == 480
    said = f"Q2 {found.q2.value:.3f} now (n=80), about {near.value:.3f} "
    assert found.statement(20).startswith(said)


def test_a_power_law_is_found_again():
    n = np.array([25, 50, 100])
    learning = pd.DataFrame({"n": n, "q2": 1 - 1 / n, "low": 1 - 1.2 / n, "high": 1 - 0.8 / n})
    table = pd.DataFrame({"pit": np.linspace(0, 1, 100)})
    diagnosis = sg.Diagnosis(sg.Estimate(0.99), table, table, table, learning, table)
    assert diagnosis.expected_q2(100).value == pytest.approx(1 - 1 / 200, abs=1e-6)


def test_one_table_holds_the_numbers(found):
    table = found.to_frame()
    assert list(table.columns) == ["value", "low", "high"]
    assert {"q2", "coverage at 0.9", "spread along delay"} <= set(table.index)
    assert "Q2" in repr(found)


@pytest.mark.parametrize("picture", [plots.pit, plots.residuals, plots.learning_curve])
def test_pictures_draw_on_the_axes_given(found, picture):
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(ncols=2)
    assert picture(found, ax=axes[1]) is axes[1]
    assert not axes[0].has_data()
    figure.canvas.draw()
    plt.close(figure)


def test_several_outcomes_have_a_diagnosis_each():
    X, y = noisy(40)
    outcomes = pd.DataFrame({"growth": y, "load": X["gain"] ** 2})
    student = sg.AutoSurrogate(members=["matern52"], cv=4, random_state=0).fit(X, outcomes)
    found = sg.diagnose(student, X, outcomes, learning=False)
    assert list(found) == ["growth", "load"]
    assert {name: each.q2 for name, each in found.items()} == student.q2_
    assert found["load"].held_out["observed"].tolist() == outcomes["load"].tolist()
    with pytest.raises(DataError, match="growth, load; got a single one"):
        sg.diagnose(student, X, y)
    with pytest.raises(DataError, match="growth, load; got load, growth"):
        sg.diagnose(student, X, outcomes[["load", "growth"]])


def test_series_are_left_out_of_a_diagnosis_aloud():
    X, y = noisy(30)
    waves = pd.Series(list(np.outer(y, [1.0, 2.0, 3.0])), index=X.index)
    outcomes = pd.DataFrame({"growth": y, "wave": waves})
    student = sg.AutoSurrogate(members=["matern52"], cv=2, random_state=0).fit(X, outcomes)
    with pytest.warns(SurrogateWarning, match="series wave are left out"):
        assert list(sg.diagnose(student, X, outcomes, learning=False)) == ["growth"]
    student = sg.AutoSurrogate(members=["matern52"], cv=2, random_state=0).fit(X, waves)
    with pytest.raises(ArgumentError, match="not for series; q2_ and interval_coverage"):
        sg.diagnose(student, X, waves)


def test_what_cannot_be_diagnosed_is_refused(found):
    X, y = noisy(30)
    with pytest.raises(ArgumentError, match="a fitted AutoSurrogate"):
        sg.diagnose(sg.GaussianProcess(), X, y)
    student = sg.AutoSurrogate(members=["squared_exponential"], cv=2, random_state=0).fit(X, y)
    with pytest.raises(
        DataError, match="these 20 rows are not the 30 this AutoSurrogate was fitted on"
    ):
        sg.diagnose(student, X[:20], y[:20])
    short = sg.diagnose(student, X, y, learning=False)
    with pytest.raises(DataError, match="learning=True"):
        short.expected_q2(10)


def test_failed_runs_are_left_out_as_they_were_of_the_training():
    X, y = noisy(30)
    y[3] = np.nan
    student = sg.AutoSurrogate(members=["linear"], cv=2, random_state=0)
    with pytest.warns(TeacherWarning, match="no outcome"):
        student.fit(X, y)
    table = sg.diagnose(student, X, y, learning=False).held_out
    assert table.index.tolist() == [row for row in range(30) if row != 3]


def test_other_rows_than_those_of_the_training_are_refused():
    X, y = noisy(30)
    student = sg.AutoSurrogate(members=["linear"], cv=2, random_state=0).fit(X, y)
    for inputs, outcomes in ((X[::-1], y[::-1]), (X, 2 * y), (X, y + 5)):
        with pytest.raises(DataError, match="are not the 30 this AutoSurrogate was fitted on"):
            sg.diagnose(student, inputs, outcomes)


def test_the_learning_curve_of_weighted_runs_is_weighted():
    X, _ = noisy(40)
    weight = np.where(np.arange(40) % 2, 1.0, 1e-6)
    y = X["gain"] + 9 * (weight < 1) * np.random.default_rng(0).normal(size=40)
    student = sg.AutoSurrogate(members=["linear"], cv=4, random_state=0).fit(X, y, weight)
    curve = sg.diagnose(student, X, y, rng=0).learning["q2"]
    assert curve.min() > 0.9  # light rows would make it about 0


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
def test_a_constant_outcome_has_a_diagnosis():
    X, _ = noisy(20)
    student = sg.AutoSurrogate(random_state=0).fit(X, np.full(20, 3.0))
    assert sg.diagnose(student, X, np.full(20, 3.0)).residuals["bias"].isna().all()


def test_fewer_runs_are_no_question(found):
    with pytest.raises(ArgumentError, match="n_more must be an integer of at least 0; got -100"):
        found.statement(-100)


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
def test_residuals_are_drawn_by_label_and_of_inputs_that_are_there():
    X, y = noisy(30)
    X = X.assign(mode=pd.Categorical(np.where(X["gain"] > 0.5, "on", "off")))[["mode"]]
    student = sg.AutoSurrogate(members=["linear"], cv=2, random_state=0).fit(X, y)
    found = sg.diagnose(student, X, y, learning=False)
    ax = plots.residuals(found)
    assert [each.get_text() for each in ax.get_xticklabels()] == ["off", "on"]
    means = pd.Series(found.held_out["residual"]).groupby(X["mode"], observed=True).mean()
    np.testing.assert_allclose(ax.lines[-1].get_ydata(), means)
    ax.figure.clear()
    with pytest.raises(ArgumentError, match="no input is named 'mod'; did you mean 'mode'"):
        plots.residuals(found, "mod")
