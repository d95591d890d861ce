"""PolynomialChaos: orthonormal in the law of the inputs, honest folds, exact sensitivities."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.base import clone

from surrogate.errors import ArgumentError, DataError, SpaceError, TeacherWarning
from surrogate.space import (
    Beta,
    Categorical,
    Discrete,
    Integer,
    LogNormal,
    LogUniform,
    Normal,
    Space,
    Triangular,
    TruncatedNormal,
    Uniform,
)
from surrogate.students import PolynomialChaos
from surrogate.students.chaos.factors import factors_of_columns
from surrogate.students.chaos.sparse import ORDERS, _nested_fits
from surrogate.students.chaos.terms import hyperbolic_indices
from surrogate.students.inputs.columns import Scaled
from surrogate.students.inputs.encoding import InputEncoder
from tests.students.problems import smooth

PARAMETERS = {
    "uniform": Uniform(-3.0, 5.0),
    "loguniform": LogUniform(0.1, 10.0),
    "normal": Normal(4.0, 2.0),
    "lognormal": LogNormal(0.0, 0.5),
    "truncated": TruncatedNormal(0.0, 1.0, -0.5, 2.0),
    "one-sided": TruncatedNormal(0.0, 1.0, 0.0, np.inf),
    "triangular": Triangular(0.0, 1.0, 4.0),
    "falling": Triangular(0.0, 0.0, 1.0),
    "beta": Beta(0.7, 2.5, 1.0, 3.0),
    "integer": Integer(2, 8),
    "many": Integer(0, 10_000),
    "discrete": Discrete([1, 2, 5, 9], weights=[1, 2, 3, 4]),
    "ordered": Categorical(["low", "middle", "high"], weights=[3, 1, 1], ordered=True),
    "unordered": Categorical(["a", "b", "c", "d"], weights=[4, 3, 2, 1]),
    "without c": Categorical(["a", "b", "c", "d"], weights=[4, 3, 0, 1]),
    "without a": Categorical(["a", "b", "c"], weights=[0, 3, 1]),
    "b only": Categorical(["a", "b", "c"], weights=[0, 1, 0]),
    "ordered without a": Categorical(["a", "b", "c", "d"], weights=[0, 3, 2, 1], ordered=True),
    "discrete without 5": Discrete([1, 2, 5, 9], weights=[1, 2, 0, 4]),
    "scipy": stats.gamma(2.0),
    "binomial": stats.binom(6, 0.3),
    "poisson": stats.poisson(2.0),
}


def ishigami(X):
    a, b, c = (np.pi * (2 * X - 1)).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def polynomial(X):
    return 1 + 2 * X[:, 0] - X[:, 0] * X[:, 1] + 3 * X[:, 1] ** 3


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_functions_of_an_input_are_orthonormal_in_its_law(name):
    space = Space({"x": PARAMETERS[name]})
    points = space.from_unit(((np.arange(2**15) + 0.5) / 2**15)[:, None])
    encoder = InputEncoder(space).fit(points)
    (factor,) = factors_of_columns(encoder.encodings)
    values = factor.evaluate(encoder.transform(points))[:, :4]
    np.testing.assert_allclose(values[:, 0], 1.0)
    np.testing.assert_allclose(values.T @ values / len(values), np.eye(values.shape[1]), atol=0.02)


def test_separate_values_have_no_more_functions_than_values():
    for parameter in (Integer(2, 5), Discrete([1, 2, 5, 9]), Categorical(list("abcd"))):
        design = Space(x=parameter, y=(0, 1)).sample(20, rng=0)
        encoder = InputEncoder(Space(x=parameter, y=(0, 1))).fit(design)
        assert len(factors_of_columns(encoder.encodings)[0].degrees) == 4


def test_a_category_that_never_occurs_has_no_function():
    for weights, n_functions in (([4, 3, 0, 1], 3), ([0, 1, 0, 0], 1)):
        space = Space(x=Categorical(list("abcd"), weights=weights), y=(0, 1))
        encoder = InputEncoder(space).fit(space.sample(20, rng=0))
        assert len(factors_of_columns(encoder.encodings)[0].degrees) == n_functions


def test_a_normal_input_has_the_polynomials_of_hermite():
    student = PolynomialChaos(space=Space(x=Normal(1.0, 2.0), y=(0, 1)))
    design = student.space.sample(40, rng=0)
    student.fit(design, ((design["x"] - 1) / 2) ** 2)
    assert student.mean_ == pytest.approx(1.0)
    assert student.variance_ == pytest.approx(2.0)
    assert student.degree_ == 2


@given(degree=st.integers(1, 6), norm=st.sampled_from([0.4, 0.5, 0.75, 1.0]), d=st.integers(1, 4))
def test_hyperbolic_sets_hold_the_products_within_the_norm_and_no_others(degree, norm, d):
    factors = factors_of_columns([Scaled(str(k), 0.0, 1.0) for k in range(d)])
    found = hyperbolic_indices(factors, degree, norm, most=10**6)
    grid = np.stack(np.meshgrid(*[np.arange(degree + 1)] * d), axis=-1).reshape(-1, d)
    expected = grid[(grid.astype(float) ** norm).sum(axis=1) <= degree**norm + 1e-9]
    assert {tuple(row) for row in found} == {tuple(row) for row in expected}
    assert not found[0].any()


@pytest.mark.parametrize("method", ORDERS)
def test_a_polynomial_is_found_exactly(method):
    X, _ = smooth(60, d=4)
    student = PolynomialChaos(method=method).fit(X, polynomial(X))
    X_new, _ = smooth(500, seed=1, d=4)
    np.testing.assert_allclose(student.predict(X_new), polynomial(X_new), atol=1e-8)


@pytest.mark.parametrize("method", ORDERS)
def test_ishigami_is_learnt_from_two_hundred_runs(method):
    X = np.random.default_rng(0).random((200, 3))
    X_new = np.random.default_rng(1).random((2000, 3))
    student = PolynomialChaos(method=method).fit(X, ishigami(X))
    assert student.score(X_new, ishigami(X_new)) > 1 - 1e-5
    expected = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}
    np.testing.assert_allclose(student.sobol_indices_, pd.DataFrame(expected), atol=2e-3)


def test_leave_one_out_of_nested_fits_is_that_of_refits():
    rng = np.random.default_rng(0)
    columns, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    errors, coefficients = _nested_fits(columns, y)
    for size in (1, 2, 3):
        part = columns[:, :size]
        full = np.linalg.lstsq(part, y)[0]
        np.testing.assert_allclose(coefficients(size), full)
        out = []
        for row in range(20):
            rest = np.arange(20) != row
            out.append(y[row] - part[row] @ np.linalg.lstsq(part[rest], y[rest])[0])
        correction = 20 / (20 - size) * (1 + np.trace(np.linalg.inv(part.T @ part)))
        assert errors[size - 1] == pytest.approx(np.mean(np.square(out)) * correction)


def test_least_angles_enter_in_the_order_of_scikit_learn():
    from sklearn.linear_model import lars_path

    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(50), rng.normal(size=(50, 12))])
    y = design @ rng.normal(size=13) + rng.normal(size=50)
    centred = design[:, 1:] - design[:, 1:].mean(axis=0)
    centred /= np.sqrt((centred**2).sum(axis=0))
    active = lars_path(centred, y - y.mean(), method="lar")[1]
    ours = ORDERS["lars"](design, y, 13)
    assert [0, *(np.array(active) + 1)] == ours.tolist()


def test_greedy_terms_explain_most_of_what_is_left():
    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(40), rng.normal(size=(40, 15))])
    y = design @ rng.normal(size=16)
    order = ORDERS["greedy"](design, y, 6)
    for size in range(1, 6):
        errors = {
            j: np.linalg.lstsq(design[:, [*order[:size], j]], y)[1][0]
            for j in range(16)
            if j not in order[:size]
        }
        assert order[size] == min(errors, key=errors.get)


def test_held_out_predictions_choose_the_terms_anew():
    X, y = smooth(40)
    blank = PolynomialChaos(space=Space(a=(0, 1), b=(0, 1), c=(0, 1)), max_degree=4)
    student = clone(blank).fit(X, y)
    folds = np.array_split(np.arange(40), 4)
    held = student.cross_validated_predict(folds)
    for fold in folds:
        rest = np.setdiff1d(np.arange(40), fold)
        refit = clone(blank).fit(X[rest], y[rest])
        np.testing.assert_allclose(held[fold], refit.predict(X[fold]), atol=1e-6)
    assert student.cross_validated_predict().shape == (40,)


@pytest.mark.parametrize("folds", [[[0, 1]], [range(30)], []])
def test_folds_that_are_no_partition_are_refused(folds):
    student = PolynomialChaos().fit(*smooth(30))
    with pytest.raises(DataError, match="each of the 30 training rows exactly once"):
        student.cross_validated_predict(folds)


def test_indices_of_a_function_with_categories_are_those_of_its_law():
    space = Space(
        kind=Categorical(["a", "b", "c"], weights=[2, 1, 1]), x=(0.0, 1.0), idle=Normal(0, 1)
    )
    design = space.sample(64, rng=0)
    effect = (design["kind"] == "a").to_numpy() * 1.0
    student = PolynomialChaos(space=space).fit(design, effect + 12**0.5 * design["x"] / 2)
    # variances: 1/4 of the two halves, 1/4 of the uniform
    np.testing.assert_allclose(student.sobol_indices_["first"], [0.5, 0.5, 0.0], atol=1e-9)
    assert student.sobol_indices_.index.tolist() == ["kind", "x", "idle"]
    assert student.variance_ == pytest.approx(0.5)


def test_indices_of_tied_inputs_are_refused():
    space = Space(a=(0.0, 1.0), b=(0.0, 1.0), constraints=["a < b"])
    design = space.sample(40, rng=0)
    student = PolynomialChaos(space=space).fit(design, design["a"])
    with pytest.raises(SpaceError, match=r"independent inputs.*'a < b'"):
        _ = student.sobol_indices_


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(3)))
def test_order_and_mirror_image_of_the_inputs_do_not_matter(order):
    X, y = smooth(40)
    plain = PolynomialChaos().fit(X, y).predict(X)
    np.testing.assert_allclose(
        PolynomialChaos().fit(X[:, order], y).predict(X[:, order]), plain, atol=1e-6
    )
    np.testing.assert_allclose(PolynomialChaos().fit(1 - X, y).predict(1 - X), plain, atol=1e-6)


def test_terms_add_up_to_the_mean_and_the_prediction():
    X, y = smooth(40)
    student = PolynomialChaos().fit(X, 100 + 5 * y)
    assert student.terms_["coefficient"].iloc[0] == pytest.approx(student.mean_)
    assert student.mean_ == pytest.approx(np.mean(100 + 5 * smooth(20_000, seed=2)[1]), rel=1e-3)


def test_far_outside_the_training_range_the_edge_is_taken():
    X, y = smooth(40)
    student = PolynomialChaos().fit(X, y)
    np.testing.assert_array_equal(
        student.predict([[9.0, 0.5, 0.5]]), student.predict([[2, 0.5, 0.5]])
    )


@pytest.mark.parametrize(("degree", "beyond"), [(1, 0.9), (2, 0.24), (3, 0.1), (4, 0.06)])
def test_low_degrees_are_followed_outside_the_training_range(degree, beyond):
    X = np.linspace(0, 1, 30)[:, None]
    outside = np.array([[-beyond], [1 + beyond]])
    student = PolynomialChaos().fit(X, (X[:, 0] - 0.3) ** degree)
    np.testing.assert_allclose(student.predict(outside), (outside[:, 0] - 0.3) ** degree, atol=1e-6)


def test_high_degrees_do_not_run_away_outside_the_training_range():
    X = np.linspace(0, 1, 200)[:, None]
    student = PolynomialChaos().fit(X, np.sin(20 * X[:, 0]))
    assert student.degree_ > 8
    assert np.abs(student.predict(np.linspace(-2, 3, 500)[:, None])).max() < 20


def test_noise_and_constants_are_warned_about():
    rng = np.random.default_rng(0)
    with pytest.warns(TeacherWarning, match=r"leave-one-out Q2 on 60 rows is -?0\.\d+"):
        PolynomialChaos(method="lars", max_degree=2).fit(rng.random((60, 3)), rng.normal(size=60))
    with pytest.warns(TeacherWarning, match="all 12 values of y equal 3.5"):
        student = PolynomialChaos().fit(rng.random((12, 3)), np.full(12, 3.5))
    np.testing.assert_array_equal(student.predict(rng.random((4, 3))), 3.5)
    assert student.sobol_indices_.isna().all(axis=None)


@pytest.mark.parametrize(
    ("argument", "value"), [("max_degree", 26), ("norms", []), ("norms", [2.0]), ("method", "omp")]
)
def test_parameters_out_of_range_are_refused(argument, value):
    with pytest.raises(ArgumentError, match=argument):
        PolynomialChaos(**{argument: value}).fit(*smooth(20))


def test_its_spread_is_that_of_fresh_rows_and_grows_with_leverage():
    rng = np.random.default_rng(0)
    X = rng.random((80, 2))
    noisy = X[:, 0] * X[:, 1] + 0.1 * rng.normal(size=80)
    student = PolynomialChaos(max_degree=4).fit(X, noisy)
    X_new = rng.random((500, 2))
    mean, std = student.predict(X_new, return_std=True)
    residual = X_new[:, 0] * X_new[:, 1] + 0.1 * rng.normal(size=500) - mean
    assert 0.8 < np.std(residual / std) < 1.25
    _, (middle, corner) = student.predict([[0.5, 0.5], [1.0, 1.0]], return_std=True)
    assert corner > middle


@pytest.mark.parametrize("method", ["greedy", "lars"])
def test_rows_of_little_weight_hardly_count(method):
    X = np.random.default_rng(0).random((60, 2))
    y = X[:, 0] + X[:, 1] ** 2
    wrong = np.where(np.arange(60) < 10, y + 5, y)
    weight = np.where(np.arange(60) < 10, 1e-9, 1.0)
    student = PolynomialChaos(method=method, max_degree=3).fit(X, wrong, sample_weight=weight)
    np.testing.assert_allclose(student.predict(X), y, atol=1e-3)
