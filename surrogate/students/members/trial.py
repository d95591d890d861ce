"""A classification member on trial: fitted, calibrated and scored on folds it has not seen."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.calibration.probabilities import ProbabilityCalibration
from surrogate.students.members.classifiers import ClassificationMember
from surrogate.students.selection.folds import Folds
from surrogate.students.selection.weights import mixture_weights

__all__ = ["Trial", "mixed_out_of_fold"]

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Trial:
    """A fitted member, its calibration, and its held-out probabilities.

    Attributes
    ----------
    member : ClassificationMember
    calibration : ProbabilityCalibration
        Fitted on the held-out scores of all folds.
    held_out : ndarray of shape (n, n_classes)
        Probabilities of each fold, calibrated on the other folds.
    seconds : float
        What the fits took.
    """

    member: ClassificationMember
    calibration: ProbabilityCalibration
    held_out: Array
    seconds: float

    @classmethod
    def run(
        cls,
        member: ClassificationMember,
        X: Array,
        codes: Codes,
        folds: Folds,
        *,
        weight: Array | None,
        seed: int,
    ) -> Trial:
        """Fit the member and calibrate its held-out scores, those of a fold on the others."""
        start = time.perf_counter()
        scores = member.fit(X, codes, folds, seed % 2**32, weight)
        held_out = np.empty_like(scores)
        for fold in folds:
            rows = np.setdiff1d(np.arange(len(codes)), fold)
            part = None if weight is None else weight[rows]
            calibration = ProbabilityCalibration.fit(scores[rows], codes[rows], part)
            held_out[fold] = calibration.probabilities(scores[fold])
        calibration = ProbabilityCalibration.fit(scores, codes, weight)
        return cls(member, calibration, held_out, time.perf_counter() - start)

    def probabilities(self, X: Array) -> Array:
        """Return calibrated probabilities of new rows, shape (n, n_classes)."""
        return self.calibration.probabilities(self.member.scores(X))


def mixed_out_of_fold(
    held_out: Array, codes: Codes, folds: Folds, *, weight: Array | None, seed: int
) -> tuple[Array, Array]:
    """Return the weights of the members and the held-out probabilities of the mix.

    Parameters
    ----------
    held_out : ndarray of shape (n_members, n, n_classes)

    Returns
    -------
    weights : ndarray of shape (n_members,)
    probabilities : ndarray of shape (n, n_classes)
        Those of a fold come from weights that have not seen it.
    """
    true = held_out[:, np.arange(len(codes)), codes]
    mixed = np.empty(held_out.shape[1:])
    for number, fold in enumerate(folds):
        rows = np.setdiff1d(np.arange(len(codes)), fold)
        part = None if weight is None else weight[rows]
        shares = mixture_weights(true[:, rows], stream(seed, "weights", number), part)
        mixed[fold] = np.tensordot(shares, held_out[:, fold], axes=1)
    return mixture_weights(true, stream(seed, "weights"), weight), mixed
