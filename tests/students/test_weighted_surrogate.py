"""AutoSurrogate with weights of rows: what they mean, where they are exact, who takes them."""

import warnings

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError, DataError, TeacherWarning
from surrogate.students import AutoSurrogate
from surrogate.students.calibration.intervals import scaled_quantile
from surrogate.students.calibration.spreads import SpreadCalibration
from surrogate.students.members.boosting_growth import Boosting
from surrogate.students.members.linear import Line
from surrogate.students.members.perceptron import Perceptron
from surrogate.students.members.regressors import REGRESSORS
from surrogate.students.selection.scores import q2_estimate
from surrogate.students.selection.weights import stacking_weights
from tests.students.problems import smooth

ABLE = [name for name in REGRESSORS if name != "regimes"]
NETWORK = {"hidden": (6,), "penalty": 0.01, "max_iterations": 15, "seed": 0}


def mix(*members, **parameters):
    return AutoSurrogate(
        members=members or ["matern52", "linear"], cv=2, random_state=0, **parameters
    )


def one_in_three_is_wrong(n=90):
    """Return runs of which every third is far off, and weights that know it."""
    X, y = smooth(n, d=2)
    wrong = np.arange(n) % 3 == 0
    y = y + 3 * wrong * np.random.default_rng(1).normal(size=n)
    return X, y, np.where(wrong, 1e-3, 1.0)


def test_a_row_of_weight_zero_is_left_out():
    X, y = smooth(40)
    table = pd.DataFrame(X, columns=list("abc"), index=[f"run {row}" for row in range(40)])
    weight = np.where(np.arange(40) % 8 == 1, 0.0, 1.5)
    student = mix().fit(table, pd.Series(y * (1 + 9 * (weight == 0)), table.index), weight)
    same = mix().fit(table[weight > 0], y[weight > 0], np.full(35, 1.5))
    np.testing.assert_array_equal(student.predict(table), same.predict(table))
    assert len(student.cv_residuals_) == 35


def test_only_the_ratio_of_weights_counts():
    X, y, weight = one_in_three_is_wrong(60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TeacherWarning)  # half of it cannot be explained
        first, second = mix().fit(X, y, weight), mix().fit(X, y, 1024 * weight)
        plain, even = mix().fit(X, y), mix().fit(X, y, np.full(60, 3.0))
    for one, other in ((first, second), (plain, even)):
        np.testing.assert_allclose(one.predict(X), other.predict(X), rtol=1e-9)
        np.testing.assert_allclose(one.predict_interval(X), other.predict_interval(X), rtol=1e-9)


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
@pytest.mark.parametrize("name", ABLE)
def test_every_member_that_can_trusts_heavy_rows_more(name):
    X, y, weight = one_in_three_is_wrong()
    X_new, truth = smooth(300, seed=1, d=2)
    plain = mix(name).fit(X, y).score(X_new, truth)
    weighted = mix(name).fit(X, y, sample_weight=weight)
    assert weighted.score(X_new, truth) > plain + 0.02
    assert weighted.scores_.loc[name, "q2"] > 0.5  # as the heavy rows say
    low, high = weighted.predict_interval(X_new)
    assert np.median(high - low) < 3.0  # as theirs, not as the others' errors of 3


def test_whole_weights_are_repeated_rows_where_nothing_is_held_out():
    rng = np.random.default_rng(0)
    X, y, times = rng.random((30, 2)), rng.normal(size=30), rng.integers(1, 4, 30)
    weight, rows = times.astype(float), np.repeat(np.arange(30), times)
    boosting = Boosting(n_trees=10, depth=2, min_leaf=1, share_of_rows=1.0)
    grown, repeated = boosting.grow(X, y, 0, weight), boosting.grow(X[rows], y[rows], 0)
    np.testing.assert_allclose(grown.value, repeated.value, atol=1e-9)
    network = Perceptron.trained(X, y, weight=weight, **NETWORK)
    same = Perceptron.trained(X[rows], y[rows], **NETWORK)
    np.testing.assert_allclose(network.predict(X), same.predict(X), atol=1e-3)
    q2 = q2_estimate(y, 0.3 * rng.normal(size=30), rng, weight).value
    rng = np.random.default_rng(0)
    rng.random((30, 2)), rng.normal(size=30), rng.integers(1, 4, 30)
    assert q2 == pytest.approx(q2_estimate(y[rows], 0.3 * rng.normal(size=30)[rows], rng).value)


def test_weights_decide_who_is_trusted_and_how_far():
    rng = np.random.default_rng(0)
    heavy = np.arange(60) < 30
    weight = np.where(heavy, 1.0, 1e-4)
    here, there = (rng.normal(size=60) * np.where(each, 0.01, 1.0) for each in (heavy, ~heavy))
    folds = [np.arange(start, 60, 4) for start in range(4)]
    assert stacking_weights(np.array([here, there]), folds, rng, weight).tolist() == [1.0, 0.0]
    std = SpreadCalibration.fit(here, np.zeros((1, 60)), weight).std(np.zeros((1, 1)))
    assert std[0] == pytest.approx(np.sqrt(np.average(here**2, weights=weight)), rel=0.05)
    assert scaled_quantile(here, np.ones(60), 0.9, weight) < 0.1
    assert scaled_quantile(here, np.ones(60), 0.9) > 0.5
    line = Line.fit(np.arange(60.0)[:, None], np.where(heavy, 2.0, 50.0), weight)
    assert abs(line.predict(np.array([[10.0]]))[0] - 2) < 0.5


def test_members_that_cannot_weigh_rows_are_left_out_and_alone_refused():
    X, y = smooth(30)
    student = mix("regimes", "linear").fit(X, X[:, 0], np.ones(30))
    assert list(student.scores_.index) == ["linear"]
    with pytest.raises(ArgumentError, match="none of the members regimes can weigh rows"):
        mix("regimes").fit(X, y, np.ones(30))


def test_several_outcomes_are_weighted_alike_and_a_series_is_refused():
    X, y, weight = one_in_three_is_wrong(60)
    table = pd.DataFrame({"lift": y, "drag": 2 * y})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TeacherWarning)
        student, alone = mix().fit(X, table, weight), mix().fit(X, y, weight)
    assert student.q2_["drag"].value == pytest.approx(student.q2_["lift"].value)
    assert student.scores_.loc["lift"].shape == alone.scores_.shape
    table["wake"] = list(np.outer(y, np.arange(12.0)))
    with pytest.raises(DataError, match="a series takes no sample weights, and 'wake' is one"):
        mix().fit(X, table, weight)
