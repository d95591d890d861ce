import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import DataError, TeacherWarning
from surrogate.students import CaseClassifier

SPACE = sg.Space(a=(0, 1), b=(0, 1), c=(0, 1))


def data(n=60, seed=0):
    X = SPACE.sample(n, rng=seed)
    return X, pd.DataFrame({"sum": X["a"] + X["b"], "wave": np.sin(3 * X["a"])}, index=X.index)


def brier(student, case, n=2000):
    X, y = data(n, seed=9)
    truth = sg.Expression(case).holds(y)
    return np.mean((student.predict_proba(X)[:, 1] - truth) ** 2)


@pytest.mark.parametrize(
    "case",
    ["sum < 1", "not sum >= 1", "sum < 1 and wave > 0.5", "0.5 < sum < 1", "sum < 1 or wave < 0.3"],
)
def test_margins_teach_the_probability_of_any_case_made_of_comparisons(case):
    X, y = data()
    student = CaseClassifier(case, space=SPACE, random_state=0).fit(X, y)
    assert student.route_ == "margins"
    assert brier(student, case) < 0.03
    probabilities = student.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert student.accuracy_.n == len(X)


def test_opposite_sides_of_one_outcome_are_drawn_jointly():
    """The product of the two probabilities would give .25 where the truth is 0."""
    X, y = data()
    student = CaseClassifier("sum < 1 and sum > 1", space=SPACE, random_state=0).fit(X, y)
    assert student.route_ == "margins"
    assert student.predict_proba(X)[:, 1].max() < 0.05


def test_a_two_valued_outcome_is_a_label():
    X, y = data(120)
    labels = pd.DataFrame({"stable": (y["sum"] < 1).astype(float)})
    student = CaseClassifier("stable > 0.5", space=SPACE, random_state=0).fit(X, labels)
    assert student.route_ == "labels"
    assert student.surrogates_ == []
    assert set(student.scores().index.get_level_values("predicts")) == {"label"}


def test_a_rough_outcome_makes_the_two_routes_compete():
    X, y = data(120)
    noise = np.random.default_rng(0).normal(size=len(X))
    rough = pd.DataFrame({"y": np.where(y["sum"] < 1, -1.0, 1.0) * np.exp(3 * noise)})
    student = CaseClassifier("y < 0", space=SPACE, random_state=0).fit(X, rough)
    assert student.route_ == "labels"
    assert set(student.scores().index.get_level_values("predicts")) == {"margin", "label"}


def test_a_teacher_that_knows_nothing_says_so():
    X, _ = data(60)
    noise = pd.DataFrame({"y": np.random.default_rng(0).normal(size=len(X))})
    with pytest.warns(TeacherWarning, match="hardly knows more than the share of cases"):
        CaseClassifier("y < 0", space=SPACE, random_state=0).fit(X, noise)


def test_labels_of_one_kind_are_refused():
    X, y = data()
    with pytest.raises(DataError, match="60 of 60 runs are cases"):
        CaseClassifier(lambda frame: frame["sum"] < 9, space=SPACE).fit(X, y)


def test_the_same_seed_gives_the_same_probabilities():
    X, y = data()
    twice = [
        CaseClassifier("sum < 1 and wave > 0.5", space=SPACE, random_state=3).fit(X, y)
        for _ in "ab"
    ]
    assert np.array_equal(*[each.predict_proba(X) for each in twice])
