"""The smoothing spline: what it follows, what it smooths, and what it does with next to nothing."""

import numpy as np

from surrogate.students.members.spline import Spline, SplineMember
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds


def test_a_line_is_followed_everywhere_with_an_input_that_does_not_vary_and_one_twice():
    X = np.random.default_rng(0).random((30, 4))
    X[:, 1], X[:, 3] = 0.5, X[:, 0]
    far = np.array([[3.0, 0.5, -2.0, 3.0]])
    spline = Spline.fit(X, 1 + X[:, 0] - 2 * X[:, 2])
    np.testing.assert_allclose(spline.predict(far), 8.0, atol=1e-4)


def test_a_smooth_outcome_is_interpolated_and_noise_is_smoothed():
    X = np.random.default_rng(1).random((80, 2))
    y, noise = np.sin(4 * X[:, 0]) * X[:, 1], 0.3 * np.random.default_rng(2).normal(size=80)
    np.testing.assert_allclose(Spline.fit(X, y).predict(X), y, atol=0.01)
    assert np.std(Spline.fit(X, y + noise).predict(X) - y) < 0.5 * np.std(noise)


def test_noisy_rows_count_less():
    X = np.linspace(0, 1, 40)[:, None]
    y, noise = np.sin(5 * X[:, 0]), np.zeros(40)
    noise[::2] = np.random.default_rng(3).normal(size=20)
    scale = np.where(np.arange(40) % 2 == 0, 1e4, 1.0)
    weighted, plain = (Spline.fit(X, y + noise, each).predict(X) for each in (scale, None))
    assert np.std(weighted - y) < 0.1 * np.std(plain - y)


def test_fewer_rows_than_slopes_are_answered_between_the_outcomes():
    X, y = np.random.default_rng(4).random((6, 8)), np.arange(6.0)
    data = TrainingData(X, y, random_folds(6, 6, np.random.default_rng(0)))
    member = SplineMember()
    held = member.fit(data, 0)
    new, _ = member.predict(np.random.default_rng(5).random((200, 8)))
    assert held.complete
    assert -0.5 < new.min() < new.max() < 5.5


def test_an_outcome_that_does_not_vary_is_answered_with_itself():
    X = np.random.default_rng(6).random((20, 3))
    np.testing.assert_allclose(Spline.fit(X, np.full(20, 2.0)).predict(X), 2.0)
