"""Folds, weights and calibration, each against an answer known beforehand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.students.calibration.intervals import scaled_quantile
from surrogate.students.calibration.probabilities import ProbabilityCalibration, log_loss
from surrogate.students.calibration.spreads import SpreadCalibration
from surrogate.students.members.member import HeldOut
from surrogate.students.selection.folds import (
    fold_numbers,
    folds_of_different_rows,
    random_folds,
    stratified_folds,
)
from surrogate.students.selection.scores import q2_estimate
from surrogate.students.selection.weights import (
    doubted_residuals,
    mixture_weights,
    shared_weights,
    simplex_weights,
    stacking_weights,
)


@settings(deadline=None)
@given(n=st.integers(4, 60), n_folds=st.integers(2, 4), seed=st.integers(0, 99))
def test_folds_are_a_partition_into_equal_parts(n, n_folds, seed):
    folds = random_folds(n, n_folds, np.random.default_rng(seed))
    np.testing.assert_array_equal(np.sort(np.concatenate(folds)), np.arange(n))
    assert np.ptp([len(fold) for fold in folds]) <= 1


@settings(deadline=None)
@given(share=st.floats(0.1, 0.9), seed=st.integers(0, 99))
def test_stratified_folds_hold_their_share_of_every_class(share, seed):
    codes = (np.random.default_rng(seed).random(50) < share).astype(int)
    folds = stratified_folds(codes, 5, np.random.default_rng(seed))
    np.testing.assert_array_equal(np.sort(np.concatenate(folds)), np.arange(50))
    assert np.ptp([codes[fold].sum() for fold in folds]) <= 1


def test_equal_members_with_independent_errors_share_the_weight():
    residuals = np.random.default_rng(0).normal(size=(2, 2000))
    np.testing.assert_allclose(simplex_weights(residuals, np.random.default_rng(1)), 0.5, atol=0.06)


def test_opposite_errors_are_worth_more_than_one_good_member():
    error = np.random.default_rng(0).normal(size=200)
    weights = simplex_weights(np.array([error, -error]), np.random.default_rng(1))
    np.testing.assert_allclose(weights, 0.5, atol=1e-6)


def test_members_without_error_need_no_weights_to_be_told_apart():
    weights = simplex_weights(np.zeros((3, 10)), np.random.default_rng(0))
    assert weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("n", "even"), [(10, 0.25), (80, 0.25 / 4), (400, 0.0)])
def test_luck_decides_less_the_fewer_rows_there_are(n, even):
    residuals = np.tile(np.linspace(-1, 1, n), (4, 1))
    weights = shared_weights(np.array([0.7, 0.3, 0.0, 0.0]), residuals)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights[2:], even)


@pytest.mark.parametrize(("n", "most"), [(29, 0.25), (30, 1.0)])
def test_a_member_with_all_the_weight_keeps_it_where_rows_are_enough(n, most):
    residuals = np.tile(np.linspace(-1, 1, n), (4, 1))
    assert shared_weights(np.eye(4)[0], residuals).max() == pytest.approx(most)


def test_a_member_that_misses_only_rare_outcomes_does_not_stand_alone():
    missed, blurred = np.zeros(50), np.full(50, 0.1)
    missed[[7, 22]] = 1.0, -1.0
    folds = random_folds(50, 10, np.random.default_rng(0))
    weights = stacking_weights(np.array([missed, blurred]), folds, np.random.default_rng(0))
    assert weights[1] > 0.2


def test_a_member_far_better_on_every_fold_stands_alone():
    residuals = np.array([[1.0], [0.2]]) * np.random.default_rng(1).normal(size=(2, 50))
    folds = random_folds(50, 10, np.random.default_rng(0))
    weights = stacking_weights(residuals, folds, np.random.default_rng(0))
    assert weights.tolist() == [0.0, 1.0]


def test_a_member_that_is_right_by_luck_is_doubted_by_what_it_says_elsewhere():
    residuals = np.array([np.full(20, 0.1), np.full(20, -0.3)])
    doubted = doubted_residuals(residuals, np.array([0.9, 0.01]))
    assert doubted[0, 0] ** 2 == pytest.approx(0.01 + 0.9)
    assert (doubted[1] < 0).all()
    assert shared_weights(np.full(2, 0.5), residuals)[0] > 0.9
    assert shared_weights(np.full(2, 0.5), doubted)[0] < 0.2


def test_doubt_fades_where_rows_tell_by_themselves():
    doubted = doubted_residuals(np.zeros((1, 90)), np.ones(1))
    np.testing.assert_allclose(doubted**2, 1 / 9)


def test_only_folds_that_lost_terms_are_trimmed():
    y, folds = np.zeros(10), [np.array([2 * k, 2 * k + 1]) for k in range(5)]
    mean = np.full(10, 0.1)
    mean[:2] = 3.0
    departures = np.array([9.0, 0.01, 0.01, 0.01, 0.01])
    plain, sparse = (HeldOut(mean, departures=each) for each in (None, departures))
    np.testing.assert_array_equal(plain.residuals(y, folds), -mean)
    np.testing.assert_allclose(sparse.residuals(y, folds)[:2], -np.sqrt(0.02))


def test_mixture_weights_follow_sample_weights():
    first = np.r_[np.full(20, 0.9), np.full(20, 0.1)]
    weight = np.r_[np.full(20, 1.0), np.full(20, 0.01)]
    shares = mixture_weights(np.array([first, 1 - first]), np.random.default_rng(0), weight)
    assert shares[0] > 0.9


def test_q2_of_no_error_is_one_and_of_the_mean_is_zero():
    y = np.arange(20.0)
    rng = np.random.default_rng(0)
    assert q2_estimate(y, np.zeros(20), rng).value == 1.0
    assert q2_estimate(y, y - y.mean(), rng).value == pytest.approx(0.0)


def test_spread_follows_the_signal_that_explains_the_errors():
    rng = np.random.default_rng(0)
    telling, idle = rng.uniform(0.1, 9.0, (2, 1500))
    residuals = np.sqrt(telling) * rng.normal(size=1500)
    spread = SpreadCalibration.fit(residuals, np.array([telling, idle]))
    np.testing.assert_allclose(spread.coefficients, [0.0, 1.0, 0.0], atol=0.2)


def test_spread_of_perfect_predictions_is_zero():
    spread = SpreadCalibration.fit(np.zeros(5), np.ones((2, 5)))
    np.testing.assert_array_equal(spread.std(np.ones((2, 3))), 0.0)


def test_copies_share_a_fold_unless_all_inputs_take_few_values():
    rng = np.random.default_rng(0)
    continuous = rng.random((20, 2))[np.tile(np.arange(20), 2)]
    numbers = fold_numbers(folds_of_different_rows(continuous, 5, rng))
    np.testing.assert_array_equal(numbers[:20], numbers[20:])
    corners = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T[np.arange(40) % 8]
    numbers = fold_numbers(folds_of_different_rows(corners.astype(float), 5, rng))
    assert any(len(set(numbers[corner::8])) > 1 for corner in range(8))


@settings(deadline=None)
@given(level=st.floats(0.05, 0.95))
def test_a_scaled_quantile_covers_at_least_its_level(level):
    residuals = np.random.default_rng(0).normal(size=99)
    width = scaled_quantile(residuals, np.ones(99), level)
    assert np.mean(np.abs(residuals) <= width) >= level


@pytest.mark.parametrize("n_classes", [2, 3])
def test_overconfident_scores_are_calibrated(n_classes):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(3000, n_classes))
    truth = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    codes = (truth.cumsum(axis=1) < rng.random((3000, 1))).sum(axis=1)
    calibration = ProbabilityCalibration.fit(7 * logits, codes)
    assert calibration.slope == pytest.approx(1 / 7, rel=0.1)
    np.testing.assert_allclose(calibration.probabilities(7 * logits), truth, atol=0.06)


def test_separable_scores_do_not_become_certain():
    scores = np.repeat([[1.0, -1.0], [-1.0, 1.0]], 5, axis=0)
    codes = np.repeat([0, 1], 5)
    said = ProbabilityCalibration.fit(scores, codes).probabilities(scores)
    assert 0.8 < said.max() < 0.999


def test_log_loss_of_an_impossible_class_stays_finite():
    assert np.isfinite(log_loss(np.array([[1.0, 0.0]]), np.array([1]))).all()
