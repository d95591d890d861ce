"""Logarithms of skewed outcomes: what they win, and when outcomes are left as they are."""

import numpy as np
import pytest

from surrogate.students import AutoSurrogate
from surrogate.students.members.training_data import TrainingData
from surrogate.students.members.warped import Warp, WarpedProcessMember
from surrogate.students.selection.folds import random_folds

FOLDS = random_folds(40, 5, np.random.default_rng(0))
RIVAL = np.full(40, 0.01)


def products(n, *, seed=0):
    """Effects that multiply: skewed, and additive in its logarithm."""
    X = np.random.default_rng(seed).random((n, 4))
    return X, np.exp(2 * X[:, 0] + np.sin(3 * X[:, 1])) * (1 + X[:, 2]) / (1 + 2 * X[:, 3])


def standardised(y):
    return (y - y.mean()) / y.std()


def test_a_product_of_effects_is_learnt_better_than_by_processes_of_the_outcome():
    X, y = products(40)
    alone, with_it = (
        AutoSurrogate(members=["matern52", "squared_exponential", *more], random_state=0).fit(X, y)
        for more in ([], ["warped"])
    )
    assert with_it.scores_.loc["warped", "weight"] > 0.8
    X_new, y_new = products(1000, seed=1)
    assert 1 - with_it.score(X_new, y_new) < 0.3 * (1 - alone.score(X_new, y_new))


@pytest.mark.parametrize("side", [1, -1])
def test_the_bound_lies_on_the_side_on_which_outcomes_crowd(side):
    X, y = products(40)
    member = WarpedProcessMember()
    member.fit(TrainingData(X, side * standardised(y), FOLDS), 0)
    assert member._warp.side == side


def test_an_even_outcome_is_left_to_the_others_unless_there_are_none():
    X, _ = products(40)
    y = standardised(np.sin(3 * X[:, 0]) + X[:, 1])
    data = TrainingData(X, y, FOLDS)
    assert np.isnan(WarpedProcessMember().fit(data, 0, RIVAL).mean).all()
    assert WarpedProcessMember().fit(data, 0).complete
    scores = AutoSurrogate(members=["matern52", "warped"], random_state=0).fit(X, y).scores_
    assert scores.loc["warped", "weight"] == 0
    assert np.isnan(scores.loc["warped", "q2"])


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("margin", [0.01, 1.0])
def test_a_warp_goes_both_ways_and_stays_finite_far_beyond(side, margin):
    y = np.random.default_rng(0).normal(size=30)
    warp = Warp.beside(y, side=side, margin=margin)
    np.testing.assert_allclose(warp.outcomes(warp.logarithms(y)), y)
    assert np.abs(warp.outcomes(np.array([1e4])) - warp.bound) == pytest.approx(
        100 * np.abs(y - warp.bound).max()
    )


def test_intervals_widen_with_the_outcome():
    X, y = products(40)
    noisy = y * np.exp(0.2 * np.random.default_rng(2).normal(size=40))
    student = AutoSurrogate(members=["warped"], random_state=0).fit(X, noisy)
    X_new, _ = products(500, seed=1)
    mean, std = student.predict(X_new, return_std=True)
    assert std[mean > np.quantile(mean, 0.9)].mean() > 2 * std[mean < np.quantile(mean, 0.1)].mean()
