"""What a sensitivity analysis says."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Sensitivity"]

_RANKING = {
    "sobol": "total",
    "analytic": "total",
    "morris": "mu_star",
    "dgsm": "dgsm",
    "delta": "delta",
    "pawn": "median",
    "rsa": "maximum",
}


@dataclass(frozen=True)
class Sensitivity:
    """How much each input matters.

    Attributes
    ----------
    table : DataFrame
        One row per input. Sobol: ``first`` and ``total`` with 95 % intervals ``_low``, ``_high``;
        Morris: ``mu``, ``mu_star``, ``sigma`` and the interval of ``mu_star``; DGSM:
        ``squared_derivative`` on the unit scale and ``dgsm``, an upper bound of the total index,
        with its interval; delta: ``delta`` and ``first`` with intervals; PAWN: ``minimum``,
        ``mean``, ``median``, ``maximum``, ``cv``; RSA: ``mean`` and ``maximum`` over the bins.
    second : DataFrame or None
        Second-order Sobol indices, where asked: one row per pair of inputs.
    method : str
    n_runs, n_dropped : int
        Runs behind the numbers, and those left out with the failed ones.
    interval_of : str
        What the intervals are about: the sampling alone, or the error of a student too.
    repair : str
        What was done about failed runs, in one sentence; empty where none failed.

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
    interval_of: str = "the sampling"
    repair: str = ""

    @property
    def ranked_by(self) -> str:
        """The column of the table that says which input matters most."""
        return _RANKING[self.method]
