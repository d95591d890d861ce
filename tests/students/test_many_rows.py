"""Members on many rows: few of them teach, near ones of all are asked, networks see batches."""

import numpy as np
import pytest

from surrogate.students.members import processes, training_data
from surrogate.students.members.perceptron import Perceptron
from surrogate.students.members.processes import ProcessMember
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.neighbours import NeighbourProcess
from surrogate.students.processes.process import ConditionedProcess
from surrogate.students.selection.folds import random_folds

N = 480


@pytest.fixture(autouse=True, scope="module")
def _many_are_few():
    """Let 240 rows be many: the same, and cheaper than beyond 2000."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_data, "_MOST_ROWS", 240)
        yield


def wavy(n, seed=0):
    X = np.random.default_rng(seed).random((n, 2))
    return X, np.sin(12 * X[:, 0]) * (1 + X[:, 1])


def data(n=N):
    X, y = wavy(n)
    return TrainingData(X, y, random_folds(n, 3, np.random.default_rng(1)))


def test_the_rows_kept_are_all_or_some_of_all_folds_alike():
    assert np.array_equal(data(240).kept, np.arange(240))
    many = data()
    shares = [np.isin(fold, many.kept).sum() for fold in many.folds]
    assert shares == [80] * 3
    assert len(np.unique(many.kept)) == 240
    assert many.probe.shape == (300, many.X.shape[1])


@pytest.fixture(scope="module")
def process():
    member = ProcessMember("squared_exponential", n_restarts=1)
    return member, member.fit(data(), 0)


def test_a_process_learns_from_the_rows_kept_and_answers_from_all_where_that_pays(process):
    member, held = process
    X, y = wavy(400, seed=1)
    mean, std = member.predict(X, return_std=True)
    assert isinstance(member._process, NeighbourProcess)
    assert len(member._process.y) == N
    assert np.mean((mean - y) ** 2) < 1e-3
    assert np.mean((held.mean - data().y) ** 2) < 1e-3
    assert (std > 0).all()


def test_near_rows_are_left_alone_where_those_kept_say_as_much():
    X, _ = wavy(N)
    plain = TrainingData(X, X[:, 0] + 0.1 * np.random.default_rng(3).normal(size=N), data().folds)
    member = ProcessMember("squared_exponential", n_restarts=1)
    member.fit(plain, 0)
    assert isinstance(member._process, ConditionedProcess)


def test_rows_of_a_fold_say_nothing_about_themselves(monkeypatch):
    monkeypatch.setattr(processes, "_near_rows_pay", lambda *_: True)
    clean, spoilt = data(), data()
    fold = spoilt.folds[2]
    spoilt.y[fold[~np.isin(fold, spoilt.kept)]] += 100  # those that teach stay
    first, second = (
        ProcessMember("squared_exponential", n_restarts=1).fit(each, 0).mean
        for each in (clean, spoilt)
    )
    np.testing.assert_allclose(first[fold], second[fold], atol=1e-9)
    assert not np.allclose(first, second)


def test_networks_of_batches_learn_weigh_and_repeat_themselves():
    X, y = wavy(2400)
    y = np.where(X[:, 0] < 0.5, y, 0.0)
    weight = np.where(X[:, 0] < 0.5, 1.0, 1e-6)
    settings = {"hidden": (32, 32), "penalty": 0.01, "n_epochs": 60, "seed": 0}
    network = Perceptron.trained_in_batches(X, y, **settings)
    assert np.mean((network.predict(X) - y) ** 2) < 0.1 * y.var()
    same = Perceptron.trained_in_batches(X, y, **settings)
    np.testing.assert_array_equal(network.predict(X), same.predict(X))
    light = Perceptron.trained_in_batches(X, y + 50 * (weight < 1), weight=weight, **settings)
    here = weight == 1
    assert np.mean((light.predict(X)[here] - y[here]) ** 2) < 0.4 * y.var()
    assert network.weights[0].dtype == np.float64
