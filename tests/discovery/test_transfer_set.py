"""The transfer set grows while the boxes get better by it, and no further."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.frozen import FrozenEstimator

import surrogate as sg

SPACE = sg.Space({f"x{k}": (0.0, 1.0) for k in range(8)})


def worst(**x):
    return np.maximum.reduce([x["x0"] - 0.6, x["x1"] - 0.7, x["x2"] - 0.8])


class KnowsAll(ClassifierMixin, BaseEstimator):
    """A teacher that costs nothing and errs nowhere."""

    classes_ = np.array([False, True])

    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        holds = worst(**{name: X[name].to_numpy() for name in X}) < 0
        return np.stack([1.0 - holds, holds], axis=1)


def found(n_transfer, most):
    simulator = sg.Simulator(worst, SPACE, outcomes=["growth"], vectorized=True, name="corner")
    runs = sg.run(simulator, SPACE.sample(60, rng=1), n_workers=0)
    teacher = FrozenEstimator(KnowsAll())
    options = {"n_transfer": n_transfer, "n_transfer_max": most, "n_folds": 0}
    return sg.discover(runs, "growth < 0", teacher=teacher, rng=0, **options)


def test_it_is_doubled_as_long_as_the_boxes_gain():
    ceiling = found(100, 20_000).ceiling
    assert ceiling.n_transfer in [100 * 2**k for k in range(1, 7)]
    assert ceiling.expected - ceiling.half < 0.01


@pytest.mark.parametrize(("most", "n"), [(100, 100), (199, 100), (200, 200), (None, 200)])
def test_it_never_grows_beyond_what_is_allowed(most, n):
    assert found(100, most).ceiling.n_transfer == n


def test_a_larger_one_that_would_not_pay_is_not_drawn():
    enough = found(8000, 64_000)
    assert enough.ceiling.n_transfer == 8000
    assert enough.trajectory == found(8000, 8000).trajectory
