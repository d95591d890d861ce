"""What a campaign has to ask: the runs of a design, each once, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from surrogate.experiment.keys import run_key, simulator_identity
from surrogate.experiment.memory import Planned
from surrogate.experiment.records import Record, Task

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.models import Simulator

__all__ = ["Plan"]

_ROWS_AT_ONCE = 1024  # rows made into Python objects at a time
_LARGEST_BLOCK = 256  # runs of a vectorised simulator in one task
_FEWEST_BLOCKS = 32  # of a design with enough rows, so that workers share it


class Plan:
    """The runs of a design.

    Parameters
    ----------
    simulator : Simulator
    inputs : DataFrame, shape (n, d)
        A checked design.
    replicates : int
        Runs per row.
    seed : int
        Study seed.

    Attributes
    ----------
    keys : list of str, length n * replicates
        The key of every run, replicates of a row side by side. Equal rows have equal keys.
    """

    def __init__(
        self, simulator: Simulator, inputs: pd.DataFrame, *, replicates: int, seed: int
    ) -> None:
        self._inputs = inputs
        self._replicates = replicates
        self._seed = seed if simulator.takes_rng else None
        identity = simulator_identity(simulator, seed)
        self.keys = [
            run_key(identity, row, replicate)
            for first in range(0, len(inputs), _ROWS_AT_ONCE)
            for row in self._rows(range(first, min(first + _ROWS_AT_ONCE, len(inputs))))
            for replicate in range(replicates)
        ]
        self._runs: dict[str, int] = {}  # key to its first place among the keys
        for place, key in enumerate(self.keys):
            self._runs.setdefault(key, place)
        # The blocks depend on the design alone, not on who runs them or on what is left to run.
        even = -(-len(self._runs) // _FEWEST_BLOCKS)
        self._block = min(_LARGEST_BLOCK, max(1, even)) if simulator.vectorized else 1

    @property
    def unique(self) -> list[str]:
        """The keys without repeats, in the design's order."""
        return list(self._runs)

    def planned(self, done: dict[str, Record], origin: str) -> Iterator[Planned]:
        """Yield the runs to be made, as a store notes them."""
        for some in _chunks([key for key in self._runs if key not in done], _ROWS_AT_ONCE):
            for key, row in zip(some, self._rows_of(some), strict=True):
                yield Planned(key, row, self._runs[key] % self._replicates, origin)

    def tasks(self, done: dict[str, Record]) -> Iterator[Task]:
        """Yield the tasks that are left, in the design's order."""
        at_once = self._block * max(1, _ROWS_AT_ONCE // self._block)
        for some in _chunks(list(self._runs), at_once):
            rows = dict(zip(some, self._rows_of(some), strict=True))
            for block in _chunks(some, self._block):
                left = tuple(key for key in block if key not in done)
                if left:
                    yield Task(left, tuple(rows[key] for key in left), self._seed)

    def _rows_of(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        return self._rows([self._runs[key] // self._replicates for key in keys])

    def _rows(self, places: Sequence[int]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._inputs.iloc[places].to_dict("records")
        return rows


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]
