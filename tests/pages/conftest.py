"""A discovery, certificate and runs small enough to build by hand."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.discovery import Discovery
from surrogate.discovery.ceiling import Ceiling
from surrogate.errors import FailedRunsWarning
from surrogate.estimates import Estimate, binomial, binomial_bound
from surrogate.regions import Box
from surrogate.space import Categorical, Constant, Integer, LogUniform, Normal, Space, Uniform

CASE = "stability < 0"


@dataclass(frozen=True)
class Runs:
    """Stand-in for Runs."""

    space: Space
    inputs: pd.DataFrame
    outcomes: pd.DataFrame
    status: pd.Series
    failures: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)

    def label(self, case: str) -> pd.Series:
        if len(self.failures):
            warnings.warn("some runs failed", FailedRunsWarning, stacklevel=2)
        return self.outcomes["stability"] < 0


@dataclass(frozen=True)
class Certificate:
    """Stand-in for Certificate."""

    box: Box
    density: Estimate
    coverage: Estimate
    mass: Estimate
    n_box: int = 300
    n_space: int = 300
    n_failed: int = 5

    def statement(self) -> str:
        return "With 95 % confidence at least 96 % of the runs in this box are cases."


def star_space() -> Space:
    return Space(
        gain=LogUniform(0.1, 10, unit="1/s", description="feedback gain"),
        delay=Uniform(0, 0.5, unit="s", description="reaction delay of the controller"),
        load=Normal(1.0, 0.2, unit="MW", description="mean load"),
        nodes=Integer(2, 8, description="number of consumers"),
        policy=Categorical(["none", "local", "central"], description="who decides"),
        damping=Uniform(0, 1),
        horizon=Constant(50),
    )


def star_runs(space: Space, n: int = 300, n_failed: int = 4) -> Runs:
    design = space.sample(n + n_failed, rng=0)
    status = pd.Series("ok", index=design.index)
    status.iloc[:n_failed] = "error"
    inputs = design[status == "ok"]
    policy = np.asarray(inputs["policy"], dtype=object) == "none"
    stability = np.log10(inputs["gain"]) * 2 + 4 * inputs["delay"] - inputs["load"] / 2 - policy
    failures = pd.DataFrame(
        {"status": "error", "reason": [f"ZeroDivisionError: row {k % 2}" for k in range(n_failed)]},
        index=design.index[:n_failed],
    )
    outcomes = pd.DataFrame({"stability": stability + 0.2})
    return Runs(space, inputs, outcomes, status, failures, {"simulator": "star", "seed": 0})


def star_trajectory(n_boxes: int) -> tuple[Box, ...]:
    boxes: list[Box] = [Box({})]
    limits: dict[str, Any] = {}
    gaps: dict[str, Any] = {}
    for step in range(1, n_boxes):
        share = 0.97 ** (step // 3)
        name = ("gain", "delay", "load", "gain", "nodes", "policy")[step % 6]
        if name == "gain":
            high = round(10 * share**6, 5)
            limits["gain"], gaps["gain"] = (-math.inf, high), (None, (high * 1.02, high * 0.99))
        elif name == "delay":
            limits["delay"] = (0.001 * step, 0.5 * share)
            gaps["delay"] = ((0.001 * step - 0.0005, 0.001 * step), (0.5, 0.49 * share))
        elif name == "load":
            limits["load"] = (0.4 + 0.003 * step, math.inf)
        elif name == "nodes" and step > 12:
            limits["nodes"] = (3.0, math.inf)
        elif name == "policy" and step > 20:
            limits["policy"] = ["none", "central"]
        boxes.append(Box(dict(limits), dict(gaps)))
    return tuple(boxes)


def curve_of(trajectory: tuple[Box, ...], runs: Runs) -> pd.DataFrame:
    labels = (runs.outcomes["stability"] < 0).to_numpy()
    rows = []
    for box in trajectory:
        inside = box.contains(runs.inputs).to_numpy()
        coverage = (labels & inside).sum() / labels.sum()
        density = (labels & inside).sum() / max(inside.sum(), 1)
        rows.append(
            (coverage * 0.98, density * 0.97, inside.mean(), coverage, density, inside.mean())
        )
    names = ["coverage", "density", "mass", "coverage_runs", "density_runs", "mass_runs"]
    return pd.DataFrame(rows, columns=names).assign(
        n_restricted=[b.n_restricted for b in trajectory]
    )


def make_found(n_boxes: int = 40, n_runs: int = 300, n_failed: int = 4, **changes: Any) -> Any:
    """Return a discovery with stand-ins for its runs and its trajectory."""
    space = changes.get("space") or star_space()
    runs = changes.get("runs") or star_runs(space, n_runs, n_failed)
    trajectory = changes.get("trajectory") or star_trajectory(n_boxes)
    index = changes.get("index", min(23, len(trajectory) - 1))
    known = {
        "case": CASE,
        "space": space,
        "runs": runs,
        "trajectory": trajectory,
        "box": trajectory[index],
        "index": index,
        "choice": "box 23 of 40: best WRAcc 0.14 on fresh points labelled by the teacher",
        "curve": curve_of(trajectory, runs),
        "scores": {
            "coverage": binomial(60, 80, data="cross-fitted, 300 runs"),
            "density": binomial(60, 66, data="cross-fitted, 300 runs"),
            "mass": binomial(66, 300, data="cross-fitted, 300 runs"),
            "wracc": Estimate(0.1413, 0.118, 0.1642, 300, "bootstrap", "cross-fitted, 300 runs"),
        },
        "teacher": None,
        "teacher_scores": pd.DataFrame(
            {"teacher": ["Gaussian process", "forest"], "R2": [0.97, 0.91], "seconds": [1.25, 0.4]}
        ),
        "teacher_sentence": "A Gaussian process: R2 0.97 on runs it had not seen.",
        "ceiling": Ceiling(expected=0.3, perfect=0.31, half=0.299, n_transfer=100_000),
        "folds": [],
        "search": None,
        "seed": 7,
        "provenance": {"surrogate": "0.1.0", "n_transfer": 100_000, "folds": [5, 1]},
    }
    return Discovery(**known | changes)


def make_certificate(found: Any) -> Certificate:
    return Certificate(
        found.box,
        density=binomial_bound(292, 298, data="fresh runs in the box"),
        coverage=binomial(91, 121, data="fresh runs in the space"),
        mass=binomial(94, 297, data="fresh runs in the space"),
    )


@pytest.fixture(scope="session")
def found() -> Any:
    return make_found()


@pytest.fixture(scope="session")
def certificate(found: Any) -> Certificate:
    return make_certificate(found)


@pytest.fixture(scope="session")
def build() -> Any:
    """The factory itself, for discoveries with something unusual."""
    return make_found
