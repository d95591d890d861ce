"""A process with jumps: which it finds, how sure it is of them, and what it leaves alone."""

from itertools import product

import numpy as np
import pytest

from surrogate.errors import DataError
from surrogate.students import AutoSurrogate
from surrogate.students.members import jumps
from surrogate.students.members.jump_sampler import sampled_amplitudes
from surrogate.students.members.jumps import JumpMember
from surrogate.students.members.steps import Steps
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds
from tests.students.problems import held_out_over_fresh


def a_jump(n, *, seed=0):
    """A wave and a jump of one at .6 of the first input."""
    X = np.random.default_rng(seed).random((n, 3))
    return X, np.sin(3 * X[:, 1]) + X[:, 2] + (X[:, 0] > 0.6)


def fitted(X, y, rival=None):
    data = TrainingData(X, y, random_folds(len(y), 5, np.random.default_rng(0)))
    member = JumpMember()
    return member, member.fit(data, 0, rival)


def test_a_jump_on_a_smooth_response_is_learnt_better_than_by_a_process():
    X, y = a_jump(40)
    alone, with_it = (
        AutoSurrogate(members=["matern52", *more], random_state=0).fit(X, y)
        for more in ([], ["jumps"])
    )
    assert with_it.scores_.loc["jumps", "weight"] > 0.8
    X_new, y_new = a_jump(1000, seed=1)
    assert 1 - with_it.score(X_new, y_new) < 0.6 * (1 - alone.score(X_new, y_new))


def test_the_edge_is_found_and_only_there_is_the_outcome_unsure():
    X, y = a_jump(60)
    member, _ = fitted(X, y)
    along = np.full((3, 3), 0.5)
    along[:, 0] = 0.2, 0.6, 0.95
    mean, _ = member._model.steps.predict(along)
    np.testing.assert_allclose(mean[2] - mean[0], 1.0, atol=0.15)
    _, std = member.predict(along, return_std=True)
    assert std[1] > 2 * max(std[0], std[2])


def test_an_outcome_of_jumps_alone_is_learnt_exactly_between_its_edges():
    X = np.random.default_rng(2).random((50, 2))
    member, held = fitted(X, 1.0 * (X[:, 0] > 0.5) - 2.0 * (X[:, 1] > 0.3))
    far = np.array([[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]])
    np.testing.assert_allclose(member.predict(far)[0], [0.0, 1.0, -2.0, -1.0], atol=0.01)
    assert held.complete


def test_held_out_errors_of_few_rows_are_those_of_fresh_ones():
    def response(X):
        jumps = 1.0 * (X[:, 0] > 0.6) - 1.0 * (X[:, 2] - 0.3 * X[:, 1] > 0.2)
        return jumps + X[:, 3] + np.abs(X[:, 1] - 0.5)

    assert held_out_over_fresh(JumpMember, response, n=45, d=6, seeds=16) > 1.0


def test_a_smooth_response_has_no_steps_and_is_left_to_a_rival():
    X, _ = a_jump(50)
    y = np.sin(3 * X[:, 1]) + X[:, 2]
    member, held = fitted(X, y)
    assert held.complete
    assert np.ptp(member._model.steps.predict(X)[0]) < 0.05
    assert np.isnan(fitted(X, y, rival=np.full(50, 0.1))[1].mean).all()


def test_many_rows_are_left_to_a_rival_and_learnt_in_part_without_one(monkeypatch):
    monkeypatch.setattr(jumps, "_MOST_ROWS", 50)
    X, y = a_jump(60)
    assert np.isnan(fitted(X, y, rival=np.full(60, 0.1))[1].mean).all()
    member, held = fitted(X, y)
    assert held.complete
    assert len(member._model.process.y) == 50


@pytest.mark.parametrize("columns", [1, 3])
def test_next_to_nothing_is_answered(columns):
    X = np.zeros((6, columns))
    X[3:, 0] = 1.0
    for y in (np.zeros(6), np.arange(6.0)):
        member, held = fitted(X, y)
        assert held.complete
        assert np.isfinite(member.predict(X, return_std=True)).all()


def test_a_mean_over_sweeps_is_that_over_all_sets_of_jumps():
    n, edges = 6, [None, *range(5)]
    y = np.array([-0.3, -0.1, -0.4, 0.5, 0.2, 0.4])
    noise = 0.05 * np.eye(n)
    beyond = {edge: (np.arange(n) > edge).astype(float) for edge in range(5)}
    total, expected = 0.0, np.zeros(5)
    for drawn in product(edges, repeat=3):
        there = [each for each in drawn if each is not None]
        covariance = noise + sum((np.outer(beyond[e], beyond[e]) for e in there), np.zeros((n, n)))
        weights = np.linalg.solve(covariance, y)
        chance = 0.9 ** (3 - len(there)) * (0.1 / 5) ** len(there)
        chance *= np.exp(-0.5 * y @ weights) / np.sqrt(np.linalg.det(covariance))
        total += chance
        for each in there:
            expected[each] += chance * (beyond[each] @ weights)
    found = sampled_amplitudes(
        np.linalg.inv(noise),
        y,
        np.arange(n)[None],
        np.full((1, 5), 0.2),
        n_sweeps=2000,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_allclose(found[0], expected / total, atol=0.02)


def test_steps_that_do_not_fit_together_are_refused():
    with pytest.raises(DataError, match="do not fit"):
        Steps(np.eye(2), np.zeros((2, 3)), np.zeros((1, 3)))
