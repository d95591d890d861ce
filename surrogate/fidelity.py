"""How good teacher and student are, and how far the student follows the teacher.

Fidelity is agreement with the teacher, never quality: a student may follow a wrong teacher well.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.estimates import Estimate, binomial, bootstrap

__all__ = ["agreement", "balanced_accuracy", "quality", "size"]


def agreement(
    truth: NDArray[Any],
    predicted: NDArray[Any],
    *,
    classifies: bool,
    data: str,
    rng: np.random.Generator,
) -> Estimate:
    """Return the share of equal labels, or Q2 = 1 - MSE / variance for values."""
    if classifies:
        return binomial(int(np.sum(truth == predicted)), len(truth), data=data)
    errors, centred = (truth - predicted) ** 2, (truth - truth.mean()) ** 2

    def q2(rows: NDArray[np.intp]) -> float:
        spread = float(centred[rows].sum())
        return 1 - float(errors[rows].sum()) / spread if spread else math.nan

    return bootstrap(q2, len(truth), data=data, rng=rng)


def balanced_accuracy(
    truth: NDArray[Any], predicted: NDArray[Any], *, data: str, rng: np.random.Generator
) -> Estimate:
    """Return the mean over classes of the share told right, with a bootstrap interval."""
    right = truth == predicted
    members = [truth == label for label in np.unique(truth)]

    def mean_recall(rows: NDArray[np.intp]) -> float:
        shares = [right[rows][each[rows]].mean() for each in members if each[rows].any()]
        return float(np.mean(shares))

    return bootstrap(mean_recall, len(truth), data=data, rng=rng)


def quality(
    who: str,
    truth: NDArray[Any],
    predicted: NDArray[Any],
    *,
    classifies: bool,
    data: str,
    rng: np.random.Generator,
) -> dict[str, Estimate]:
    """Return accuracy and balanced accuracy of labels, or Q2 of values, by name."""
    same = agreement(truth, predicted, classifies=classifies, data=data, rng=rng)
    if not classifies:
        return {f"Q2 of the {who}": same}
    balanced = balanced_accuracy(truth, predicted, data=data, rng=rng)
    return {f"accuracy of the {who}": same, f"balanced accuracy of the {who}": balanced}


def size(student: Any) -> dict[str, Estimate]:
    """Return the student's size, by the name of what is counted; empty where nothing is."""
    if hasattr(student, "get_n_leaves"):
        name, count = "leaves of the student", student.get_n_leaves()
    elif hasattr(student, "box_"):
        name, count = "inputs the student restricts", student.box_.n_restricted
    elif hasattr(student, "coef_"):
        name, count = "coefficients of the student", np.size(student.coef_)
    else:
        return {}
    return {name: Estimate(float(count), method="count", data="the student")}
