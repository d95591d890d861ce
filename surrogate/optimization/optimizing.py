"""The question "where is this outcome least?" to a simulator, through a surrogate."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, DataError, SurrogateWarning
from surrogate.estimates import Estimate
from surrogate.experiment import Runs, run
from surrogate.models import Simulator
from surrogate.optimization.acquisition import Promise
from surrogate.optimization.proposing import Ground
from surrogate.optimization.question import Question, Told
from surrogate.optimization.result import Optimum
from surrogate.randomness import Rng, seed_of, stream

__all__ = ["optimize"]

_FEWEST_STARTS = 8


def optimize(
    simulator: Simulator,
    objective: str,
    *,
    constraints: Sequence[str] = (),
    n_runs: int = 60,
    n_start: int | None = None,
    start: Runs | None = None,
    batch_size: int = 1,
    within: Mapping[str, Any] | None = None,
    store: str | os.PathLike[str] | None = None,
    rng: Rng = 0,
    **run_options: Any,
) -> Optimum:
    """Minimise an outcome with few runs.

    The first runs are a scrambled Sobol design. Then Gaussian processes of the objective and of
    each constraint say where a run promises most: expected improvement on the best feasible run
    times the probability of being feasible [1]_, maximised by differential evolution. Failed runs
    are data: where some fail, so is the probability of an answer.

    Parameters
    ----------
    simulator : Simulator
        Deterministic; of a noisy one ask the mean, with ``replicates=``.
    objective : str
        An outcome, or an expression over outcomes and inputs; ``"-lift"`` maximises.
    constraints : sequence of str
        Conditions over outcomes and inputs, like ``"lift > 0.5"``. Those of the space hold anyway.
    n_runs : int
        Fresh ones in all, the first design included.
    n_start : int, optional
        Runs of the first design; 2 (d + 1) at most and at least 8 by default, half of `n_runs` at
        most.
    start : Runs, optional
        Runs of the same simulator that are there already: they take the place of the first design
        and do not count. Those outside of `within` teach, but are no optimum.
    batch_size : int
        Runs between two looks at the surrogate; as many as there are workers, where runs are slow.
    within : mapping of str to limits, optional
        Ask this part of the space only, for instance `Box.limits`.
    store : path, optional
        Keeps every finished run; the same call goes on where it was stopped.
    rng : int, Generator or None
    **run_options
        Of `run`: ``n_workers``, ``timeout``, ``executor``, ``progress`` ...

    Returns
    -------
    Optimum

    Raises
    ------
    ArgumentError
        If a number is out of range, a name is no outcome and no input, the objective is no number,
        the simulator is none, or both `start` and `n_start` are given.
    ExpressionError
        If the objective or a constraint cannot be read, or a constraint is no condition.
    DataError
        If the runs to start from have other inputs or outcomes than the simulator.
    RunError
        If the first ten runs of a design or batch all fail alike.

    Warns
    -----
    SurrogateWarning
        If no run is feasible or gives an answer, or the objective is no finite number in some:
        these count as failed.

    References
    ----------
    .. [1] D. R. Jones, M. Schonlau, W. J. Welch, Efficient global optimization of expensive
       black-box functions, J. Global Optimization 13 (1998), https://doi.org/10.1023/A:1008306431147

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(a=(-1.0, 1.0), b=(-1.0, 1.0))
    >>> simulator = sg.Simulator(lambda a, b: a**2 + b**2, space, outcomes=["loss"])
    >>> found = sg.optimize(
    ...     simulator, "loss", constraints=["a + b > 0.5"], n_runs=25, n_workers=0, rng=0
    ... )
    >>> round(found.value, 2), bool(found.gain.value > 0)
    (0.13, True)
    """
    question = Question.of(simulator, objective, constraints)
    seed = seed_of(rng)
    ground = Ground(simulator.space, within)
    settings = {"store": store, "rng": seed, **run_options}
    _check_counts(n_runs, n_start, start, batch_size)
    if start is None:
        n_start = n_start or min(max(_FEWEST_STARTS, 2 * (simulator.space.d + 1)), n_runs // 2)
        design = simulator.space.sample(n_start, within=within, rng=stream(seed, "design"))
        start, n_more = run(simulator, design, **settings), n_runs - n_start
    else:
        _refuse_other_runs(start, simulator)
        n_more = n_runs

    runs = start
    while len(runs) < len(start) + n_more:
        told = question.told(runs, ground)
        n = min(batch_size, len(start) + n_more - len(runs))
        rows = _next_rows(simulator, ground, told, n, stream(seed, "propose", len(runs)))
        if rows.empty:  # a finite space, all of it known
            break
        rows.index = pd.RangeIndex(len(runs), len(runs) + len(rows))
        fresh = run(simulator, rows, origin="proposed", **(settings | {"progress": False}))
        runs = Runs.concat([runs, fresh])
    return _optimum(question, question.told(runs, ground), runs, len(start), seed)


def _next_rows(
    simulator: Simulator, ground: Ground, told: Told, n: int, random: np.random.Generator
) -> pd.DataFrame:
    """Return the rows that promise most; random ones as long as too few runs gave an answer."""
    space = simulator.space
    if told.ok.sum() < 3:
        return ground.propose(lambda rows: random.random(len(rows)), told.inputs, None, n, random)
    promise = Promise(space, told, int(random.integers(2**32)))
    return ground.propose(promise, told.inputs, told.best, n, random)


def _check_counts(n_runs: int, n_start: int | None, start: Runs | None, batch_size: int) -> None:
    least = 4 if start is None else 1
    for name, value, fewest in (("n_runs", n_runs, least), ("batch_size", batch_size, 1)):
        check_count(value, fewest, argument=name)
    if n_start is None:
        return
    check_count(n_start, 2, argument="n_start")
    if start is not None:
        raise ArgumentError(
            f"runs to start from take the place of the first design; got {len(start)} of them "
            f"and n_start = {n_start}: leave one out"
        )
    if not 2 <= n_start <= n_runs:
        raise ArgumentError(f"n_start must lie between 2 and n_runs = {n_runs}; got {n_start}")


def _refuse_other_runs(start: Runs, simulator: Simulator) -> None:
    """Raise DataError where runs to start from are not those of the simulator."""
    for what, given, own in (
        ("inputs", list(start.design), list(simulator.space.columns)),
        ("outcomes", list(start.outcome_names), list(simulator.outcomes)),
    ):
        if given != own:
            raise DataError(
                f"the runs to start from must be of {simulator.name}, with the {what} "
                f"{', '.join(own)}; they have {', '.join(given)}"
            )


def _problems(question: Question, told: Told, runs: Runs) -> Iterator[str]:
    """Yield what the user has to know of runs that tell nothing, and of constraints never met."""
    n, n_answers, n_told = len(runs), len(runs.inputs), int(told.ok.sum())
    if n_answers == 0:
        reason = runs.failures["reason"].iloc[0]
        yield f"none of {n} runs gave an answer; the first failed with: {reason}"
        return
    if n_told < n_answers:
        yield (
            f"{str(question.objective)!r} is no finite number in {n_answers - n_told} of {n} runs: "
            f"they count as failed"
        )
    if n_told and told.best is None:
        conditions = ", ".join(map(str, question.constraints)) or "the limits"
        yield (f"none of {n} runs meets {conditions}; relax the constraints or ask for more runs")


def _optimum(question: Question, told: Told, runs: Runs, n_start: int, seed: int) -> Optimum:
    values = np.where(told.feasible, told.objective, np.inf)
    so_far = np.minimum.accumulate(values)
    history = pd.DataFrame(
        {
            "origin": runs.origin.to_numpy(),
            "ok": told.ok,
            "objective": told.objective,
            "feasible": told.feasible,
            "best": np.where(np.isfinite(so_far), so_far, np.nan),
        },
        index=runs.design.index,
    )
    best, value = None, np.nan
    for problem in _problems(question, told, runs):
        warnings.warn(problem, SurrogateWarning, stacklevel=3)
    if told.best is not None:
        value = float(told.objective[told.best])
        label = runs.design.index[told.best]
        best = pd.concat([runs.inputs.loc[label], runs.outcomes.loc[label]])
    return Optimum(
        objective=str(question.objective),
        constraints=tuple(map(str, question.constraints)),
        best=best,
        value=value,
        gain=Estimate(
            float(history["best"].iloc[n_start - 1]) - value,
            n=len(runs),
            method="difference of two runs",
            data=f"best of the {n_start} runs before the search",
        ),
        history=history,
        runs=runs,
        seed=seed,
    )
