r"""Lotka and Volterra's predator and prey.

.. math::

    \dot x = \alpha x - \beta x y, \qquad \dot y = \delta x y - \gamma y

Known answers: every orbit is closed and conserves
:math:`V = \delta x - \gamma\ln x + \beta y - \alpha\ln y` (`conserved`); small swings around the
equilibrium :math:`(\gamma/\delta, \alpha/\beta)` have the period :math:`2\pi/\sqrt{\alpha\gamma}`.

References
----------
.. [1] V. Volterra, "Fluctuations in the abundance of a species considered mathematically", Nature
   118 (1926) 558-560, https://doi.org/10.1038/118558a0
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

import surrogate as sg

__all__ = ["YEARS", "conserved", "lotka_volterra"]

YEARS = np.linspace(0.0, 40.0, 401)

SPACE = sg.Space(
    alpha=sg.Uniform(0.4, 1.2, unit="1/yr", description="growth of the prey"),
    beta=sg.Uniform(0.2, 0.8, unit="1/yr", description="predation"),
    gamma=sg.Uniform(0.4, 1.2, unit="1/yr", description="death of the predator"),
    delta=sg.Uniform(0.2, 0.8, unit="1/yr", description="growth of the predator by predation"),
    prey_0=sg.Uniform(0.5, 3.0, description="prey at the start"),
    predator_0=sg.Uniform(0.5, 3.0, description="predators at the start"),
)


@sg.simulator(SPACE, outcomes=["prey", "predator", "max_prey", "min_prey"])
def lotka_volterra(
    *, alpha: float, beta: float, gamma: float, delta: float, prey_0: float, predator_0: float
) -> dict[str, float | NDArray[np.float64]]:
    """Return 40 years of predator and prey.

    Parameters
    ----------
    alpha, beta, gamma, delta : float
        Rates, in 1/yr.
    prey_0, predator_0 : float
        Populations at the start, positive.

    Returns
    -------
    dict
        ``prey`` and ``predator``, the populations at `YEARS`; ``max_prey``, ``min_prey``.

    Examples
    --------
    >>> from simulators.lotka_volterra import lotka_volterra
    >>> still = lotka_volterra(alpha=1, beta=0.5, gamma=0.6, delta=0.3, prey_0=2, predator_0=2)
    >>> round(still["max_prey"], 6), round(still["min_prey"], 6)
    (2.0, 2.0)
    """

    def rates(_: float, state: NDArray[np.float64]) -> list[float]:
        x, y = state
        return [(alpha - beta * y) * x, (delta * x - gamma) * y]

    course = solve_ivp(
        rates,
        (YEARS[0], YEARS[-1]),
        [prey_0, predator_0],
        t_eval=YEARS,
        method="DOP853",
        rtol=1e-9,
        atol=1e-12,
    )
    prey, predator = course.y
    return {
        "prey": prey,
        "predator": predator,
        "max_prey": float(prey.max()),
        "min_prey": float(prey.min()),
    }


def conserved(
    prey: ArrayLike, predator: ArrayLike, *, alpha: float, beta: float, gamma: float, delta: float
) -> NDArray[np.float64]:
    """Return V, which stays the same along an orbit.

    Examples
    --------
    >>> conserved([1.0], [1.0], alpha=1.0, beta=0.5, gamma=0.6, delta=0.3)
    array([0.8])
    """
    x, y = np.asarray(prey, dtype=float), np.asarray(predator, dtype=float)
    return delta * x - gamma * np.log(x) + beta * y - alpha * np.log(y)
