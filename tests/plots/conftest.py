"""A box, runs and a discovery small enough to see through."""

from __future__ import annotations

import math
from types import SimpleNamespace

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from surrogate.estimates import Estimate, binomial
from surrogate.regions import Box
from surrogate.space import Categorical, Integer, LogUniform, Space, Uniform


class Teacher:
    """P(case) falls with the logarithm of the gain, and is lost without its policy."""

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        case = (1 - np.log10(X["gain"].to_numpy())) / 2 * (X["policy"] != "local")
        return np.stack([1 - case, case], axis=1)


@pytest.fixture(scope="session")
def space() -> Space:
    return Space(
        gain=LogUniform(0.1, 10, unit="1/s"),
        delay=Uniform(0, 0.5, unit="s"),
        nodes=Integer(2, 8),
        policy=Categorical(["none", "local", "central"]),
        derived={"product": "gain * delay"},
    )


@pytest.fixture(scope="session")
def box() -> Box:
    limits = {"delay": (0.1, 0.3), "gain": (-math.inf, 1.0), "policy": ["none", "central"]}
    return Box(limits)


@pytest.fixture(scope="session")
def found(space: Space, box: Box) -> SimpleNamespace:
    inputs = space.sample(120, rng=0)
    labels = pd.Series(np.asarray(inputs["gain"] < 1), index=inputs.index)
    runs = SimpleNamespace(space=space, inputs=inputs, label=lambda case: labels)
    curve = pd.DataFrame(
        {
            "coverage": [1.0, 0.9, 0.5],
            "density": [0.5, 0.8, 1.0],
            "coverage_runs": [1.0, 0.95, 0.6],
            "density_runs": [0.5, 0.9, 1.0],
            "mass": [1.0, 0.6, 0.3],
            "n_restricted": [0, 2, 3],
        }
    )
    scores = {
        "coverage": binomial(40, 60),
        "density": binomial(40, 50),
        "wracc": Estimate(0.1, n=9),
    }
    return SimpleNamespace(
        case="y < 0", space=space, runs=runs, trajectory=(Box({}), box, box),
        box=box, index=1, curve=curve, scores=scores, teacher=Teacher(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")
