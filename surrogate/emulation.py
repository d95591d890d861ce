"""Replacing a simulator's outcome: a student fitted on runs, judged on runs it never saw."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from surrogate.arguments import checked_level, checked_outcome
from surrogate.errors import DataError, SurrogateWarning
from surrogate.estimates import Estimate, binomial
from surrogate.experiment import Runs
from surrogate.randomness import Rng, seed_of, stream
from surrogate.students import AutoSurrogate
from surrogate.students.calibration.intervals import held_out_half_widths, interval_scale
from surrogate.students.selection.scores import q2_estimate

__all__ = ["Emulation", "emulate"]


@dataclass(frozen=True, eq=False, repr=False)
class Emulation:
    """A student that replaces one outcome of a simulator, and how good it is.

    Attributes
    ----------
    outcome : str
    student : AutoSurrogate
    runs : Runs
        Those it was fitted on.
    test : Runs or None
        Those it was tested on; no choice depends on them.
    held_out : dict of str to Estimate
        ``q2`` and ``coverage`` of the intervals on folds of the runs: they judge the procedure, at
        the share of the runs that the folds leave.
    tested : dict of str to Estimate
        The same of this student on the test runs; empty where there are none.
    confidence_level : float
        That the intervals aim at.
    predictions : DataFrame
        ``kind`` ("held-out folds" or "test runs"), ``simulated``, ``predicted``, ``low``, ``high``
        of every run.
    seed : int
    provenance : dict

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> simulator = sg.Simulator(lambda gain, delay: gain * delay, space, outcomes=["growth"])
    >>> runs = sg.run(simulator, space.sample(24, rng=0), n_workers=0)
    >>> found = sg.emulate(runs, "growth", members=["matern52"], rng=0)
    >>> found.held_out["q2"].value > 0.95
    True
    """

    outcome: str
    student: AutoSurrogate
    runs: Runs
    test: Runs | None
    held_out: Mapping[str, Estimate]
    tested: Mapping[str, Estimate]
    confidence_level: float
    predictions: pd.DataFrame
    seed: int
    provenance: Mapping[str, Any]

    def __repr__(self) -> str:
        lines = [f"{self.outcome} from {', '.join(self.runs.inputs.columns)}"]
        scores = {"held-out": self.held_out, "test": self.tested}
        lines += [
            f"  {kind} {name} {score}"
            for kind, found in scores.items()
            for name, score in found.items()
        ]
        return "\n".join(lines)


def emulate(
    runs: Runs,
    outcome: str | None = None,
    *,
    test: Runs | None = None,
    members: Sequence[str] | None = None,
    cv: int | None = None,
    confidence_level: float = 0.9,
    rng: Rng = 0,
) -> Emulation:
    """Fit a student that replaces a simulator's outcome and say how good it is.

    Parameters
    ----------
    runs : Runs
        Failed ones are left out.
    outcome : str, optional
        Needed where there are several.
    test : Runs, optional
        Of another design of the same space, to test the student on; rows that it learnt from are
        left out. Scores from independent
        (random) draws have honest intervals; those of Sobol points are approximate.
    members : sequence of str, optional
    cv : int, optional
        Both of `AutoSurrogate`.
    confidence_level : float
        That the intervals aim at.
    rng : int, Generator or None

    Returns
    -------
    Emulation

    Raises
    ------
    ArgumentError
        If the outcome is not one of the runs', or the level does not lie between 0 and 1.
    DataError
        If there is too little to learn from or to test on, or the outcome is a series.

    Warns
    -----
    SurrogateWarning
        If test rows were learnt from: they are left out.

    See Also
    --------
    AutoSurrogate : the student.
    sensitivity : which inputs matter to it.
    write_report : its page.

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(gain=(0.0, 1.0), delay=(0.0, 1.0))
    >>> simulator = sg.Simulator(lambda gain, delay: gain * delay, space, outcomes=["growth"])
    >>> runs = sg.run(simulator, space.sample(24, rng=0), n_workers=0)
    >>> fresh = sg.run(simulator, space.sample(30, "random", rng=1), n_workers=0)
    >>> found = sg.emulate(runs, test=fresh, members=["matern52"], rng=0)
    >>> found.tested["q2"].n
    30
    """
    name, level = checked_outcome(outcome, runs.outcome_names), checked_level(confidence_level)
    _refuse_series(runs, name)
    test = None if test is None else _fresh(runs, test, name)
    seed = seed_of(rng)
    student = AutoSurrogate(
        space=runs.space,
        cv=cv,
        members=members,
        random_state=int(stream(seed, "student").integers(2**32)),
    ).fit(runs.inputs, runs.outcomes[name])
    held_out = {"q2": student.q2_, "coverage": student.interval_coverage(level)}
    tables = [_held_out(student, runs.outcomes[name], level)]
    tested: dict[str, Estimate] = {}
    if test is not None:
        tables.append(_tested(student, test, name, level))
        tested = _scores(tables[-1], level, stream(seed, "test"))
    return Emulation(
        outcome=name,
        student=student,
        runs=runs,
        test=test,
        held_out=held_out,
        tested=tested,
        confidence_level=level,
        predictions=pd.concat(tables, ignore_index=True),
        seed=seed,
        provenance={**runs.provenance, "outcome": name, "seed": seed},
    )


def _refuse_series(runs: Runs, name: str) -> None:
    if runs.outcomes[name].dtype == object:
        raise DataError(
            f"emulate replaces a number, and {name!r} is a series: AutoSurrogate learns it, with "
            f"its own q2_ and interval_coverage()"
        )


def _fresh(runs: Runs, test: Runs, name: str) -> Runs:
    """Return the test runs at rows that the student does not learn from."""
    if name not in test.outcomes or len(test.outcomes) < 2:
        raise DataError(
            f"the test runs must hold two or more outcomes {name!r}; they hold "
            f"{len(test.outcomes)} runs with {', '.join(map(str, test.outcomes))}"
        )
    inputs = list(runs.space.varied)
    learnt, asked = (pd.MultiIndex.from_frame(each.design[inputs]) for each in (runs, test))
    seen = asked.isin(learnt)
    what = f"{int(seen.sum())} of {len(seen)} test rows were learnt from"
    if (~seen).sum() < 2:
        raise DataError(f"{what}: nothing is left to test on; run a design of its own")
    if seen.any():
        warnings.warn(f"{what}, and are left out of the test", SurrogateWarning, stacklevel=3)
    return test.select(~seen) if seen.any() else test


def _held_out(student: AutoSurrogate, outcome: pd.Series, level: float) -> pd.DataFrame:
    """Return the held-out predictions with intervals of the residuals of the other folds."""
    simulated = outcome.to_numpy(dtype=float)
    predicted = simulated - student.cv_residuals_
    scale = interval_scale(student.cv_std_, student.cv_std_)
    half = held_out_half_widths(student.cv_residuals_, scale, student.cv_fold_, level)
    return _table("held-out folds", simulated, predicted, predicted - half, predicted + half)


def _tested(student: AutoSurrogate, test: Runs, name: str, level: float) -> pd.DataFrame:
    predicted = student.predict(test.inputs)
    simulated = test.outcomes[name].to_numpy(dtype=float)
    return _table("test runs", simulated, predicted, *student.predict_interval(test.inputs, level))


def _table(kind: str, simulated: Any, predicted: Any, low: Any, high: Any) -> pd.DataFrame:
    columns = {"simulated": simulated, "predicted": predicted, "low": low, "high": high}
    return pd.DataFrame({"kind": kind, **columns})


def _scores(table: pd.DataFrame, level: float, random: np.random.Generator) -> dict[str, Estimate]:
    """Return Q2 and coverage of predictions of runs that nothing was chosen on."""
    simulated = table["simulated"].to_numpy()
    q2 = q2_estimate(simulated, simulated - table["predicted"].to_numpy(), random)
    inside = (table["low"] <= table["simulated"]) & (table["simulated"] <= table["high"])
    data = f"test runs, aimed at {100 * level:g} %"
    return {
        "q2": replace(q2, data="test runs"),
        "coverage": binomial(int(inside.sum()), len(table), data=data),
    }
