"""What fresh runs prove about boxes of which each lies in the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_count, check_share, checked_level
from surrogate.certificates.asking import Asking
from surrogate.certificates.single import percent
from surrogate.errors import ArgumentError
from surrogate.estimates import Estimate, binomial_bound
from surrogate.experiment import Runs
from surrogate.randomness import Rng, seed_of
from surrogate.regions.boxes.nesting import nest

if TYPE_CHECKING:
    from surrogate.models import Simulator
    from surrogate.regions import Box

__all__ = ["NestedCertificate", "certify_nested"]


@dataclass(frozen=True, repr=False)
class NestedCertificate:
    """How far out the declared density was proved, from the innermost box outward.

    Attributes
    ----------
    boxes : tuple of Box
        From the innermost outward, in the order of the tests.
    box : Box or None
        The largest one proved to have the density; None if not even the innermost was.
    density_asked : float
        What was declared.
    densities : tuple of Estimate
        Of the boxes that were tested, the first that failed included. The lower bounds hold all at
        once, at `confidence_level`.
    coverage : Estimate
        Share of all cases that lie in `box`, with a lower bound of its own.
    n_runs, n_space : int
        Fresh runs inside the boxes, and over the whole space.
    n_failed : int
    confidence_level : float
    case : str
    seed : int
    runs : Runs
        The fresh runs, to look at.

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(x=(0.0, 1.0))
    >>> line = sg.Simulator(lambda x: x, space, outcomes=["y"])
    >>> boxes = [sg.Box({"x": (0.0, high)}) for high in (0.9, 0.5)]
    >>> options = {"density": 0.9, "n_box": 60, "n_space": 0, "n_workers": 0, "rng": 0}
    >>> sg.certify_nested(boxes, line, "y < 0.6", **options).to_frame()["proved"].tolist()
    [True, False]
    """

    boxes: tuple[Box, ...]
    box: Box | None
    density_asked: float
    densities: tuple[Estimate, ...]
    coverage: Estimate
    n_runs: int
    n_space: int
    n_failed: int
    confidence_level: float
    case: str
    seed: int
    runs: Runs

    def __repr__(self) -> str:
        return self.statement()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per tested box: its rule, n, value, low, and whether it was proved."""
        rows = [
            {
                "rule": box.rule(),
                "n": density.n,
                "value": density.value,
                "low": density.low,
                "proved": density.low >= self.density_asked,
            }
            for box, density in zip(self.boxes, self.densities, strict=False)
        ]
        return pd.DataFrame(rows).rename_axis("box")

    def statement(self) -> str:
        """Return what is proved, in words."""
        level = f"{100 * self.confidence_level:g} % confidence"
        wanted = f"{100 * self.density_asked:g} % of it has {self.case}"
        if self.box is None:
            return f"Of none of the {len(self.boxes)} boxes it is proved that at least {wanted}."
        proved = (
            f"{self.box.rule()}: at least {wanted} at {level}, the largest of {len(self.boxes)} "
            f"nested boxes of which this is proved, with {self.n_runs} fresh runs."
        )
        if not self.n_space:
            return proved
        return f"{proved} It holds at least {percent(self.coverage.low)} of all such cases."


def certify_nested(
    boxes: Iterable[Box],
    simulator: Simulator,
    case: Any,
    *,
    density: float,
    n_box: int = 300,
    n_space: int = 300,
    confidence_level: float = 0.95,
    rng: Rng = None,
    **run_options: Any,
) -> NestedCertificate:
    """Prove which is the largest of nested boxes that has a declared density.

    The boxes are tested from the innermost outward, each on as many independent draws, until one
    fails. The order is fixed before, so the confidence is that of one test, however many boxes
    there are [1]_; certifying several boxes one by one and keeping the best has no such guarantee.

    Parameters
    ----------
    boxes : iterable of Box
        A trajectory, or a part of it like ``found.trajectory[: found.index + 6]``. The last is the
        innermost; those that do not hold the one before are left out.
    simulator : Simulator
    case : str, Expression or callable
        On the outcomes.
    density : float
        What is to be proved of every box, in (0, 1).
    n_box, n_space : int
        Draws inside each box, and fresh runs over the whole space, for the coverage of the box that
        is proved.
    confidence_level : float
        That no box is wrongly said to have the density.
    rng : int, Generator or None
    **run_options
        For `run`: ``store``, ``n_workers``, ``timeout``, ``progress`` and so on.

    Returns
    -------
    NestedCertificate

    Raises
    ------
    ArgumentError
        No box, or a number out of its range.
    ExpressionError
        If the case reads what is no outcome, or is no condition.

    Notes
    -----
    A draw that falls into the box before is a draw from that one, whose runs answer it. So each box
    is tested on independent draws of its own law, at about the cost of its shell. Lower bounds [2]_
    are the declared density for the boxes proved and its own for the one that fails; if none fails,
    the least of their own for all.

    References
    ----------
    .. [1] P. H. Westfall, A. Krishen, Optimally weighted, fixed sequence and gatekeeper multiple
       testing procedures, J. Stat. Plan. Inference 99 (2001),
       https://doi.org/10.1016/S0378-3758(01)00077-5
    .. [2] J. C. Hsu, R. L. Berger, Stepwise confidence intervals without multiplicity adjustment
       for dose-response and toxicity studies, J. Am. Stat. Assoc. 94 (1999), 468-482

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(x=(0.0, 1.0))
    >>> line = sg.Simulator(lambda x: x, space, outcomes=["y"])
    >>> boxes = [sg.Box({"x": (0.0, high)}) for high in (0.9, 0.7, 0.5, 0.3)]
    >>> options = {"density": 0.9, "n_box": 60, "n_space": 0, "n_workers": 0, "rng": 0}
    >>> certify_nested(boxes, line, "y < 0.52", **options).box
    Box(0 <= x <= 0.5)
    """
    check_share(density, argument="density")
    check_count(n_box, 1, argument="n_box")
    check_count(n_space, 0, argument="n_space")
    checked_level(confidence_level)
    chain = nest(boxes)
    if not chain:
        raise ArgumentError("certify_nested needs at least one box; got none")
    seed = seed_of(rng)
    with Asking.by(simulator, case, seed, n_runs=max(n_box, n_space), options=run_options) as ask:
        runs, bounds = _tested(ask, chain, density, n=n_box, confidence_level=confidence_level)
        n_proved = len(bounds) - (bounds[-1].low < density)
        proved = chain[n_proved - 1] if n_proved else None
        of_space, coverage = ask.coverage(
            proved or chain[0], n_space if proved else 0, confidence_level
        )
    whole = Runs.concat([*runs, *of_space])
    return NestedCertificate(
        boxes=chain,
        box=proved,
        density_asked=density,
        densities=_simultaneous(bounds, density),
        coverage=coverage,
        n_runs=sum(map(len, runs)),
        n_space=sum(map(len, of_space)),
        n_failed=int((whole.status != "ok").sum()),
        confidence_level=confidence_level,
        case=str(ask.case),
        seed=seed,
        runs=whole,
    )


def _tested(
    ask: Asking, chain: Sequence[Box], density: float, *, n: int, confidence_level: float
) -> tuple[list[Runs], list[Estimate]]:
    """Return the runs, and the bounds of the boxes up to the first that fails."""
    runs: list[Runs] = []
    bounds: list[Estimate] = []
    hits = np.zeros(0, dtype=bool)
    for index, box in enumerate(chain):
        known = (chain[index - 1], hits) if index else None
        fresh, hits = _draws(ask, box, n, known, index)
        runs += fresh
        bounds.append(_bound(hits, confidence_level))
        if bounds[-1].low < density:
            break
    return runs, bounds


def _draws(
    ask: Asking,
    box: Box,
    n: int,
    known: tuple[Box, NDArray[np.bool_]] | None,
    index: int,
) -> tuple[list[Runs], NDArray[np.bool_]]:
    """Return the new runs, and which of n independent draws from a box are cases.

    Known answers of the box before stand in for the draws that fall into it, in order, so that any
    first part of the draws is again independent.
    """
    design = ask.design(n, box, "nest", index)
    inside = np.zeros(n, dtype=bool)
    hits = np.zeros(n, dtype=bool)
    if known is not None:
        inside = known[0].contains(design).to_numpy()
        hits[inside] = known[1][: inside.sum()]
    if inside.all():
        return [], hits
    runs = ask.answers(design.loc[~inside], "nest", index)
    hits[~inside] = ask.hits(runs)
    return [runs], hits


def _bound(hits: NDArray[np.bool_], confidence_level: float) -> Estimate:
    return binomial_bound(
        int(hits.sum()),
        len(hits),
        confidence_level=confidence_level,
        data="fresh runs inside the box",
    )


def _simultaneous(bounds: list[Estimate], density: float) -> tuple[Estimate, ...]:
    """Return the densities with lower bounds that hold all at once."""
    least = min(bound.low for bound in bounds)
    method = "Clopper-Pearson lower bound, fixed sequence"
    return tuple(
        replace(bound, low=least if bound.low < density else max(density, least), method=method)
        for bound in bounds
    )
