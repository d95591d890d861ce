"""Stepwise logistic regression takes in what counts, and gives its probability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import surrogate as sg
from surrogate.errors import ArgumentError, DataError
from surrogate.students import StepwiseLogistic


def logistic_problem(n=4000, seed=0):
    """A case whose log odds are known: 3 - 6 gain + 2 [policy b]."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.random((n, 4)), columns=["gain", "delay", "idle", "other"])
    X["policy"] = rng.choice(["a", "b", "c"], n)
    truth = expit(3 - 6 * X["gain"] + 2 * (X["policy"] == "b"))
    return X, truth.to_numpy(), rng.random(n) < truth


def test_it_takes_in_the_inputs_that_count_and_finds_their_coefficients():
    X, truth, y = logistic_problem()
    student = StepwiseLogistic().fit(X, y)
    assert student.terms_ == ["gain", "policy"]
    assert student.coefficients_.index.tolist() == ["intercept", "gain", "policy=b", "policy=c"]
    assert student.coefficients_.to_numpy() == pytest.approx([3, -6, 2, 0], abs=0.4)
    assert np.abs(student.predict_proba(X)[:, 1] - truth).max() < 0.05


@pytest.mark.parametrize("criterion", ["bic", "likelihood"])
def test_the_steps_are_nested_and_one_of_them_is_chosen(criterion):
    X, _, y = logistic_problem(1000)
    student = StepwiseLogistic(criterion=criterion).fit(X, y)
    steps = student.steps_
    assert steps["term"].tolist()[:3] == ["", "gain", "policy"]
    assert steps["n_coefficients"].tolist()[:3] == [1, 2, 4]
    assert len(steps) == 6
    assert steps["log_likelihood"].is_monotonic_increasing
    assert steps["pseudo_r2"].between(0, 1).all()
    assert steps["chosen"].sum() == 1
    if criterion == "bic":
        assert steps["bic"].idxmin() == steps["chosen"].idxmax()


def test_the_likelihood_is_that_of_the_probabilities():
    X, _, y = logistic_problem(300)
    student = StepwiseLogistic(max_terms=1).fit(X, y)
    p = student.predict_proba(X)[:, 1]
    likelihood = np.log(np.where(y, p, 1 - p)).sum()
    assert student.steps_["log_likelihood"].iloc[-1] == pytest.approx(likelihood)
    nothing = len(y) * (y.mean() * np.log(y.mean()) + (1 - y.mean()) * np.log(1 - y.mean()))
    assert student.steps_["log_likelihood"].iloc[0] == pytest.approx(nothing)


def test_interactions_bend_the_contours():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.random((3000, 2)), columns=["gain", "delay"])
    y = rng.random(3000) < expit(20 * X["gain"] * X["delay"] - 4)
    straight = StepwiseLogistic().fit(X, y)
    bent = StepwiseLogistic(interactions=True).fit(X, y)
    assert set(bent.terms_) >= {"gain", "delay"}
    assert any(" * " in term for term in bent.terms_)
    assert bent.steps_["bic"].min() < straight.steps_["bic"].min()


def test_cases_that_a_limit_separates_perfectly_have_finite_coefficients():
    X = pd.DataFrame({"gain": np.linspace(0, 1, 200), "idle": np.random.default_rng(0).random(200)})
    student = StepwiseLogistic().fit(X, X["gain"] < 0.4)
    assert np.isfinite(student.coefficients_).all()
    assert student.predict(X).tolist() == (X["gain"] < 0.4).tolist()


def test_noise_alone_leaves_the_share_of_cases():
    rng = np.random.default_rng(0)
    X, y = rng.random((500, 5)), rng.random(500) < 0.3
    student = StepwiseLogistic().fit(X, y)
    assert student.terms_ == []
    assert np.allclose(student.predict_proba(X)[:, 1], y.mean())


def test_thresholds_are_regions_with_scores():
    X, _, y = logistic_problem(1000)
    student = StepwiseLogistic().fit(X, y)
    table = student.thresholds(X, y, [0.5])
    inside = student.predict(X)
    row = table.loc[0.5]
    assert row["coverage"] == pytest.approx((inside & y).sum() / y.sum())
    assert row["density"] == pytest.approx((inside & y).sum() / inside.sum())
    assert row["mass"] == pytest.approx(inside.mean())
    curve = student.thresholds(X, y)
    assert curve["coverage"].is_monotonic_decreasing
    assert curve.index[[0, -1]].tolist() == [0.05, 0.95]


def test_a_space_scales_the_inputs():
    space = sg.Space(gain=sg.LogUniform(1e-3, 1e3), idle=(0, 1), policy=sg.Categorical(["a", "b"]))
    design = space.sample(400, rng=0)
    y = np.log10(design["gain"]) + np.random.default_rng(0).logistic(size=400) / 5 < 0
    student = StepwiseLogistic(space=space).fit(design, y)
    assert student.terms_ == ["gain"]
    middle = design.head(1).assign(gain=1.0)
    assert student.predict_proba(middle)[0, 1] == pytest.approx(0.5, abs=0.1)


def test_it_teaches_discover():
    space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    table = space.sample(200, rng=0)
    table["growth"] = table["gain"] + 0.2 * table["delay"]
    runs = sg.Runs.from_frame(table, space, outcomes=["growth"])
    teacher = StepwiseLogistic(space=space)
    found = sg.discover(runs, "growth < 0.5", teacher=teacher, n_transfer=2000, n_folds=0, rng=0)
    assert found.box.limits["gain"].high == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("parameters", [{"criterion": "aic"}, {"max_terms": 0}])
def test_other_parameters_are_refused(parameters):
    X, _, y = logistic_problem(50)
    with pytest.raises(ArgumentError, match=next(iter(parameters))):
        StepwiseLogistic(**parameters).fit(X, y)


def test_three_classes_are_refused():
    X = np.random.default_rng(0).random((9, 2))
    with pytest.raises(DataError, match="Only binary classification"):
        StepwiseLogistic().fit(X, [0, 1, 2] * 3)
