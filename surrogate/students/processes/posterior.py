"""Hyperparameters of a Gaussian process drawn from their posterior: few rows leave many likely.

Hamiltonian Monte Carlo [1]_ with a step length found in the first transitions [2]_.

References
----------
.. [1] R. M. Neal, MCMC using Hamiltonian dynamics, in Handbook of Markov Chain Monte Carlo, CRC
   Press (2011), https://doi.org/10.1201/b10905-6
.. [2] M. D. Hoffman, A. Gelman, The No-U-Turn sampler, Journal of Machine Learning Research 15
   (2014), section 3.2
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surrogate.students.arrays import Array
from surrogate.students.processes.likelihood import ConcentratedLikelihood

__all__ = ["sampled_thetas"]

_N_SAMPLES = 24
_APART = 3  # transitions from one sample to the next
_N_FIRST = 20  # transitions that find the step length, and are not counted
_MOST_STEPS = 16  # of a transition
_FIRST_STEP = 0.1
_ACCEPTED = 0.8  # share of transitions that the step length aims at
_MOST_REFLECTIONS = 3  # of one step, at the bounds
# Prior of the logarithm of a lengthscale: at the mean an input bends the response a little.
_MEAN, _SPREAD = np.sqrt(2), 3.0


@dataclass(frozen=True)
class _State:
    """A place in the space of hyperparameters.

    Attributes
    ----------
    theta : ndarray of shape (n_parameters,)
    energy : float
        Negative log posterior, up to a constant.
    gradient : ndarray of shape (n_parameters,)
    """

    theta: Array
    energy: float
    gradient: Array

    @classmethod
    def at(cls, theta: Array, likelihood: ConcentratedLikelihood) -> _State:
        """Return the state at some hyperparameters."""
        energy, gradient = likelihood(theta)
        d = likelihood.X.shape[1]
        gradient = gradient.copy()
        beyond = (theta[:d] - _MEAN) / _SPREAD
        gradient[:d] += beyond / _SPREAD
        return cls(theta, energy + 0.5 * float(beyond @ beyond), gradient)


@dataclass
class _StepLength:
    """A step length that is adapted until about the share aimed at is accepted."""

    length: float = _FIRST_STEP
    mean_log: float = 0.0
    excess: float = 0.0
    count: int = 0

    def adapt(self, accepted: float) -> None:
        """Take account of how likely a transition was accepted (dual averaging)."""
        self.count += 1
        self.excess += (_ACCEPTED - accepted - self.excess) / (self.count + 10)
        log = np.log(10 * _FIRST_STEP) - np.sqrt(self.count) / 0.05 * self.excess
        log = float(np.clip(log, -8.0, 1.0))
        self.mean_log += self.count**-0.75 * (log - self.mean_log)
        self.length = float(np.exp(log))

    def settle(self) -> None:
        """Keep the average of the lengths tried, late ones most."""
        self.length = float(np.exp(self.mean_log))


def sampled_thetas(
    likelihood: ConcentratedLikelihood, start: Array, rng: np.random.Generator
) -> Array:
    """Return draws of theta from its posterior, shape (24, n_parameters).

    The prior is weak: normal for logarithms of lengthscales and log odds of shares, even for the
    logarithm of the nugget.

    Parameters
    ----------
    likelihood : ConcentratedLikelihood
    start : ndarray of shape (n_parameters,)
        An optimum.
    rng : numpy.random.Generator

    Examples
    --------
    >>> X = np.linspace(0, 1, 8)[:, None]
    >>> y = np.sin(6 * X[:, 0])
    >>> likelihood = ConcentratedLikelihood(X, y, "matern52", estimates_noise=True)
    >>> start = likelihood.start(lengthscale=0.5, nugget=1e-6)
    >>> thetas = sampled_thetas(likelihood, start, np.random.default_rng(0))
    >>> thetas.shape, bool(abs(np.median(thetas[:, 0]) - np.log(0.5)) < 1.0)
    ((24, 2), True)
    """
    step = _StepLength()
    state = _State.at(np.clip(start, *likelihood.bounds.T), likelihood)
    for _ in range(_N_FIRST):
        state, accepted = _moved(state, step.length, likelihood, rng)
        step.adapt(accepted)
    step.settle()
    drawn = []
    for _ in range(_N_SAMPLES):
        for _ in range(_APART):
            state, _ = _moved(state, step.length, likelihood, rng)
        drawn.append(state.theta)
    return np.array(drawn)


def _moved(
    state: _State, length: float, likelihood: ConcentratedLikelihood, rng: np.random.Generator
) -> tuple[_State, float]:
    """Return the next state, and with which probability a proposed one was accepted."""
    low, high = likelihood.bounds.T
    momentum = rng.standard_normal(len(low))
    kinetic = 0.5 * float(momentum @ momentum)
    proposed = state
    for _ in range(1 + rng.integers(_MOST_STEPS)):
        momentum = momentum - 0.5 * length * proposed.gradient
        theta, momentum = _reflected(proposed.theta + length * momentum, momentum, low, high)
        proposed = _State.at(theta, likelihood)
        momentum = momentum - 0.5 * length * proposed.gradient
    lost = proposed.energy + 0.5 * float(momentum @ momentum) - state.energy - kinetic
    accepted = float(np.exp(min(0.0, -lost)))
    return (proposed if rng.random() < accepted else state), accepted


def _reflected(theta: Array, momentum: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return place and momentum after reflection at the bounds."""
    for _ in range(_MOST_REFLECTIONS):
        momentum = np.where((theta < low) | (theta > high), -momentum, momentum)
        theta = np.where(theta < low, 2 * low - theta, theta)
        theta = np.where(theta > high, 2 * high - theta, theta)
    return np.clip(theta, low, high), momentum
