"""Two regimes and the gate between them: where a response jumps, or has a kink.

A mixture of two quadratics whose shares depend on the inputs by a logistic gate, found by
expectation maximisation (a mixture of experts [1]_). It says on which side of the jump every run
lies; better models of the sides, and a sharper gate, are fitted to that.

References
----------
.. [1] R. A. Jacobs et al., Adaptive mixtures of local experts, Neural Computation 3 (1991),
   https://doi.org/10.1162/neco.1991.3.1.79
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, softmax

from surrogate.students.arrays import Array

__all__ = ["Gate", "Gates", "Quadratic", "Split", "split_in_two"]

_MOST_STEPS = 30
_SETTLED = 0.02  # gain of log likelihood per step and 1000 rows
_RIDGE = 0.1  # on coefficients of a standardised outcome
_SOFT = 0.05  # ridge of the gate while sides are sought: few rows must not harden it
_GATES = [(degree, penalty) for degree in (1, 2) for penalty in (0.1, 1e-2, 1e-3, 1e-4)]
_NEGLIGIBLE = 0.02  # share of a gate
_FLAT = 1e-3  # precision of a prior that leaves the level of a gate open
_LEAST_VARIANCE = 1e-4  # of the outcome: regimes that explain more need no telling apart


def _features(X: Array, degree: int) -> Array:
    """Return 1, the inputs on [-1, 1] and, for degree 2, their centred squares."""
    centred = 2 * X - 1
    parts = [np.ones((len(X), 1)), centred] + ([centred**2 - 1 / 3] if degree == 2 else [])
    return np.hstack(parts)


@dataclass(frozen=True)
class Quadratic:
    """A sum of a quadratic in each input, with the standard deviation it leaves.

    Attributes
    ----------
    coefficients : ndarray of shape (1 + 2 * d,)
    std : float
    """

    coefficients: Array
    std: float

    @classmethod
    def fit(cls, X: Array, y: Array, share: Array | None = None) -> Quadratic:
        """Fit by ridge regression; `share`, shape (n,), weights the rows."""
        weight = np.ones(len(y)) if share is None else share
        features = _features(X, 2)
        weighted = features * weight[:, None]
        penalty = np.full(features.shape[1], _RIDGE)
        penalty[0] = 1e-6
        gram = features.T @ weighted + np.diag(penalty)
        coefficients = np.asarray(np.linalg.solve(gram, weighted.T @ y), dtype=float)
        square = (y - features @ coefficients) ** 2
        variance = float(weight @ square) / max(float(weight.sum()), 1e-9)
        return cls(coefficients, float(np.sqrt(variance)))

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return the mean and, if asked, the standard deviation at rows."""
        mean = _features(X, 2) @ self.coefficients
        return mean, np.full(len(X), self.std) if return_std else None


@dataclass(frozen=True)
class Gate:
    """Probability of the second regime: logistic in the inputs, or in them and their squares.

    Attributes
    ----------
    degree : int
        1 or 2.
    penalty : float
        Ridge on all coefficients but the first.
    coefficients : ndarray of shape (1 + degree * d,)
    """

    degree: int
    penalty: float
    coefficients: Array

    @classmethod
    def fit(cls, X: Array, second: Array, *, degree: int, penalty: float) -> Gate:
        """Fit to the share of the second regime in each row, shape (n,), between 0 and 1."""
        features = _features(X, degree)

        def objective(w: Array) -> tuple[float, Array]:
            logits = features @ w
            slope = features.T @ (expit(logits) - second)
            slope[1:] += penalty * w[1:]
            loss = float((np.logaddexp(0, logits) - second * logits).sum())
            return loss + 0.5 * penalty * float(w[1:] @ w[1:]), slope

        start = np.zeros(features.shape[1])
        found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 100})
        return cls(degree, penalty, found.x)

    def logits(self, X: Array) -> Array:
        """Return the log odds of the second regime at rows, shape (n,)."""
        return _features(X, self.degree) @ self.coefficients

    def log_evidence(self, X: Array, second: Array) -> float:
        """Return the log marginal likelihood of gates of its kind, up to a constant.

        The coefficients are taken to be normal about those found, as the penalty takes them to be
        about zero.
        """
        features, logits, slopes = _features(X, self.degree), self.logits(X), self.coefficients[1:]
        share = expit(logits)
        curvature = features.T @ (features * (share * (1 - share))[:, None])
        curvature[np.diag_indices(len(curvature))] += np.r_[
            _FLAT, np.full(len(slopes), self.penalty)
        ]
        loss = float((np.logaddexp(0, logits) - second * logits).sum())
        loss += 0.5 * self.penalty * float(slopes @ slopes)
        volume = len(slopes) * np.log(self.penalty) - np.linalg.slogdet(curvature)[1]
        return float(0.5 * volume - loss)


@dataclass(frozen=True)
class Gates:
    """Gates of several degrees and penalties, mixed: few rows cannot tell which is right.

    Shares are those of their marginal likelihoods, to second order about each gate [1]_. Held-out
    rows tell less: with shares by their likelihoods regimes erred 1.1 to 1.7 times as much from 80
    and 200 rows on either side of a plane, and as much about a sphere, for more seconds.

    Attributes
    ----------
    gates : sequence of Gate
    shares : ndarray of shape (n_gates,)
        Not negative, of sum 1.

    References
    ----------
    .. [1] D. J. C. MacKay, The evidence framework applied to classification networks, Neural
       Computation 4 (1992), https://doi.org/10.1162/neco.1992.4.5.720
    """

    gates: Sequence[Gate]
    shares: Array

    @classmethod
    def fit(cls, X: Array, second: Array) -> Gates:
        """Fit to the share of the second regime in each row, shape (n,)."""
        gates = [Gate.fit(X, second, degree=degree, penalty=penalty) for degree, penalty in _GATES]
        shares = softmax([each.log_evidence(X, second) for each in gates])
        kept = np.flatnonzero(shares >= _NEGLIGIBLE)
        return cls([gates[index] for index in kept], shares[kept] / shares[kept].sum())

    def probability(self, X: Array) -> Array:
        """Return the probability of the second regime at rows, shape (n,)."""
        return self.shares @ np.array([expit(each.logits(X)) for each in self.gates])


@dataclass(frozen=True)
class Split:
    """A mixture of two quadratics.

    Attributes
    ----------
    gate : Gate
    sides : pair of Quadratic
    second : bool array of shape (n,)
        Which rows rather belong to the second.
    log_likelihood : float
    """

    gate: Gate
    sides: tuple[Quadratic, Quadratic]
    second: NDArray[np.bool_]
    log_likelihood: float

    def beats(self, X: Array, y: Array) -> bool:
        """Return whether it explains more than one quadratic, by the Bayesian criterion."""
        n = len(y)
        alone = max(Quadratic.fit(X, y).std ** 2, _LEAST_VARIANCE)
        gain = self.log_likelihood + 0.5 * n * (np.log(alone) + 1)
        extra = len(self.sides[0].coefficients) + len(self.gate.coefficients)
        smallest = min(int(self.second.sum()), n - int(self.second.sum()))
        return bool(gain > 0.5 * extra * np.log(n)) and smallest >= X.shape[1]


def split_in_two(X: Array, y: Array) -> Split:
    """Return the likeliest mixture of two quadratics, from several starts.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        On the unit scale.
    y : ndarray of shape (n,)
        Standardised.
    """
    return max((_maximised(X, y, start) for start in _starts(X, y)), key=lambda s: s.log_likelihood)


def _starts(X: Array, y: Array) -> Iterable[Array]:
    """Yield first guesses of each row's share in the second regime: outcomes, or what is left."""
    linear = _features(X, 1)
    slopes = np.linalg.lstsq(linear, y, rcond=None)[0]
    left = y - Quadratic.fit(X, y).predict(X)[0]
    for values in (y, y - linear @ slopes, left):
        yield 0.1 + 0.8 * _high_and_low(values)


def _high_and_low(values: Array) -> Array:
    """Return 1.0 for the upper and 0.0 for the lower of two clusters (two means)."""
    centres = np.quantile(values, [0.2, 0.8])
    for _ in range(_MOST_STEPS):
        high = np.abs(values - centres[0]) > np.abs(values - centres[1])
        if high.all() or not high.any():
            break
        moved = np.array([values[~high].mean(), values[high].mean()])
        if np.allclose(moved, centres):
            break
        centres = moved
    return high.astype(float)


def _maximised(X: Array, y: Array, second: Array) -> Split:
    """Return where expectation maximisation ends."""
    before = -np.inf
    for _ in range(_MOST_STEPS):
        sides = (Quadratic.fit(X, y, 1 - second), Quadratic.fit(X, y, second))
        squares = [(y - side.predict(X)[0]) ** 2 for side in sides]
        variance = float(np.mean((1 - second) * squares[0] + second * squares[1]))
        variance = max(variance, _LEAST_VARIANCE)
        gate = Gate.fit(X, second, degree=1, penalty=_SOFT)
        logits = gate.logits(X)
        first_log = -squares[0] / (2 * variance) - np.logaddexp(0, logits)
        second_log = -squares[1] / (2 * variance) - np.logaddexp(0, -logits)
        likelihood = float(np.logaddexp(first_log, second_log).sum())
        likelihood -= 0.5 * len(y) * np.log(variance)
        second = expit(second_log - first_log)
        if likelihood - before < _SETTLED * len(y) / 1000:
            break
        before = likelihood
    return Split(gate, sides, second > 0.5, likelihood)
