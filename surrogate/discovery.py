"""Scenario discovery: where in the space of inputs a case holds.

`discover` is the chain with two parts chosen for this question: a teacher that knows P(case), its
transfer set a large sample of the space, and PRIM as the student. From few runs of a simulator
this finds what PRIM alone needs many times as many for.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from surrogate.errors import ArgumentError, DataError, FewCasesWarning, TeacherWarning
from surrogate.estimates import Estimate, binomial, bootstrap
from surrogate.expressions import as_expression
from surrogate.metamorphosis import Metamorphosis
from surrogate.randomness import Rng, seed_of, stream
from surrogate.regions import PRIM, Box, Choice, PeelingTrajectory, simplify
from surrogate.students import CaseClassifier
from surrogate.transfer import DEFAULT_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs
    from surrogate.space import Space

__all__ = ["Discovery", "discover"]

_FEW_CASES = 10


@dataclass(frozen=True, eq=False, repr=False)
class Discovery:
    """The answer to "where does this case hold?".

    Attributes
    ----------
    case : Expression or FrameFunction
        The question; ``str`` gives its text.
    space : Space
    runs : Runs
        The real runs behind everything.
    trajectory : PeelingTrajectory
        The boxes to choose from.
    box : Box
        The chosen one.
    index : int
        Its place on the trajectory.
    choice : str
        Why this one, in one sentence.
    curve : DataFrame
        One row per box: coverage, density, mass as the teacher estimates them on rows that were
        not used to find the boxes; coverage_runs, density_runs, mass_runs on the real runs, which
        taught the teacher (in-sample).
    scores : dict of str to Estimate
        Coverage, density, mass and wracc, cross-fitted on real runs: found on some folds, measured
        on another. They judge the procedure, at the share of the runs that a fold leaves.
    teacher : CaseClassifier or estimator
    teacher_scores : DataFrame
        What was tried as a teacher, on held-out folds.
    teacher_sentence : str
    seed : int
    provenance : dict

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> simulator = sg.Simulator(lambda gain, delay: gain - 0.4, space, outcomes=["growth"])
    >>> runs = sg.run(simulator, space.sample(32, rng=0), n_workers=0)
    >>> found = sg.discover(runs, "growth < 0", rng=0, n_transfer=2000, n_folds=0)
    >>> found.box.names, found.trajectory[found.index] == found.box
    (('gain',), True)
    """

    case: Any
    space: Space
    runs: Runs
    trajectory: PeelingTrajectory
    box: Box
    index: int
    choice: str
    curve: pd.DataFrame
    scores: Mapping[str, Estimate]
    teacher: Any
    teacher_scores: pd.DataFrame
    teacher_sentence: str
    seed: int
    provenance: Mapping[str, Any]

    def __repr__(self) -> str:
        lines = [f"{self.case} where {self.box.rule()}", f"  {self.choice}"]
        lines += [
            f"  {name} {self.scores[name]}" for name in ("coverage", "density") if self.scores
        ]
        return "\n".join([*lines, f"  teacher: {self.teacher_sentence}"])


def discover(
    runs: Runs,
    case: Any,
    *,
    rng: Rng = None,
    teacher: Any = None,
    student: PRIM | None = None,
    n_transfer: int = DEFAULT_ROWS,
    rule: str = "wracc",
    density: float = 0.9,
    max_restricted: int | None = None,
    simplify_boxes: bool = True,
    n_folds: int = 5,
    n_jobs: int | None = None,
) -> Discovery:
    """Find where in the space a case holds, as a box one can read.

    A teacher learns P(case) from the runs: from the continuous outcome where there is one, else
    from the labels. It labels a large fresh sample of the space; PRIM peels that sample; the box
    is chosen on a second sample; and the whole procedure is repeated without each fold of the runs,
    to be scored on it [1]_.

    Parameters
    ----------
    runs : Runs
    case : str, Expression or callable
        On the outcomes, like ``"stability < 0"``.
    rng : int, Generator or None
    teacher : estimator, optional
        A classifier with ``predict_proba``, fitted on the DataFrame of inputs and labels; a
        `CaseClassifier` by default.
    student : PRIM, optional
        Peels to 1 % of the space by default.
    n_transfer : int
        Rows the teacher labels, for finding and again for choosing.
    rule : {"wracc", "coverage", "knee", "fewest"}
        How the box is chosen; see `PeelingTrajectory.choice`.
    density : float
        For ``rule="coverage"``.
    max_restricted : int, optional
        The most inputs a box may restrict; a rule of few inputs is easier to live by.
    simplify_boxes : bool
        Drop limits that do not pay on a sample of their own, each box at its density.
    n_folds : int
        Folds of the cross-fitted scores; 0 leaves them out.
    n_jobs : int, optional
        Folds computed at a time, as in scikit-learn; the answer does not depend on it.

    Returns
    -------
    Discovery

    Raises
    ------
    DataError
        If there is nothing to tell apart: no run is a case, or every one is.

    Warns
    -----
    FewCasesWarning, TeacherWarning

    References
    ----------
    .. [1] V. Arzamasov, K. Boehm, REDS, SIGMOD (2021), https://doi.org/10.1145/3448016.3457301

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> simulator = sg.Simulator(lambda gain, delay: gain + delay - 0.9, space, outcomes=["growth"])
    >>> runs = sg.run(simulator, space.sample(64, rng=0), n_workers=0)
    >>> found = discover(runs, "growth < 0", rng=0, n_transfer=4000, n_folds=2)
    >>> found.scores["density"].value > 0.7
    True
    """
    seed = seed_of(rng)
    search = _Search(
        space=runs.space,
        case=case,
        teacher=teacher,
        student=_student(student, max_restricted),
        n_transfer=n_transfer,
        rule=rule,
        density=density,
        simplify=simplify_boxes,
    )
    labels = runs.label(case)
    _check_cases(labels.to_numpy(), str(labels.name))
    teacher_, trajectory, choice, points = search.run(runs, seed)
    curve = trajectory.evaluate(*points)[["coverage", "density", "mass", "n_restricted"]]
    in_sample = trajectory.evaluate(runs.inputs, labels)[["coverage", "density", "mass"]]
    return Discovery(
        case=as_expression(case),
        space=runs.space,
        runs=runs,
        trajectory=trajectory,
        box=choice.box,
        index=choice.index,
        choice=choice.reason,
        curve=curve.join(in_sample.add_suffix("_runs")),
        scores=_cross_fitted(search, runs, labels, seed, n_folds=n_folds, n_jobs=n_jobs)
        if n_folds
        else {},
        teacher=teacher_,
        teacher_scores=_teacher_scores(teacher_),
        teacher_sentence=_teacher_sentence(teacher_),
        seed=seed,
        provenance={**runs.provenance, "n_transfer": n_transfer, "rule": rule, "seed": seed},
    )


def _student(student: PRIM | None, max_restricted: int | None) -> PRIM:
    chosen = PRIM(mass_min=0.01) if student is None else clone(student)
    return chosen if max_restricted is None else chosen.set_params(max_restricted=max_restricted)


_Labelled = tuple["pd.DataFrame", NDArray[np.float64]]
_Answer = tuple[Any, PeelingTrajectory, Choice, _Labelled]


@dataclass(frozen=True)
class _Search:
    """One pass of the procedure: from runs to a chosen box."""

    space: Space
    case: Any
    teacher: Any
    student: PRIM
    n_transfer: int
    rule: str
    density: float
    simplify: bool

    def run(self, runs: Runs, seed: int) -> _Answer:
        """Return the fitted teacher, the boxes, the choice, and the points it was made on."""
        # One thread: the last digits must not depend on how many there are, and for the few
        # hundred rows of a campaign more of them only wait for each other.
        with threadpool_limits(1):
            return self._run(runs, seed)

    def _run(self, runs: Runs, seed: int) -> _Answer:
        chain = Metamorphosis(
            self._teacher(seed),
            self.student,
            transfer=self.space,
            n_transfer=self.n_transfer,
            random_state=seed,
        ).fit(runs.inputs, self._answers(runs))
        trajectory = chain.student_.trajectory_
        if self.simplify:
            judged = self._labelled(chain, seed, "simplify")
            trajectory = _simplified(trajectory, judged, found_on=chain.transfer_)
        points = self._labelled(chain, seed, "choice")
        choice = trajectory.choice(
            self.rule, *points, density=self.density, data="fresh points labelled by the teacher"
        )
        return chain.teacher_.model, trajectory, choice, points

    def _labelled(self, chain: Metamorphosis, seed: int, purpose: str) -> _Labelled:
        """Return a fresh sample of the space with the teacher's P(case)."""
        fresh = self.space.sample(self.n_transfer, rng=stream(seed, purpose))
        return fresh, chain.teacher_.values(fresh)

    def _teacher(self, seed: int) -> Any:
        if self.teacher is not None:
            return clone(self.teacher)
        return CaseClassifier(self.case, space=self.space, random_state=seed)

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


def _simplified(
    trajectory: PeelingTrajectory, judged: _Labelled, *, found_on: _Labelled
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


def _cross_fitted(
    search: _Search, runs: Runs, labels: pd.Series, seed: int, *, n_folds: int, n_jobs: int | None
) -> dict[str, Estimate]:
    """Return scores of boxes on runs that neither their teacher nor their choice has seen."""
    from joblib import Parallel, delayed

    if n_folds == 0:
        return {}
    if n_folds < 2 or n_folds > len(labels):
        raise ArgumentError(f"n_folds must be 0 or 2 to {len(labels)} (the runs); got {n_folds}")
    order = stream(seed, "folds").permutation(len(labels))
    folds = np.array_split(order, n_folds)
    insides = Parallel(n_jobs=n_jobs)(
        delayed(_inside_without)(search, runs.select(labels.index), fold, seed) for fold in folds
    )
    inside = np.zeros(len(labels), dtype=bool)
    for fold, held in zip(folds, insides, strict=True):
        inside[fold] = held
    return _scores(inside, labels.to_numpy(), f"{n_folds} held-out folds of the runs", seed)


def _inside_without(search: _Search, runs: Runs, fold: NDArray[np.intp], seed: int) -> Any:
    """Return which rows of the fold lie in the box found without them."""
    held = np.zeros(len(runs), dtype=bool)
    held[fold] = True
    with warnings.catch_warnings():
        # the whole search has warned already where there is reason to
        warnings.simplefilter("ignore", TeacherWarning)
        warnings.simplefilter("ignore", FewCasesWarning)
        _, _, choice, _ = search.run(runs.select(~held), seed)
    return choice.box.contains(runs.inputs.iloc[fold]).to_numpy()


def _scores(
    inside: NDArray[np.bool_], y: NDArray[Any], data: str, seed: int
) -> dict[str, Estimate]:
    n, share = len(y), y.astype(float)

    def ratio(part: NDArray[Any], whole: NDArray[Any]) -> Estimate:
        if share.dtype == y.dtype:  # shares of replicates: no counts
            return bootstrap(
                lambda rows: float(part[rows].sum() / max(whole[rows].sum(), 1e-300)),
                n,
                data=data,
                rng=stream(seed, "scores"),
            )
        return binomial(int(part.sum()), int(whole.sum()), data=data)

    return {
        "coverage": ratio(inside * share, share),
        "density": ratio(inside * share, inside.astype(float)),
        "mass": binomial(int(inside.sum()), n, data=data),
        "wracc": bootstrap(
            lambda rows: float(np.cov(inside[rows], share[rows], ddof=0)[0, 1]),
            n,
            data=data,
            rng=stream(seed, "wracc"),
        ),
    }


def _check_cases(labels: NDArray[Any], case: str) -> None:
    n, cases = len(labels), float(labels.sum())
    if not 0 < cases < n:
        raise DataError(
            f"{cases:g} of {n} runs are cases of {case!r}: there is nothing to tell apart; run "
            "more, or ask another question"
        )
    if min(cases, n - cases) < _FEW_CASES:
        warnings.warn(
            f"{cases:g} cases of {case!r} in {n} runs: boxes will be unstable",
            FewCasesWarning,
            stacklevel=3,
        )


def _teacher_scores(teacher: Any) -> pd.DataFrame:
    import pandas as pd

    if not isinstance(teacher, CaseClassifier):
        return pd.DataFrame(index=pd.Index([type(teacher).__name__], name="member"))
    return teacher.scores()


def _teacher_sentence(teacher: Any) -> str:
    if isinstance(teacher, CaseClassifier):
        return teacher.evidence()
    return f"{type(teacher).__name__}, given by the user; not scored"
