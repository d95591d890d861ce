"""The problems of `surrogates.py`: the stored ones, analytic ones, and small random ones.

Inputs lie on the unit cube. ``runs(n, seed)`` gives what there is to learn from, ``fresh`` points
to be judged on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.stats import qmc

from simulators import functions

__all__ = ["Analytic", "Small", "Stored", "problems"]

N_FRESH = 4000
Function = Callable[[np.ndarray], np.ndarray]


def robot_arm(X: np.ndarray) -> np.ndarray:
    """Distance of the end of a four-segment arm from its foot (An & Owen 2001)."""
    angles, lengths = np.cumsum(2 * np.pi * X[:, :4], axis=1), X[:, 4:]
    return np.hypot((lengths * np.cos(angles)).sum(axis=1), (lengths * np.sin(angles)).sum(axis=1))


def kinks(X: np.ndarray) -> np.ndarray:
    """Two kinks: the larger of two planes, and an absolute value."""
    larger = np.maximum(X[:, 0] + X[:, 1] - 1, 0.5 * X[:, 2])
    return larger + np.abs(X[:, 3] - 0.4) + 0.3 * X[:, 4]


def predators(X: np.ndarray) -> np.ndarray:
    """Predators of Lotka and Volterra after eight years, by four rates and their first number."""
    alpha, beta, delta, gamma, first = (X * [1, 0.7, 0.7, 1, 1] + [0.5, 0.3, 0.3, 0.5, 0.5]).T
    found = []
    for a, b, d, g, start in zip(alpha, beta, delta, gamma, first, strict=True):

        def rates(_, state, a=a, b=b, d=d, g=g):
            return [(a - b * state[1]) * state[0], (d * state[0] - g) * state[1]]

        found.append(solve_ivp(rates, (0, 8), [1.0, start], rtol=1e-6).y[1, -1])
    return np.array(found)


def _of_simulator(simulator) -> tuple[Function, int]:
    def function(X: np.ndarray) -> np.ndarray:
        design = simulator.space.from_unit(X)
        return simulator.evaluate(design).iloc[:, 0].to_numpy()

    return function, len(simulator.space.names)


@dataclass(frozen=True)
class Analytic:
    """A function of d inputs, met on scrambled Sobol designs."""

    name: str
    function: Function
    d: int
    n_fresh: int = N_FRESH

    def runs(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return n runs."""
        sampler = qmc.Sobol(self.d, seed=np.random.default_rng([n, seed]))
        X = sampler.random(2 ** int(np.ceil(np.log2(n))))[:n]
        return X, self.function(X)

    @cached_property
    def fresh(self) -> tuple[np.ndarray, np.ndarray]:
        """Uniform points and their outcomes."""
        X = np.random.default_rng(10**6).random((self.n_fresh, self.d))
        return X, self.function(X)


@dataclass(frozen=True)
class Stored:
    """Runs in a file: the design of that size and seed, or rows drawn from its largest ones."""

    path: Path

    @property
    def name(self) -> str:
        """The file's."""
        return self.path.stem

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        with np.load(self.path) as data:
            return dict(data)

    def runs(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return n runs."""
        data = self._arrays
        if f"X_{n}_{seed}" in data:
            return data[f"X_{n}_{seed}"], data[f"y_{n}_{seed}"]
        X, y = (np.concatenate([data[f"{a}_1000_{s}"] for s in (0, 1, 2)]) for a in "Xy")
        rows = np.random.default_rng([n, seed]).choice(len(X), n, replace=False)
        return X[rows], y[rows]

    @property
    def fresh(self) -> tuple[np.ndarray, np.ndarray]:
        """The points of the file that are for tests."""
        return self._arrays["X_test"][:N_FRESH], self._arrays["y_test"][:N_FRESH]


def problems() -> list[Stored | Analytic]:
    """Return the stored problems, where SURROGATE_DATA has them, and the analytic ones."""
    folder = Path(os.environ.get("SURROGATE_DATA", "")) / "surrogates"
    found: list[Stored | Analytic] = [Stored(path) for path in sorted(folder.glob("*.npz"))]
    named = {
        "otl": functions.otl_circuit,
        "piston": functions.piston,
        "morris": functions.morris,
        "sobol_g": functions.sobol_g,
    }
    found += [Analytic(name, *_of_simulator(each)) for name, each in named.items()]
    found += [Analytic("robot_arm", robot_arm, 8), Analytic("kinks", kinks, 5)]
    return [*found, Analytic("predators", predators, 5, n_fresh=1500)]


class Small:
    """A random small problem with what befalls runs.

    10 to 60 runs of 1 to 8 inputs; waves, products, kinks and jumps of some of them; then by chance
    noise, repeated rows, a constant input, or a constant outcome. The fresh outcomes have no noise.
    """

    def __init__(self, seed: int) -> None:
        self.name, self.seed = f"small {seed}", seed
        rng = np.random.default_rng([2026, seed])
        self.n, d = int(rng.integers(10, 61)), int(rng.integers(1, 9))
        self._terms = [_term(rng, d) for _ in range(int(rng.integers(1, 6)))]
        X, fresh = rng.random((self.n, d)), rng.random((1000, d))
        if rng.random() < 0.2 and d > 1:
            X[:, 0] = fresh[:, 0] = 0.5
        if rng.random() < 0.3:
            X[: self.n // 4] = X[self.n // 2 : self.n // 2 + self.n // 4]
        y, truth = self._response(X), self._response(fresh)
        if rng.random() < 0.4:
            y = y + rng.uniform(0.02, 0.5) * y.std() * rng.normal(size=self.n)
        if rng.random() < 0.03:
            y, truth = np.full(self.n, 3.0), np.full(1000, 3.0)
        self._runs, self.fresh = (X, y), (fresh, truth)

    def runs(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return its runs, whose number it has chosen itself."""
        return self._runs

    def _response(self, X: np.ndarray) -> np.ndarray:
        y = np.zeros(len(X))
        for kind, a, b, size, rate, edge in self._terms:
            u, v = X[:, a], X[:, b]
            shapes = {
                "wave": np.sin(rate * u + edge),
                "product": 2 * u * v,
                "kink": 3 * np.abs(u - edge),
                "jump": 1.0 * (u + 0.3 * v > edge),
                "line": u,
            }
            y += size * shapes[kind]
        return y


def _term(rng: np.random.Generator, d: int) -> tuple[str, int, int, float, float, float]:
    a, b = rng.integers(d, size=2)
    size, rate, edge = rng.normal(), rng.uniform(1, 6), rng.uniform(0.2, 0.8)
    kind = str(rng.choice(["wave", "product", "kink", "jump", "line"]))
    return kind, a, b, size, rate, edge
