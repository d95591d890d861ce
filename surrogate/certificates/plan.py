"""When a certificate looks at its runs, and what each look proves."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from surrogate.arguments import check_count, check_share, checked_level
from surrogate.errors import ArgumentError
from surrogate.estimates import Estimate, binomial_bound, sequential_bound

__all__ = ["Plan"]

_BATCH = 20  # fresh runs between two looks of a sequential bound


@dataclass(frozen=True)
class Plan:
    """When a certificate looks at its runs, and what each look proves.

    Attributes
    ----------
    schedule : tuple of int
        Runs inside the box after which to look.
    stop_at : float or None
        The density wanted.
    n_declared : int
        Declared looks, over which the error is split; 0 for one look, or for any number of them.
    confidence_level : float
    """

    schedule: tuple[int, ...]
    stop_at: float | None
    n_declared: int
    confidence_level: float

    @classmethod
    def of(
        cls,
        n_box: int,
        confidence_level: float,
        *,
        stop_at: float | None = None,
        looks: Sequence[int] | None = None,
    ) -> Plan:
        """Return the plan of a `certify` call, its numbers checked."""
        check_count(n_box, 1, argument="n_box")
        checked_level(confidence_level)
        if stop_at is not None:
            check_share(stop_at, argument="stop_at")
        if looks is not None and stop_at is None:
            raise ArgumentError("looks are for stopping early: say at which density, stop_at=0.95")
        if looks is not None and (not looks or list(looks) != sorted({*looks}) or looks[0] < 1):
            raise ArgumentError(f"looks must be rising numbers of runs; got {list(looks)}")
        batches = () if stop_at is None else range(_BATCH, n_box, _BATCH)
        schedule = tuple(looks) if looks is not None else (*batches, n_box)
        return cls(schedule, stop_at, len(looks or ()), confidence_level)

    def bound(self, k: int, n: int) -> Estimate:
        """Return what k cases in n runs prove at one look."""
        data = "fresh runs inside the box"
        if self.n_declared:
            share = 1 - (1 - self.confidence_level) / self.n_declared
            method = (
                f"Clopper-Pearson lower bound, error split over {self.n_declared} declared looks"
            )
            bound = binomial_bound(k, n, confidence_level=share, data=data)
            return dataclasses.replace(bound, method=method, confidence_level=self.confidence_level)
        level = {"confidence_level": self.confidence_level}
        if len(self.schedule) == 1:
            return binomial_bound(k, n, data=data, **level)
        return sequential_bound(k, n, data=data, **level)

    def is_over(self, k: int, n: int, low: float) -> bool:
        """Return whether the wanted density is proved, or can no longer be true.

        Giving up early never spoils a lower bound.
        """
        if self.stop_at is None:
            return False
        misses = sequential_bound(n - k, n, confidence_level=self.confidence_level)
        return low >= self.stop_at or 1 - misses.low < self.stop_at
