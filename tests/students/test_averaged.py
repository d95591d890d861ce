"""A process averaged over its hyperparameters: what is drawn, and what is made of it."""

import numpy as np
import pytest

from surrogate.errors import DataError
from surrogate.students.members.anova import AnovaProcessMember
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes import posterior
from surrogate.students.processes.averaged_process import AveragedProcess
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.posterior import sampled_thetas
from surrogate.students.processes.process import ConditionedProcess, conditioned
from surrogate.students.selection.folds import random_folds


def noisy(n, d=2, *, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.random((n, d))
    y = np.sin(5 * X[:, 0]) + 0.1 * rng.normal(size=n)
    return X, (y - y.mean()) / y.std()


def random_folds_of(n):
    return random_folds(n, 5, np.random.default_rng(0))


def test_draws_follow_the_posterior_that_a_grid_gives(monkeypatch):
    monkeypatch.setattr(posterior, "_N_SAMPLES", 1500)
    X = np.linspace(0, 1, 6)[:, None]
    y = np.array([-1.0, 0.4, 1.2, 0.3, -0.7, 0.2])
    likelihood = ConcentratedLikelihood(X, y, "matern52", estimates_noise=False)
    drawn = sampled_thetas(likelihood, likelihood.start(0.5, 1e-6), np.random.default_rng(0))[:, 0]
    grid = np.linspace(*likelihood.bounds[0], 4000)
    energy = [likelihood(np.array([each]))[0] + (each - np.sqrt(2)) ** 2 / 18 for each in grid]
    chance = np.exp(min(energy) - np.array(energy))
    chance /= chance.sum()
    mean = chance @ grid
    assert drawn.mean() == pytest.approx(mean, abs=0.1)
    assert drawn.std() == pytest.approx(np.sqrt(chance @ (grid - mean) ** 2), rel=0.15)


def test_draws_stay_within_the_bounds_and_follow_the_generator():
    X, y = noisy(12)
    likelihood = ConcentratedLikelihood(X, y, "anova", estimates_noise=True)
    start = likelihood.start(0.5, 1e-6)
    drawn = sampled_thetas(likelihood, start, np.random.default_rng(1))
    low, high = likelihood.bounds.T
    assert ((drawn >= low) & (drawn <= high)).all()
    assert len(np.unique(drawn, axis=0)) > 12
    again = sampled_thetas(likelihood, start, np.random.default_rng(1))
    np.testing.assert_array_equal(again, drawn)


def test_the_spread_of_an_average_holds_that_of_its_means():
    X, y = noisy(10)
    likelihood = ConcentratedLikelihood(X, y, "matern52", estimates_noise=True)
    parts = [conditioned(likelihood, likelihood.start(scale, 1e-3)) for scale in (0.1, 2.0)]
    new = np.random.default_rng(1).random((5, 2))
    mean, std = AveragedProcess(parts, np.array([0.25, 0.75])).predict(new, return_std=True)
    (first, first_std), (second, second_std) = (p.predict(new, return_std=True) for p in parts)
    np.testing.assert_allclose(mean, 0.25 * first + 0.75 * second)
    within = 0.25 * first_std**2 + 0.75 * second_std**2
    np.testing.assert_allclose(std**2, within + 0.25 * 0.75 * (first - second) ** 2)


def test_shares_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="do not fit"):
        AveragedProcess([], np.ones(1))


def test_a_fold_is_predicted_as_by_draws_of_its_own():
    X, y = noisy(30)
    folds = random_folds_of(30)
    member = AnovaProcessMember()
    held = member.fit(TrainingData(X, y, folds), 0)
    rest = np.setdiff1d(np.arange(30), folds[0])
    alone = AnovaProcessMember()
    alone.fit(TrainingData(X[rest], y[rest], random_folds_of(24)), 0)
    mean, std = alone.predict(X[folds[0]], return_std=True)
    assert np.abs(held.mean[folds[0]] - mean).max() < 0.5 * std.min()
    np.testing.assert_allclose(held.std[folds[0]], std, rtol=0.35)


@pytest.mark.parametrize("n", [80, 81])
def test_few_rows_are_averaged_over_and_many_have_likeliest_hyperparameters(n):
    X, y = noisy(n)
    member = AnovaProcessMember()
    assert member.fit(TrainingData(X, y, random_folds_of(n)), 0).complete
    assert isinstance(member._process, AveragedProcess if n == 80 else ConditionedProcess)
