"""How good teacher and student are, and how far the student follows the teacher.

Fidelity is agreement with the teacher, never quality: a student may follow a wrong teacher well.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.estimates import Estimate, binomial, bootstrap

__all__ = ["Judge", "seconds", "size", "timed"]


@dataclass(frozen=True)
class Judge:
    """Compares predictions, of labels or of values.

    Parameters
    ----------
    classifies : bool
    rng : Generator
        For bootstrap intervals.
    """

    classifies: bool
    rng: np.random.Generator

    def agreement(self, truth: NDArray[Any], predicted: NDArray[Any], *, data: str) -> Estimate:
        """Return the share of equal labels, or Q2 = 1 - MSE / variance for values."""
        if self.classifies:
            return binomial(int(np.sum(truth == predicted)), len(truth), data=data)
        errors, centred = (truth - predicted) ** 2, (truth - truth.mean()) ** 2

        def q2(rows: NDArray[np.intp]) -> float:
            spread = float(centred[rows].sum())
            return 1 - float(errors[rows].sum()) / spread if spread else math.nan

        return bootstrap(q2, len(truth), data=data, rng=self.rng)

    def balanced_accuracy(
        self, truth: NDArray[Any], predicted: NDArray[Any], *, data: str
    ) -> Estimate:
        """Return the mean over classes of the share told right, with a bootstrap interval."""
        right = (truth == predicted).astype(float)
        classes, codes = np.unique(truth, return_inverse=True)

        def mean_recall(rows: NDArray[np.intp]) -> float:
            members = np.bincount(codes[rows], minlength=len(classes))
            told = np.bincount(codes[rows], weights=right[rows], minlength=len(classes))
            return float(np.mean(told[members > 0] / members[members > 0]))

        return bootstrap(mean_recall, len(truth), data=data, rng=self.rng)

    def quality(
        self, who: str, truth: NDArray[Any], predicted: NDArray[Any], *, data: str
    ) -> dict[str, Estimate]:
        """Return accuracy and balanced accuracy of labels, or Q2 of values, by name."""
        same = self.agreement(truth, predicted, data=data)
        if not self.classifies:
            return {f"Q2 of the {who}": same}
        balanced = self.balanced_accuracy(truth, predicted, data=data)
        return {f"accuracy of the {who}": same, f"balanced accuracy of the {who}": balanced}


def size(student: Any) -> dict[str, Estimate]:
    """Return the student's size, by the name of what is counted; empty where nothing is.

    Of a pipeline the last step is counted, and the estimates name the steps before it: a tree after
    a step is another student than a tree on the inputs themselves.
    """
    counts: dict[str, Any] = {}
    data = "the student"
    if hasattr(student, "steps"):
        *before, (_, student) = student.steps
        data = f"the student, after {', '.join(repr(step) for _, step in before)}"
    if hasattr(student, "get_n_leaves"):
        counts["leaves of the student"] = student.get_n_leaves()
        counts["depth of the student"] = student.get_depth()
    if hasattr(student, "box_"):
        counts["inputs the student restricts"] = student.box_.n_restricted
    if hasattr(student, "rules_"):
        counts["rules of the student"] = len(student.rules_)
    if hasattr(student, "coef_"):
        counts["coefficients of the student"] = np.size(student.coef_)
    if hasattr(student, "coefs_"):
        arrays = [*student.coefs_, *student.intercepts_]
        counts["parameters of the student"] = sum(each.size for each in arrays)
    if hasattr(student, "n_parameters_"):
        counts["parameters of the student"] = student.n_parameters_
    return {
        name: Estimate(float(count), method="count", data=data) for name, count in counts.items()
    }


def seconds(spent: Mapping[str, float]) -> dict[str, Estimate]:
    """Return what making each part took, by name."""
    return {
        f"seconds to make the {what}": Estimate(each, method="clock", data="this machine")
        for what, each in spent.items()
    }


def timed(
    who: str, predict: Callable[..., NDArray[Any]], X: Any, *arguments: Any
) -> tuple[NDArray[Any], dict[str, Estimate]]:
    """Return the predictions for X, and what they cost per thousand rows."""
    start = time.perf_counter()
    predicted = np.asarray(predict(X, *arguments))
    cost = 1000 * (time.perf_counter() - start) / max(len(X), 1)
    name = f"seconds to ask the {who} 1000 rows"
    return predicted, {name: Estimate(cost, n=len(X), method="clock", data="this machine")}
