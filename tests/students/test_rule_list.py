"""A short rule list reads in order, learns what it is shown and says how far each rule holds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.ensemble import RandomForestClassifier

import surrogate as sg
from surrogate.errors import ArgumentError, DataError


def test_a_list_of_rules_is_found_again():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 100, (2000, 5)) / 100
    first, second = (X[:, 1] > 0.7) & (X[:, 3] <= 0.4), (X[:, 0] <= 0.2) & (X[:, 1] <= 0.6)
    y = np.where(first, "a", np.where(second, "b", "c"))
    rules = sg.RuleList().fit(X, y)
    assert [rule.answer for rule in rules.rules_] in (["a", "b", "c"], ["b", "a", "c"])
    assert rules.score(X, y) > 0.995
    assert {name for rule in rules.rules_ for name in rule.limits} == {"x0", "x1", "x3"}


def test_two_classes_that_differ_from_a_third_are_told_from_each_other():
    X = np.random.default_rng(0).random((400, 2))
    y = np.where(X[:, 0] > 0.5, "far", np.where(X[:, 1] > 0.5, "high", "low"))
    assert sg.RuleList(max_rules=3).fit(X, y).score(X, y) > 0.98


def test_three_boxes_of_two_inputs_each_are_found():
    X = np.random.default_rng(1).random((2000, 5))
    boxes = {
        "c": (X[:, 2] > 0.7) & (X[:, 3] <= 0.3),
        "a": (X[:, 0] <= 0.4) & (X[:, 1] <= 0.4),
        "b": (X[:, 0] > 0.6) & (X[:, 1] > 0.5),
    }
    y = np.select(list(boxes.values()), list(boxes), "none")
    rules = sg.RuleList().fit(X[::2], y[::2])
    assert {rule.answer for rule in rules.rules_} == {"a", "b", "c", "none"}
    assert len(rules.rules_) <= 6  # boxes overlap: what one takes first may cut another in two
    assert rules.score(X[1::2], y[1::2]) > 0.97


@pytest.mark.parametrize(("load", "least"), [(load_breast_cancer, 0.9), (load_wine, 0.85)])
def test_a_few_rules_say_most_of_it(load, least):
    X, y = load(return_X_y=True, as_frame=True)
    rules = sg.RuleList(max_rules=6, max_conditions=2).fit(X[::2], y[::2])
    assert rules.score(X[1::2], y[1::2]) > least
    assert len(rules.rules_) <= 6
    assert all(len(rule.comparisons) <= 2 for rule in rules.rules_)
    assert all(rule.n_rows >= 5 for rule in rules.rules_[:-1])


def test_each_rule_counts_the_rows_that_no_rule_before_it_took():
    X, y = load_wine(return_X_y=True)
    rules = sg.RuleList().fit(X, y)
    numbers = rules.apply(X)
    assert np.bincount(numbers).tolist() == [rule.n_rows for rule in rules.rules_]
    for number, rule in enumerate(rules.rules_):
        here = numbers == number
        assert rule.support.value == pytest.approx(here.mean())
        assert rule.probability.value == pytest.approx(np.mean(y[here] == rule.answer))
        assert rule.support.data == "training rows"
    assert rules.rules_[-1].limits == {}
    assert rules.rules_[-2].answer != rules.rules_[-1].answer


def test_probabilities_teach_like_weighted_labels():
    rng = np.random.default_rng(0)
    X, p = rng.random((300, 3)), rng.dirichlet([1, 1, 1], 300)
    p[X[:, 0] > 0.5] = [0.8, 0.1, 0.1]
    soft = sg.RuleList().fit(X, p, classes=["a", "b", "c"])
    hard = sg.RuleList(min_samples_rule=15).fit(
        np.repeat(X, 3, axis=0), np.tile(["a", "b", "c"], 300), sample_weight=p.ravel()
    )
    assert [each.limits for each in soft.rules_] == [each.limits for each in hard.rules_]
    np.testing.assert_allclose(soft.predict_proba(X), hard.predict_proba(X))


def test_a_forest_teaches_a_rule_list():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    chain = sg.Metamorphosis(RandomForestClassifier(50, random_state=0), sg.RuleList())
    table = chain.fit(X[::2], y[::2]).evaluate(X[1::2], y[1::2])
    assert table.loc["fidelity on these rows", "value"] > 0.9
    assert table.loc["rules of the student", "value"] == len(chain.student_.rules_)


def test_a_rule_reads_as_text_and_as_a_row():
    X = pd.DataFrame({"gain": [0.0, 1.0, 2.0, 3.0], "idle": 0.0})
    rule = sg.RuleList(min_samples_rule=1).fit(X, ["low", "low", "high", "high"]).rules_[0]
    assert str(rule) == "if gain <= 1.5 then low (support 0.50, probability 1.00)"
    assert rule.to_dict()["if"] == "gain <= 1.5"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda X, y: sg.RuleList(max_rules=0).fit(X, y), ArgumentError, "max_rules must be"),
        (
            lambda X, y: sg.RuleList(n_bins=500).fit(X, y),
            ArgumentError,
            "n_bins must be an integer from 2 to 256",
        ),
        (lambda X, y: sg.RuleList().fit(X, np.zeros(len(X))), DataError, "two classes or more"),
        (
            lambda X, y: sg.RuleList().fit(X, np.full((len(X), 2), 0.5), classes=["a"]),
            DataError,
            "2 columns of probabilities and 1 classes",
        ),
    ],
)
def test_what_cannot_be_learnt_says_why(make, error, message):
    X, y = load_wine(return_X_y=True)
    with pytest.raises(error, match=message):
        make(X, y)
