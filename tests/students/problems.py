"""Small problems with known answers, shared by the tests of the students."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import random_folds


def held_out_over_fresh(made, response, *, n, d, seeds):
    """Mean square error of members on held-out rows over that on fresh ones: geometric mean."""
    logs = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        X, new = rng.random((n, d)), rng.random((800, d))
        y = response(X) - response(X).mean()
        member = made()
        held = member.fit(TrainingData(X, y, random_folds(n, 10, rng)), 0)
        fresh = response(new) - response(X).mean() - member.predict(new)[0]
        logs.append(np.log(np.mean((y - held.mean) ** 2) / np.mean(fresh**2)))
    return np.exp(np.mean(logs))


def smooth(n, *, seed=0, d=3):
    """A smooth response of which the last input is inert."""
    X = np.random.default_rng(seed).random((n, d))
    return X, np.sin(4 * X[:, 0]) + X[:, 1] ** 2


def jump(n, *, seed=0):
    """A response with a jump, on which a likelihood likes to explain everything by noise."""
    X = np.random.default_rng(seed).random((n, 5))
    return X, np.where(X[:, 0] + 0.5 * X[:, 1] > 0.8, 1.0, 0.0) + 0.2 * X[:, 2]


def ball(n, *, seed=0):
    """Labels of a ball that holds 0.42 of the square."""
    X = np.random.default_rng(seed).random((n, 2))
    return X, ((X - 0.5) ** 2).sum(axis=1) < 0.134


def mixed_table(n, *, seed=0):
    """Inputs in awkward units, with categories of both kinds, and a response of all of them."""
    rng = np.random.default_rng(seed)
    size = pd.Categorical(
        rng.choice(["small", "medium", "large"], n),
        categories=["small", "medium", "large"],
        ordered=True,
    )
    table = pd.DataFrame(
        {
            "capacitance": rng.uniform(1e-12, 9e-12, n),
            "load": rng.uniform(1e11, 1e12, n),
            "nodes": rng.integers(2, 9, n),
            "size": size,
            "policy": pd.Categorical(rng.choice(["a", "b", "c"], n)),
        },
        index=[f"run {row}" for row in range(n)],
    )
    response = (
        table["capacitance"] * 1e11
        + np.sin(table["load"] / 2e11)
        + table["nodes"] / 10
        + table["size"].cat.codes
        + (table["policy"] == "b")
    )
    return table, response.to_numpy()


def table_space():
    """A stand-in for the space of `mixed_table`, of which `nodes` is a derived input."""

    def parameter(low, high):
        return SimpleNamespace(
            kind="real",
            support=f"[{low:g}, {high:g}]",
            to_unit=lambda values: (np.asarray(values, float) - low) / (high - low),
        )

    policy = SimpleNamespace(kind="nominal", occurring=dict.fromkeys("abcd", 1.0))
    parameters = {
        "capacitance": parameter(1e-12, 9e-12),
        "load": parameter(1e11, 1e12),
        "policy": policy,
    }
    return SimpleNamespace(varied=tuple(parameters), parameters=parameters)
