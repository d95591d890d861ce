"""Scenario discovery: where in the space of inputs a case holds.

`discover` is the chain with two parts chosen for this question: a teacher that knows P(case), its
transfer set a large sample of the space, and PRIM as the student. From few runs of a simulator
this finds what PRIM alone needs many times as many for.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from surrogate.discovery.cross_fitting import cross_fitted
from surrogate.discovery.result import Discovery
from surrogate.discovery.search import Search, student_of
from surrogate.errors import DataError, FewCasesWarning
from surrogate.expressions import as_expression
from surrogate.randomness import Rng, seed_of
from surrogate.regions import PRIM
from surrogate.students import CaseClassifier
from surrogate.transfer import DEFAULT_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs

__all__ = ["discover"]

_FEW_CASES = 10


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
    search = Search(
        space=runs.space,
        case=case,
        teacher=teacher,
        student=student_of(student, max_restricted),
        n_transfer=n_transfer,
        rule=rule,
        density=density,
        simplify=simplify_boxes,
    )
    labels = runs.label(case)
    _check_cases(labels.to_numpy(), str(labels.name))
    teacher_, trajectory, points = search.run(runs, seed)
    choice = search.choose(trajectory, points)
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
        scores=cross_fitted(search, runs, labels, seed, n_folds=n_folds, n_jobs=n_jobs)
        if n_folds
        else {},
        teacher=teacher_,
        teacher_scores=_teacher_scores(teacher_),
        teacher_sentence=_teacher_sentence(teacher_),
        seed=seed,
        provenance={**runs.provenance, "n_transfer": n_transfer, "rule": rule, "seed": seed},
    )


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
