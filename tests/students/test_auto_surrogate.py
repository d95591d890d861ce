"""AutoSurrogate: what it mixes, what it says about itself, and whether that is true."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.ensemble import GradientBoostingRegressor

from surrogate.errors import ArgumentError, DataError, TeacherWarning
from surrogate.students import AutoSurrogate
from surrogate.students.automatic.competition import Competition
from surrogate.students.members.boosting import Forest
from surrogate.students.members.boosting_growth import Boosting
from surrogate.students.members.linear import Line
from surrogate.students.members.regressors import REGRESSORS
from surrogate.students.members.smooth_network import NetworkMember
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds
from surrogate.students.selection.weights import stacking_weights
from tests.students.problems import jump, smooth


@pytest.fixture(scope="module")
def fitted():
    X, y = smooth(80)
    noise = np.random.default_rng(5).normal(scale=0.15, size=80)
    return AutoSurrogate(random_state=0).fit(X, y + noise), y + noise


@pytest.fixture(scope="module")
def rough():
    return AutoSurrogate(random_state=0).fit(*jump(150))


def test_the_scores_have_a_row_per_member_and_weights_of_a_mix(fitted):
    student, _ = fitted
    assert list(student.scores_.index) == list(REGRESSORS)
    assert list(student.scores_.columns) == ["q2", "rmse", "weight", "seconds"]
    assert student.scores_["weight"].sum() == pytest.approx(1.0)
    assert (student.scores_["weight"] >= 0).all()


def test_q2_is_that_of_the_held_out_residuals(fitted):
    student, y = fitted
    q2 = 1 - np.mean(student.cv_residuals_**2) / np.var(y)
    assert student.q2_.value == pytest.approx(q2)
    assert student.q2_.low < q2 < student.q2_.high
    assert (student.q2_.n, student.q2_.data) == (80, "held-out folds")


@pytest.mark.parametrize("n", [100, 101])
def test_beyond_a_hundred_rows_residuals_are_those_of_the_mix_and_its_score_is_still_unseen(n):
    X, y = jump(n)
    y = y + 0.5 * np.random.default_rng(1).normal(size=n)
    data = TrainingData(X, (y - y.mean()) / y.std(), random_folds(n, 5, np.random.default_rng(0)))
    members = {name: REGRESSORS[name]() for name in ("matern52", "boosting", "spline")}
    competition = Competition.run(members, data, seed=0)
    trial = competition.mixed(seed=0)
    means = np.clip([each.mean for each in competition.held], *trial.mix.limits)
    of_the_mix = data.y - trial.weights @ means
    assert not np.array_equal(trial.unseen, of_the_mix)
    np.testing.assert_allclose(trial.residuals, of_the_mix if n > 100 else trial.unseen)


def test_held_out_residuals_are_larger_than_residuals_in_sample(fitted):
    student, y = fitted
    in_sample = y - student.predict(smooth(80)[0])
    assert np.std(student.cv_residuals_) > 1.05 * np.std(in_sample)


def test_the_mix_is_at_least_as_good_as_its_best_member(fitted, rough):
    for student in (fitted[0], rough):
        assert student.q2_.value > student.scores_["q2"].max() - 0.03


def test_the_estimated_q2_is_near_that_of_fresh_rows(rough):
    fresh = rough.score(*jump(3000, seed=1))
    assert rough.q2_.low - 0.05 < fresh < rough.q2_.high + 0.05


def test_probabilities_of_a_case_are_calibrated_on_fresh_rows():
    (X, y), (new, y_new) = jump(80), jump(4000, seed=2)  # unsure far from the edge only with noise
    rng = np.random.default_rng(3)
    student = AutoSurrogate(random_state=0).fit(X, y + rng.normal(scale=0.3, size=80))
    mean, std = student.predict(new, return_std=True)
    probability = norm.cdf((0.6 - mean) / std)
    case = y_new + rng.normal(scale=0.3, size=4000) < 0.6
    assert abs(probability.mean() - case.mean()) < 0.05
    log_loss = -np.mean(np.log(np.where(case, probability, 1 - probability).clip(1e-12)))
    assert log_loss < 0.45  # the share of the case alone: 0.69
    unsure = (probability > 0.2) & (probability < 0.8)
    assert unsure.sum() > 400
    assert abs(probability[unsure].mean() - case[unsure].mean()) < 0.1


def test_intervals_hold_their_share_of_fresh_outcomes(fitted, rough):
    X, y = jump(3000, seed=3)
    low, high = rough.predict_interval(X, confidence_level=0.9)
    assert 0.82 < np.mean((low < y) & (y < high)) < 0.97
    X, y = smooth(3000, seed=3)
    y = y + np.random.default_rng(6).normal(scale=0.15, size=3000)
    low, high = fitted[0].predict_interval(X, confidence_level=0.5)
    assert 0.38 < np.mean((low < y) & (y < high)) < 0.62


def test_the_measured_coverage_is_that_of_held_out_outcomes_and_says_what_it_aims_at(fitted):
    coverage = fitted[0].interval_coverage(0.8)
    assert coverage.low < 0.8 < coverage.high
    assert (coverage.n, coverage.data) == (80, "held-out folds, aimed at 80 %")
    assert coverage.value < fitted[0].interval_coverage(0.95).value
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        fitted[0].interval_coverage(1.0)


def test_rows_out_of_range_or_far_from_all_runs_extrapolate():
    rng = np.random.default_rng(0)
    ring = rng.normal(size=(60, 2))
    ring /= np.linalg.norm(ring, axis=1, keepdims=True)
    student = AutoSurrogate(members=["matern52"], cv=2, random_state=0).fit(ring, ring[:, 0])
    assert student.extrapolates([[1.5, 0.0], [0.0, -1.3], [0.0, 0.0]]).all()
    assert not student.extrapolates(0.99 * ring).any()


def test_few_fresh_rows_of_the_same_law_extrapolate(fitted):
    assert fitted[0].extrapolates(smooth(2000, seed=9)[0]).mean() < 0.1


def test_the_spread_of_a_polynomial_alone_grows_with_its_leverage():
    X = np.random.default_rng(1).random((60, 2))
    student = AutoSurrogate(members=["matern52", "chaos"], random_state=0)
    student.fit(X, (2 * X[:, 0] - 1) ** 5 + X[:, 1])
    assert student.scores_.loc["chaos", "weight"] == 1.0
    _, (middle, corner) = student.predict([[0.5, 0.5], [1.0, 1.0]], return_std=True)
    assert corner > middle > 0


def test_copies_of_a_row_do_not_flatter_the_score():
    rng = np.random.default_rng(0)
    X = rng.random((30, 6))
    y = rng.normal(size=30)  # nothing to learn
    twice = np.tile(np.arange(30), 2)
    student = AutoSurrogate(members=["squared_exponential"], random_state=0)
    with (
        pytest.warns(TeacherWarning, match="explains little"),
        pytest.warns(TeacherWarning, match="30 of 60 rows .* tell nothing new"),
    ):
        student.fit(X[twice], y[twice])
    assert student.q2_.value < 0.1
    np.testing.assert_array_equal(student.cv_fold_[:30], student.cv_fold_[30:])


def test_a_member_that_collapsed_does_not_dilute_the_mix():
    X = np.random.default_rng(0).random((60, 4))
    y = np.sin(3 * X).sum(axis=1)
    student = AutoSurrogate(members=["squared_exponential", "boosting"], random_state=0).fit(X, y)
    assert student.scores_.loc["boosting", "weight"] == 0.0
    assert student.q2_.value > 0.98


def test_an_outcome_it_cannot_explain_is_warned_about_with_the_number():
    rng = np.random.default_rng(0)
    student = AutoSurrogate(members=["matern52"], random_state=0)
    with pytest.warns(TeacherWarning, match=r"Q2 on held-out folds is -?0\.\d+ \["):
        student.fit(rng.random((30, 3)), rng.normal(size=30))


def test_a_constant_outcome_is_predicted_and_warned_about():
    student = AutoSurrogate(random_state=0)
    with pytest.warns(TeacherWarning, match="all 10 values of y equal 2"):
        student.fit(smooth(10)[0], np.full(10, 2.0))
    mean, std = student.predict(smooth(3)[0], return_std=True)
    np.testing.assert_array_equal([mean, std], [[2.0] * 3, [0.0] * 3])
    assert len(student.scores_) == 0
    assert np.isnan(student.q2_.value)


@pytest.mark.parametrize("scale", [2.0**-700, 2.0**60, 2.0**700])  # the squares overflow
def test_units_of_the_outcome_do_not_matter(scale):
    X, y = smooth(30)
    student = AutoSurrogate(members=["matern52"], cv=2, random_state=0)
    plain = student.fit(X, y).predict(X, return_std=True)
    scaled = student.fit(X, y * scale).predict(X, return_std=True)
    np.testing.assert_allclose(np.array(scaled) / scale, plain, rtol=1e-6)


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
def test_an_outcome_that_differs_in_one_run_only_does_no_harm():
    X, _ = smooth(20)
    student = AutoSurrogate(random_state=0).fit(X, np.eye(20)[3])
    assert np.isfinite(student.predict(X)).all()
    assert student.q2_.value < student.q2_.high


def test_a_network_alone_still_has_a_spread():
    X, y = smooth(60)
    noisy = y + np.random.default_rng(0).normal(scale=0.2, size=60)
    student = AutoSurrogate(members=["network"], random_state=0).fit(X, noisy)
    _, std = student.predict(X, return_std=True)
    assert 0.1 < std.mean() < 0.6


def test_too_few_rows_and_levels_out_of_range_are_refused(fitted):
    with pytest.raises(DataError, match="minimum of 4"):
        AutoSurrogate().fit(*smooth(3))
    with pytest.raises(ArgumentError, match="between 0 and 1; got 90"):
        fitted[0].predict_interval(smooth(3)[0], confidence_level=90)


def test_trees_grow_and_predict_as_those_of_scikit_learn_do():
    X = np.random.default_rng(0).random((80, 1))  # more inputs have ties, which chance decides
    y = np.sin(9 * X[:, 0]) + (X[:, 0] > 0.6)
    model = GradientBoostingRegressor(n_estimators=20, min_samples_leaf=2).fit(X, y)
    boosting = Boosting(n_trees=20, depth=3, min_leaf=2, share_of_rows=1.0)
    grown = boosting.grow(X, y - y.mean(), seed=0)
    forest = Forest.mean_of([grown, grown], start=y.mean())
    X_new = np.linspace(0, 1, 500)[:, None]
    np.testing.assert_allclose(forest.predict(X_new), model.predict(X_new), atol=1e-9)


@pytest.mark.parametrize("value", [1e6, -1e6])
def test_no_member_may_predict_far_beyond_the_outcomes_seen(fitted, value, monkeypatch):
    student, y = fitted
    for member in student._mix.members:
        monkeypatch.setattr(
            member, "predict", lambda X, **_: (np.full(len(X), value), np.ones(len(X)))
        )
    says = student.predict(smooth(5)[0])
    assert np.ptp(y) < abs(says[0] - y.mean()) + np.ptp(y) / 2 < 2 * np.ptp(y)


def test_an_exact_member_is_believed_in_corners_far_beyond_the_outcomes_seen():
    def quartic(X):
        return (np.array([3, 2, 1, 1]) * X**4).sum(axis=1) - X[:, 0] ** 2 * X[:, 1] ** 2

    X = np.random.default_rng(1).uniform(-2, 2, (45, 4))
    student = AutoSurrogate(members=["matern52", "chaos"], random_state=0).fit(X, quartic(X))
    corner = np.array([[2.0, 2.0, 2.0, -2.0]])
    assert quartic(corner) > quartic(X).max() + np.ptp(quartic(X)) / 2
    np.testing.assert_allclose(student.predict(corner), quartic(corner))


def test_a_line_shrinks_to_the_mean_where_there_is_only_noise():
    rng = np.random.default_rng(0)
    X, noise = rng.random((30, 8)), rng.normal(size=30)
    slopes = np.linalg.lstsq(X - X.mean(axis=0), noise - noise.mean())[0]
    assert np.linalg.norm(Line.fit(X, noise).slopes) < 0.5 * np.linalg.norm(slopes)
    line = Line.fit(X, X @ np.arange(8.0))
    np.testing.assert_allclose(line.predict(X), X @ np.arange(8.0), atol=1e-4)


def test_a_network_is_kept_as_its_weights():
    X, y = smooth(40)
    member = NetworkMember()
    held = member.fit(TrainingData(X, y, [np.arange(20), np.arange(20, 40)]), 0)
    assert np.corrcoef(held.mean, y)[0, 1] > 0.8
    assert len(member._networks) == 3


def test_a_member_without_rival_stands_alone():
    rng = np.random.default_rng(0)
    folds = np.array_split(np.arange(40), 4)
    rough = rng.normal(size=(2, 40))
    exact = 1e-4 * rng.normal(size=40)
    assert stacking_weights(np.array([*rough, exact]), folds, rng).tolist() == [0, 0, 1]
    assert (stacking_weights(rough, folds, rng) > 0).all()


def test_ishigami_is_left_to_the_polynomials():
    X = np.random.default_rng(3).random((80, 3))
    a, b, c = (np.pi * (2 * X - 1)).T
    y = np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)
    members = ["matern52", "chaos", "network"]
    student = AutoSurrogate(members=members, random_state=0).fit(X, y)
    assert student.scores_["weight"].to_dict() == {"matern52": 0.0, "chaos": 1.0, "network": 0.0}


def test_members_that_share_a_search_learn_what_they_learn_alone():
    X, y = smooth(40)
    y = y + np.random.default_rng(5).normal(scale=0.15, size=40)  # none is hopeless and stops
    alone = AutoSurrogate(members=["chaos_kriging"], cv=4, random_state=0).fit(X, y)
    beside = AutoSurrogate(members=["chaos_lars", "chaos_kriging"], cv=4, random_state=0).fit(X, y)
    assert beside.scores_.loc["chaos_kriging", "q2"] == alone.scores_.loc["chaos_kriging", "q2"]
