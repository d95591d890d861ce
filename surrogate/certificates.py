"""What fresh runs of the simulator itself prove about one box."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.errors import ArgumentError
from surrogate.estimates import Estimate, binomial_bound, confidence_sequence
from surrogate.experiment import Runs, run
from surrogate.expressions import as_expression
from surrogate.randomness import Rng, seed_of, stream

if TYPE_CHECKING:
    from surrogate.models import Simulator
    from surrogate.regions import Box

__all__ = ["Certificate", "Plan", "certify"]

_BATCH = 20  # fresh runs between two looks of a confidence sequence


@dataclass(frozen=True, repr=False)
class Certificate:
    """What was proved about one box, by independent draws made after it was chosen.

    Attributes
    ----------
    box : Box
    case : str
    density : Estimate
        Share of the box where the case holds, with a lower bound; failed runs count against it.
    coverage : Estimate
        Share of all cases that lie in the box, with a lower bound of its own.
    mass : Estimate
        Share of the space that the box takes.
    n_box, n_space : int
        Fresh runs inside the box, and over the whole space.
    n_failed : int
        How many of them failed.
    confidence_level : float
        Of each bound by itself.
    seed : int
    runs : Runs
        The fresh runs, to look at.


    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(x=(0.0, 1.0))
    >>> line = sg.Simulator(lambda x: x, space, outcomes=["y"])
    >>> box = sg.Box({"x": (0.0, 0.5)})
    >>> sg.certify(box, line, "y < 0.5", n_box=60, n_space=0, n_workers=0, rng=0)
    At least 95.1 % of the box has y < 0.5 at 95 % confidence: 60 fresh runs, 0 of them not.
    """

    box: Box
    case: str
    density: Estimate
    coverage: Estimate
    mass: Estimate
    n_box: int
    n_space: int
    n_failed: int
    confidence_level: float
    seed: int
    runs: Runs

    def __repr__(self) -> str:
        return self.statement()

    def statement(self) -> str:
        """Return what is proved, in words."""
        level = f"{100 * self.confidence_level:g} % confidence"
        missed = round(self.n_box * (1 - self.density.value))
        proved = (
            f"At least {_percent(self.density.low)} of the box has {self.case} at {level}: "
            f"{self.n_box} fresh runs, {missed} of them not"
        )
        if not self.n_space:
            return proved + "."
        found = (
            f"The box holds at least {_percent(self.coverage.low)} of all such cases at {level}: "
            f"{self.coverage.n} cases in {self.n_space} fresh runs of the whole space, "
            f"{_percent(self.coverage.value)} of them inside"
        )
        return f"{proved}. {found}."


def certify(
    box: Box,
    simulator: Simulator,
    case: Any,
    *,
    n_box: int = 300,
    n_space: int = 300,
    confidence_level: float = 0.95,
    stop_at: float | None = None,
    looks: Sequence[int] | None = None,
    rng: Rng = None,
    **run_options: Any,
) -> Certificate:
    """Prove how dense a box is, and how much it covers, with fresh runs.

    Draws are independent and follow the space's own law, inside the box for its density and over
    the whole space for its coverage, so that the bounds are exact [1]_. A certificate judges one
    box: choosing among several by their certificates would spoil each of them.

    Parameters
    ----------
    box : Box
    simulator : Simulator
    case : str, Expression or callable
        On the outcomes.
    n_box, n_space : int
        Fresh runs inside the box (the most, with `stop_at`) and over the whole space; without
        `n_space` nothing is said of coverage.
    confidence_level : float
        Of each lower bound.
    stop_at : float, optional
        Stop as soon as this density is proved, or can no longer be true.
    looks : sequence of int, optional
        When to look, in runs inside the box, declared before: the error is split over them. With
        `stop_at` and without looks, a confidence sequence allows any look [2]_.
    rng : int, Generator or None
    **run_options
        For `run`: ``store``, ``n_workers``, ``timeout``, ``progress`` and so on.

    Returns
    -------
    Certificate

    Raises
    ------
    ArgumentError
        If a number is out of its range.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, Biometrika 26 (1934),
       https://doi.org/10.1093/biomet/26.4.404
    .. [2] H. Robbins, Ann. Math. Statist. 41 (1970), https://doi.org/10.1214/aoms/1177696786

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(x=(0.0, 1.0))
    >>> square = sg.Simulator(lambda x: x**2, space, outcomes=["y"], name="square")
    >>> box = sg.Box({"x": (0.0, 0.5)})
    >>> certificate = certify(box, square, "y < 0.25", n_box=100, n_space=100, rng=0, n_workers=0)
    >>> round(certificate.density.low, 3)
    0.97
    """
    plan = Plan.of(n_box, confidence_level, stop_at=stop_at, looks=looks)
    if n_space < 0:
        raise ArgumentError(f"n_space must not be negative; got {n_space}")
    seed = seed_of(rng)
    ask = _Asking(simulator, as_expression(case), seed, run_options)
    inside, density = _judge_density(ask, box, plan)
    runs = [inside]
    coverage = Estimate(float("nan"), 0.0, 1.0, 0, "not asked", "", confidence_level)
    if n_space:
        runs.append(ask.fresh(n_space, None, "space"))
        coverage = _coverage(box, runs[1], ask.case, confidence_level)
    whole = Runs.concat(runs)
    return Certificate(
        box=box,
        case=str(ask.case),
        density=density,
        coverage=coverage,
        mass=simulator.space.mass(box.limits),
        n_box=len(inside),
        n_space=n_space,
        n_failed=int((whole.status != "ok").sum()),
        confidence_level=confidence_level,
        seed=seed,
        runs=whole,
    )


@dataclass(frozen=True)
class _Asking:
    """Fresh independent runs for one certificate."""

    simulator: Simulator
    case: Any
    seed: int
    options: dict[str, Any]

    def fresh(self, n: int, box: Box | None, *purpose: str | int) -> Runs:
        design = self.simulator.space.sample(
            n,
            method="random",
            rng=stream(self.seed, "certificate", *purpose),
            within=box.limits if box is not None and box.limits else None,
        )
        # the same seed must not give a noisy certificate run the noise of a design's run
        noise = int(stream(self.seed, "certificate noise", *purpose).integers(2**53))
        options: dict[str, Any] = {"rng": noise, "on_error": "continue"} | self.options
        return run(self.simulator, design, origin="certificate", **options)


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
        if n_box < 1:
            raise ArgumentError(f"n_box must be at least 1; got {n_box}")
        if not 0 < confidence_level < 1:
            raise ArgumentError(
                f"confidence_level must lie between 0 and 1; got {confidence_level}"
            )
        if stop_at is not None and not 0 < stop_at < 1:
            raise ArgumentError(f"stop_at must lie between 0 and 1; got {stop_at}")
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
        return dataclasses.replace(confidence_sequence(k, n, data=data, **level), high=1.0)

    def is_over(self, k: int, n: int, low: float) -> bool:
        """Return whether the wanted density is proved, or can no longer be true.

        Giving up early never spoils a lower bound.
        """
        if self.stop_at is None:
            return False
        refuted = confidence_sequence(k, n, confidence_level=self.confidence_level)
        return low >= self.stop_at or refuted.high < self.stop_at


def _judge_density(ask: _Asking, box: Box, plan: Plan) -> tuple[Runs, Estimate]:
    parts: list[Runs] = []
    k = n = 0
    low = 0.0
    density = Estimate(float("nan"))
    for look, until in enumerate(plan.schedule):
        parts.append(ask.fresh(until - n, box, "box", look))
        k, n = k + _hits(parts[-1], ask.case), until
        bound = plan.bound(k, n)
        low = max(low, bound.low)  # the bounds of all looks hold at once
        density = dataclasses.replace(bound, low=low)
        if plan.is_over(k, n, low):
            break
    return Runs.concat(parts), density


def _hits(runs: Runs, case: Any) -> int:
    """Return how many runs are cases; a failed run is none, and part of a share none."""
    return int(np.floor(runs.label(case, failed="not").to_numpy().astype(float) + 1e-9).sum())


def _coverage(box: Box, runs: Runs, case: Any, confidence_level: float) -> Estimate:
    """Return the share of cases in the box; a failed run is a case the box does not hold."""
    cases = runs.label(case, failed="case").to_numpy().astype(float) > 0.5
    hits = runs.label(case, failed="not").to_numpy().astype(float) > 0.5
    inside = box.contains(runs.design).to_numpy()
    return binomial_bound(
        int((hits & inside).sum()),
        int(cases.sum()),
        confidence_level=confidence_level,
        data="cases in fresh runs of the whole space",
    )


def _percent(share: float) -> str:
    """Return a share in percent, rounded down: a bound must not grow by rounding."""
    return f"{np.floor(1000 * share) / 10:g} %"
