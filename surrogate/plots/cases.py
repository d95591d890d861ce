"""The runs that can be drawn, and which of them are cases."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import FailedRunsWarning

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs

__all__ = ["runs_and_cases"]


def runs_and_cases(runs: Runs, case: Any) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the inputs of the runs that gave an answer, and which of them are cases.

    Parameters
    ----------
    runs : Runs
        Failed runs are left out without a warning: whoever made the runs and the region was warned.
    case : str, Expression or callable

    Returns
    -------
    inputs : DataFrame, shape (n_ok, d)
        With constants and derived inputs.
    is_case : ndarray of bool, shape (n_ok,)
        With replicates: whether most of a row's replicates are cases.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FailedRunsWarning)
        shares = runs.label(case).to_numpy(dtype=float)
    return runs.space.complete(runs.inputs), shares > 0.5
