"""Problems of `surrogates.py --others`: new ones, to see whether what it says holds elsewhere.

No setting of a student was chosen by them but one, how far predictions may end beyond the outcomes
seen (`credible_limits`); their results have been seen since. There are test functions of computer
experiments [1]_, some with laws and coefficients of our own, integrands [2]_, and four small
simulators. Inputs lie on the unit cube.

References
----------
.. [1] S. Surjanovic, D. Bingham, Virtual Library of Simulation Experiments,
   https://www.sfu.ca/~ssurjano
.. [2] A. Genz, Testing multidimensional integration routines, in Tools, Methods and Languages for
   Scientific and Engineering Computation, North-Holland (1984)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp
from surrogate_problems import Analytic, Function

__all__ = ["others"]

N_FRESH = 2000
_PEAKS = {  # widths and places of the four of Hartmann's functions
    3: (
        [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
        [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]],
    ),
    6: (
        [
            [10, 3, 17, 3.5, 1.7, 8],
            [0.05, 10, 17, 0.1, 8, 14],
            [3, 3.5, 1.7, 10, 17, 8],
            [17, 8, 0.05, 10, 0.1, 14],
        ],
        [
            [1312, 1696, 5569, 124, 8283, 5886],
            [2329, 4135, 8307, 3736, 1004, 9991],
            [2348, 1451, 3522, 2883, 3047, 6650],
            [4047, 8828, 8732, 5743, 1091, 381],
        ],
    ),
}


def others() -> list[Analytic]:
    """Return the problems."""
    known: list[tuple[Function, int]] = [
        (branin, 2),
        (camel6, 2),
        (hartmann, 3),
        (hartmann, 6),
        (rosenbrock, 4),
        (styblinski, 5),
        (dette_curved, 8),
        (dette_exponential, 3),
        (welch, 20),
        (loeppky, 7),
        (oakley, 15),
        (short_column, 3),
        (sulfur, 9),
        (gramacy, 6),
        (park, 4),
        (franke, 2),
        (currin, 2),
        (discontinuous, 4),
        (corner_peak, 5),
        (continuous, 5),
        (oscillatory, 6),
        (duffing, 5),
        (projectile, 5),
        (stirred_tank, 6),
        (overflow, 4),
    ]
    return [Analytic(f"{each.__name__} {d}", each, d, N_FRESH) for each, d in known]


def branin(X: np.ndarray) -> np.ndarray:
    a, b = 15 * X[:, 0] - 5, 15 * X[:, 1]
    parabola = b - 5.1 / (4 * np.pi**2) * a**2 + 5 / np.pi * a - 6
    return parabola**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(a) + 10


def camel6(X: np.ndarray) -> np.ndarray:
    a, b = 4 * X[:, 0] - 2, 2 * X[:, 1] - 1
    return (4 - 2.1 * a**2 + a**4 / 3) * a**2 + a * b + (4 * b**2 - 4) * b**2


def hartmann(X: np.ndarray) -> np.ndarray:
    widths, places = map(np.array, _PEAKS[X.shape[1]])
    distances = (widths * (X[:, None] - 1e-4 * places) ** 2).sum(axis=-1)
    return -np.exp(-distances) @ np.array([1, 1.2, 3, 3.2])


def rosenbrock(X: np.ndarray) -> np.ndarray:
    Z = 4 * X - 2
    return (100 * (Z[:, 1:] - Z[:, :-1] ** 2) ** 2 + (1 - Z[:, :-1]) ** 2).sum(axis=1)


def styblinski(X: np.ndarray) -> np.ndarray:
    Z = 10 * X - 5
    return 0.5 * (Z**4 - 16 * Z**2 + 5 * Z).sum(axis=1)


def dette_curved(X: np.ndarray) -> np.ndarray:
    a, b, c = X[:, :3].T
    curved = 4 * (a - 2 + 8 * b - 8 * b**2) ** 2 + (3 - 4 * b) ** 2
    curved += 16 * np.sqrt(c + 1) * (2 * c - 1) ** 2
    return curved + sum(k * np.log(1 + X[:, 2:k].sum(axis=1)) for k in range(4, 9))


def dette_exponential(X: np.ndarray) -> np.ndarray:
    steep = np.exp(-2 / np.maximum(X, 1e-3) ** np.array([1.75, 1.5, 1.25]))
    return 100 * steep.sum(axis=1)


def welch(X: np.ndarray) -> np.ndarray:
    x = X - 0.5
    strong = 5 * x[:, 11] / (1 + x[:, 0]) + 5 * (x[:, 3] - x[:, 19]) ** 2
    strong += x[:, 4] + 40 * x[:, 18] ** 3 - 5 * x[:, 18] + 0.25 * x[:, 12] ** 2
    weak = {1: 0.05, 2: 0.08, 5: -0.03, 6: 0.03, 8: -0.09, 9: -0.01, 10: -0.07, 13: -0.04}
    weak |= {14: 0.06, 16: -0.01, 17: -0.03}
    return strong + x[:, list(weak)] @ np.array(list(weak.values()))


def loeppky(X: np.ndarray) -> np.ndarray:
    a, b, c = X[:, :3].T
    products = 3 * a * b + 2.2 * a * c + 1.4 * b * c
    return products + X @ np.array([6, 4, 5.5, 1, 0.5, 0.2, 0.1])


def oakley(X: np.ndarray) -> np.ndarray:
    """Linear, sine, cosine and quadratic terms, of random coefficients in three sizes."""
    rng, Z = np.random.default_rng(15), 4 * (X - 0.5)
    line, sine, cosine = (rng.normal(size=15) * np.repeat([0.1, 0.4, 1], 5) for _ in range(3))
    square = 0.1 * rng.normal(size=(15, 15))
    return Z @ line + np.sin(Z) @ sine + np.cos(Z) @ cosine + ((Z @ square) * Z).sum(axis=1)


def short_column(X: np.ndarray) -> np.ndarray:
    strength = np.exp(1.5 + 0.3 * (2 * X[:, 0] - 1))
    moment, force = 500 + 4000 * X[:, 1], 200 + 600 * X[:, 2]
    return 1 - 4 * moment / (5 * 15**3 * strength) - force**2 / (5 * 15**2 * strength**2)


def sulfur(X: np.ndarray) -> np.ndarray:
    """Radiative forcing by sulfate, a product of nine uncertain factors."""
    factors = np.exp((2 * X - 1) * np.array([0.2, 0.15, 0.2, 0.15, 0.3, 0.1, 0.2, 0.2, 0.3]))
    emission, yield_, lifetime, aspect, upscatter, f, albedo, transmitted, cloud = factors.T
    path = 3 * emission * yield_ * lifetime * f * aspect * upscatter
    return -0.5 * 1366**2 * transmitted**2 * (1 - 0.6 * albedo) * (1 - 0.15 * cloud) ** 2 * path


def gramacy(X: np.ndarray) -> np.ndarray:
    return np.exp(np.sin((0.9 * (X[:, 0] + 0.48)) ** 10)) + X[:, 1] * X[:, 2] + X[:, 3]


def park(X: np.ndarray) -> np.ndarray:
    a, b, c, d = np.maximum(X, 1e-4).T
    return a / 2 * (np.sqrt(1 + (b + c**2) * d / a**2) - 1) + (a + 3 * d) * np.exp(1 + np.sin(c))


def franke(X: np.ndarray) -> np.ndarray:
    a, b = 9 * X.T
    hills = 0.75 * np.exp(-((a - 2) ** 2) / 4 - (b - 2) ** 2 / 4)
    hills += 0.75 * np.exp(-((a + 1) ** 2) / 49 - (b + 1) / 10)
    hills += 0.5 * np.exp(-((a - 7) ** 2) / 4 - (b - 3) ** 2 / 4)
    return hills - 0.2 * np.exp(-((a - 4) ** 2) - (b - 7) ** 2)


def currin(X: np.ndarray) -> np.ndarray:
    a, b = X[:, 0], np.maximum(X[:, 1], 1e-6)
    ratio = (2300 * a**3 + 1900 * a**2 + 2092 * a + 60) / (100 * a**3 + 500 * a**2 + 4 * a + 20)
    return (1 - np.exp(-0.5 / b)) * ratio


def discontinuous(X: np.ndarray) -> np.ndarray:
    beyond = (X[:, 0] > 0.6) | (X[:, 1] > 0.7)
    return np.where(beyond, 0, np.exp(X @ np.array([1.5, 1, 0.8, 0.4])))


def corner_peak(X: np.ndarray) -> np.ndarray:
    return (1 + X @ np.array([1, 0.8, 0.6, 0.4, 0.2])) ** -6


def continuous(X: np.ndarray) -> np.ndarray:
    """A peak with kinks along every input."""
    return np.exp(-np.abs(X - np.array([0.3, 0.6, 0.5, 0.4, 0.7])) @ np.array([3, 2, 1.5, 1, 0.5]))


def oscillatory(X: np.ndarray) -> np.ndarray:
    return np.cos(0.6 * np.pi + X @ np.array([2.5, 2, 1.5, 1, 0.7, 0.3]))


def duffing(X: np.ndarray) -> np.ndarray:
    """Place of a driven oscillator with a hardening spring after a while."""

    def rates(t: float, state: np.ndarray, x: np.ndarray) -> list[float]:
        spring = (0.5 + x[1]) * state[0] + x[2] * state[0] ** 3
        drive = 0.5 * x[3] * np.cos((0.5 + x[4]) * t)
        return [state[1], drive - (0.1 + 0.4 * x[0]) * state[1] - spring]

    return np.array([_end(rates, 8, [1.0, 0.0], x)[0] for x in X])


def projectile(X: np.ndarray) -> np.ndarray:
    """How far a body flies against the air before it lands."""

    def rates(_, state: np.ndarray, x: np.ndarray) -> list[float]:
        drag = (0.002 + 0.01 * x[2]) * np.hypot(*state[2:])
        wind = 0.02 * (x[3] - 0.5)
        return [*state[2:], wind - drag * state[2], -9.81 - drag * state[3]]

    def lands(_, state: np.ndarray, x: np.ndarray) -> float:
        return state[1] + 1e-9

    lands.terminal, lands.direction = True, -1
    found = []
    for x in X:
        speed, angle = 30 + 30 * x[0], np.deg2rad(20 + 50 * x[1])
        start = [0, 1 + 5 * x[4], speed * np.cos(angle), speed * np.sin(angle)]
        flight = solve_ivp(rates, (0, 60), start, args=(x,), events=lands, rtol=1e-8)
        found.append(flight.y[0, -1])
    return np.array(found)


def stirred_tank(X: np.ndarray) -> np.ndarray:
    """Temperature of an exothermic reaction in a cooled tank, which may ignite."""

    def rates(_, state: np.ndarray, x: np.ndarray) -> list[float]:
        amount, heat = state
        reacted = 7.2e10 * np.exp(-8750 / heat) * amount
        warming = 350 + 10 * (x[0] - 0.5) - heat + (209 + 40 * (x[2] - 0.5)) * reacted
        cooling = (2.09 + 0.4 * (x[3] - 0.5)) * (heat - (295 + 20 * x[4]))
        return [1 + 0.4 * (x[1] - 0.5) - amount - reacted, warming - cooling]

    return np.array([_end(rates, 5, [0.9, 300 + 30 * x[5]], x)[1] for x in X])


def overflow(X: np.ndarray) -> np.ndarray:
    """Level of a tank with an outlet, and a tenth of what ran over its rim."""
    level, spilt = 0.5 * X[:, 0], np.zeros(len(X))
    rim = 1 + X[:, 3]
    for _ in range(300):
        out = (0.02 + 0.05 * X[:, 2]) * np.sqrt(np.maximum(level, 0))
        level = level + 0.05 * (0.5 + X[:, 1]) - out
        spilt += np.maximum(level - rim, 0)
        level = np.minimum(level, rim)
    return level + 0.1 * spilt


def _end(rates: Callable, until: float, start: list[float], x: np.ndarray) -> np.ndarray:
    """Return the state at the end."""
    solved = solve_ivp(rates, (0, until), start, args=(x,), method="LSODA", rtol=1e-7, atol=1e-9)
    return solved.y[:, -1]
