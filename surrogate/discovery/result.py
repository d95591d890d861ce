"""What a discovery found, and how good the way it was found is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surrogate.estimates import Estimate
from surrogate.regions import Box, PeelingTrajectory

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs
    from surrogate.space import Space

__all__ = ["Discovery"]


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
        on another. They judge the procedure, at the share of the runs that a fold leaves. The
        intervals are about the mean score of just the boxes that were scored; boxes found on
        another campaign vary more than that.
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
