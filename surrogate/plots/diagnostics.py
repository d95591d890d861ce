"""Pictures of a diagnosis: is the spread true, where does it err, would more runs help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.diagnostics import Diagnosis

__all__ = ["learning_curve", "pit", "residuals"]

_N_BARS = 10


def pit(found: Diagnosis, *, ax: Axes | None = None) -> Axes:
    """Draw the histogram of the probability integral transform, which is flat if spreads are true.

    The table drawn is ``found.held_out["pit"]``. A hump says that spreads are too wide, a bowl that
    they are too narrow. The band holds 95 % of the bars of a flat one.

    Parameters
    ----------
    found : Diagnosis
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    from scipy.stats import binom

    ax = canvas(ax)
    values = found.held_out["pit"].to_numpy()
    low, high = binom.interval(0.95, len(values), 1 / _N_BARS)
    ax.axhspan(low, high, color="0.9")
    ax.axhline(len(values) / _N_BARS, color="0.6", linewidth=1)
    ax.hist(
        values, bins=np.linspace(0, 1, _N_BARS + 1).tolist(), color=OTHER, alpha=0.8, rwidth=0.9
    )
    ax.set(xlim=(0, 1), xlabel="probability given to less than the outcome", ylabel="held-out runs")
    return ax


def residuals(found: Diagnosis, of: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw the held-out residuals against one input.

    The tables drawn are ``found.inputs`` and ``found.held_out["residual"]``; the line is the mean
    of neighbouring runs, or of those with the same label.

    Parameters
    ----------
    found : Diagnosis
    of : str, optional
        The input; by default the one whose trend is the least probable by chance.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If no input has this name.
    """
    columns = {str(name): name for name in found.inputs.columns}
    if of is None:
        chances = found.residuals[["p_bias", "p_spread"]].min(axis=1).dropna()
        of = next(iter(columns)) if chances.empty else str(chances.idxmin())
    if of not in columns:
        raise ArgumentError(f"no input is named {of!r}{did_you_mean(of, columns)}")
    values, residual = found.inputs[columns[of]], found.held_out["residual"].to_numpy()
    ax = canvas(ax)
    ax.axhline(0, color="0.6", linewidth=1)
    if pd.api.types.is_numeric_dtype(values.dtype):
        _along_numbers(ax, values.to_numpy(dtype=float), residual)
    else:
        _along_labels(ax, pd.Categorical(values), residual)
    ax.set(xlabel=of, ylabel="observed minus held-out prediction")
    ax.legend(frameon=False)
    return ax


def _along_numbers(ax: Axes, values: NDArray[np.float64], residual: NDArray[np.float64]) -> None:
    ax.plot(values, residual, "o", color=OTHER, markersize=3.5, alpha=0.7)
    order, width = np.argsort(values), max(3, len(values) // 8)
    moving = np.ones(width) / width
    ax.plot(
        np.convolve(values[order], moving, "valid"),
        np.convolve(residual[order], moving, "valid"),
        color=CASE,
        linewidth=1.5,
        label=f"mean of {width} neighbours",
    )


def _along_labels(ax: Axes, values: pd.Categorical, residual: NDArray[np.float64]) -> None:
    labels = values.categories
    means = pd.Series(residual).groupby(values.codes).mean()
    ax.plot(values.codes, residual, "o", color=OTHER, markersize=3.5, alpha=0.7)
    ax.plot(means.index, means, "_", color=CASE, markersize=24, markeredgewidth=1.5, label="mean")
    ax.set_xticks(range(len(labels)), [str(each) for each in labels])
    ax.margins(x=0.2)


def learning_curve(found: Diagnosis, n_more: int | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw the Q2 on held-out folds by the number of runs, and what to expect of more.

    The table drawn is ``found.learning``; the dashed line and its band are ``found.expected_q2``.

    Parameters
    ----------
    found : Diagnosis
    n_more : int, optional
        How far to look ahead; as many runs again by default.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    table, n = found.learning, len(found.held_out)
    ahead = [round(x) for x in np.linspace(0, n if n_more is None else n_more, 9)]
    expected = [found.expected_q2(each) for each in ahead]
    runs = [n + each for each in ahead]
    ax.fill_between(
        runs, [e.low for e in expected], [e.high for e in expected], color=CASE, alpha=0.2
    )
    ax.plot(runs, [each.value for each in expected], "--", color=CASE, label="expected")
    ends = np.abs(table[["low", "high"]].to_numpy().T - table["q2"].to_numpy())
    ax.errorbar(
        table["n"], table["q2"], yerr=ends, fmt="o", color=OTHER, capsize=3, label="measured"
    )
    ax.set(xlabel="runs", ylabel="Q2 on held-out folds")
    ax.legend(frameon=False, loc="lower right")
    return ax
