"""Workers that stay between campaigns."""

from __future__ import annotations

import dataclasses
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from surrogate.experiment.campaign import ask_design
from surrogate.experiment.engines import Engine, InProcessEngine
from surrogate.experiment.workforce import Workforce

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment.runs import Runs
    from surrogate.models import Simulator

__all__ = ["StandingWorkers"]

_LIMITS = {field.name for field in dataclasses.fields(Workforce)}


class StandingWorkers:
    """A context in which several designs are asked in turn, by processes that start once.

    Parameters
    ----------
    simulator : Simulator
    n_runs : int
        Of the largest design; there are no more workers than that.
    **options
        For `run`; they win over what a single design is asked with.
    """

    def __init__(self, simulator: Simulator, n_runs: int, **options: Any) -> None:
        workforce = Workforce(**{name: options.pop(name) for name in _LIMITS & options.keys()})
        workforce.check()
        self._simulator, self._options = simulator, options
        self._engine = workforce.engine(simulator, n_runs)

    def __enter__(self) -> Self:
        self._engine.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.__exit__(kind, error, trace)

    def run(self, design: pd.DataFrame, **options: Any) -> Runs:
        """Ask every row of a design; see `surrogate.run`."""

        def engine_for(n_runs: int) -> AbstractContextManager[Engine]:
            return nullcontext(self._engine if n_runs else InProcessEngine(self._simulator))

        return ask_design(self._simulator, design, engine_for, **(options | self._options))
