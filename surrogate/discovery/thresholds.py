"""Other thresholds on an outcome that a teacher has learned already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.discovery.cross_fitting import Fold
from surrogate.errors import DataError
from surrogate.students import CaseClassifier

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["teachers_at"]


def teachers_at(
    case: Any, teacher: Any, folds: Sequence[Fold], runs: Runs
) -> tuple[CaseClassifier, list[CaseClassifier]]:
    """Return the teacher and those of the folds as they answer another case.

    Raises
    ------
    DataError
        If they have not learned the outcome that it compares.
    """
    if not isinstance(teacher, CaseClassifier):
        raise DataError(
            f"{str(case)!r} was asked of {type(teacher).__name__}, which was given and knows one "
            "case only; leave teacher out, or discover the new case by itself"
        )
    outcomes = runs.outcomes
    everything = np.arange(len(outcomes))
    return teacher.at(case, outcomes), [
        fold.teacher.at(case, outcomes.iloc[np.setdiff1d(everything, fold.rows)]) for fold in folds
    ]
