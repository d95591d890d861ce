"""Failed runs in an analysis: refused, left out or predicted, and said; never silent zeros."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_choice
from surrogate.errors import DataError, FailedRunsWarning
from surrogate.randomness import stream
from surrogate.space import Space
from surrogate.students import GaussianProcess

__all__ = ["Mended", "mended"]

Array = NDArray[np.float64]

_POLICIES = ("refuse", "drop", "impute")
_MOST_LEARNT = 1000  # runs that a Gaussian process learns from to predict the failed ones
_LEAST_Q2 = 0.5  # below, predictions are little better than the mean of the others


@dataclass(frozen=True)
class Mended:
    """Outcomes that are all finite.

    Attributes
    ----------
    values : ndarray of shape (n_kept,)
    kept : bool array of shape (n,)
    repair : str
        What was done, in one sentence; empty where no run failed.
    """

    values: Array
    kept: NDArray[np.bool_]
    repair: str = ""


def mended(
    space: Space, inputs: pd.DataFrame, values: Array, *, failed: str, block: int, seed: int
) -> Mended:
    """Return outcomes without gaps, by a stated policy.

    Parameters
    ----------
    space : Space
    inputs : DataFrame of shape (n, d)
    values : ndarray of shape (n,)
        NaN or infinite where a run failed.
    failed : {"refuse", "drop", "impute"}
    block : int
        Runs that stand or fall together when some are left out.
    seed : int
        Which runs the predictions of the failed ones are learnt from, where there are very many.

    Raises
    ------
    ArgumentError
        If the policy is not known.
    DataError
        If runs failed and are refused, none is left, or the others do not tell what they would
        have been.

    Warns
    -----
    FailedRunsWarning
        With what was done.
    """
    check_choice(failed, _POLICIES, argument="failed")
    bad: NDArray[np.bool_] = np.logical_not(np.isfinite(values))
    if not bad.any():
        return Mended(values, ~bad)
    what = (
        f"{int(bad.sum())} of {len(values)} runs have no finite outcome (first: row {bad.argmax()})"
    )
    if failed == "refuse":
        raise DataError(
            f"{what}; mend them, or pass failed='drop' to leave out their blocks or "
            f"failed='impute' to predict them from the others"
        )
    if failed == "drop":
        kept, how = _whole_blocks(bad, block, what)
        found = Mended(values[kept], kept, f"{what}; {how}")
    else:
        filled, how = _filled(space, inputs, np.where(bad, np.nan, values), what, seed)
        found = Mended(filled, np.ones(len(values), dtype=bool), f"{what}; {how}")
    warnings.warn(found.repair, FailedRunsWarning, stacklevel=4)
    return found


def _whole_blocks(bad: NDArray[np.bool_], block: int, what: str) -> tuple[NDArray[np.bool_], str]:
    """Return which runs are in blocks without a failed one, and how many are not."""
    n_blocks = len(bad) // block
    broken: NDArray[np.bool_] = np.any(bad.reshape(n_blocks, block), axis=1)
    if broken.all():
        raise DataError(f"{what}: none of the {n_blocks} blocks is left")
    left_out = f"{int(broken.sum())} of {n_blocks} blocks of {block}" if block > 1 else "they"
    how = f"{left_out} were left out, which biases the indices where failures depend on the inputs"
    return np.repeat(~broken, block), how


def _filled(
    space: Space, inputs: pd.DataFrame, values: Array, what: str, seed: int
) -> tuple[Array, str]:
    """Return outcomes whose gaps a Gaussian process of the others fills, and how well it can."""
    random = stream(seed, "imputation")
    bad = np.isnan(values)
    known = np.flatnonzero(~bad)
    if len(known) > _MOST_LEARNT:
        known = np.sort(random.choice(known, _MOST_LEARNT, replace=False))
    if len(known) < 2 or np.ptp(values[known]) == 0:
        raise DataError(f"{what}: the {len(known)} others do not tell what these would have been")
    student = GaussianProcess(space=space, random_state=int(random.integers(2**32)))
    student.fit(inputs.iloc[known], values[known])
    q2 = student.q2_leave_one_out_
    learnt = f"a Gaussian process of {len(known)} others, whose leave-one-out Q2 is {q2:.3f}"
    if q2 < _LEAST_Q2:
        raise DataError(f"{what}; {learnt}, cannot predict them; mend them, or pass failed='drop'")
    filled = values.copy()
    filled[bad] = student.predict(inputs[bad])
    return filled, f"they were predicted by {learnt}; the intervals do not hold the error of that"
