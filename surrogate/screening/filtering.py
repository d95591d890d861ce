"""Regional sensitivity: inputs whose distribution among the cases is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.screening.asked import inputs_and_cases

if TYPE_CHECKING:
    from surrogate.experiment import Runs
    from surrogate.space import Space

__all__ = ["distances", "regional_sensitivity"]


def regional_sensitivity(runs: Runs, case: Any, *, failed: str = "drop") -> pd.DataFrame:
    """Compare each input's distribution among the cases with that among the other runs.

    Monte Carlo filtering [1]_: an input that matters to the case is distributed differently where
    the case holds. It sees each input by itself; an input that acts only together with another may
    look idle here.

    Parameters
    ----------
    runs : Runs
        With replicates, a row is a case if most of its replicates are.
    case : str, Expression or callable
    failed : {"drop", "case", "not"}
        What failed runs are; see `Runs.label`.

    Returns
    -------
    DataFrame of shape (d, 5)
        On the index ``input``, the greatest distance first. ``distance``: of the two distributions,
        the largest difference of their cumulative shares (Kolmogorov and Smirnov), or for unordered
        categories of their shares over any choice of labels (total variation); ``p``: of the test
        that there is no difference (for unordered categories chi-squared); ``p_adjusted``: p after
        Benjamini and Hochberg's correction for asking about d inputs [2]_; ``n_cases`` and
        ``n_others``.

    Raises
    ------
    DataError
        If no run is a case, or every one is.

    Notes
    -----
    The p-values are for independent draws. Rows of a Sobol or Latin design are spread more evenly
    than that, so there p is approximate, and as a rule too large.

    References
    ----------
    .. [1] R. C. Spear, G. M. Hornberger, Eutrophication in Peel Inlet - II, Water Research 14
       (1980), https://doi.org/10.1016/0043-1354(80)90040-8
    .. [2] Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995),
       https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), idle=(0.0, 1.0))
    >>> design = space.sample(128, rng=0)
    >>> runs = sg.Runs.from_frame(design.assign(y=design["gain"]), space, outcomes=["y"])
    >>> regional_sensitivity(runs, "y < 0.5")["distance"].round(2).tolist()
    [1.0, 0.02]
    """
    inputs, is_case = inputs_and_cases(runs, case, failed)
    return distances(runs.space, inputs, is_case)


def distances(space: Space, inputs: pd.DataFrame, is_case: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the table of `regional_sensitivity` for inputs whose cases are known."""
    from scipy.stats import false_discovery_control

    unit, rows = space.to_unit(inputs), []
    for position, name in enumerate(inputs.columns):
        if space.parameters[name].kind == "nominal":
            rows.append(_of_labels(inputs[name], is_case))
        else:
            rows.append(_of_numbers(unit[:, position], is_case))
    table = pd.DataFrame(rows, index=inputs.columns.rename("input"), columns=["distance", "p"])
    table["p_adjusted"] = false_discovery_control(table["p"])
    table["n_cases"], table["n_others"] = int(is_case.sum()), int((~is_case).sum())
    return table.sort_values("distance", ascending=False, kind="stable")


def _of_numbers(values: NDArray[np.float64], is_case: NDArray[np.bool_]) -> tuple[float, float]:
    from scipy.stats import ks_2samp

    found = ks_2samp(values[is_case], values[~is_case])
    return float(found.statistic), float(found.pvalue)


def _of_labels(values: pd.Series, is_case: NDArray[np.bool_]) -> tuple[float, float]:
    from scipy.stats import chi2_contingency

    counts = pd.crosstab(values.astype(object).to_numpy(), is_case).to_numpy()
    shares = counts / counts.sum(axis=0)
    distance = float(np.abs(shares[:, 1] - shares[:, 0]).sum() / 2)
    return distance, float(chi2_contingency(counts).pvalue) if len(counts) > 1 else 1.0
