"""Class probabilities that are as often right as they say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from surrogate.students.arrays import Array

__all__ = ["ProbabilityCalibration", "log_loss"]

_PULL = 2.0  # standard deviation of the prior on the logarithm of the slope and on intercepts


@dataclass(frozen=True)
class ProbabilityCalibration:
    """Class probabilities ``softmax(slope * scores + intercepts)``.

    Platt's scaling [1]_ for two classes, temperature scaling with one intercept per class for
    more.

    References
    ----------
    .. [1] J. Platt, in Advances in Large Margin Classifiers, MIT Press (1999)

    Examples
    --------
    >>> scores = np.log([[0.9, 0.1], [0.2, 0.8]])
    >>> ProbabilityCalibration(1.0, np.zeros(2)).probabilities(scores).round(2)
    array([[0.9, 0.1],
           [0.2, 0.8]])
    """

    slope: float
    intercepts: Array

    @classmethod
    def fit(
        cls, scores: Array, codes: NDArray[np.intp], sample_weight: Array | None = None
    ) -> ProbabilityCalibration:
        """Fit slope and intercepts by the log loss of held-out rows.

        Parameters
        ----------
        scores : ndarray of shape (n, n_classes)
            Held-out scores, e.g. log probabilities or decision values.
        codes : int array of shape (n,)
            Class of each row.
        sample_weight : ndarray of shape (n,), optional
        """
        n, n_classes = scores.shape
        weight = np.ones(n) if sample_weight is None else sample_weight
        spread = float(scores.std()) or 1.0
        standard = scores / spread
        truth = np.eye(n_classes)[codes]

        def objective(theta: Array) -> tuple[float, Array]:
            slope = math.exp(theta[0])
            logits = slope * standard + theta[1:]
            log_p = log_softmax(logits, axis=1)
            excess = weight[:, None] * (np.exp(log_p) - truth)
            gradient = np.append(slope * (excess * standard).sum(), excess.sum(axis=0))
            value = -float((weight[:, None] * truth * log_p).sum())
            # The prior keeps separable scores from certainty, as Platt's softened targets do.
            return value + 0.5 * float(theta @ theta) / _PULL**2, gradient + theta / _PULL**2

        theta = minimize(objective, np.zeros(1 + n_classes), jac=True, method="L-BFGS-B").x
        return cls(math.exp(theta[0]) / spread, theta[1:])

    def probabilities(self, scores: Array) -> Array:
        """Return probabilities, shape (n, n_classes), for scores of that shape."""
        return softmax(self.slope * scores + self.intercepts, axis=1)


def log_loss(probabilities: Array, codes: NDArray[np.intp]) -> Array:
    """Return minus the log probability of the true class of each row, shape (n,)."""
    true = probabilities[np.arange(len(codes)), codes]
    return -np.log(np.maximum(true, np.finfo(float).tiny))
