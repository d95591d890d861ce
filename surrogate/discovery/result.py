"""What a discovery found, and how good the way it was found is."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from surrogate.discovery.ceiling import Ceiling, ceiling_of
from surrogate.discovery.cross_fitting import Fold, cross_fitted
from surrogate.discovery.held_out import Way, curve_of, failure_of, scores_of
from surrogate.discovery.search import Found, Search
from surrogate.discovery.thresholds import teachers_at
from surrogate.errors import DataError, FewCasesWarning, TeacherWarning
from surrogate.estimates import Estimate
from surrogate.expressions import as_expression
from surrogate.regions import Box, PeelingTrajectory
from surrogate.regions.finder import FEW_CASES
from surrogate.students import CaseClassifier
from surrogate.students.automatic.symmetry import SymmetricClassifier

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs
    from surrogate.space import Space

__all__ = ["Discovery", "discovery_of"]


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
        taught the teacher (in-sample); coverage_held_out, density_held_out, mass_held_out on runs
        of the folds, for boxes of the same mass that were found without them (with folds only).
    scores : dict of str to Estimate
        Coverage, density, mass and wracc, cross-fitted on real runs: found on some folds, measured
        on another. They judge the procedure, at the share of the runs that a fold leaves. The
        intervals are about the mean score of just the boxes that were scored; boxes found on
        another campaign vary more than that.
    teacher : CaseClassifier or estimator
    teacher_scores : DataFrame
        What was tried as a teacher, on held-out folds.
    teacher_sentence : str
        What the teacher is and how good; if it was set aside for PRIM on the runs alone, why.
    ceiling : Ceiling
        What a perfect teacher would give, and what limits the boxes; ``str`` says it in a sentence.
    folds : list of Fold
        The searches behind the scores, with their teachers.
    seed : int
    provenance : dict
    search : Search
        The settings.

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
    ceiling: Ceiling
    folds: Sequence[Fold]
    seed: int
    provenance: Mapping[str, Any]
    search: Search

    def at(self, case: Any) -> Discovery:
        """Return the discovery of another case over the same outcomes: no new run, no new fit.

        Only where a teacher of the continuous outcome was learnt. The teachers of the folds answer
        too, so that the scores are cross-fitted like those of a new discovery.

        Parameters
        ----------
        case : str or Expression
            The same outcomes compared with other thresholds, e.g. ``"stability < -0.02"``.

        Raises
        ------
        DataError
            If the teacher learned labels or was given, or if `case` is about something else.

        Examples
        --------
        >>> import surrogate as sg
        >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
        >>> simulator = sg.Simulator(lambda gain, delay: gain - 0.4, space, outcomes=["growth"])
        >>> runs = sg.run(simulator, space.sample(32, rng=0), n_workers=0)
        >>> found = sg.discover(runs, "growth < 0", rng=0, n_transfer=2000, n_folds=0)
        >>> round(found.at("growth < 0.2").box.limits["gain"][1], 1)
        0.6
        """
        teacher, fold_teachers = teachers_at(case, self.teacher, self.folds, self.runs)
        search = dataclasses.replace(self.search, case=case)
        return discovery_of(
            search,
            self.runs,
            self.seed,
            n_folds=len(self.folds),
            teacher=teacher,
            fold_teachers=fold_teachers,
        )

    def sweep(self, cases: Iterable[Any]) -> pd.DataFrame:
        """Return what `at` finds for each of several cases, one row per case.

        Parameters
        ----------
        cases : iterable of str or Expression
            E.g. ``[f"stability < {t}" for t in (-0.04, -0.02, 0)]``.

        Returns
        -------
        DataFrame
            On the index ``case``: share of the runs in it; coverage, density, mass and n_restricted
            of the chosen box as the teacher estimates them; coverage_held_out and density_held_out,
            cross-fitted, with the ends of their intervals in ``*_low`` and ``*_high`` (with folds
            only); and the rule.

        Raises
        ------
        DataError
            As `at`; and for a case that no run is in, or all.
        """
        import pandas as pd

        rows = {str(found.case): _row(found) for found in map(self.at, cases)}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("case")

    def __repr__(self) -> str:
        lines = [f"{self.case} where {self.box.rule()}", f"  {self.choice}"]
        lines += [
            f"  {name} {self.scores[name]}" for name in ("coverage", "density") if self.scores
        ]
        lines += [f"  teacher: {self.teacher_sentence}", f"  {self.ceiling}"]
        return "\n".join(lines)


def discovery_of(
    search: Search,
    runs: Runs,
    seed: int,
    *,
    n_folds: int,
    n_jobs: int | None = None,
    teacher: Any = None,
    fold_teachers: Sequence[Any] | None = None,
) -> Discovery:
    """Return what a search comes to; teachers that are given have been fitted already."""
    labels = runs.label(search.case)
    y = labels.to_numpy()
    _check_cases(y, str(labels.name))
    taught, folds = cross_fitted(
        search,
        runs,
        labels,
        seed,
        n_folds=n_folds,
        n_jobs=n_jobs,
        teacher=teacher,
        fold_teachers=fold_teachers,
    )
    sentence, found = _teacher_sentence(taught.teacher), taught
    way: Way = "taught"
    if failure := failure_of(folds, y):
        _warn_of_failure(failure)
        sentence = f"set aside, the boxes are those of PRIM on the runs alone: {failure}"
        way, found = "alone", search.alone(runs, labels)
    choice = search.choose(found)
    return Discovery(
        case=as_expression(search.case),
        space=runs.space,
        runs=runs,
        trajectory=found.trajectory,
        box=choice.box,
        index=choice.index,
        choice=choice.reason,
        curve=_curve(found, runs, labels, folds, way),
        scores=scores_of(folds, y, seed, way=way),
        teacher=taught.teacher,
        teacher_scores=_teacher_scores(taught.teacher),
        teacher_sentence=sentence,
        ceiling=ceiling_of(search.student, taught),
        folds=folds,
        seed=seed,
        provenance={
            **runs.provenance,
            "n_transfer": search.n_transfer,
            "rule": search.rule,
            "seed": seed,
        },
        search=search,
    )


def _check_cases(labels: NDArray[Any], case: str) -> None:
    n, cases = len(labels), float(labels.sum())
    if not 0 < cases < n:
        raise DataError(
            f"{cases:g} of {n} runs are cases of {case!r}: there is nothing to tell apart; run "
            "more, or ask another question"
        )
    if min(cases, n - cases) < FEW_CASES:
        warnings.warn(
            f"{cases:g} cases of {case!r} in {n} runs: boxes will be unstable",
            FewCasesWarning,
            stacklevel=4,
        )


def _warn_of_failure(failure: str) -> None:
    warnings.warn(
        f"the teacher failed: {failure}; the boxes returned are those of PRIM on the runs alone",
        TeacherWarning,
        stacklevel=4,
    )


def _curve(
    found: Found, runs: Runs, labels: pd.Series, folds: Sequence[Fold], way: Way
) -> pd.DataFrame:
    """Return the scores of every box as the search estimates them, in-sample, and held out."""
    names = ["coverage", "density", "mass"]
    curve = found.trajectory.evaluate(*found.points)[[*names, "n_restricted"]]
    in_sample = found.trajectory.evaluate(runs.inputs, labels)[names].add_suffix("_runs")
    curve = curve.join(in_sample)
    if not folds:
        return curve
    return curve.join(curve_of(folds, labels.to_numpy(), curve["mass"], way=way))


def _teacher_scores(teacher: Any) -> pd.DataFrame:
    import pandas as pd

    if not isinstance(teacher, CaseClassifier):
        return pd.DataFrame(index=pd.Index([type(teacher).__name__], name="member"))
    return teacher.scores()


def _teacher_sentence(teacher: Any) -> str:
    if isinstance(teacher, CaseClassifier):
        return teacher.statement()
    if isinstance(teacher, SymmetricClassifier):
        name = type(teacher.classifier_).__name__
        return f"{name}, given by the user, made symmetric in the exchangeable blocks; not scored"
    return f"{type(teacher).__name__}, given by the user; not scored"


def _row(found: Discovery) -> dict[str, Any]:
    box = found.curve.iloc[found.index]
    row: dict[str, Any] = {"share": float(found.runs.label(found.case).mean())}
    row |= {name: float(box[name]) for name in ("coverage", "density", "mass")}
    row["n_restricted"] = found.box.n_restricted
    for name in ("coverage", "density"):
        if name in found.scores:
            score = found.scores[name]
            row[f"{name}_held_out"] = score.value
            row[f"{name}_held_out_low"], row[f"{name}_held_out_high"] = score.low, score.high
    return row | {"rule": found.box.rule()}
