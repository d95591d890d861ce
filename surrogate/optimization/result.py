"""What an optimisation found, and what it gained."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from surrogate.estimates import Estimate

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["Optimum"]


@dataclass(frozen=True, eq=False, repr=False)
class Optimum:
    """The best run found, and how it was found.

    Attributes
    ----------
    objective : str
    constraints : tuple of str
    best : Series or None
        Inputs and outcomes of the feasible run of least objective; None where no run is feasible.
    value : float
        Its objective; NaN where there is none.
    gain : Estimate
        How much lower that is than at the best of the first runs; NaN where none of these is
        feasible. It has no interval: the runs are what they are.
    history : DataFrame
        One row per run in the order asked: ``origin`` ("design", "proposed" or what the runs to
        start from say), ``ok``, ``objective``, ``feasible`` and ``best``, the least objective so
        far.
    runs : Runs
        All of them; failed ones too.
    seed : int

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(a=(-1.0, 1.0), b=(-1.0, 1.0))
    >>> simulator = sg.Simulator(lambda a, b: a**2 + (b - 0.3) ** 2, space, outcomes=["loss"])
    >>> found = sg.optimize(simulator, "loss", n_runs=20, n_workers=0, rng=0)
    >>> found.value < 1e-3, len(found.history)
    (True, 20)
    """

    objective: str
    constraints: tuple[str, ...]
    best: pd.Series | None
    value: float
    gain: Estimate
    history: pd.DataFrame
    runs: Runs
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return inputs, outcomes and history of every run, shape (n_runs, n_columns)."""
        table = self.runs.to_frame()
        new = [name for name in self.history if name not in table]
        return table.join(self.history[new])

    def to_dict(self) -> dict[str, Any]:
        """Return question and answer as plain values for JSON; what is not known as None."""
        best = {} if self.best is None else self.best.to_dict()
        return {
            "objective": self.objective,
            "constraints": list(self.constraints),
            "best": {str(name): np.asarray(each).tolist() for name, each in best.items()} or None,
            "value": None if math.isnan(self.value) else self.value,
            "gain": self.gain.to_dict(),
            "n_runs": len(self.history),
            "n_proposed": int((self.history["origin"] == "proposed").sum()),
            "seed": self.seed,
        }

    def __repr__(self) -> str:
        under = f" under {', '.join(self.constraints)}" if self.constraints else ""
        if self.best is None:
            return f"no run of {len(self.history)} is feasible{under}"
        inputs = ", ".join(
            f"{name} = {self.best[name]:.4g}"
            if isinstance(self.best[name], float)
            else f"{name} = {self.best[name]}"
            for name in self.runs.space.varied
        )
        gained = f"{self.gain.value:.3g} less than the {self.gain.data}"
        if math.isnan(self.gain.value):
            gained = "none of the runs before the search is feasible"
        place = textwrap.fill(f"at {inputs}", 80, initial_indent="  ", subsequent_indent="     ")
        return f"{self.objective} = {self.value:.6g}{under}\n{place}\n  {gained}"
