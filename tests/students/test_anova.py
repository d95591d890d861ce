"""The anova process as a member: what it learns from few rows, and how sure it is of it."""

import numpy as np
import pytest

from surrogate.students.members.processes import ProcessMember
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds


def effects(n, d, *, seed=0):
    """A sum of a wave, a kink and a product; the other inputs are inert."""
    X = np.random.default_rng(seed).random((n, d))
    y = np.sin(5 * X[:, 0]) + 2 * np.abs(X[:, 1] - 0.4) + 2 * X[:, 2] * X[:, 3]
    return X, (y - 0.7) / 0.85


def data_of(X, y):
    return TrainingData(X, y, random_folds(len(y), 5, np.random.default_rng(0)))


def test_sums_of_effects_are_learnt_from_fewer_rows_than_a_radial_kernel_needs():
    X, y = effects(40, 8)
    X_new, y_new = effects(500, 8, seed=1)
    lost = []
    for member in (ProcessMember("anova", n_restarts=2), ProcessMember("matern52")):
        member.fit(data_of(X, y), 0)
        lost.append(np.mean((y_new - member.predict(X_new)[0]) ** 2))
    assert lost[0] < 0.5 * lost[1]


@pytest.mark.parametrize("n", [60, 120, 210])  # searched on all rows, on some, kept in folds
def test_held_out_predictions_and_their_spread_mean_what_they_say(n):
    X, y = effects(n, 5)
    y = y + 0.3 * np.random.default_rng(3).normal(size=n)
    held = ProcessMember("anova", n_restarts=2).fit(data_of(X, y), 0)
    assert np.mean((y - held.mean) ** 2) < 0.4
    assert 0.7 < np.mean(((y - held.mean) / held.std) ** 2) < 2


@pytest.mark.parametrize(("n", "d"), [(60, 5), (50, 10)])  # enough rows to share, and too few
def test_held_out_errors_are_those_on_fresh_rows(n, d):
    held_out, fresh = [], []
    for seed in range(4):
        X, y = effects(n, d, seed=seed)
        y = y + 0.3 * np.random.default_rng(seed).normal(size=n)
        member = ProcessMember("anova", n_restarts=2)
        held_out.append(np.mean((y - member.fit(data_of(X, y), 0).mean) ** 2))
        X_new, y_new = effects(500, d, seed=9 + seed)
        fresh.append(np.mean((y_new - member.predict(X_new)[0]) ** 2) + 0.3**2)
    assert 0.7 < np.mean(held_out) / np.mean(fresh) < 1.35


def test_an_outcome_that_does_not_vary_is_answered_with_itself():
    X, _ = effects(20, 4)
    member = ProcessMember("anova", n_restarts=2)
    held = member.fit(data_of(X, np.zeros(20)), 0)
    assert not held.mean.any()
    assert not member.predict(X)[0].any()
