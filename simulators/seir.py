r"""SEIR: an epidemic in a closed population, as shares of it.

.. math::

    \dot S = -\beta S I, \quad \dot E = \beta S I - \sigma E, \quad
    \dot I = \sigma E - \gamma I, \quad \dot R = \gamma I

with :math:`\sigma = 1/\text{latent period}`, :math:`\gamma = 1/\text{infectious period}` and
:math:`\beta = \mathcal{R}_0\,\gamma`. The outcome ``infected`` is the series of E + I.

Known answers: E + I never grows where :math:`\mathcal{R}_0 S_0 \le 1`; else its peak is
:math:`1 - (1 + \ln(\mathcal{R}_0 S_0))/\mathcal{R}_0` (`peak_infected`); the share s that
escapes for good solves :math:`\ln(s/S_0) = -\mathcal{R}_0 (1 - s)`, the final-size equation.

References
----------
.. [1] W. O. Kermack, A. G. McKendrick, "A contribution to the mathematical theory of epidemics",
   Proceedings of the Royal Society A 115 (1927) 700-721, https://doi.org/10.1098/rspa.1927.0118
.. [2] H. W. Hethcote, "The mathematics of infectious diseases", SIAM Review 42 (2000) 599-653,
   https://doi.org/10.1137/S0036144500371907
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import surrogate as sg

__all__ = ["DAYS", "peak_infected", "seir"]

DAYS = np.arange(0.0, 366.0)

SPACE = sg.Space(
    reproduction_number=sg.Uniform(0.8, 4.0, description="basic reproduction number"),
    latent_period=sg.Uniform(1.0, 7.0, unit="d", description="mean time until infectious"),
    infectious_period=sg.Uniform(2.0, 14.0, unit="d", description="mean time infectious"),
    initial_share=sg.LogUniform(1e-5, 1e-2, description="share infectious on day 0"),
)


@sg.simulator(SPACE, outcomes=["infected", "peak", "attack"])
def seir(
    reproduction_number: float,
    latent_period: float,
    infectious_period: float,
    initial_share: float,
) -> dict[str, float | NDArray[np.float64]]:
    """Return the course of one epidemic within a year.

    Parameters
    ----------
    reproduction_number : float
    latent_period, infectious_period : float
        In days.
    initial_share : float
        Share of the population that is infectious on day 0; all others are susceptible.

    Returns
    -------
    dict
        ``infected``, the share exposed or infectious on each of `DAYS`; ``peak``, its maximum;
        ``attack``, the share infected within the year.

    Examples
    --------
    >>> from simulators.seir import seir
    >>> outcomes = seir(2.5, 4.0, 6.0, 1e-3)
    >>> round(outcomes["peak"], 3), round(outcomes["attack"], 3)
    (0.234, 0.893)
    """
    recovery, onset = 1 / infectious_period, 1 / latent_period
    contact = reproduction_number * recovery

    def rates(_: float, state: NDArray[np.float64]) -> list[float]:
        susceptible, exposed, infectious = state
        new = contact * susceptible * infectious
        return [-new, new - onset * exposed, onset * exposed - recovery * infectious]

    course = solve_ivp(
        rates,
        (DAYS[0], DAYS[-1]),
        [1 - initial_share, 0.0, initial_share],
        t_eval=DAYS,
        method="LSODA",
        rtol=1e-8,
        atol=1e-10,
    )
    susceptible, exposed, infectious = course.y
    infected = exposed + infectious
    return {
        "infected": infected,
        "peak": float(infected.max()),
        "attack": float(1 - susceptible[-1]),
    }


def peak_infected(reproduction_number: float, initial_share: float) -> float:
    """Return the largest share that is ever exposed or infectious at once, in closed form.

    Examples
    --------
    >>> round(peak_infected(2.5, 1e-3), 3)
    0.234
    """
    growth = reproduction_number * (1 - initial_share)
    if growth <= 1:
        return initial_share
    return float(1 - (1 + np.log(growth)) / reproduction_number)
