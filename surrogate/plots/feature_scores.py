"""Feature scores with their spread, one line per input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.plots.canvas import OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.screening import FeatureScores

__all__ = ["feature_scores"]

_MEANING = {
    "permutation": "held-out score lost when the input is shuffled",
    "impurity": "share of the impurity that splits on the input take away",
}


def feature_scores(scores: FeatureScores, *, ax: Axes | None = None) -> Axes:
    """Draw the scores of the inputs, the highest on top, with the middle 95 % of the resamples.

    The table drawn is ``scores.table``.

    Parameters
    ----------
    scores : FeatureScores
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    table = scores.table
    rows = range(len(table))
    ax.axvline(0, color="0.8", linewidth=1, zorder=0)
    ax.hlines(rows, table["low"], table["high"], color=OTHER, linewidth=2)
    ax.plot(table["score"], rows, marker="o", color=OTHER, linestyle="none")
    ax.set_yticks(rows, table.index)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel(_MEANING[scores.method])
    ax.set_title(
        f"{scores.target}: forests score {scores.forest['value']:.2f} held out, "
        f"{scores.n_runs} runs",
        fontsize="small",
        loc="left",
    )
    return ax
