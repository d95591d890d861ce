"""What a student took over from its teacher: learning, size, confusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from surrogate.errors import ArgumentError
from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.distillation import Distillation

__all__ = ["confusion", "learning", "sizes"]

_MOST_CELLS = 12  # classes up to which counts are written into their cells


def learning(found: Distillation, *, ax: Axes | None = None) -> Axes:
    """Draw what the teacher came to by epoch; the table drawn is ``found.learning``.

    Parameters
    ----------
    found : Distillation
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ArgumentError
        If there is no such table.
    """
    table = found.learning
    if table is None:
        raise ArgumentError("this distillation holds no learning curve: give learning=")
    ax = canvas(ax)
    for number, (name, values) in enumerate(table.items()):
        color, line = ((OTHER, "-"), (CASE, "--"), ("0.4", ":"))[number % 3]
        ax.plot(range(1, len(values) + 1), values, line, color=color, label=name)
    ax.set(xlabel="epoch", ylabel="the teacher while it learns", ylim=(0, None))
    ax.legend(frameon=False)
    return ax


def sizes(found: Distillation, *, ax: Axes | None = None) -> Axes:
    """Draw fidelity against the number of leaves; the table drawn is ``found.sizes``.

    Parameters
    ----------
    found : Distillation
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    ArgumentError
        If there is no such table.
    """
    table = found.sizes
    if table is None:
        raise ArgumentError("this distillation holds no trees of other sizes: give sizes=")
    ax = canvas(ax)
    n_leaves = found.tree.get_n_leaves()
    chosen = table.iloc[int((table["n_leaves"] - n_leaves).abs().argmin())]
    ax.plot(table["n_leaves"], table["fidelity"], "-", color=OTHER)
    ax.plot(
        [chosen["n_leaves"]],
        [chosen["fidelity"]],
        marker="D",
        linestyle="none",
        markersize=8,
        markerfacecolor="none",
        markeredgewidth=2,
        color=CASE,
        label=f"{n_leaves:,} leaves",
    )
    ax.set(
        xscale="log",
        xlabel="leaves of the tree",
        ylabel="fidelity on held-out rows",
    )
    ax.legend(loc="lower right", frameon=False)
    return ax


def confusion(found: Distillation, who: str = "student", *, ax: Axes | None = None) -> Axes:
    """Draw which labels are taken for which; the table drawn is ``found.confusion(who)``.

    Parameters
    ----------
    found : Distillation
    who : {"student", "teacher"}
    ax : Axes, optional
        Where to draw; a new figure if not given.
    """
    table = found.confusion(who)
    counts = table.to_numpy()
    ax = canvas(ax)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares**0.5, cmap="Blues", vmin=0, vmax=1.3)  # the root shows rare mistakes too
    places = range(len(table))
    ax.set_xticks(places, [str(each) for each in table.columns])
    ax.set_yticks(places, [str(each) for each in table.index])
    ax.set(xlabel=f"the {who} says", ylabel="true label")
    if len(table) <= _MOST_CELLS:
        for i, j in zip(*np.nonzero(counts), strict=True):
            color = "white" if shares[i, j] > 0.5 else "black"
            ax.text(j, i, f"{counts[i, j]:,}", ha="center", va="center", color=color, fontsize=7)
    return ax
