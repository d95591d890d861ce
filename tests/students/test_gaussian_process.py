"""The Gaussian process: its likelihood, its exact folds, its bands, and the gate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.errors import ArgumentError, DataError, SurrogateWarning, TeacherWarning
from surrogate.students import GaussianProcess
from surrogate.students.processes import gaussian_process
from surrogate.students.processes.kernels import KERNELS, correlations
from surrogate.students.processes.likelihood import ConcentratedLikelihood
from surrogate.students.processes.process import conditioned
from surrogate.students.processes.search import COLLAPSED, Optimum, _gated, find_optimum
from tests.students.problems import jump, smooth

LOG_ODDS = {"anova": [0.5, -1.0, 2.0]}  # of the shares of three inputs


def _conditioned(X, y, kernel, lengthscales=(0.4, 0.8, 2.0), nugget=1e-3):
    likelihood = ConcentratedLikelihood(X, y, kernel, estimates_noise=True)
    theta = [*np.log(lengthscales), *LOG_ODDS.get(kernel, []), np.log(nugget)]
    return conditioned(likelihood, np.array(theta))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("estimates_noise", [True, False])
@settings(max_examples=10, deadline=None)
@given(log_lengthscales=st.lists(st.floats(-1.5, 0.0), min_size=3, max_size=3))
def test_the_gradient_is_that_of_finite_differences(kernel, estimates_noise, log_lengthscales):
    X, y = smooth(25)
    likelihood = ConcentratedLikelihood(X, y - y.mean(), kernel, estimates_noise)
    log_nugget = [-5.0] if estimates_noise else []
    theta = np.array(log_lengthscales + LOG_ODDS.get(kernel, []) + log_nugget)
    # Central differences, and no longer lengthscales: with a tiny nugget the matrix gets so nearly
    # singular that differences of the value are rounding noise (the gradient itself stays exact).
    steps = 1e-4 * np.eye(len(theta))
    numeric = [(likelihood(theta + h)[0] - likelihood(theta - h)[0]) / 2e-4 for h in steps]
    np.testing.assert_allclose(likelihood(theta)[1], numeric, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_concentrated_likelihood_is_the_full_one_at_its_best_trend_and_variance(kernel):
    X, y = smooth(15)
    likelihood = ConcentratedLikelihood(X, y, kernel, estimates_noise=True)
    process = _conditioned(X, y, kernel)
    covariance = np.tril(process.factor) @ np.tril(process.factor).T * process.variance
    residual = y - process.trend
    full = 0.5 * np.linalg.slogdet(covariance)[1]
    full += 0.5 * residual @ np.linalg.solve(covariance, residual)
    log_odds = np.array(LOG_ODDS.get(kernel, []))
    prior = 0.5 * np.sum((log_odds / 3) ** 2)
    theta = np.concatenate([np.log([0.4, 0.8, 2.0]), log_odds, np.log([1e-3])])
    assert likelihood(theta)[0] + len(y) / 2 == pytest.approx(full + prior)


@pytest.mark.parametrize("kernel", KERNELS)
def test_folds_from_one_factorisation_are_those_of_refits(kernel):
    X, y = smooth(24)
    process = _conditioned(X, y, kernel)
    folds = np.array_split(np.random.default_rng(0).permutation(24), 5)
    mean, std = process.held_out(folds)
    for fold in folds:
        rest = np.setdiff1d(np.arange(24), fold)
        refit = _conditioned(X[rest], y[rest], kernel)
        refit_mean, refit_std = refit.predict(X[fold], return_std=True)
        np.testing.assert_allclose(mean[fold], refit_mean, rtol=1e-7)
        # The variance stays that of all rows.
        scale = np.sqrt(process.variance / refit.variance)
        np.testing.assert_allclose(std[fold], scale * refit_std, rtol=1e-7)


def _by_the_formula(kernel, A, B, shares):
    apart = A[:, None, :] - B[None, :, :]
    if kernel == "anova":
        return np.prod(1 - shares + shares * np.exp(-0.5 * apart**2), axis=2)
    square = (apart**2).sum(axis=2)
    if kernel == "squared_exponential":
        return np.exp(-0.5 * square)
    distance = np.sqrt(5 * square)
    return (1 + distance + distance**2 / 3) * np.exp(-distance)


@pytest.mark.parametrize("kernel", KERNELS)
def test_correlations_are_those_of_the_formula(kernel):
    rng = np.random.default_rng(0)
    A, B = 3 * rng.random((2, 3, 21, 4))
    A[0, 0] *= 1e4  # so far away that nothing is left
    shares = np.array([1.0, 0.3, 1e-6, 0.9]) if kernel == "anova" else None
    for other in (A, B, B[:, :1]):
        expected = [_by_the_formula(kernel, a, b, shares) for a, b in zip(A, other, strict=True)]
        found = correlations(kernel, A, other, shares)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-290)
        one = correlations(kernel, A[0], A[0] if other is A else other[0], shares)
        np.testing.assert_array_equal(one, found[0])


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_compiled_mean_is_that_of_the_correlations(kernel):
    X, y = smooth(20)
    process = _conditioned(X, y, kernel)
    X_new, _ = smooth(50, seed=1)
    scaled = X_new / process.lengthscales
    expected = correlations(kernel, scaled, process.scaled, process.shares) @ process.weights
    found = process.predict(X_new)[0] - process.trend[0]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_leaving_one_out_is_folds_of_one():
    X, y = smooth(20)
    process = _conditioned(X, y, "matern52")
    one_by_one = process.held_out(np.arange(20)[:, None])
    np.testing.assert_allclose(process.leave_one_out(), one_by_one, rtol=1e-8)


def test_held_out_predictions_come_in_units_of_y():
    X, y = smooth(30)
    process = GaussianProcess(random_state=0).fit(X, 100 + 5 * y)
    mean, std = process.cross_validated_predict([np.arange(15), np.arange(15, 30)])
    assert np.corrcoef(mean, y)[0, 1] > 0.9
    assert abs(mean.mean() - 100 - 5 * y.mean()) < 2
    alone = process.cross_validated_predict()[0]
    q2 = 1 - np.mean((100 + 5 * y - alone) ** 2) / np.var(5 * y)
    assert q2 == pytest.approx(process.q2_leave_one_out_)
    assert (std > 0).all()


@pytest.mark.parametrize("folds", [[[0, 1]], [range(30)], [range(20), range(10, 30)], []])
def test_folds_that_are_no_partition_are_refused(folds):
    X, y = smooth(30)
    process = GaussianProcess(random_state=0).fit(X, y)
    with pytest.raises(DataError, match="each of the 30 training rows exactly once"):
        process.cross_validated_predict(folds)


def test_an_inert_input_gets_a_lengthscale_that_makes_it_vanish():
    process = GaussianProcess(random_state=0).fit(*smooth(60))
    assert process.lengthscales_[2] > 20 * process.lengthscales_[:2].max()


def test_a_sum_of_effects_is_learnt_from_fewer_runs_by_the_anova_kernel():
    X, X_new = np.random.default_rng(0).random((40, 6)), np.random.default_rng(1).random((500, 6))

    def effects(rows):
        return np.sin(9 * rows[:, 0]) + np.abs(rows[:, 1] - 0.4) + rows[:, 2] * rows[:, 3]

    plain, anova = (
        GaussianProcess(kernel=kernel, random_state=0).fit(X, effects(X))
        for kernel in ("squared_exponential", "anova")
    )
    error = 1 - anova.score(X_new, effects(X_new))
    assert error < 0.3 * (1 - plain.score(X_new, effects(X_new)))
    assert plain.shares_ is None
    assert anova.shares_.shape == (6,)


def test_without_noise_it_interpolates():
    X, y = smooth(30)
    process = GaussianProcess(noise="none", random_state=0).fit(X, y)
    mean, std = process.predict(X, return_std=True)
    np.testing.assert_allclose(mean, y, atol=1e-4)
    assert (std < 1e-3).all()


def test_noise_is_estimated_in_units_of_y():
    X, y = smooth(200)
    noisy = 10 * y + np.random.default_rng(1).normal(scale=2.0, size=200)
    assert GaussianProcess(random_state=0).fit(X, noisy).noise_std_ == pytest.approx(2.0, rel=0.25)


def test_bands_of_a_noisy_response_hold_their_share_of_fresh_outcomes():
    rng = np.random.default_rng(2)
    X, y = smooth(150)
    X_new, y_new = smooth(2000, seed=3)
    process = GaussianProcess(random_state=0).fit(X, y + rng.normal(scale=0.1, size=150))
    mean, std = process.predict(X_new, return_std=True)
    inside = np.abs(y_new + rng.normal(scale=0.1, size=2000) - mean) < 1.645 * std
    assert 0.85 < inside.mean() < 0.95


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_jump_is_not_explained_by_noise_alone(kernel):
    X, y = jump(120)
    X_new, y_new = jump(1000, seed=1)
    process = GaussianProcess(kernel=kernel, random_state=0).fit(X, y)
    assert process.score(X_new, y_new) > 0.6
    assert process.q2_leave_one_out_ > 0.5


def test_the_gate_refuses_the_likeliest_optimum_when_another_predicts_better():
    noise = Optimum(np.zeros(1), objective=-10.0, q2=0.0)
    useful = Optimum(np.ones(1), objective=-9.0, q2=0.8)
    alike = Optimum(np.ones(1), objective=-9.0, q2=0.02)
    assert _gated([noise, useful]) is useful
    assert _gated([noise, alike]) is noise


def test_a_search_that_collapsed_starts_again_elsewhere(monkeypatch):
    X, y = jump(60)
    likelihood = ConcentratedLikelihood(X, (y - y.mean()) / y.std(), "matern52", True)
    hopeless = ((1e3, 1e1),)  # every lengthscale at its bound, all noise: the gradient vanishes
    monkeypatch.setattr("surrogate.students.processes.search._STARTS", hopeless)
    monkeypatch.setattr("surrogate.students.processes.search._RESCUES", hopeless)
    stuck = find_optimum(likelihood, n_restarts=1, rng=np.random.default_rng(0))
    monkeypatch.undo()
    monkeypatch.setattr("surrogate.students.processes.search._STARTS", hopeless)
    rescued = find_optimum(likelihood, n_restarts=1, rng=np.random.default_rng(0))
    assert stuck.q2 < COLLAPSED < rescued.q2


def test_an_outcome_of_pure_noise_is_warned_about_with_the_number():
    rng = np.random.default_rng(0)
    with pytest.warns(TeacherWarning, match=r"leave-one-out Q2 on 100 rows is -?0\.0"):
        GaussianProcess(random_state=0).fit(rng.random((100, 3)), rng.normal(size=100))


def test_a_constant_outcome_is_predicted_and_warned_about():
    X, _ = smooth(12)
    with pytest.warns(TeacherWarning, match="all 12 values of y equal 3.5"):
        process = GaussianProcess(random_state=0).fit(X, np.full(12, 3.5))
    mean, std = process.predict(X, return_std=True)
    np.testing.assert_array_equal(mean, 3.5)
    np.testing.assert_array_equal(std, 0.0)


def test_many_rows_are_predicted_in_chunks_without_a_difference(monkeypatch):
    X, y = smooth(30)
    process = GaussianProcess(random_state=0).fit(X, y)
    X_new, _ = smooth(200, seed=1)
    whole = process.predict(X_new, return_std=True)
    monkeypatch.setattr("surrogate.students.arrays._MOST_ENTRIES", 30 * 7)
    np.testing.assert_allclose(process.predict(X_new, return_std=True), whole, rtol=1e-6)


def test_many_rows_are_approximated_and_it_says_so(monkeypatch):
    monkeypatch.setattr(gaussian_process, "_MOST_ROWS", 300)
    monkeypatch.setattr(gaussian_process, "_SEARCHED_ROWS", 150)
    X, y = smooth(800)
    with pytest.warns(SurrogateWarning, match="60 near and 40 other rows of 800"):
        process = GaussianProcess(n_restarts=2, random_state=0).fit(X, y)
    assert "from 150 rows" in process.approximation_
    fresh, truth = smooth(500, seed=1)
    mean, std = process.predict(fresh, return_std=True)
    exact = GaussianProcess(n_restarts=2, random_state=0).fit(X[:150], y[:150])
    assert exact.approximation_ is None
    error = np.mean((mean - truth) ** 2)
    assert error < 1e-5 * np.var(truth)
    assert error < 0.5 * np.mean((exact.predict(fresh) - truth) ** 2)  # the other rows help
    assert (std > 0).all()
    held, _ = process.cross_validated_predict()
    assert np.mean((held - y) ** 2) < 1e-4 * np.var(y)
    folds, _ = process.cross_validated_predict([np.arange(0, 800, 2), np.arange(1, 800, 2)])
    assert np.mean((folds - y) ** 2) < 1e-3 * np.var(y)


@pytest.mark.parametrize("kernel", KERNELS)
def test_single_precision_is_near_double(kernel):
    X, y = smooth(150)
    noisy = y + np.random.default_rng(2).normal(scale=0.05, size=150)
    process = GaussianProcess(kernel=kernel, n_restarts=2, random_state=0).fit(X, noisy)
    fresh, _ = smooth(400, seed=1)
    double = process.predict(fresh)
    apart = np.abs(process.predict(fresh, precision="single") - double)
    assert 0 < apart.max() < 6 * process._process.single_error * noisy.std()
    one_by_one = np.concatenate([process.predict(row[None]) for row in fresh[:5]])
    np.testing.assert_array_equal(one_by_one, double[:5])  # rows do not touch each other
    with pytest.raises(ArgumentError, match="precision"):
        process.predict(fresh, precision="half")
    sharp = GaussianProcess(kernel=kernel, n_restarts=2, random_state=0).fit(X, y + 0.1 * X[:, 2])
    with pytest.raises(DataError, match=r"would be off by about .* standard deviations"):
        sharp.predict(fresh, precision="single")


def test_a_subset_of_many_rows_finds_hyperparameters_that_all_rows_polish():
    X, y = smooth(400)
    process = GaussianProcess(n_restarts=2, random_state=0).fit(X, y)
    assert process.score(*smooth(500, seed=1)) > 0.9999


def test_a_linear_trend_needs_few_rows_for_slopes():
    X, X_new = np.random.default_rng(0).random((16, 6)), np.random.default_rng(1).random((200, 6))

    def response(rows):
        return rows @ [3.0, -1.0, 2.0, 1.0, -2.0, 0.5] + 0.1 * np.sin(9 * rows[:, 0])

    constant, linear = (
        np.std(
            GaussianProcess(trend=trend, random_state=0).fit(X, response(X)).predict(X_new)
            - response(X_new)
        )
        for trend in ("constant", "linear")
    )
    assert linear < 0.15
    assert linear < constant


def test_a_trend_of_chaos_terms_is_pc_kriging():
    X = np.random.default_rng(0).random((60, 3))
    y = (2 * X[:, 0] - 1) ** 3 * (2 * X[:, 1] - 1) + X[:, 2]
    kriged = GaussianProcess(trend="chaos", random_state=0).fit(X, y)
    X_new = np.random.default_rng(1).random((300, 3))
    y_new = (2 * X_new[:, 0] - 1) ** 3 * (2 * X_new[:, 1] - 1) + X_new[:, 2]
    mean, std = kriged.predict(X_new, return_std=True)
    plain = GaussianProcess(random_state=0).fit(X, y)
    assert np.std(mean - y_new) < 0.5 * np.std(plain.predict(X_new) - y_new)
    assert (std > 0).all()


def test_too_few_rows_for_slopes_are_warned_about():
    X, y = smooth(9, d=6)
    with pytest.warns(TeacherWarning, match="9 rows are too few for the 7 terms"):
        process = GaussianProcess(trend="linear", n_restarts=2, random_state=0).fit(X, y)
    assert np.isfinite(process.predict(X)).all()


def test_a_heavy_row_is_followed_more_closely():
    rng = np.random.default_rng(0)
    X = np.sort(rng.random((60, 1)), axis=0)
    y = np.sin(5 * X[:, 0]) + 0.4 * rng.normal(size=60)
    weight = np.where(np.arange(60) == 30, 50.0, 1.0)
    gaps = [
        abs(GaussianProcess(random_state=0).fit(X, y, sample_weight=w).predict(X[30:31])[0] - y[30])
        for w in (None, weight)
    ]
    assert gaps[1] < 0.5 * gaps[0]
    with pytest.raises(ArgumentError, match="take noise='estimated'"):
        GaussianProcess(noise="none").fit(X, y, sample_weight=weight)


def test_weights_all_the_same_change_nothing_and_the_gradient_knows_them():
    X, y = smooth(20)
    plain = GaussianProcess(n_restarts=2, random_state=0).fit(X, y)
    same = GaussianProcess(n_restarts=2, random_state=0).fit(X, y, sample_weight=np.full(20, 3.0))
    np.testing.assert_allclose(same.predict(X), plain.predict(X), atol=1e-6)
    scale = np.random.default_rng(0).uniform(0.5, 2, 20)
    weighted = ConcentratedLikelihood(X, y - y.mean(), "matern52", True, noise_scale=scale)
    theta = np.log([0.4, 0.8, 2.0, 1e-2])
    steps = 1e-4 * np.eye(4)
    numeric = [(weighted(theta + h)[0] - weighted(theta - h)[0]) / 2e-4 for h in steps]
    np.testing.assert_allclose(weighted(theta)[1], numeric, rtol=1e-3)


def test_lengthscales_stay_within_their_bounds():
    X, y = smooth(30)
    bounded = GaussianProcess(lengthscale_bounds=(0.5, 3.0), random_state=0).fit(X, y)
    assert (bounded.lengthscales_ >= 0.5 - 1e-9).all()
    assert bounded.lengthscales_.max() == pytest.approx(3.0)  # of the inert input
    with pytest.raises(ArgumentError, match="two rising positive numbers"):
        GaussianProcess(lengthscale_bounds=(2.0, 1.0)).fit(X, y)
