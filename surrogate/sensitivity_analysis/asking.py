"""The question "which inputs matter?" to a simulator, a student, a callable or runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from surrogate.arguments import checked_outcome
from surrogate.errors import ArgumentError, DataError
from surrogate.experiment import Runs, run
from surrogate.models import Simulator
from surrogate.randomness import Rng, seed_of, stream
from surrogate.sensitivity_analysis.analyses import (
    GIVEN_DATA,
    N_RESAMPLES,
    STRUCTURED,
    analyse_given,
)
from surrogate.sensitivity_analysis.checks import (
    check_method,
    outcome_values,
    refuse_constant,
    refuse_few_values,
)
from surrogate.sensitivity_analysis.design import SensitivityDesign
from surrogate.sensitivity_analysis.failures import mended
from surrogate.sensitivity_analysis.result import Sensitivity
from surrogate.sensitivity_analysis.student_error import (
    error_draws,
    n_learnt_from,
    predicts_error,
    widened,
)
from surrogate.space import Space
from surrogate.space.restriction import Restriction

__all__ = ["sensitivity"]

_FEW_RESAMPLES = 2  # behind intervals that are not looked at; SALib insists on some
_FEWEST_RUNS = 30  # below, densities in slices are noise


def sensitivity(
    model: Any,
    outcome: str | None = None,
    *,
    space: Space | None = None,
    method: str = "sobol",
    n: int = 1024,
    second_order: bool = False,
    within: Mapping[str, Any] | None = None,
    failed: str = "refuse",
    n_draws: int = 20,
    rng: Rng = None,
) -> Sensitivity:
    """Return how much each input matters to an outcome, by the methods of SALib [1]_.

    Parameters
    ----------
    model : Simulator, fitted student, callable or Runs
        A callable takes the design as a DataFrame. Runs answer the methods for given data only.
    outcome : str, optional
        Needed where there are several.
    space : Space, optional
        That of the model by default.
    method : {"sobol", "morris", "dgsm", "delta", "pawn", "rsa", "analytic"}
        The first three have a design of their own, see `SensitivityDesign.sample`; delta [3]_,
        PAWN [2]_ and RSA take runs at any points. "analytic" reads Sobol indices off the
        coefficients of a `PolynomialChaos`.
    n : int
        Base points (Sobol, DGSM), trajectories (Morris) or random runs (the others); see
        `SensitivityDesign.sample`. Runs are taken as they are.
    second_order : bool
        For Sobol: pairs of inputs too, at nearly twice the runs.
    within : mapping of str to limits, optional
        Ask about this part of the space only, for instance `Box.limits`.
    failed : {"refuse", "drop", "impute"}
        Runs without a finite outcome are refused, left out (with their block) and counted, or
        predicted by a Gaussian process of the others; the result says which (``repair``).
    n_draws : int
        Draws of a student's own error, as it states it, that widen the intervals; 0 takes its
        predictions for the simulator. Without effect for models that state no error.
    rng : int, Generator or None
        The same seed gives the same answer.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ArgumentError, DataError, SpaceError

    References
    ----------
    .. [1] T. Iwanaga, W. Usher, J. Herman, Toward SALib 2.0, Socio-Environmental Systems Modelling
       4 (2022), https://doi.org/10.18174/sesmo.18155
    .. [2] F. Pianosi, T. Wagener, Environmental Modelling & Software 67 (2015) (PAWN),
       https://doi.org/10.1016/j.envsoft.2015.01.004
    .. [3] E. Borgonovo, Reliability Engineering & System Safety 92 (2007) (delta),
       https://doi.org/10.1016/j.ress.2006.04.015

    Examples
    --------
    >>> space = Space(a=(0, 1), b=(0, 1), idle=(0, 1))
    >>> found = sensitivity(lambda x: x["a"] + x["a"] * x["b"], space=space, n=512, rng=0)
    >>> found.table["total"].round(1).tolist()
    [0.9, 0.1, 0.0]
    """
    check_method(method, (*STRUCTURED, *GIVEN_DATA, "analytic"))
    if method == "analytic":
        return _analytic(model, within)
    if not isinstance(model, Runs) and not callable(getattr(model, "predict", model)):
        raise ArgumentError(
            f"the model must be a Simulator, a fitted student, a callable or Runs; got "
            f"{model!r:.80}"
        )
    seed, model = seed_of(rng), _part(model, outcome)
    where = _space_of(model, space)
    if isinstance(model, Runs):
        return _of_runs(model, outcome, where, method, within=within, failed=failed, seed=seed)
    answers = _answers(model, outcome, failed)
    if method in STRUCTURED:
        design = SensitivityDesign.sample(
            where, method, n, second_order=second_order, within=within, rng=seed
        )
        inputs = design.frame

        def analyze(values: Any, n_resamples: int = N_RESAMPLES) -> Sensitivity:
            return design.analyze(inputs, values, failed=failed, n_resamples=n_resamples)
    else:
        inputs = where.sample(n, "random", within=within, rng=stream(seed, "given data"))

        def analyze(values: Any, n_resamples: int = N_RESAMPLES) -> Sensitivity:
            settings: Any = {"seed": seed, "failed": failed, "n_resamples": n_resamples}
            return _given(where, method, inputs, values, **settings)

    if n_draws and predicts_error(model):
        return _with_error(model, where, inputs, analyze, n_draws=n_draws, seed=seed)
    return analyze(answers(inputs))


def _with_error(
    student: Any,
    space: Space,
    inputs: pd.DataFrame,
    analyze: Callable[..., Sensitivity],
    *,
    n_draws: int,
    seed: int,
) -> Sensitivity:
    """Return the indices of a student with intervals that hold its own error too."""
    mean, std = student.predict(inputs, return_std=True)
    found = analyze(mean)
    n_runs = n_learnt_from(student) or 1
    errors = error_draws(space.to_unit(inputs), std, n_runs, n_draws, seed)
    table = widened(
        found.table, n_draws, lambda number: analyze(mean + errors[number], _FEW_RESAMPLES).table
    )
    about = f"the sampling and the error of the student ({n_draws} draws)"
    return replace(found, table=table, interval_of=about)


def _analytic(model: Any, within: Mapping[str, Any] | None) -> Sensitivity:
    """Return the Sobol indices of an expansion, exact for it."""
    if not hasattr(model, "sobol_indices_"):
        raise ArgumentError(
            f"method 'analytic' reads indices off the coefficients of a PolynomialChaos; got "
            f"{type(model).__name__}; use method='sobol'"
        )
    if within:
        raise ArgumentError(
            "method 'analytic' is for the whole space, to which the polynomials are orthogonal; "
            "use method='sobol' inside a region"
        )
    return Sensitivity(model.sobol_indices_, "analytic", 0, interval_of="nothing: exact for it")


def _of_runs(
    runs: Runs,
    outcome: str | None,
    space: Space,
    method: str,
    *,
    within: Mapping[str, Any] | None,
    failed: str,
    seed: int,
) -> Sensitivity:
    """Return what finished runs tell, at whatever points they are."""
    if method in STRUCTURED:
        raise ArgumentError(
            f"method {method!r} needs the runs of its own design: run "
            f"SensitivityDesign.sample(...).frame and analyze that, or use one of "
            f"{', '.join(GIVEN_DATA)} on these runs"
        )
    inputs = runs.design
    inside = Restriction(space, within).contains(inputs) if within else slice(None)
    outcomes = runs.outcomes.reindex(inputs.index)  # of failed runs NaN
    values = _column(outcomes, outcome)[inside]
    return _given(space, method, inputs[inside], values, failed=failed, seed=seed)


def _given(
    space: Space,
    method: str,
    inputs: pd.DataFrame,
    outcome: Any,
    *,
    seed: int,
    failed: str = "refuse",
    n_resamples: int = N_RESAMPLES,
) -> Sensitivity:
    """Return what runs at arbitrary points tell."""
    values = outcome_values(outcome, len(inputs))
    whole = mended(space, inputs, values, failed=failed, block=1, seed=seed)
    inputs, values = inputs[whole.kept], whole.values
    if len(values) < _FEWEST_RUNS:
        raise DataError(
            f"method {method!r} compares slices of the runs and needs {_FEWEST_RUNS} or more; got "
            f"{len(values)}"
        )
    refuse_constant(values)
    refuse_few_values(method, values)
    unit, problem = space.to_unit(inputs), space.to_salib(unit=True)
    table = analyse_given(problem, method, unit, values, seed=seed, n_resamples=n_resamples)
    n_dropped = int((~whole.kept).sum())
    return Sensitivity(table, method, len(values), n_dropped, repair=whole.repair)


def _answers(model: Any, outcome: str | None, failed: str) -> Callable[[pd.DataFrame], Any]:
    if isinstance(model, Simulator) and failed == "refuse":  # what it raises reaches the user
        return lambda design: _column(model.evaluate(design), outcome)
    if isinstance(model, Simulator):

        def answers(design: pd.DataFrame) -> Any:
            runs = run(model, design, n_workers=0, progress=False)
            return _column(runs.outcomes.reindex(design.index), outcome)

        return answers
    ask = getattr(model, "predict", model)
    return lambda design: _one(ask(design), outcome)


def _one(answer: Any, outcome: str | None) -> Any:
    """Return one outcome of what a student or callable says: tables hold several."""
    return _column(answer, outcome) if isinstance(answer, pd.DataFrame) else answer


def _space_of(model: Any, space: Space | None) -> Space:
    found = space if space is not None else getattr(model, "space", None)
    if found is None:
        raise ArgumentError("the model does not say where its inputs come from; pass space=")
    return found


def _part(model: Any, outcome: str | None) -> Any:
    """Return the student of one outcome, where a student has one for each of several."""
    parts = getattr(model, "outcomes_", None)
    return parts[checked_outcome(outcome, list(parts))] if parts else model


def _column(outcomes: pd.DataFrame, outcome: str | None) -> Any:
    return outcomes[checked_outcome(outcome, list(outcomes))].to_numpy()
