"""How studies ask a simulator: designs of its space, run into the study's store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from surrogate.errors import StudyError, did_you_mean
from surrogate.expressions import as_expression
from surrogate.study.frame import Say
from surrogate.study.references import find_simulator

if TYPE_CHECKING:
    from surrogate.experiment import Runs
    from surrogate.models import Simulator

__all__ = ["Asking"]

_DEFAULT_RUNS = 256


class _Asks(Protocol):
    """A study that names a simulator and how to run it."""

    @property
    def name(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def simulator(self) -> str: ...
    @property
    def run(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Asking:
    """A simulator beside the folder and the store of a study.

    Parameters
    ----------
    simulator : Simulator
    folder : Path
    settings : mapping
        Keywords of `run`, the store among them.
    seed : int
    say : callable
        Told what is done next.
    """

    simulator: Simulator
    folder: Path
    settings: Mapping[str, Any]
    seed: int
    say: Say

    @classmethod
    def of(cls, study: _Asks, directory: str | Path, *, progress: bool | None, say: Say) -> Asking:
        """Find the simulator of a study and make its folder.

        Raises
        ------
        StudyError
            If there is no such simulator.
        """
        simulator = find_simulator(study.simulator)
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"store": folder / f"{study.name}.db", "progress": progress, **study.run}
        return cls(simulator, folder, settings, study.seed, say)

    def check(self, names: Iterable[str]) -> None:
        """Refuse names that are no outcomes, before the first run is paid for.

        Raises
        ------
        StudyError
            If the simulator has no such outcome.
        """
        for name in names:
            if name not in self.simulator.outcomes:
                raise StudyError(
                    f"the study asks for {name!r}, which is no outcome of "
                    f"{self.simulator.name!r}{did_you_mean(name, self.simulator.outcomes)}"
                )

    def check_case(self, case: str) -> None:
        """Refuse a text that is no case of the simulator's outcomes, as `check` does.

        Raises
        ------
        StudyError
            If the simulator has no such outcome.
        ExpressionError
            If it cannot be read, or is a number.
        """
        expression = as_expression(case)
        self.check(expression.names)
        expression.require_condition(self.simulator.outcomes)

    def runs(self, design: Mapping[str, Any], *, purpose: str = "design") -> Runs:
        """Return the runs of a design drawn from the simulator's space.

        Parameters
        ----------
        design : mapping
            Keywords of `Space.sample`.
        purpose : str
            Their origin; names the stream the design is drawn from, so that no other purpose has
            the same points.
        """
        from surrogate.experiment import run
        from surrogate.randomness import stream

        asked = {"n": _DEFAULT_RUNS, **design, "rng": stream(self.seed, purpose)}
        rows = self.simulator.space.sample(**asked)
        self.say(f"running {len(rows)} rows of {self.simulator.name}")
        return run(self.simulator, rows, rng=self.seed, origin=purpose, **self.settings)
