"""Dimensional stacking: the share of cases in every cell of several binned inputs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, did_you_mean
from surrogate.expressions import as_expression
from surrogate.screening.asked import inputs_and_cases
from surrogate.screening.filtering import distances

if TYPE_CHECKING:
    from surrogate.experiment import Runs
    from surrogate.space import Space

__all__ = ["Stacking", "dimensional_stacking"]

_N_STACKED = 4


@dataclass(frozen=True, eq=False, repr=False)
class Stacking:
    """Runs counted in the cells of a nested grid.

    Attributes
    ----------
    shares : DataFrame
        The share of cases in every cell, NaN where no run fell. The index holds the bins of every
        second input from the first on, the columns those of the others; outer levels first.
    counts : DataFrame
        The number of runs in the same cells.
    case : str

    Examples
    --------
    >>> cells = pd.DataFrame([[0.0, 1.0]])
    >>> Stacking(cells, 10 * cells, "y < 0")
    Stacking(y < 0: 2 cells, 1 of them empty, 10 runs)
    """

    shares: pd.DataFrame
    counts: pd.DataFrame
    case: str

    def __repr__(self) -> str:
        n_empty, n_runs = int((self.counts == 0).sum().sum()), int(self.counts.sum().sum())
        cells = f"{self.counts.size} cells, {n_empty} of them empty"
        return f"Stacking({self.case}: {cells}, {n_runs} runs)"


def dimensional_stacking(
    runs: Runs,
    case: Any,
    *,
    inputs: Sequence[str] | None = None,
    n_bins: int = 3,
    failed: str = "drop",
) -> Stacking:
    """Count cases in the cells of several inputs at once, nested into one table [1]_ [2]_.

    Rows of cells nest the first, third ... input, columns the second, fourth ...; the first two
    change slowest, so a block of one colour is a rule in them. `surrogate.plots.stacking` draws it.

    Parameters
    ----------
    runs : Runs
        With replicates, a row is a case if most of its replicates are.
    case : str, Expression or callable
    inputs : sequence of str, optional
        Two or more that vary, the most important first; by default the four (or fewer) whose
        distributions differ most, see `regional_sensitivity`.
    n_bins : int
        Bins of equal probability per number; labels, and values of a number that has no more of
        them than this, are bins of their own.
    failed : {"drop", "case", "not"}
        What failed runs are; see `Runs.label`.

    Returns
    -------
    Stacking

    Raises
    ------
    ArgumentError
        Fewer than two inputs, one that does not vary, or fewer than 2 bins.
    DataError
        If no run is a case, or every one is.

    References
    ----------
    .. [1] J. LeBlanc, M. O. Ward, N. Wittels, Exploring n-dimensional databases, IEEE Visualization
       (1990), https://doi.org/10.1109/VISUAL.1990.146386
    .. [2] S. Suzuki, D. Stern, T. Manzocchi, Using association rule mining and high-dimensional
       visualization to explore the impact of geological features on dynamic flow behavior, SPE
       Annual Technical Conference (2015), https://doi.org/10.2118/174774-MS

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0), idle=(0.0, 1.0))
    >>> design = space.sample(256, rng=0)
    >>> design["growth"] = design["gain"] + design["delay"]
    >>> runs = sg.Runs.from_frame(design, space, outcomes=["growth"])
    >>> cells = dimensional_stacking(runs, "growth < 1", inputs=["gain", "delay"], n_bins=2)
    >>> cells.shares.to_numpy().round(1).tolist()
    [[1.0, 0.5], [0.5, 0.0]]
    """
    frame, is_case = inputs_and_cases(runs, case, failed)
    check_count(n_bins, 2, argument="n_bins")
    if inputs is None:
        inputs = distances(runs.space, frame, is_case).index[:_N_STACKED].tolist()
    _check_inputs(inputs, frame)
    binned = {name: _bins(runs.space, name, frame[name], n_bins) for name in inputs}
    cells = pd.DataFrame(binned).assign(is_case=is_case)
    across, down = list(inputs[1::2]), list(inputs[0::2])
    grouped = cells.groupby([*down, *across], observed=False)["is_case"]
    return Stacking(
        grouped.mean().unstack(across), grouped.size().unstack(across), str(as_expression(case))
    )


def _check_inputs(inputs: Sequence[str], frame: pd.DataFrame) -> None:
    for name in inputs:
        if name not in frame.columns:
            raise ArgumentError(
                f"no input that varies is named {name!r}{did_you_mean(name, frame.columns)}"
            )
    if len(inputs) < 2 or len(set(inputs)) < len(inputs):
        raise ArgumentError(f"stacking needs two or more different inputs; got {list(inputs)}")


def _bins(space: Space, name: str, values: pd.Series, n_bins: int) -> NDArray[Any] | pd.Categorical:
    """Return the bin of each value, as a category in the input's own order."""
    parameter = space.parameters[name]
    distinct: Any = getattr(parameter, "labels", None)
    if distinct is None and parameter.kind != "real" and values.nunique() <= n_bins:
        distinct = np.unique(values)
    if distinct is not None:
        return pd.Categorical(values.astype(object), categories=list(distinct), ordered=True)
    edges = parameter.from_unit(np.arange(1, n_bins) / n_bins)
    positions = np.searchsorted(edges, values.to_numpy(), side="left")
    return pd.Categorical.from_codes(positions, _names(edges), ordered=True)


def _names(edges: NDArray[Any]) -> list[str]:
    """Return the bins in words: up to the first edge, between, and above the last."""
    ends = next(
        ends
        for digits in range(3, 18)
        if len(set(ends := [f"{edge:.{digits}g}" for edge in edges])) == len(edges)
    )
    between = [f"{low} to {high}" for low, high in itertools.pairwise(ends)]
    return [f"≤ {ends[0]}", *between, f"> {ends[-1]}"]
