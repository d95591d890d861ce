"""One of every kind of thing that can be saved, and what it says.

Files of earlier days stay in the folder ``stored`` and are never written again; a new kind gets its
own by ``python -c "from tests.persistence.kinds import store; store()"``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import surrogate as sg
from surrogate.students import CaseClassifier
from tests.students.problems import smooth

STORED = Path(__file__).parent / "stored"
X = pd.DataFrame(smooth(30)[0], columns=["a", "b", "c"])
Y = smooth(30)[1]
LABELS = np.where(Y > 1, "high", np.where(Y > 0.4, "middle", "low"))
WAVES = pd.DataFrame(np.outer(Y, np.linspace(0, 1, 12)) ** 2, columns=np.linspace(0, 1, 12))
OUTCOMES = pd.DataFrame({"sum": Y, "first": X["a"]})
FEW = ["boosting2", "forest", "support_vectors", "process", "logistic"]
SPACE = sg.Space(a=(0.0, 1.0), b=(0.0, 1.0), c=(0.0, 1.0))
RUNS = sg.Runs.from_frame(X.assign(y=Y), SPACE, outcomes=["y"])
SIMULATOR = sg.Simulator(lambda a, b, c: a + b * c, SPACE, outcomes=["y"])
BOX = sg.Box({"a": (0.0, 0.5), "b": (0.1, 1.0)})


@cache
def _emulation() -> sg.Emulation:
    return sg.emulate(RUNS, members=["matern52", "chaos"], cv=2, rng=0)


@cache
def discovery() -> sg.Discovery:
    return sg.discover(RUNS, "y < 1", rng=0, n_transfer=500, n_folds=2)


STUDENTS: dict[str, Callable[[], Any]] = {
    "two classes": lambda: sg.AutoClassifier(cv=2, members=FEW[:3], random_state=0).fit(X, Y > 1),
    "three classes": lambda: sg.AutoClassifier(cv=2, members=FEW[2:], random_state=0).fit(
        X, LABELS
    ),
    "case": lambda: CaseClassifier("sum < 1 and first > 0.2", random_state=0).fit(X, OUTCOMES),
    "case by labels": lambda: CaseClassifier("sum < 1", random_state=0).fit(X, pd.Series(Y < 1)),
    "tree": lambda: sg.DistilledTree(max_leaf_nodes=5).fit(X, LABELS),
    "tree of values": lambda: sg.DistilledTree(criterion="squared_error").fit(X, Y),
    "rules": lambda: sg.RuleList(max_rules=3).fit(X, LABELS),
    "logistic": lambda: sg.StepwiseLogistic().fit(X, Y > 1),
    "chaos": lambda: sg.PolynomialChaos().fit(X, Y),
    "process": lambda: sg.GaussianProcess(n_restarts=2, random_state=0).fit(X, Y),
    "series": lambda: sg.AutoSurrogate(cv=2, random_state=0).fit(X, WAVES),
    "several outcomes": lambda: sg.AutoSurrogate(members=["matern52"], random_state=0).fit(
        X, OUTCOMES
    ),
}
ANSWERS: dict[str, Callable[[], Any]] = {
    "certificate": lambda: sg.certify(
        BOX, SIMULATOR, "y < 0.8", n_box=20, n_space=20, n_workers=0, rng=0
    ),
    "nested certificate": lambda: sg.certify_nested(
        [BOX], SIMULATOR, "y < 2", density=0.8, n_box=30, n_space=9, n_workers=0, rng=0
    ),
    "diagnosis": lambda: sg.diagnose(_emulation().student, X, Y, learning=False),
    "discovery": discovery,
    "emulation": _emulation,
    "optimum": lambda: sg.optimize(SIMULATOR, "y", start=RUNS, n_runs=2, n_workers=0, rng=0),
    "sensitivity": lambda: sg.sensitivity(lambda x: x["a"] + x["b"] ** 2, space=SPACE, n=8, rng=0),
}
REGIONS: dict[str, Callable[[], Any]] = {
    "box": lambda: BOX,
    "covering": lambda: sg.Covering((BOX, sg.Box({"c": (-np.inf, 0.2)}))),
    "peeling": lambda: sg.PRIM().fit(X, Y > 1),
    "trajectory": lambda: sg.PRIM().fit(X, Y > 1).trajectory_,
}
CHAINS: dict[str, Callable[[], Any]] = {
    "chain": lambda: sg.Metamorphosis(
        sg.AutoClassifier(members=["logistic"], cv=2, random_state=0),
        sg.DistilledTree(max_leaf_nodes=6),
        random_state=0,
    ).fit(X, Y > 1)
}


def _network() -> sg.Network:
    return sg.Network(hidden_layer_sizes=[4], n_epochs=3, random_state=0).fit(X, LABELS)


def said(thing: Any) -> dict[str, Any]:
    """Return what a thing says, as arrays of numbers or texts."""
    if hasattr(thing, "to_json"):
        return {"json": np.array(thing.to_json())}
    if not hasattr(thing, "predict"):
        told = {key: _numbers(each) for key, each in vars(thing).items()}
        return {key: each for key, each in told.items() if each.size}
    answers = {"predict": np.asarray(thing.predict(X))}
    if hasattr(thing, "predict_proba"):
        answers["probabilities"] = thing.predict_proba(X)
    if hasattr(thing, "predict_interval"):
        answers["low"], answers["high"] = map(np.asarray, thing.predict_interval(X))
    return answers


def _numbers(value: Any) -> np.ndarray:
    """Return the numbers of a table, an estimate or a number; of anything else none."""
    if isinstance(value, pd.DataFrame):
        return value.select_dtypes("number").to_numpy(float)
    if isinstance(value, sg.Estimate):
        return np.array([value.value, value.low, value.high, value.n])
    return np.array(value if isinstance(value, float) else [], dtype=float)


def store() -> None:
    """Write the kinds that have no file yet, and what they say."""
    STORED.mkdir(exist_ok=True)
    kinds = {**STUDENTS, **ANSWERS, **REGIONS, **CHAINS, "network": _network}
    for name, make in kinds.items():
        path = STORED / f"{name.replace(' ', '_')}.surrogate"
        if not path.exists():
            thing = make()
            sg.save(thing, path)
            answers = {key: each.tolist() for key, each in said(thing).items()}
            path.with_suffix(".json").write_text(json.dumps(answers))
