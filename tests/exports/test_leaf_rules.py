"""Rules are taken out of trees and lists, shortened, and measured on rows they have not seen."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import surrogate as sg
from surrogate.errors import ArgumentError, DataError

X, Y = load_breast_cancer(return_X_y=True, as_frame=True)
X_TRAIN, Y_TRAIN, X_TEST, Y_TEST = X[::2], Y[::2], X[1::2], Y[1::2]


def applies(rule, frame):
    inside = np.ones(len(frame), dtype=bool)
    for name, (low, high) in rule.limits.items():
        inside &= (frame[name] > low) & (frame[name] <= high)
    return inside


@pytest.mark.parametrize(
    "tree",
    [sg.DistilledTree(min_samples_leaf=3), DecisionTreeClassifier(random_state=0)],
    ids=lambda each: type(each).__name__,
)
def test_the_rules_of_a_tree_are_its_leaves_on_their_own(tree):
    tree.fit(X_TRAIN, Y_TRAIN)
    rules = sg.extract_rules(tree, X_TEST, Y_TEST)
    assert len(rules) == tree.get_n_leaves()
    inside = np.array([applies(rule, X_TEST) for rule in rules])
    assert (inside.sum(axis=0) == 1).all()
    answers = np.array([rule.answer for rule in rules])[inside.argmax(axis=0)]
    np.testing.assert_array_equal(answers, tree.predict(X_TEST))
    for rule, here in zip(rules, inside, strict=True):
        assert rule.support.value == pytest.approx(here.mean())
        assert rule.support.data == rule.probability.data == "held-out rows"
        assert rule.probability.n == here.sum()
        if here.any():
            assert rule.probability.value == pytest.approx((Y_TEST[here] == rule.answer).mean())
    assert [rule.support.value for rule in rules] == sorted(
        (rule.support.value for rule in rules), reverse=True
    )


def test_comparisons_of_one_input_are_merged():
    x = np.arange(64.0)[:, None]
    tree = sg.DistilledTree().fit(x, (x[:, 0] // 8) % 2)
    rules = sg.extract_rules(tree, x, (x[:, 0] // 8) % 2, feature_names=["gain"])
    assert {rule.condition() for rule in rules} >= {"gain <= 7.5", "7.5 < gain <= 15.5"}
    assert max(len(rule.comparisons) for rule in rules) == 2


def test_the_rules_of_a_list_stay_in_order():
    student = sg.RuleList().fit(X_TRAIN, Y_TRAIN)
    rules = sg.extract_rules(student, X_TEST, Y_TEST)
    assert [rule.limits for rule in rules] == [rule.limits for rule in student.rules_]
    shares = np.bincount(student.apply(X_TEST), minlength=len(rules)) / len(X_TEST)
    np.testing.assert_allclose([rule.support.value for rule in rules], shares)


def test_against_the_answers_of_a_teacher_the_probability_is_fidelity():
    forest = RandomForestClassifier(30, random_state=0).fit(X_TRAIN, Y_TRAIN)
    tree = sg.DistilledTree(max_leaf_nodes=1).fit(X_TRAIN, Y_TRAIN)
    (rule,) = sg.extract_rules(tree, X_TEST, forest.predict(X_TEST), data="answers of the forest")
    assert rule.condition() == "anything"
    assert rule.probability.value == np.mean(forest.predict(X_TEST) == rule.answer)
    assert rule.probability.data == "answers of the forest"


def test_rules_about_values_have_means():
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    tree = DecisionTreeRegressor(max_leaf_nodes=4, random_state=0).fit(X[::2], y[::2])
    rules = sg.extract_rules(tree, X[1::2], y[1::2])
    assert all(rule.probability is None for rule in rules)
    for rule in rules:
        assert rule.mean.value == pytest.approx(y[1::2][applies(rule, X[1::2])].mean())
        assert rule.mean.low < rule.mean.value < rule.mean.high
        assert "mean" in str(rule)
        assert rule.to_dict()["mean"] == rule.mean.value


def test_what_has_no_rules_or_no_truth_is_refused():
    with pytest.raises(ArgumentError, match="got RandomForestClassifier"):
        sg.extract_rules(RandomForestClassifier(), X, Y)
    with pytest.raises(DataError, match="y must have shape"):
        sg.extract_rules(sg.RuleList().fit(X_TRAIN, Y_TRAIN), X_TEST, Y_TRAIN)
