"""What a sensitivity analysis says."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Sensitivity"]


@dataclass(frozen=True)
class Sensitivity:
    """How much each input matters.

    Attributes
    ----------
    table : DataFrame
        One row per input. Sobol: ``first`` and ``total`` with 95 % intervals ``_low``, ``_high``;
        Morris: ``mu``, ``mu_star``, ``sigma`` and the interval of ``mu_star``; delta: ``delta`` and
        ``first`` with intervals; PAWN: ``minimum``, ``mean``, ``median``, ``maximum``, ``cv``;
        RSA: ``mean`` and ``maximum`` over the bins.
    second : DataFrame or None
        Second-order Sobol indices, where asked: one row per pair of inputs.
    method : str
    n_runs, n_dropped : int
        Runs behind the numbers, and those left out with the failed ones.

    Examples
    --------
    >>> from surrogate.sensitivity_analysis import sensitivity
    >>> from surrogate.space import Space
    >>> space = Space(gain=(0, 1), delay=(0, 1))
    >>> found = sensitivity(lambda x: x["gain"] ** 2, space=space, method="pawn", n=200, rng=0)
    >>> found.table["median"].idxmax()
    'gain'
    """

    table: pd.DataFrame
    method: str
    n_runs: int
    n_dropped: int = 0
    second: pd.DataFrame | None = None
