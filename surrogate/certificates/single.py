"""What fresh runs of the simulator itself prove about one box."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.arguments import check_count
from surrogate.certificates.asking import Asking
from surrogate.certificates.plan import Plan
from surrogate.errors import ArgumentError
from surrogate.estimates import Estimate
from surrogate.experiment import Runs
from surrogate.randomness import Rng, seed_of
from surrogate.regions import Box

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["Certificate", "certify", "percent"]


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
            f"At least {percent(self.density.low)} of the box has {self.case} at {level}: "
            f"{self.n_box} fresh runs, {missed} of them not"
        )
        if not self.n_space:
            return proved + "."
        found = (
            f"The box holds at least {percent(self.coverage.low)} of all such cases at {level}: "
            f"{self.coverage.n} cases in {self.n_space} fresh runs of the whole space, "
            f"{100 * self.coverage.value:.1f} % of them inside"
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
        `stop_at` and without looks, a bound that allows any number of them [2]_.
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
    ExpressionError
        If the case reads what is no outcome, or is no condition.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, Biometrika 26 (1934),
       https://doi.org/10.1093/biomet/26.4.404
    .. [2] H. Robbins, Ann. Math. Statist. 41 (1970), https://doi.org/10.1214/aoms/1177696786

    See Also
    --------
    certify_nested : The largest of several nested boxes that is as dense as was declared.

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
    if not isinstance(box, Box):
        raise ArgumentError(
            f"certify judges one Box; got {type(box).__name__}. Choose one of its boxes, or use "
            "certify_nested for boxes that lie in one another"
        )
    plan = Plan.of(n_box, confidence_level, stop_at=stop_at, looks=looks)
    check_count(n_space, 0, argument="n_space")
    seed = seed_of(rng)
    with Asking.by(simulator, case, seed, n_runs=max(n_box, n_space), options=run_options) as ask:
        inside, density = _judge_density(ask, box, plan)
        of_space, coverage = ask.coverage(box, n_space, confidence_level)
    whole = Runs.concat([inside, *of_space])
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


def _judge_density(ask: Asking, box: Box, plan: Plan) -> tuple[Runs, Estimate]:
    parts: list[Runs] = []
    k = n = 0
    low = 0.0
    density = Estimate(float("nan"))
    for look, until in enumerate(plan.schedule):
        parts.append(ask.fresh(until - n, box, "box", look))
        k, n = k + int(ask.hits(parts[-1]).sum()), until
        bound = plan.bound(k, n)
        low = max(low, bound.low)  # the bounds of all looks hold at once
        density = dataclasses.replace(bound, low=low)
        if plan.is_over(k, n, low):
            break
    return Runs.concat(parts), density


def percent(share: float) -> str:
    """Return a share in percent, rounded down: a bound must not grow by rounding."""
    return f"{np.floor(1000 * share) / 10:g} %"
