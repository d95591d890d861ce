"""Two regimes and a gate: what is told apart, and when a response is left whole."""

import numpy as np
import pytest

from surrogate.students import AutoSurrogate
from surrogate.students.members.boosting import BoostingMember
from surrogate.students.members.regime import RegimeMember
from surrogate.students.members.regimes import Gates, Quadratic, split_in_two
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds
from tests.students.problems import held_out_over_fresh, smooth


def stepped(n, *, seed=0, height=1.5):
    """Curved sides and a step of which the edge is oblique."""
    X = np.random.default_rng(seed).random((n, 3))
    beyond = X[:, 0] + 0.5 * X[:, 1] > 0.7
    return X, np.sin(3 * X[:, 2]) + 0.5 * X[:, 1] + height * beyond, beyond


def folds_of(n):
    return random_folds(n, 5, np.random.default_rng(0))


def test_the_sides_of_a_jump_are_told_apart():
    X, y, beyond = stepped(120)
    standard = (y - y.mean()) / y.std()
    split = split_in_two(X, standard)
    same = np.mean(split.second == beyond)
    assert max(same, 1 - same) > 0.97
    assert split.beats(X, standard)


def test_a_smooth_response_with_noise_is_left_whole():
    X = np.random.default_rng(0).random((100, 4))
    y = X @ [1.0, 2.0, 0.0, -1.0] + X[:, 0] ** 2 + 0.2 * np.random.default_rng(1).normal(size=100)
    standard = (y - y.mean()) / y.std()
    assert not split_in_two(X, standard).beats(X, standard)
    member = RegimeMember()
    member.fit(TrainingData(X, standard, folds_of(100)), 0)
    assert isinstance(member._model, Quadratic)


def test_a_gate_is_sure_far_from_the_edge_and_does_not_mind_which_side_is_called_second():
    X, _, beyond = stepped(200)
    gates = Gates.fit(X, beyond.astype(float))
    assert gates.shares.sum() == pytest.approx(1.0)
    low, high = gates.probability(np.array([[0.1, 0.1, 0.5], [0.9, 0.9, 0.5]]))
    assert low < 0.02
    assert high > 0.98
    flipped = Gates.fit(X, 1.0 - beyond)
    np.testing.assert_allclose(flipped.probability(X), 1 - gates.probability(X), atol=1e-2)


def test_a_jump_is_left_to_the_regimes_and_the_spread_is_wide_at_its_edge():
    X, y, _ = stepped(120)
    student = AutoSurrogate(members=["matern52", "regimes"], random_state=0).fit(X, y)
    assert student.scores_.loc["regimes", "weight"] > 0.8
    X_new, y_new, _ = stepped(1000, seed=1)
    alone = AutoSurrogate(members=["matern52"], random_state=0).fit(X, y)
    assert 1 - student.score(X_new, y_new) < 0.6 * (1 - alone.score(X_new, y_new))
    _, std = student.predict([[0.45, 0.5, 0.5], [0.1, 0.1, 0.5]], return_std=True)
    assert std[0] > 2 * std[1]


def test_few_runs_are_left_to_a_rival_and_told_apart_without_one():
    X, y, _ = stepped(60)
    data = TrainingData(X, y, folds_of(60))
    assert np.isnan(RegimeMember().fit(data, 0, np.full(60, 0.1)).mean).all()
    assert RegimeMember().fit(data, 0).complete


def test_edges_are_sharp_to_trees_that_learn_from_all_rows_and_blurred_to_the_others():
    X = np.random.default_rng(0).random((30, 3))
    y = 2.0 * (X[:, 0] > 0.5) + (X[:, 1] > 0.6)
    new = np.random.default_rng(1).random((500, 3))
    blurred = []
    for on_all_rows in (True, False):
        member = BoostingMember(on_all_rows=on_all_rows)
        member.fit(TrainingData(X, y, folds_of(30)), 0)
        mean, _ = member.predict(new)
        blurred.append(np.mean(np.abs(mean - mean.round()) > 0.1))
    assert blurred[0] < 0.01 < 0.05 < blurred[1]


def test_held_out_errors_of_few_rows_are_those_of_fresh_ones():
    def response(X):
        beyond = X[:, 0] + 0.3 * X[:, 1] > 0.65
        return 2.0 * beyond + np.sin(3 * X[:, 2]) + X[:, 3] * X[:, 4]

    assert held_out_over_fresh(RegimeMember, response, n=30, d=8, seeds=24) > 0.8


@pytest.mark.parametrize("member", [BoostingMember(), RegimeMember()])
def test_next_to_a_far_better_rival_the_effort_ends_early(member):
    X, y = smooth(120)
    y = (y - y.mean()) / y.std()
    held = member.fit(TrainingData(X, y, folds_of(120)), 0, np.full(120, 1e-9))
    if isinstance(member, BoostingMember):
        assert np.isnan(held.mean).sum() == 72  # three of five folds
    else:
        assert held.complete  # quadratics cost nothing; no process was fitted to the sides
        sides = getattr(member._model, "sides", [member._model])
        assert all(isinstance(each, Quadratic) for each in sides)
