"""What every first look reads from runs: the varied inputs, and an outcome or a case."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError, FailedRunsWarning

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["inputs_and_cases", "inputs_and_outcome"]


def inputs_and_cases(runs: Runs, case: Any, failed: str) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the varied inputs, and which rows are cases.

    Parameters
    ----------
    runs : Runs
    case : str, Expression or callable
        With replicates, a row is a case if most of its replicates are.
    failed : {"drop", "case", "not"}
        What failed runs are; see `Runs.label`.

    Raises
    ------
    DataError
        If no run is a case, or every one is.
    """
    labels = runs.label(case, failed=failed)
    is_case = labels.to_numpy(dtype=float) > 0.5
    if is_case.all() or not is_case.any():
        raise DataError(
            f"{is_case.sum()} of {len(is_case)} runs are cases of {labels.name!r}: there is "
            "nothing to tell apart; run more, or ask another question"
        )
    return runs.design.loc[labels.index, list(runs.space.varied)], is_case


def inputs_and_outcome(runs: Runs, outcome: str) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Return the varied inputs and one outcome of the ok runs, warning about the others.

    Raises
    ------
    DataError
        If the outcome is a series, or the same in all runs.
    """
    n_failed = int((runs.status != "ok").sum())
    if n_failed:
        warnings.warn(
            f"{n_failed} of {len(runs.status)} runs failed and are left out: they have no "
            f"{outcome!r}",
            FailedRunsWarning,
            stacklevel=3,
        )
    values = runs.outcomes[outcome]
    if values.dtype == object:
        raise DataError(
            f"the outcome {outcome!r} is a series; ask for a case of it, like "
            f"'max({outcome}) > 1', or store its maximum as an outcome of its own"
        )
    numbers = values.to_numpy(dtype=float)
    if len(numbers) == 0 or np.ptp(numbers) == 0:
        raise DataError(
            f"the outcome {outcome!r} does not vary over {len(numbers)} runs: no input matters to "
            "it here"
        )
    return runs.inputs[list(runs.space.varied)], numbers
