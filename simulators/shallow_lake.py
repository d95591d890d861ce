r"""The shallow lake problem: how much phosphorus a town may emit before its lake tips over.

.. math::

    X_{t+1} = X_t + a + \frac{X_t^q}{1 + X_t^q} - b X_t + \epsilon_t, \qquad X_0 = 0

X is the phosphorus in the water (dimensionless), a the town's constant yearly emission, b the rate
of removal, q the steepness of the release from the sediment, and :math:`\epsilon_t` the natural
inflow, log-normal with the given mean and standard deviation. Beyond the smallest positive
solution of :math:`X^q/(1 + X^q) = b X`, the critical phosphorus, a lake without inflow cannot
recover.

Known answer: for q = 2 the critical phosphorus is :math:`(1 - \sqrt{1 - 4 b^2})/(2 b)`.

References
----------
.. [1] S. R. Carpenter, D. Ludwig, W. A. Brock, "Management of eutrophication for lakes subject to
   potentially irreversible change", Ecological Applications 9 (1999) 751-771,
   https://doi.org/10.1890/1051-0761(1999)009[0751:MOEFLS]2.0.CO;2
.. [2] J. D. Quinn, P. M. Reed, K. Keller, "Direct policy search for robust multi-objective
   management of deeply uncertain socio-ecological tipping points", Environmental Modelling &
   Software 92 (2017) 125-141, https://doi.org/10.1016/j.envsoft.2017.02.017
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

import surrogate as sg

__all__ = ["critical_phosphorus", "shallow_lake"]

Reals = NDArray[np.float64]

N_YEARS = 100
BENEFIT = 0.4  # utility per unit emitted

SPACE = sg.Space(
    b=sg.Uniform(0.1, 0.45, unit="1/yr", description="removal rate"),
    q=sg.Uniform(2.0, 4.5, description="steepness of the release from the sediment"),
    mean=sg.Uniform(0.01, 0.05, unit="1/yr", description="mean natural inflow"),
    stdev=sg.Uniform(0.001, 0.005, unit="1/yr", description="its standard deviation"),
    delta=sg.Uniform(0.93, 0.99, description="discount factor of the utility"),
    emission=sg.Constant(0.02, unit="1/yr", description="the town's emission, the policy"),
)


@sg.simulator(SPACE, outcomes=["max_phosphorus", "reliability", "utility"], vectorized=True)
def shallow_lake(
    *,
    b: ArrayLike,
    q: ArrayLike,
    mean: ArrayLike,
    stdev: ArrayLike,
    delta: ArrayLike,
    emission: ArrayLike,
    rng: Sequence[np.random.Generator],
) -> dict[str, Reals]:
    """Return what becomes of n lakes within 100 years.

    Parameters
    ----------
    b, q, mean, stdev, delta, emission : array_like of shape (n,)
    rng : sequence of n Generators
        One for the natural inflows of each lake.

    Returns
    -------
    dict of str to ndarray of shape (n,)
        ``max_phosphorus``; ``reliability``, the share of years at or below the critical
        phosphorus; ``utility``, the discounted benefit of the emissions.

    Examples
    --------
    >>> from simulators.shallow_lake import shallow_lake
    >>> lakes = shallow_lake.space.sample(4, rng=0)
    >>> shallow_lake.evaluate(lakes, rng=0).round(2)
       max_phosphorus  reliability  utility
    0            0.29         1.00     0.15
    1            0.09         1.00     0.21
    2            0.22         1.00     0.44
    3            8.24         0.09     0.14
    """
    b, q, delta, emission = (np.asarray(each, dtype=float) for each in (b, q, delta, emission))
    inflow = _natural_inflow(np.asarray(mean, dtype=float), np.asarray(stdev, dtype=float), rng)
    phosphorus = np.zeros((N_YEARS, len(inflow)))
    for year in range(1, N_YEARS):
        now = phosphorus[year - 1]
        released = now**q / (1 + now**q)
        phosphorus[year] = now * (1 - b) + released + emission + inflow[:, year - 1]
    return {
        "max_phosphorus": phosphorus.max(axis=0),
        "reliability": np.mean(phosphorus <= critical_phosphorus(b, q), axis=0),
        "utility": BENEFIT * emission * (1 - delta**N_YEARS) / (1 - delta),
    }


def critical_phosphorus(b: ArrayLike, q: ArrayLike) -> Reals:
    """Return the phosphorus beyond which a lake tips; infinity where it always recovers.

    Parameters
    ----------
    b, q : array_like
        Removal rate and steepness, q > 1.

    Examples
    --------
    >>> critical_phosphorus(0.42, 2.0).round(4)
    np.float64(0.5445)
    """
    b, q = np.broadcast_arrays(np.asarray(b, dtype=float), np.asarray(q, dtype=float))
    # x^(q-1) / (1 + x^q) rises from 0 to its maximum at x = (q-1)^(1/q): halve the way there.
    low, high = np.zeros(b.shape), (q - 1) ** (1 / q)
    recovers = high ** (q - 1) / q < b
    for _ in range(60):
        middle = (low + high) / 2
        beyond = middle ** (q - 1) / (1 + middle**q) > b
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return np.where(recovers, np.inf, high)[()]


def _natural_inflow(mean: Reals, stdev: Reals, rng: Sequence[np.random.Generator]) -> Reals:
    """Return log-normal inflows (n, N_YEARS) of the given mean and standard deviation."""
    log_variance = np.log1p((stdev / mean) ** 2)
    log_mean = np.log(mean) - log_variance / 2
    normal = np.array([each.standard_normal(N_YEARS) for each in rng])
    return np.exp(log_mean[:, None] + np.sqrt(log_variance)[:, None] * normal)
