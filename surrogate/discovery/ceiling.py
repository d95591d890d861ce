"""What a perfect teacher would give, and what holds the boxes back: the teacher or the points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from surrogate.discovery.search import WORTH_MORE_POINTS, Found
from surrogate.regions import PRIM
from surrogate.students import CaseClassifier

__all__ = ["Ceiling", "ceiling_of"]


@dataclass(frozen=True)
class Ceiling:
    """Areas under coverage and density above the share of cases (PR AUC), as the teacher sees it.

    Its P(case) is taken at its word, so all three are estimates; only fresh runs are a proof.

    Attributes
    ----------
    expected : float
        Of the boxes as they were peeled, where each point is a case with the teacher's P(case).
    perfect : float
        Of the boxes of a perfect teacher on the same points, if the cases were where this one finds
        them most probable. NaN where a teacher of the user's own gives no probabilities between 0
        and 1.
    half : float
        Of the boxes found on half the points, scored as `expected`.
    n_transfer : int
        The points.

    Notes
    -----
    From 100 runs, PR AUC x 100 of a perfect teacher, estimated and true: OTL circuit 64.0 and 63.9,
    piston 54.3 and 53.7, Ishigami 23.2 and 23.0. A teacher that errs much sees a simpler world:
    33.8 and 27.2 for Morris' function, where it expected 30.0 of its boxes, which reached 27.4.

    Examples
    --------
    >>> print(Ceiling(expected=0.20, perfect=0.25, half=0.199, n_transfer=20_000))
    by its own P(case) the boxes reach PR AUC 0.200, those of a perfect teacher would reach about \
0.250; 20,000 points gave +0.001 over half of them: the teacher limits, more runs would help
    """

    expected: float
    perfect: float
    half: float
    n_transfer: int

    @property
    def limit(self) -> str:
        """Return what limits the boxes: "teacher", "points", "both", "neither" or "unknown"."""
        if np.isnan(self.perfect):
            return "unknown"
        by_teacher = self.perfect - self.expected >= WORTH_MORE_POINTS
        by_points = self.expected - self.half >= WORTH_MORE_POINTS
        if by_teacher and by_points:
            return "both"
        return "teacher" if by_teacher else "points" if by_points else "neither"

    def __str__(self) -> str:
        points = (
            f"{self.n_transfer:,} points gave {self.expected - self.half:+.3f} over half of them"
        )
        said = f"by its own P(case) the boxes reach PR AUC {self.expected:.3f}"
        if self.limit == "unknown":
            return f"{said}; {points}; a perfect teacher's cannot be told from labels without doubt"
        advice = {
            "teacher": "the teacher limits, more runs would help",
            "points": "the points limit, raise n_transfer_max",
            "both": "both limit, more runs would help and so would a larger n_transfer_max",
            "neither": "neither limits, a box cannot tell more",
        }[self.limit]
        return (
            f"{said}, those of a perfect teacher would reach about {self.perfect:.3f}; "
            f"{points}: {advice}"
        )


def ceiling_of(student: PRIM, found: Found) -> Ceiling:
    """Return the ceiling of the boxes that a student found, as fresh points see it."""
    rows, answers = found.transfer
    X, probability = found.points
    perfect = np.nan
    is_sure = isinstance(found.teacher, CaseClassifier)  # its 0 and 1 are probabilities too
    if is_sure or np.any((probability > 0) & (probability < 1)):
        truly = clone(student).fit(rows, most_probable(answers)).trajectory_
        perfect = truly.pr_auc(X, most_probable(probability))
    return Ceiling(
        expected=found.peeled.pr_auc(X, probability),
        perfect=perfect,
        half=found.half.pr_auc(X, probability),
        n_transfer=len(rows),
    )


def most_probable(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 for the most probable points, as many as there are cases to be expected, else 0.

    Examples
    --------
    >>> most_probable(np.array([0.9, 0.2, 0.6, 0.3]))
    array([1., 0., 1., 0.])
    """
    n_cases = max(1, round(float(probability.sum())))
    labels = np.zeros(len(probability))
    labels[np.argsort(-probability, kind="stable")[:n_cases]] = 1.0
    return labels
