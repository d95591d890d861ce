import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

import surrogate as sg
from surrogate.errors import ArgumentError, DataError

X = np.linspace(-1, 1, 21)[:, None]


def test_what_an_estimator_gives_is_read_off():
    classifier = LogisticRegression().fit(X, X[:, 0] > 0)
    regressor = LinearRegression().fit(X, X[:, 0])
    assert sg.Teacher(classifier).gives == "probabilities"
    assert sg.Teacher(regressor).gives == "values"
    np.testing.assert_allclose(sg.Teacher(classifier).probabilities(X), classifier.predict_proba(X))
    assert np.array_equal(sg.Teacher(classifier).labels(X), classifier.predict(X))


def test_batches_change_nothing():
    asked = []

    def values(rows):
        asked.append(len(rows))
        return rows[:, 0]

    teacher = sg.Teacher(values, gives="values", batch_size=8)
    assert np.array_equal(teacher.values(X), X[:, 0])
    assert asked == [8, 8, 5]


def test_logits_become_probabilities_and_temperature_softens_them():
    teacher = sg.Teacher(lambda rows: 4 * rows[:, 0], gives="logits", classes=[0, 1])
    sharp = teacher.probabilities(X)[:, 1]
    np.testing.assert_allclose(sharp, 1 / (1 + np.exp(-4 * X[:, 0])))
    soft = teacher.probabilities(X, temperature=4)[:, 1]
    np.testing.assert_allclose(soft, 1 / (1 + np.exp(-X[:, 0])))
    from_probabilities = sg.Teacher(lambda rows: sharp, gives="probabilities", classes=[0, 1])
    np.testing.assert_allclose(from_probabilities.probabilities(X, temperature=4)[:, 1], soft)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: sg.Teacher(lambda rows: rows),
            ArgumentError,
            "module or address needs gives",
        ),
        (
            lambda: sg.Teacher(lambda rows: rows, gives="label"),
            ArgumentError,
            "gives must be .labels. or",
        ),
        (lambda: sg.Teacher(lambda rows: rows, gives="logits"), ArgumentError, "needs classes"),
        (
            lambda: sg.Teacher(lambda rows: rows[:3], gives="values").values(X),
            DataError,
            "asked 21 rows and gave 3",
        ),
        (
            lambda: sg.Teacher(
                lambda rows: rows / 0.0 if 0 else rows * np.nan, gives="values"
            ).values(X),
            DataError,
            "row 0 is not finite",
        ),
    ],
)
def test_a_teacher_that_does_not_fit_says_why(make, error, message):
    with pytest.raises(error, match=message):
        make()
