"""What every student does, whatever it learns: one suite, run on each of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError

from surrogate.errors import ArgumentError, DataError, TeacherWarning
from surrogate.space import Categorical, Integer, Space
from surrogate.students import (
    AutoClassifier,
    AutoSurrogate,
    DistilledTree,
    GaussianProcess,
    PolynomialChaos,
    RuleList,
    StepwiseLogistic,
)
from tests.students.problems import ball, mixed_table, smooth, table_space

STUDENTS = {
    "matern52": GaussianProcess(n_restarts=3, random_state=0),
    "squared_exponential": GaussianProcess(
        kernel="squared_exponential", n_restarts=3, random_state=0
    ),
    "interpolating": GaussianProcess(noise="none", n_restarts=3, random_state=0),
    "greedy chaos": PolynomialChaos(max_degree=6),
    "lars chaos": PolynomialChaos(method="lars", max_degree=6),
    "surrogate": AutoSurrogate(cv=2, members=["matern52", "network"], random_state=0),
    "classifier": AutoClassifier(cv=3, members=["logistic", "process"], random_state=0),
}


@pytest.fixture(params=STUDENTS)
def student(request):
    return clone(STUDENTS[request.param])


def _outcome(student, values):
    """Return the outcome as the student takes it: values, or their upper half as labels."""
    return values > np.median(values) if is_classifier(student) else values


def _answers(student, X):
    """Return what is compared: probabilities or means."""
    return student.predict_proba(X)[:, 1] if is_classifier(student) else student.predict(X)


def _problem(student, n=40):
    X, values = smooth(n)
    return X, _outcome(student, values)


def test_it_predicts_fresh_rows(student):
    X, y = _problem(student, 120)
    X_new, values = smooth(300, seed=1)
    threshold = np.median(smooth(120)[1])
    truth = values > threshold if is_classifier(student) else values
    assert student.fit(X, y).score(X_new, truth) > 0.9


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")  # a seed may be unlucky
def test_the_same_seed_gives_the_same_answers_and_leaves_global_random_state_alone(student):
    X, y = _problem(student)
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the state that must not change
    first = _answers(clone(student).fit(X, y), X)
    second = _answers(clone(student).fit(X, y), X)
    if "random_state" in student.get_params():
        clone(student).set_params(random_state=None).fit(X, y)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_names_are_kept_and_columns_found_in_any_order(student):
    X, y = _problem(student)
    frame = pd.DataFrame(X, columns=["gain", "delay", "idle"], index=range(100, 100 + len(X)))
    student.fit(frame, pd.Series(y, index=frame.index))
    assert list(student.feature_names_in_) == ["gain", "delay", "idle"]
    reordered = frame[["idle", "gain", "delay"]]
    np.testing.assert_array_equal(_answers(student, frame), _answers(student, reordered))


def test_a_table_and_an_array_of_the_same_numbers_are_the_same(student):
    X, y = _problem(student)
    from_array = _answers(clone(student).fit(X, y), X)
    frame = pd.DataFrame(X, columns=list("abc"))
    np.testing.assert_array_equal(from_array, _answers(clone(student).fit(frame, y), frame))


@pytest.mark.parametrize("scale", [2.0**-40, 2.0**40])  # powers of 2: no rounding
def test_units_of_the_inputs_do_not_matter(student, scale):
    X, y = _problem(student)
    X = 2 + X  # numbers that fill [0, 1] keep their scale
    plain = _answers(clone(student).fit(X, y), X)
    scaled = _answers(clone(student).fit(scale * X, y), scale * X)
    np.testing.assert_allclose(plain, scaled, rtol=1e-9, atol=1e-9)


def test_categories_and_awkward_units_are_learnt(student):
    table, values = mixed_table(120)
    y = _outcome(student, values)
    assert student.fit(table, y).score(table, y) > 0.9
    assert "policy=b" in student.encoder_.columns_


def test_a_space_scales_its_inputs_and_other_columns_are_ignored(student):
    table, _ = mixed_table(60)
    values = np.sin(table["load"] / 2e11) + (table["policy"] == "b")
    student.set_params(space=table_space()).fit(table, _outcome(student, np.asarray(values)))
    answers = _answers(student, table)
    shuffled = table.assign(nodes=-1.0, size="huge")[table.columns[::-1]]
    np.testing.assert_array_equal(answers, _answers(student, shuffled))
    assert student.encoder_.columns_[2:] == ["policy=a", "policy=b", "policy=c", "policy=d"]


def test_it_learns_from_the_design_of_a_real_space(student):
    space = Space(
        x=(0.0, 4.0),
        y=(0.0, 1.0),
        mode=Categorical(["slow", "fast"], ordered=False),
        derived={"sum": "x + y"},
    )
    design = space.sample(64, rng=0)
    values = np.sin(design["x"]) + (design["mode"] == "fast")
    y = _outcome(student, np.asarray(values))
    assert student.set_params(space=space).fit(design, y).score(design, y) > 0.9


@pytest.mark.filterwarnings("ignore:.* rows that:surrogate.errors.TeacherWarning")
def test_constant_inputs_and_repeated_rows_do_no_harm(student):
    X, y = _problem(student, 60)
    X = np.column_stack([X, np.full(len(X), 7.0)])
    rows = np.r_[np.arange(60), np.arange(20)]
    student.fit(X[rows], y[rows])
    assert student.score(X, y) > 0.9
    moved = X + [0, 0, 0, 5.0]
    np.testing.assert_array_equal(_answers(student, moved), _answers(student, X))


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
@pytest.mark.parametrize("name", [name for name in STUDENTS if not is_classifier(STUDENTS[name])])
def test_rows_of_failed_runs_are_left_out_with_a_warning(name):
    student = clone(STUDENTS[name])
    X, y = smooth(30)
    table = pd.DataFrame(X, columns=list("abc"), index=[f"run {row}" for row in range(30)])
    with pytest.warns(TeacherWarning, match=r"2 of 30 rows have no outcome \(NaN; first: row 3\)"):
        student.fit(table, pd.Series(np.where(np.isin(np.arange(30), [3, 7]), np.nan, y)))
    kept = np.delete(np.arange(30), [3, 7])
    same = clone(student).fit(table.iloc[kept], y[kept])
    np.testing.assert_array_equal(_answers(student, table), _answers(same, table))
    with pytest.raises(DataError, match="NaN"):
        student.fit(X, np.full(30, np.nan))


def test_fewer_runs_than_twice_the_inputs_are_enough_to_answer(student):
    X = np.random.default_rng(0).random((12, 8))
    answers = _answers(student.fit(X, _outcome(student, X[:, 0])), X)
    assert answers.shape == (12,)
    assert np.isfinite(answers).all()


CHEAP = {
    "process": GaussianProcess(n_restarts=1, random_state=0),
    "chaos": PolynomialChaos(),
    "tree": DistilledTree(),
    "tree of values": DistilledTree(criterion="squared_error"),
    "rules": RuleList(),
    "logistic": StepwiseLogistic(),
}


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
@pytest.mark.parametrize("name", CHEAP)
@given(d=st.integers(2, 9), share=st.floats(0, 1), seed=st.integers(0, 99))
@settings(max_examples=8, deadline=None)
def test_however_few_the_runs_there_is_an_answer(name, d, share, seed):
    n = 3 + int(share * (2 * d - 4))  # always below 2 d
    X = np.random.default_rng(seed).random((n, d))
    student = clone(CHEAP[name])
    answers = _answers(student.fit(X, _outcome(student, X[:, 0])), X)
    assert answers.shape == (n,)
    assert np.isfinite(answers).all()


def test_an_unfitted_student_says_so(student):
    with pytest.raises(NotFittedError):
        student.predict(np.zeros((1, 3)))


def test_a_missing_column_is_named_with_the_nearest_there_is(student):
    X, y = _problem(student)
    frame = pd.DataFrame(X, columns=["gain", "delay", "idle"])
    student.fit(frame, y)
    with pytest.raises(DataError, match=r"needs the input 'delay'.*did you mean 'delays'"):
        student.predict(frame.rename(columns={"delay": "delays"}))


def test_a_column_that_was_not_there_in_training_is_refused(student):
    X, y = _problem(student)
    frame = pd.DataFrame(X, columns=["gain", "delay", "idle"])
    student.fit(frame, y)
    with pytest.raises(DataError, match="fitted without an input 'noise'"):
        student.predict(frame.assign(noise=0.0))


def test_a_missing_value_is_refused_with_its_row_and_column(student):
    table, values = mixed_table(30)
    table.loc["run 7", "load"] = np.nan
    with pytest.raises(DataError, match=r"'load'.*row run 7"):
        student.fit(table, _outcome(student, values))


def test_a_category_that_was_not_there_in_training_is_refused(student):
    table, values = mixed_table(40)
    student.fit(table, _outcome(student, values))
    table["policy"] = "unheard of"
    with pytest.raises(DataError, match="one of the categories a, b, c"):
        student.predict(table)


def test_a_category_that_never_occurs_in_the_space_is_refused(student):
    space = Space(mode=Categorical(["a", "b", "c"], weights=[1, 2, 0]), x=(0.0, 1.0))
    design = space.sample(40, rng=0)
    y = _outcome(student, np.asarray((design["mode"] == "a") + design["x"]))
    student.set_params(space=space).fit(design, y)
    with pytest.raises(DataError, match="'mode' must hold one of the categories a, b; got 40"):
        student.predict(design.assign(mode="c"))


@pytest.mark.parametrize("nodes", [Integer(2, 8), stats.poisson(4.0)])
def test_a_fraction_of_a_whole_number_is_refused_and_one_beyond_its_ends_answered(student, nodes):
    space = Space(nodes=nodes, x=(0.0, 1.0))
    design = space.sample(64, rng=0).astype({"nodes": float})
    y = _outcome(student, np.asarray(design["nodes"] + design["x"]))
    student.set_params(space=space).fit(design, y)
    between = design.rename(index=lambda row: f"run {row}")
    between.loc["run 7", "nodes"] = 2.5
    told = r"input 'nodes' must hold whole numbers; got 1 others, .* row run 7: 2.5; round"
    for ask in (student.predict, lambda rows: student.fit(rows, y)):
        with pytest.raises(DataError, match=told):
            ask(between)
    assert np.isfinite(_answers(student, design.assign(nodes=20.0))).all()


def test_x_and_y_of_different_length_are_refused(student):
    X, y = _problem(student)
    with pytest.raises(DataError, match="inconsistent numbers of samples"):
        student.fit(X, y[:-1])


@pytest.mark.parametrize(
    ("student", "parameters", "message"),
    [
        (GaussianProcess(), {"kernel": "rbf"}, "kernel must be 'matern52' or"),
        (GaussianProcess(), {"noise": 0.1}, "noise must be"),
        (GaussianProcess(), {"lengthscale_bounds": None}, "two rising positive numbers; got None"),
        (PolynomialChaos(), {"norms": 0.5}, "a list of numbers in .* got 0.5"),
        (GaussianProcess(), {"n_restarts": 0}, "n_restarts must be an integer of at least 1"),
        (AutoSurrogate(), {"cv": 1}, "cv must be an integer of at least 2"),
        (AutoSurrogate(), {"members": ["matern"]}, "did you mean 'matern52'"),
        (AutoSurrogate(), {"members": "network"}, "list of different names"),
        (AutoClassifier(), {"members": ["tree"]}, "members has no 'tree'"),
    ],
)
def test_a_parameter_out_of_range_is_refused_when_fitting(student, parameters, message):
    X, y = ball(10)
    with pytest.raises(ArgumentError, match=message):
        student.set_params(**parameters).fit(X, y)
