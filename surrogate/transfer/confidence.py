"""How sure a classifier is, calibrated on labelled rows it has not learnt from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

__all__ = ["Gate", "cross_fitted_gates"]

Floats = NDArray[np.float64]

_FOLDS = 5
_SURE = 0.9
_TINY = np.finfo(float).tiny


@dataclass(frozen=True)
class Gate:
    """A temperature that calibrates probabilities, and the least confidence that is let in.

    Attributes
    ----------
    temperature : float
        Above 1 where the classifier is too sure of itself.
    threshold : float
        Infinite where no confidence is pure enough.
    """

    temperature: float
    threshold: float

    @classmethod
    def fitted(cls, probabilities: Floats, codes: NDArray[np.intp], purity: float) -> Gate:
        """Return the gate that lets in as many rows as are sure to be as pure as asked for.

        Sure: the exact lower bound of their share of right labels, at a confidence of 0.9, is no
        less. The share itself would pick a lucky threshold.

        Parameters
        ----------
        probabilities : ndarray of shape (n, n_classes)
        codes : ndarray of shape (n,)
            The column of each row's true label.
        purity : float
        """
        from scipy.stats import beta

        gate = cls(_temperature(probabilities, codes), math.inf)
        confidence = gate.confidence(probabilities)
        order = np.argsort(-confidence, kind="stable")
        right = (probabilities.argmax(axis=1) == codes)[order]
        n, k = np.arange(1, len(right) + 1), np.cumsum(right)
        least = np.where(k > 0, beta.ppf(1 - _SURE, np.maximum(k, 1), n - k + 1), 0.0)
        pure = np.flatnonzero(least >= purity)
        return cls(gate.temperature, float(confidence[order[pure[-1]]])) if len(pure) else gate

    def calibrated(self, probabilities: Floats) -> Floats:
        """Return the probabilities at the temperature, shape (n, n_classes)."""
        return _softened(probabilities, self.temperature)

    def confidence(self, probabilities: Floats) -> Floats:
        """Return the calibrated probability of the most probable class, shape (n,)."""
        return self.calibrated(probabilities).max(axis=1)

    def sure(self, probabilities: Floats) -> NDArray[np.bool_]:
        """Return which rows are let in."""
        return self.confidence(probabilities) >= self.threshold


def cross_fitted_gates(
    probabilities: Floats, codes: NDArray[np.intp], purity: float
) -> NDArray[np.bool_]:
    """Return which labelled rows are let in by gates fitted without them, shape (n,)."""
    sure = np.zeros(len(codes), dtype=bool)
    for number in range(_FOLDS):
        fold = np.arange(len(codes)) % _FOLDS == number
        gate = Gate.fitted(probabilities[~fold], codes[~fold], purity)
        sure[fold] = gate.sure(probabilities[fold])
    return sure


def _temperature(probabilities: Floats, codes: NDArray[np.intp]) -> float:
    """Return the temperature at which the labels are most likely."""
    from scipy.optimize import minimize_scalar

    def surprise(log_temperature: float) -> float:
        softened = _softened(probabilities, math.exp(log_temperature))
        return -float(np.log(np.maximum(softened[np.arange(len(codes)), codes], _TINY)).sum())

    found = minimize_scalar(surprise, bounds=(math.log(0.2), math.log(20)), method="bounded")
    return math.exp(found.x)


def _softened(probabilities: Floats, temperature: float) -> Floats:
    logs = np.log(np.maximum(probabilities, _TINY)) / temperature
    return np.asarray(softmax(logs, axis=1))
