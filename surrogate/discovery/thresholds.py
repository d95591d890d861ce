"""Other thresholds on an outcome that a teacher has learned already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.discovery.cross_fitting import Fold
from surrogate.errors import DataError
from surrogate.students import CaseClassifier

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.discovery.result import Discovery
    from surrogate.experiment import Runs

__all__ = ["teachers_at", "threshold_table"]


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


def threshold_table(discoveries: Sequence[Discovery]) -> pd.DataFrame:
    """Return one row per discovery; see `Discovery.sweep`."""
    import pandas as pd

    rows = {str(found.case): _row(found) for found in discoveries}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("case")


def _row(found: Discovery) -> dict[str, Any]:
    box = found.curve.iloc[found.index]
    row: dict[str, Any] = {"share": float(found.runs.label(found.case).mean())}
    row |= {name: float(box[name]) for name in ("coverage", "density", "mass")}
    row["n_restricted"] = found.box.n_restricted
    for name in ("coverage", "density"):
        if name in found.scores:
            score = found.scores[name]
            row[f"{name}_held_out"] = score.value
            row[f"{name}_held_out_low"], row[f"{name}_held_out_high"] = score.low, score.high
    return row | {"rule": found.box.rule()}
