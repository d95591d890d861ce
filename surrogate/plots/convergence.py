"""How an optimisation came to its optimum, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.plots.canvas import CASE, OTHER, canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from surrogate.optimization import Optimum

__all__ = ["convergence"]


def convergence(found: Optimum, *, ax: Axes | None = None) -> Axes:
    """Draw the objective of every run, and the least of feasible ones so far.

    The table drawn is ``found.history``. Runs that break a constraint are faint; failed ones have
    no objective and are left out.

    Parameters
    ----------
    found : Optimum
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    Axes
    """
    ax = canvas(ax)
    history = found.history.reset_index(drop=True)
    ax.step(history.index + 1, history["best"], where="post", color="0.4", label="best so far")
    proposed = history["origin"] == "proposed"
    for name, chosen, color, marker in (
        ("known before", ~proposed, OTHER, "o"),
        ("proposed", proposed, CASE, "s"),
    ):
        rows = history[chosen]
        for feasible, alpha in ((True, 1.0), (False, 0.3)):
            part = rows[rows["feasible"] == feasible]
            label = name if feasible else f"{name}, breaks a constraint"
            ax.plot(
                part.index + 1,
                part["objective"],
                marker,
                color=color,
                alpha=alpha,
                markersize=4,
                label=label if len(part) else None,
            )
    ax.set(xlabel="run", ylabel=found.objective)
    ax.legend(frameon=False, fontsize="small")
    return ax
