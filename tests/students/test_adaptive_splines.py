"""Adaptive splines: which terms they find, how often, and how sure they are of them."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from surrogate.errors import DataError
from surrogate.students import AutoSurrogate
from surrogate.students.members import spline_sampler
from surrogate.students.members.adaptive_splines import AdaptiveSplineMember, SplineDraws
from surrogate.students.members.spline_sampler import sampled_splines
from surrogate.students.members.spline_terms import INPUT, KIND, OBLIQUE, STEP, standardised_term
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds
from tests.students.problems import held_out_over_fresh

EVERYWHERE = (-np.inf, np.inf)


def kinked(X):
    """A kink, a product and a step across two inputs."""
    edge = 1.0 * (X[:, 3] + 0.4 * X[:, 0] > 0.7)
    return np.abs(X[:, 0] - 0.4) + X[:, 1] * X[:, 2] + edge


def fitted(X, y, *, rival=None, weight=None, seed=0):
    folds = random_folds(len(y), 5, np.random.default_rng(0))
    member = AdaptiveSplineMember()
    return member, member.fit(TrainingData(X, y, folds, weight=weight), seed, rival)


def draws_of(X, y, *, n_iterations=40_000, n_draws=400, seed=0):
    return sampled_splines(
        X,
        y,
        np.ones(len(y)),
        n_iterations=n_iterations,
        n_draws=n_draws,
        rng=np.random.default_rng(seed),
    )


def test_kinks_products_and_steps_of_few_runs_are_learnt_far_better_with_it():
    rng = np.random.default_rng(0)
    X, new = rng.random((50, 4)), rng.random((2000, 4))
    others = ["matern52", "anova", "chaos", "boosting", "regimes", "jumps"]
    alone, with_it = (
        AutoSurrogate(members=members, random_state=0).fit(X, kinked(X)).score(new, kinked(new))
        for members in (others, [*others, "adaptive_splines"])
    )
    assert 1 - with_it < 0.4 * (1 - alone)


def test_a_step_across_two_inputs_is_found():
    X = np.random.default_rng(1).random((60, 3))
    terms, amplitudes, *_ = draws_of(X, 2.0 * (X[:, 0] + 0.5 * X[:, 2] > 0.8) - 1.0)
    there = terms[np.arange(len(terms)), np.abs(amplitudes).argmax(axis=1)]
    assert (there[:, KIND] == OBLIQUE).mean() > 0.9
    assert np.isin(there[:, INPUT], (0, 2)).mean() > 0.9


def test_the_chain_visits_models_as_often_as_their_probability_says(monkeypatch):
    # Only steps of one input, at most one: of six rows there are three that part two rows or more.
    monkeypatch.setattr(spline_sampler, "CHANCES", np.eye(8)[STEP])
    X = np.linspace(0.0, 1.0, 6)[:, None]
    y = np.array([-1.0, -0.2, -0.6, 0.8, 0.1, 0.9])
    y -= y.mean()
    # compiled functions have frozen constants
    for name in ("_chain", "_proposed", "_kind", "_draw", "_changed"):
        monkeypatch.setattr(spline_sampler, name, getattr(spline_sampler, name).py_func)
    monkeypatch.setattr(spline_sampler, "_MOST_TERMS", 1)
    monkeypatch.setattr(spline_sampler, "_LEAST_NOISE", np.log(0.2) - 1e-9)
    monkeypatch.setattr(spline_sampler, "_MOST_NOISE", np.log(0.2) + 1e-9)
    monkeypatch.setattr(spline_sampler, "_NOISE", np.log(0.2))
    terms, amplitudes, *_ = draws_of(X, y, n_iterations=20_000, n_draws=10_000)
    knots = np.where(amplitudes[:, 0] == 0, -1, np.floor(terms[:, 0, 2] * 5))
    centre = np.eye(6) - 1 / 6
    chances = {-1: multivariate_normal.pdf(y, cov=0.2 * np.eye(6))}
    for below in (1, 2, 3):  # rows 0 to `below` lie under the knot
        column = centre @ (np.arange(6) > below)
        column /= column.std()
        cov = 0.2 * np.eye(6) + np.outer(column, column)
        chances[below] = 3.0 * 0.2 * multivariate_normal.pdf(y, cov=cov)  # Poisson, and the gap
    total = sum(chances.values())
    for place, chance in chances.items():
        assert (knots == place).mean() == pytest.approx(chance / total, abs=0.03)


def test_held_out_errors_are_about_those_of_fresh_rows():
    ratio = held_out_over_fresh(AdaptiveSplineMember, kinked, n=40, d=4, seeds=6)
    assert 0.8 < ratio < 2.5


def test_draws_follow_the_seed():
    X = np.random.default_rng(2).random((25, 4))
    (first, held), (again, held_again), (other, _) = (
        fitted(X, kinked(X), seed=seed) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.predict(X)[0], again.predict(X)[0])
    np.testing.assert_array_equal(held.mean, held_again.mean)
    assert not np.array_equal(first.predict(X)[0], other.predict(X)[0])


def test_rows_of_more_weight_are_followed_more_closely():
    rng = np.random.default_rng(3)
    X = rng.random((60, 1))
    y = np.where(np.arange(60) % 2, 1.0, -1.0) + 0.1 * rng.normal(size=60)
    weight = np.where(np.arange(60) % 2, 1.9, 0.1)
    mean = fitted(X, y, weight=weight)[0].predict(X)[0].mean()
    assert mean == pytest.approx(0.9, abs=0.1)
    assert fitted(X, y)[0].predict(X)[0].mean() == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize(("n", "alone"), list(product((300, 301), (True, False))))
def test_beyond_300_rows_it_leaves_the_outcome_to_others_unless_it_is_alone(n, alone, monkeypatch):
    from surrogate.students.members import adaptive_splines

    monkeypatch.setattr(adaptive_splines, "_N_ITERATIONS", (400, 400))
    X = np.random.default_rng(4).random((n, 2))
    _, held = fitted(X, X[:, 0], rival=None if alone else np.ones(n))
    assert held.complete == (alone or n == 300)


@pytest.mark.parametrize("kind", [kind for kind in range(8) if kind != OBLIQUE])
@pytest.mark.parametrize("other", [-1, STEP, 1])
def test_a_term_is_measured_in_the_unit_cube_where_it_varies_more_than_at_the_rows(kind, other):
    X = np.random.default_rng(5).random((200_000, 2))
    term = np.array([kind, 0, 0.3, other, 1, 0.6, 0.0])
    column = np.empty(len(X))
    _, spread, _ = standardised_term(X.T.copy(), np.ones(len(X)), term, column)
    narrow = 0.25 + 0.4 * X[:2000]
    _, of_narrow, varies = standardised_term(narrow.T.copy(), np.ones(2000), term, np.empty(2000))
    assert varies
    assert of_narrow == pytest.approx(spread, rel=0.02)


def test_no_draw_goes_far_beyond_the_outcomes_seen():
    X = np.linspace(0.3, 1.0, 15)[:, None]
    y = 40.0 * np.maximum(0.37 - X[:, 0], 0.0)  # two rows below the kink
    member, _ = fitted(X, y)
    assert member.predict(np.zeros((1, 1)))[0] <= 1.5 * y.max()


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="do not fit"):
        SplineDraws(np.zeros((2, 8, 7)), np.zeros((2, 8)), np.zeros(2), np.zeros(3), EVERYWHERE)


@pytest.mark.parametrize("number", [-1.0, np.nan])
def test_terms_of_no_input_are_refused(number):
    terms = np.zeros((2, 8, 7))
    terms[0, 0, INPUT] = number
    with pytest.raises(DataError, match="cannot be"):
        SplineDraws(terms, np.ones((2, 8)), np.zeros(2), np.ones(2), EVERYWHERE)


def test_terms_of_an_input_that_rows_do_not_have_are_refused():
    terms = np.zeros((2, 8, 7))
    terms[0, 0, INPUT] = 3
    draws = SplineDraws(terms, np.ones((2, 8)), np.zeros(2), np.ones(2), EVERYWHERE)
    assert len(draws.predict(np.zeros((5, 4)))[0]) == 5
    with pytest.raises(DataError, match="terms of input 3; got 3 inputs"):
        draws.predict(np.zeros((5, 3)))


def test_an_input_that_does_not_vary_and_a_single_input_are_fine():
    X = np.column_stack([np.full(20, 0.5), np.linspace(0, 1, 20)])
    for table in (X, X[:, 1:]):
        member, held = fitted(table, np.where(X[:, 1] > 0.5, 1.0, -1.0))
        assert held.complete
        np.testing.assert_allclose(member.predict(table[[2, -3]])[0], [-1.0, 1.0], atol=0.05)
