"""Self-training: pure labels, rounds that end in time, labels that can be taken back."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

import surrogate as sg
from surrogate.errors import ArgumentError, DataError
from surrogate.transfer.confidence import Gate, cross_fitted_gates


def blobs(n, seed=0):
    """Two classes that overlap: one row in ten is on the wrong side."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, n)
    return random.normal(size=(n, 3)) + 1.28 * np.stack([2 * y - 1, 0 * y, 0 * y], axis=1), y


def overconfident(n, seed=0):
    """Probabilities that are right as often as they say, and the same said too boldly."""
    random = np.random.default_rng(seed)
    honest = random.uniform(0.5, 1.0, n)
    codes = (random.random(n) > honest).astype(int)
    bold = honest**3 / (honest**3 + (1 - honest) ** 3)
    return np.stack([honest, 1 - honest], axis=1), np.stack([bold, 1 - bold], axis=1), codes


def test_the_temperature_takes_back_what_was_said_too_boldly():
    honest, bold, codes = overconfident(20_000)
    gate = Gate.fitted(bold, codes, 0.9)
    assert gate.temperature == pytest.approx(3.0, rel=0.1)
    np.testing.assert_allclose(gate.calibrated(bold), honest, atol=0.03)


def test_rows_let_in_are_as_pure_as_asked_for():
    falls_short = 0
    for seed in range(40):
        _, bold, codes = overconfident(300, seed)
        gate = Gate.fitted(bold, codes, 0.9)
        _, fresh, truth = overconfident(4000, seed + 1000)
        sure = gate.sure(fresh)
        falls_short += bool(sure.any()) and (truth[sure] == 0).mean() < 0.9
    assert falls_short <= 8  # the largest pure set is chosen among many: less sure than 0.9 each


def test_nothing_is_let_in_where_nothing_can_be_shown():
    gate = Gate.fitted(np.tile([0.9, 0.1], (20, 1)), np.zeros(20, dtype=int), 0.95)
    assert not gate.sure(np.array([[1.0, 0.0]])).any()
    assert not cross_fitted_gates(np.tile([0.9, 0.1], (20, 1)), np.zeros(20, int), 0.95).any()


def test_labels_of_the_pool_are_as_pure_as_the_estimate_says():
    X, y = blobs(1000)
    pool, truth = blobs(2000, 1)
    model = sg.SelfTraining(LogisticRegression(), purity=0.93, random_state=0)
    model.fit(X, y, pool=pool)
    pure = (model.labels_ == truth)[model.accepted_].mean()
    assert pure > 0.93
    assert model.purity_.low < pure < model.purity_.high
    assert model.accepted_.mean() > 0.3
    assert model.score(pool, truth) > 0.85
    assert model.rounds_["kept"].iloc[0]
    assert (model.rounds_["n_taught"].iloc[1:] > 1000).all()


class Scripted(ClassifierMixin, BaseEstimator):
    """A classifier of one input that worsens as it is taught more rows."""

    def __init__(self, worsens=True):
        self.worsens = worsens

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.shift_ = 0.3 if self.worsens and len(X) > 100 else 0.0
        return self

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)

    def predict_proba(self, X):
        yes = 1 / (1 + np.exp(-20 * (np.asarray(X)[:, 0] - self.shift_)))
        return np.stack([1 - yes, yes], axis=1)


def line(n, seed):
    X = np.random.default_rng(seed).uniform(-1, 1, (n, 1))
    return X, (X[:, 0] > 0).astype(int)


def test_rounds_end_when_purity_falls_and_the_purer_one_is_kept():
    (X, y), (pool, truth) = line(120, 0), line(500, 1)
    settings = {"validation_fraction": 0.5, "random_state": 0}
    model = sg.SelfTraining(Scripted(), **settings).fit(X, y, pool=pool)
    assert list(model.rounds_["kept"]) == [True, False]
    assert model.estimator_.shift_ == 0.0
    assert (model.labels_ == truth)[model.accepted_].all()
    steady = sg.SelfTraining(Scripted(worsens=False), max_rounds=3, **settings)
    assert steady.fit(X, y, pool=pool).rounds_["kept"].all()


class Learner(LogisticRegression):
    """Remembers what it was taught."""

    taught: list = []  # noqa: RUF012 - survives cloning

    def fit(self, X, y):
        self.taught.append((np.asarray(X), np.asarray(y)))
        return super().fit(X, y)


def test_every_round_labels_the_whole_pool_anew_and_never_learns_what_is_held_out():
    Learner.taught.clear()
    X, y = blobs(300)
    pool, _ = blobs(1000, 1)
    model = sg.SelfTraining(Learner(), random_state=0).fit(X, y, pool=pool)
    first = Learner.taught[0][0]
    assert len(first) == 225
    for rows, _ in Learner.taught[1:]:
        np.testing.assert_array_equal(rows[:225], first)
        assert len(rows) <= 225 + len(pool)
        assert len(np.unique(rows, axis=0)) == len(rows)  # no row twice, with two labels
    np.testing.assert_array_equal(model.labels_, model.predict(pool))


def test_tables_and_any_classifier_will_do():
    X, y = blobs(300)
    pool, _ = blobs(500, 1)
    names = ["a", "b", "c"]
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=3)
    labels = np.array(["no", "yes"])[y]
    model = sg.SelfTraining(search, max_rounds=2, random_state=0)
    model.fit(pd.DataFrame(X, columns=names), labels, pool=pd.DataFrame(pool, columns=names))
    assert set(model.labels_) == {"no", "yes"}
    teacher = sg.Teacher(model)  # it teaches as any classifier does
    assert teacher.gives == "probabilities"


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"purity": 1.0}, ArgumentError, "purity must lie between 0 and 1; got 1.0"),
        ({"max_rounds": 0}, ArgumentError, "max_rounds must be an integer of at least 1; got 0"),
        ({"validation_fraction": 0.01}, DataError, "cannot with 60 labelled rows"),
    ],
)
def test_what_cannot_be_done_says_why(settings, error, message):
    X, y = blobs(60)
    with pytest.raises(error, match=message):
        sg.SelfTraining(LogisticRegression(), **settings).fit(X, y, pool=X)
