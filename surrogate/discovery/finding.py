"""Scenario discovery: where in the space of inputs a case holds.

`discover` is the chain with two parts chosen for this question: a teacher that knows P(case), its
transfer set a large sample of the space, and PRIM as the student. From few runs of a simulator
this finds what PRIM alone needs many times as many for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate.discovery.result import Discovery, discovery_of
from surrogate.discovery.search import Search, student_of
from surrogate.randomness import Rng, seed_of
from surrogate.regions import PRIM
from surrogate.regions.trajectories.choosing import check_rule
from surrogate.transfer import DEFAULT_ROWS

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["discover"]


def discover(
    runs: Runs,
    case: Any,
    *,
    rng: Rng = None,
    teacher: Any = None,
    student: PRIM | None = None,
    n_transfer: int = DEFAULT_ROWS,
    n_transfer_max: int | None = None,
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
    to be scored on it [1]_. Where these scores show that PRIM on the runs alone does better, its
    boxes are returned, and a warning says so.

    Exchangeable blocks of the space are used as free data: every teacher that is fitted here is
    symmetric in them, and learns from each run what its permutations would have taught.

    Parameters
    ----------
    runs : Runs
    case : str, Expression or callable
        On the outcomes, like ``"stability < 0"``.
    rng : int, Generator or None
    teacher : estimator, optional
        A classifier with ``predict_proba``, fitted on the DataFrame of inputs and labels; a
        `CaseClassifier` by default. A `FrozenEstimator` is only asked.
    student : PRIM, optional
        Peels in steps of 3 % to 1 % of the space by default.
    n_transfer : int
        Rows the teacher labels, for finding and again for choosing.
    n_transfer_max : int, optional
        The rows for finding are doubled, to at most this many, as long as the boxes have gained
        0.01 PR AUC over those of half of the rows, as the teacher sees both on the rows for
        choosing. By default twice `n_transfer`.
    rule : {"wracc", "coverage", "knee", "fewest"}
        How the box is chosen; see `PeelingTrajectory.choice`.
    density : float
        For ``rule="coverage"``.
    max_restricted : int, optional
        The most inputs a box may restrict; a rule of few inputs is easier to live by.
    simplify_boxes : bool
        Drop limits that do not pay on a sample of their own, each box at its density.
    n_folds : int
        Folds of the cross-fitted scores; 0 leaves them out, and with them the comparison with
        PRIM alone.
    n_jobs : int, optional
        Searches at a time, of all runs and without each fold, as in scikit-learn; the answer does
        not depend on it.

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
    check_rule(rule)
    search = Search(
        space=runs.space,
        case=case,
        teacher=teacher,
        student=student_of(student, max_restricted),
        n_transfer=n_transfer,
        n_transfer_max=n_transfer_max,
        rule=rule,
        density=density,
        simplify=simplify_boxes,
    )
    return discovery_of(search, runs, seed_of(rng), n_folds=n_folds, n_jobs=n_jobs)
