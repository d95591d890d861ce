"""AutoClassifier: the labels it takes, the problems it must learn, the scores it gives."""

import numpy as np
import pytest

from surrogate.errors import DataError, TeacherWarning
from surrogate.students import AutoClassifier
from tests.students.problems import ball, smooth


@pytest.fixture(scope="module")
def fitted():
    return AutoClassifier(random_state=0).fit(*ball(150))


def test_the_scores_have_a_row_per_member_and_weights_of_a_mix(fitted):
    assert list(fitted.scores_.columns) == ["log_loss", "accuracy", "weight", "seconds"]
    assert len(fitted.scores_) == 6
    assert fitted.scores_["weight"].sum() == pytest.approx(1.0)


def test_a_linear_model_gets_no_say_on_a_ball(fitted):
    assert fitted.scores_.loc["logistic", "weight"] < 0.05
    assert fitted.scores_["log_loss"].idxmax() == "logistic"


def test_the_mix_is_at_least_as_good_as_its_best_member(fitted):
    assert fitted.log_loss_.value < fitted.scores_["log_loss"].min() + 0.02


def test_held_out_scores_are_near_those_of_fresh_rows(fitted):
    X, y = ball(4000, seed=1)
    probability = fitted.predict_proba(X)[np.arange(4000), y.astype(int)]
    fresh = -np.log(probability).mean()
    assert fitted.log_loss_.low - 0.03 < fresh < fitted.log_loss_.high + 0.03
    assert fitted.accuracy_.low - 0.02 < fitted.score(X, y) < fitted.accuracy_.high + 0.02
    assert fitted.score(X, y) > 0.93


def test_probabilities_are_calibrated_on_fresh_rows():
    rng = np.random.default_rng(0)

    def draw(n):
        X = rng.random((n, 2))
        truth = 1 / (1 + np.exp(-8 * (X[:, 0] - 0.5)))
        return X, rng.random(n) < truth, truth

    X, y, _ = draw(300)
    X_new, _, truth = draw(2000)
    said = AutoClassifier(random_state=0).fit(X, y).predict_proba(X_new)[:, 1]
    assert np.sqrt(np.mean((said - truth) ** 2)) < 0.1


@pytest.mark.parametrize("labels", [(False, True), (0, 1), (-1.0, 1.0), ("no", "yes")])
def test_labels_come_back_as_they_were_given(labels):
    X, y = ball(60)
    named = np.where(y, labels[1], labels[0])
    student = AutoClassifier(members=["process"], random_state=0).fit(X, named)
    assert student.classes_.tolist() == list(labels)
    assert set(student.predict(X).tolist()) == set(labels)
    plain = AutoClassifier(members=["process"], random_state=0).fit(X, y)
    np.testing.assert_array_equal(student.predict_proba(X), plain.predict_proba(X))


def test_several_classes_are_learnt():
    X, y = smooth(200)
    level = np.array(["low", "middle", "high"])[np.digitize(y, np.quantile(y, [1 / 3, 2 / 3]))]
    student = AutoClassifier(cv=3, random_state=0).fit(X, level)
    assert student.predict_proba(X).shape == (200, 3)
    np.testing.assert_allclose(student.predict_proba(X).sum(axis=1), 1.0)
    assert student.accuracy_.value > 0.85


def test_a_class_with_fewer_rows_than_folds_does_no_harm():
    X, y = ball(60)
    y = y.astype(int)
    y[[0, 1]] = 2
    student = AutoClassifier(random_state=0).fit(X, y)
    assert student.predict_proba(X).shape == (60, 3)
    assert np.isfinite(student.log_loss_.value)


def test_weights_move_the_answer_and_leave_out_members_that_cannot_use_them():
    X = np.repeat([[0.0], [1.0]], 40, axis=0)
    y = np.tile([0, 1], 40)
    weight = np.where((X[:, 0] == 1) == (y == 1), 9.0, 1.0)
    student = AutoClassifier(random_state=0).fit(X, y, sample_weight=weight)
    assert "process" not in student.scores_.index
    np.testing.assert_allclose(student.predict_proba([[0.0], [1.0]])[:, 1], [0.1, 0.9], atol=0.05)


def test_labels_it_cannot_explain_are_warned_about_with_the_numbers():
    rng = np.random.default_rng(0)
    student = AutoClassifier(members=["logistic"], random_state=0)
    with pytest.warns(TeacherWarning, match=r"log loss on held-out folds is 0\.\d+.*shares 0\.6"):
        student.fit(rng.random((60, 4)), rng.random(60) < 0.5)


@pytest.mark.parametrize(
    ("y", "weight", "message"),
    [
        (np.zeros(20), None, "two classes or more; got one class"),
        (np.arange(20) == 3, None, "two rows of every class; got one row of class True"),
        (np.linspace(0, 1, 20), None, "continuous"),
        (np.arange(20) % 2, np.full(20, -1.0), "must not be negative"),
    ],
)
def test_labels_and_weights_it_cannot_use_are_refused(y, weight, message):
    with pytest.raises(DataError, match=message):
        AutoClassifier().fit(np.random.default_rng(0).random((20, 2)), y, sample_weight=weight)


def test_no_member_left_is_an_error():
    X, y = ball(20)
    with pytest.raises(DataError, match="none of process can be fitted on 20 rows with sample"):
        AutoClassifier(members=["process"]).fit(X, y, sample_weight=np.ones(20))
