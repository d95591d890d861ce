r"""An inverted pendulum balanced by delayed feedback, linearised around the upright position.

.. math::

    \ddot\theta(t) - \frac{g}{\ell}\,\theta(t) = -P\,\theta(t - \tau) - D\,\dot\theta(t - \tau)

The outcome ``stability`` is the largest real part of the roots of
:math:`\lambda^2 - g/\ell + (P + D\lambda)\,e^{-\lambda\tau} = 0`, in 1/s: the pendulum is balanced
where it is negative. The roots are eigenvalues of the delay equation's generator, discretised on
Chebyshev points [2]_.

Known answers: the boundary of the stable region in the plane of the gains is the line
:math:`P = g/\ell` and the curve :math:`P = (\omega^2 + g/\ell)\cos\omega\tau`,
:math:`D = (\omega^2 + g/\ell)\sin(\omega\tau)/\omega` (`boundary_gains`); no gains balance a
pendulum with a delay above :math:`\sqrt{2\ell/g}` (`critical_delay`).

References
----------
.. [1] T. Insperger, G. Stépán, "Semi-Discretization for Time-Delay Systems", Springer 2011,
   https://doi.org/10.1007/978-1-4614-0335-7
.. [2] D. Breda, S. Maset, R. Vermiglio, "Pseudospectral differencing methods for characteristic
   roots of delay differential equations", SIAM Journal on Scientific Computing 27 (2005) 482-495,
   https://doi.org/10.1137/030601600
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

import surrogate as sg

__all__ = ["boundary_gains", "critical_delay", "pendulum"]

Reals = NDArray[np.float64]

GRAVITY = 9.81  # m/s^2
N_INTERVALS = 24

SPACE = sg.Space(
    length=sg.Uniform(0.3, 2.0, unit="m", description="length of the pendulum"),
    delay=sg.Uniform(0.02, 0.4, unit="s", description="delay of the feedback"),
    proportional=sg.Uniform(0.0, 80.0, unit="1/s^2", description="gain on the angle, P"),
    derivative=sg.Uniform(0.0, 20.0, unit="1/s", description="gain on the velocity, D"),
)


@sg.simulator(SPACE, outcomes=["stability"], vectorized=True, units={"stability": "1/s"})
def pendulum(
    *, length: ArrayLike, delay: ArrayLike, proportional: ArrayLike, derivative: ArrayLike
) -> Reals:
    """Return the largest real part of the characteristic roots.

    Parameters
    ----------
    length : array_like
        In m.
    delay : array_like
        In s, positive.
    proportional, derivative : array_like
        Gains P and D, in 1/s^2 and 1/s.

    Returns
    -------
    ndarray
        In 1/s, of the inputs' common shape.

    Examples
    --------
    >>> from simulators.pendulum import pendulum
    >>> gains = dict(proportional=15.0, derivative=5.0)
    >>> pendulum(length=1.0, delay=[0.1, 0.4], **gains).round(2)
    array([-2.21,  1.3 ])
    """
    length, delay, p, d = np.broadcast_arrays(
        *(np.asarray(each, dtype=float) for each in (length, delay, proportional, derivative))
    )
    # States at the points s of [-delay, 0], newest first: (angles, velocities). At s = 0 the
    # equation of motion holds, elsewhere the state is carried along: d/dt = d/ds.
    carry = _differentiation_matrix(N_INTERVALS) * (2 / delay[..., None, None])
    m = N_INTERVALS + 1
    generator = np.zeros((*delay.shape, 2 * m, 2 * m))
    generator[..., :m, :m] = generator[..., m:, m:] = carry
    generator[..., [0, m], :] = 0.0
    generator[..., 0, m] = 1.0
    generator[..., m, 0] = GRAVITY / length
    generator[..., m, m - 1] = -p
    generator[..., m, 2 * m - 1] = -d
    return np.linalg.eigvals(generator).real.max(axis=-1)


def boundary_gains(frequency: ArrayLike, *, length: float, delay: float) -> tuple[Reals, Reals]:
    """Return the gains P and D with a pair of roots at plus and minus i times `frequency` (rad/s).

    Examples
    --------
    >>> p, d = boundary_gains([1.0, 2.0], length=1.0, delay=0.1)
    >>> p.round(2), d.round(2)
    (array([10.76, 13.53]), array([1.08, 1.37]))
    """
    omega = np.asarray(frequency, dtype=float)
    size = omega**2 + GRAVITY / length
    return size * np.cos(omega * delay), size * np.sin(omega * delay) / omega


def critical_delay(length: ArrayLike) -> Reals:
    """Return the delay, in s, from which on no gains balance a pendulum of that length (m).

    Examples
    --------
    >>> critical_delay(1.0).round(3)
    np.float64(0.452)
    """
    return np.sqrt(2 * np.asarray(length, dtype=float) / GRAVITY)


def _differentiation_matrix(n: int) -> Reals:
    """Return Chebyshev's differentiation matrix (n + 1, n + 1) on [-1, 1], from 1 down to -1."""
    points = np.cos(np.pi * np.arange(n + 1) / n)
    weights = np.where(np.isin(np.arange(n + 1), (0, n)), 2.0, 1.0) * (-1.0) ** np.arange(n + 1)
    matrix = np.outer(weights, 1 / weights) / (points[:, None] - points + np.eye(n + 1))
    return matrix - np.diag(matrix.sum(axis=1))
