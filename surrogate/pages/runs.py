"""Which runs the page shows, and how they travel: two letters a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.plots.views import View
from surrogate.randomness import stream

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PlottedRuns", "pack", "plotted_runs"]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STEPS = len(_DIGITS) ** 2 - 1  # finer than a pixel of the picture
_MOST = 400
_LEAST = 100
_NUMBERS = 6400  # all inputs together: about 13 kB of page


@dataclass(frozen=True)
class PlottedRuns:
    """The runs a page draws.

    Parameters
    ----------
    rows : ndarray of int, shape (m,)
        Positions among the n labelled runs, ascending.
    is_case : ndarray of bool, shape (m,)
    n_cases, n_others : int
        How many there are in all.
    """

    rows: NDArray[np.intp]
    is_case: NDArray[np.bool_]
    n_cases: int
    n_others: int

    @property
    def sentence(self) -> str:
        """What is drawn of what there is."""
        shown, total = int(self.is_case.sum()), self.n_cases
        others = len(self.rows) - shown
        if len(self.rows) == self.n_cases + self.n_others:
            return f"All {total:,} cases and {self.n_others:,} other runs are drawn."
        return (
            f"A random part is drawn: {shown:,} of {total:,} cases and "
            f"{others:,} of {self.n_others:,} other runs."
        )


def plotted_runs(is_case: NDArray[np.bool_], n_inputs: int) -> PlottedRuns:
    """Choose the runs to draw: all, or a random part in which rare cases stay visible.

    Parameters
    ----------
    is_case : ndarray of bool, shape (n,)
    n_inputs : int
        More inputs mean fewer runs: the page has to stay small enough to mail.
    """
    room = int(np.clip(_NUMBERS // max(n_inputs, 1), _LEAST, _MOST))
    cases, others = np.flatnonzero(is_case), np.flatnonzero(~is_case)
    n_cases = min(len(cases), max(round(room * len(cases) / max(len(is_case), 1)), room // 4))
    random = stream(0, "page")  # the same page for the same discovery
    kept = [
        random.choice(rows, min(len(rows), size), replace=False)
        for rows, size in ((cases, n_cases), (others, room - n_cases))
    ]
    rows = np.sort(np.concatenate(kept)) if len(is_case) > room else np.arange(len(is_case))
    return PlottedRuns(rows, is_case[rows], len(cases), len(others))


def pack(view: View, values: pd.Series) -> str:
    """Return values as two letters each: their position in the drawn range, base 36.

    Labels and integers are spread inside their step, so that equal values do not hide one another.
    """
    coordinates = view.coordinates(values)
    if view.is_stepped:
        spread = 0.6180339887 * np.arange(len(coordinates)) % 1
        coordinates = coordinates + 0.6 * (spread - 0.5)
    steps = np.round(STEPS * view.position(coordinates)).astype(int)
    return "".join(_DIGITS[step // 36] + _DIGITS[step % 36] for step in steps)


def to_steps(view: View, interval: tuple[float, float]) -> list[int]:
    """Return an interval of coordinates as whole steps of the drawn range."""
    ends: list[Any] = list(view.position(interval))
    return [round(STEPS * end) for end in ends]
