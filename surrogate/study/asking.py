"""How studies ask a simulator: a design of its space, run into the study's store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from surrogate.study.frame import Say

if TYPE_CHECKING:
    from surrogate.experiment import Runs
    from surrogate.models import Simulator

__all__ = ["run_design"]

_DEFAULT_RUNS = 256


def run_design(
    simulator: Simulator,
    design: Mapping[str, Any],
    settings: Mapping[str, Any],
    *,
    seed: int,
    say: Say,
    purpose: str = "design",
) -> Runs:
    """Return the runs of a design drawn from the simulator's space.

    Parameters
    ----------
    simulator : Simulator
    design : mapping
        Keywords of `Space.sample`.
    settings : mapping
        Keywords of `run`.
    seed : int
    say : callable
        Told what is run.
    purpose : str
        Names the stream the design is drawn from, so that no other purpose has the same points.
    """
    from surrogate.experiment import run
    from surrogate.randomness import stream

    rows = simulator.space.sample(**{"n": _DEFAULT_RUNS, **design, "rng": stream(seed, purpose)})
    say(f"running {len(rows)} rows of {simulator.name}")
    return run(simulator, rows, rng=seed, **settings)
