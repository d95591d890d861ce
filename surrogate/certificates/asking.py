"""The fresh independent runs of a certificate, and what is counted on them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.estimates import Estimate, binomial_bound
from surrogate.experiment import Runs, StandingWorkers
from surrogate.models import checked_case
from surrogate.randomness import stream

if TYPE_CHECKING:
    from surrogate.models import Simulator
    from surrogate.regions import Box

__all__ = ["Asking"]


@dataclass(frozen=True)
class Asking:
    """A simulator and a case, asked of independent draws of the space's own law.

    Attributes
    ----------
    simulator : Simulator
    case : Expression or callable
    seed : int
        Every purpose has a stream of its own.
    workers : StandingWorkers
        They answer all looks of a certificate.
    """

    simulator: Simulator
    case: Any
    seed: int
    workers: StandingWorkers

    @classmethod
    @contextmanager
    def by(
        cls, simulator: Simulator, case: Any, seed: int, *, n_runs: int, options: dict[str, Any]
    ) -> Iterator[Self]:
        """Open a context with workers for at most so many runs at a time; options are for `run`."""
        checked = checked_case(case, simulator)
        with StandingWorkers(simulator, n_runs, **options) as workers:
            yield cls(simulator, checked, seed, workers)

    def fresh(self, n: int, box: Box | None, *purpose: str | int) -> Runs:
        """Return n fresh runs inside a box, or in the whole space."""
        return self.answers(self.design(n, box, *purpose), *purpose)

    def design(self, n: int, box: Box | None, *purpose: str | int) -> pd.DataFrame:
        """Return n independent draws inside a box, or in the whole space."""
        return self.simulator.space.sample(
            n,
            method="random",
            rng=stream(self.seed, "certificate", *purpose),
            within=box.limits if box is not None and box.limits else None,
        )

    def answers(self, design: pd.DataFrame, *purpose: str | int) -> Runs:
        """Return the runs of a design."""
        # the same seed must not give a noisy certificate run the noise of a design's run
        noise = int(stream(self.seed, "certificate noise", *purpose).integers(2**53))
        return self.workers.run(design, rng=noise, on_error="continue", origin="certificate")

    def hits(self, runs: Runs) -> NDArray[np.bool_]:
        """Return which runs are cases; a failed run is none, and part of a share none."""
        labels = runs.label(self.case, failed="not").to_numpy().astype(float)
        return np.asarray(labels >= 1 - 1e-9)

    def coverage(self, box: Box, n: int, confidence_level: float) -> tuple[list[Runs], Estimate]:
        """Return n fresh runs of the whole space, and the share of their cases in the box.

        A failed run is a case the box does not hold.
        """
        if not n:
            nothing = Estimate(math.nan, math.nan, math.nan, 0, "not asked", "", confidence_level)
            return [], nothing
        runs = self.fresh(n, None, "space")
        cases = runs.label(self.case, failed="case").to_numpy().astype(float) > 0.5
        hits = runs.label(self.case, failed="not").to_numpy().astype(float) > 0.5
        inside = box.contains(runs.design).to_numpy()
        share = binomial_bound(
            int((hits & inside).sum()),
            int(cases.sum()),
            confidence_level=confidence_level,
            data="cases in fresh runs of the whole space",
        )
        return [runs], share
