"""One pass of the procedure: from runs to boxes, and among them to one."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from threadpoolctl import threadpool_limits

from surrogate.errors import ArgumentError
from surrogate.metamorphosis import Metamorphosis
from surrogate.randomness import stream
from surrogate.regions import PRIM, Choice, PeelingTrajectory, simplify
from surrogate.students import CaseClassifier
from surrogate.students.automatic.symmetry import SymmetricClassifier

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs
    from surrogate.space import Space

__all__ = ["WORTH_MORE_POINTS", "Found", "Labelled", "Search", "student_of"]

Labelled = tuple["pd.DataFrame", NDArray[np.float64]]

# A few hundred runs alone are peeled in larger steps, and to larger boxes, than points for free.
_STEP_OF_RUNS = 0.05
_MASS_OF_RUNS = 0.05

WORTH_MORE_POINTS = 0.01  # PR AUC gained over half of the transfer set


class Found(NamedTuple):
    """What one pass came to.

    Attributes
    ----------
    teacher : estimator or None
        Fitted; None where the boxes come from the runs alone.
    trajectory : PeelingTrajectory
    peeled : PeelingTrajectory
        The same before its boxes were simplified.
    half : PeelingTrajectory
        Peeled on the first half of the transfer set.
    transfer : (DataFrame, ndarray)
        The points the boxes were found on, with the teacher's P(case).
    points : (DataFrame, ndarray)
        Fresh ones, to choose among the boxes on.
    data : str
        What `points` are.
    """

    teacher: Any
    trajectory: PeelingTrajectory
    peeled: PeelingTrajectory
    half: PeelingTrajectory
    transfer: Labelled
    points: Labelled
    data: str


@dataclass(frozen=True)
class Search:
    """One pass of the procedure: from runs to a chosen box."""

    space: Space
    case: Any
    teacher: Any
    student: PRIM
    n_transfer: int
    rule: str
    density: float
    simplify: bool
    n_transfer_max: int | None = None

    def run(self, runs: Runs, seed: int, fitted: Any = None) -> Found:
        """Return the fitted teacher, the boxes, and fresh points to choose among them on.

        Parameters
        ----------
        runs : Runs
        seed : int
        fitted : estimator, optional
            A teacher that knows the answer already: it is only asked.
        """
        # One thread: the last digits must not depend on how many there are, and for the few
        # hundred rows of a campaign more of them only wait for each other.
        with threadpool_limits(1):
            return self._run(runs, seed, fitted)

    def _run(self, runs: Runs, seed: int, fitted: Any) -> Found:
        chain = self._chain(
            self._teacher(seed) if fitted is None else FrozenEstimator(fitted), runs, seed
        )
        teacher = chain.teacher_.model if fitted is None else fitted
        points = self._labelled(chain, seed, "choice")
        half = self._of_half(chain)
        while _gained(chain, half, points) and self._may_grow(chain):
            half = chain.student_.trajectory_
            frozen = FrozenEstimator(teacher)
            chain = self._chain(frozen, runs, seed, n_transfer=2 * chain.n_transfer_)
        trajectory = peeled = chain.student_.trajectory_
        found_on = chain.transfer_.rows, chain.transfer_.answers
        if self.simplify:
            judged = self._labelled(chain, seed, "simplify")
            trajectory = _simplified(trajectory, judged, found_on=found_on)
        data = "fresh points labelled by the teacher"
        return Found(teacher, trajectory, peeled, half, found_on, points, data)

    def alone(self, runs: Runs, labels: pd.Series) -> Found:
        """Return the boxes of PRIM on the runs themselves, without a teacher."""
        student = clone(self.student).set_params(
            peel_alpha=max(self.student.peel_alpha, _STEP_OF_RUNS),
            mass_min=max(self.student.mass_min, _MASS_OF_RUNS),
        )
        points = runs.inputs, labels.to_numpy(dtype=float)
        trajectory = student.fit(*points).trajectory_
        data = "runs that made the boxes (in-sample)"
        return Found(None, trajectory, trajectory, trajectory, points, points, data)

    def choose(self, found: Found, rule: str | None = None) -> Choice:
        """Return the box of the stated rule."""
        return found.trajectory.choice(
            rule or self.rule, *found.points, density=self.density, data=found.data
        )

    def finds_none(self, found: Found) -> bool:
        """Return whether no box is as dense as was asked."""
        if self.rule != "coverage":
            return False
        return bool(found.trajectory.evaluate(*found.points)["density"].max() < self.density)

    def _chain(
        self, teacher: Any, runs: Runs, seed: int, *, n_transfer: int | None = None
    ) -> Metamorphosis:
        """Return the fitted chain; more points begin with those of a smaller transfer set."""
        chain = Metamorphosis(
            teacher,
            self.student,
            transfer=self.space,
            n_transfer=n_transfer or self.n_transfer,
            random_state=seed,
        )
        return chain.fit(runs.inputs, self._answers(runs))

    def _of_half(self, chain: Metamorphosis) -> PeelingTrajectory:
        """Return what the student finds on the first half of the transfer set."""
        rows, answers = chain.transfer_.rows, chain.transfer_.answers
        n = max(len(rows) // 2, 1)
        return clone(self.student).fit(rows.iloc[:n], answers[:n]).trajectory_

    def _may_grow(self, chain: Metamorphosis) -> bool:
        most = 2 * self.n_transfer if self.n_transfer_max is None else self.n_transfer_max
        return 2 * chain.n_transfer_ <= most

    def _labelled(self, chain: Metamorphosis, seed: int, purpose: str) -> Labelled:
        """Return a fresh sample of the space with the teacher's P(case)."""
        fresh = self.space.sample(self.n_transfer, rng=stream(seed, purpose))
        return fresh, chain.teacher_.values(fresh)

    def _teacher(self, seed: int) -> Any:
        if self.teacher is None:
            return CaseClassifier(self.case, space=self.space, random_state=seed)
        if isinstance(self.teacher, FrozenEstimator) or not self.space.exchangeable:
            return clone(self.teacher)
        return SymmetricClassifier(self.teacher, space=self.space, random_state=seed)

    def _answers(self, runs: Runs) -> Any:
        if self.teacher is None and runs.replicates == 1:
            return runs.outcomes
        labels = runs.label(self.case)
        if self.teacher is not None and labels.dtype != bool:
            raise ArgumentError(
                "runs with replicates have shares of cases, which a classifier does not take; "
                "leave teacher out"
            )
        return labels


def student_of(student: PRIM | None, max_restricted: int | None) -> PRIM:
    """Return the PRIM asked for; by default one of small steps, to 1 % of the space.

    Points that a teacher labels cost nothing, so patience does not either: a best box lies between
    two steps of 5 %, and WRAcc found it 0.0004 higher on two functions of REDS with steps of 3 %.
    """
    chosen = PRIM(peel_alpha=0.03, mass_min=0.01) if student is None else clone(student)
    return chosen if max_restricted is None else chosen.set_params(max_restricted=max_restricted)


def _gained(chain: Metamorphosis, half: PeelingTrajectory, points: Labelled) -> bool:
    """Return whether the transfer set has given much better boxes than half of it."""
    if not points[1].any():  # no case anywhere: nothing to be better at
        return False
    gain = chain.student_.trajectory_.pr_auc(*points) - half.pr_auc(*points)
    return bool(gain >= WORTH_MORE_POINTS)


def _simplified(
    trajectory: PeelingTrajectory, judged: Labelled, *, found_on: Labelled
) -> PeelingTrajectory:
    """Return the boxes without the limits that chance put there, each at its own density."""
    seen = trajectory.evaluate(*judged)["n"] > 0
    boxes = tuple(
        simplify(box, *judged, rule="coverage").box if box.limits and seen[index] else box
        for index, box in enumerate(trajectory)
    )
    scores = PeelingTrajectory(boxes, trajectory.steps).evaluate(*found_on)
    steps = tuple(
        dataclasses.replace(
            step,
            coverage=scores["coverage"][index],
            density=scores["density"][index],
            mass=scores["mass"][index],
            n=int(scores["n"][index]),
        )
        for index, step in enumerate(trajectory.steps)
    )
    return PeelingTrajectory(boxes, steps)
