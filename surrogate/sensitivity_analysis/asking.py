"""The question "which inputs matter?" to a simulator, a student, a callable or runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from surrogate.errors import ArgumentError, DataError, did_you_mean
from surrogate.experiment import Runs
from surrogate.models import Simulator
from surrogate.randomness import Rng, seed_of, stream
from surrogate.sensitivity_analysis.analyses import GIVEN_DATA, STRUCTURED, analyse_given
from surrogate.sensitivity_analysis.checks import (
    check_method,
    kept_blocks,
    outcome_values,
    refuse_constant,
)
from surrogate.sensitivity_analysis.design import SensitivityDesign
from surrogate.sensitivity_analysis.result import Sensitivity
from surrogate.space import Space
from surrogate.space.restriction import Restriction

__all__ = ["sensitivity"]

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
    rng: Rng = None,
) -> Sensitivity:
    """Return how much each input matters to an outcome.

    Parameters
    ----------
    model : Simulator, fitted student, callable or Runs
        A callable takes the design as a DataFrame. Runs answer the methods for given data only.
    outcome : str, optional
        Needed where there are several.
    space : Space, optional
        That of the model by default.
    method : {"sobol", "morris", "delta", "pawn", "rsa"}
    n : int
        Base points (Sobol), trajectories (Morris) or random runs (the others); see
        `SensitivityDesign.sample`. Runs are taken as they are.
    second_order : bool
        For Sobol: pairs of inputs too, at nearly twice the runs.
    within : mapping of str to limits, optional
        Ask about this part of the space only, for instance `Box.limits`.
    failed : {"refuse", "drop"}
        Runs without a finite outcome are refused, or left out (with their block) and counted.
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
    check_method(method, STRUCTURED + GIVEN_DATA)
    seed = seed_of(rng)
    where = _space_of(model, space)
    if isinstance(model, Runs):
        if method in STRUCTURED:
            raise ArgumentError(
                f"method {method!r} needs the runs of its own design: run "
                f"SensitivityDesign.sample(...).frame and analyze that, or use one of "
                f"{', '.join(GIVEN_DATA)} on these runs"
            )
        inputs = model.inputs
        inside = Restriction(where, within).contains(inputs) if within else slice(None)
        return _given(where, method, inputs[inside], _column(model.outcomes, outcome)[inside], seed)
    answers = _answers(model, outcome)
    if method in STRUCTURED:
        design = SensitivityDesign.sample(
            where, method, n, second_order=second_order, within=within, rng=seed
        )
        return design.analyze(design.frame, answers(design.frame), failed=failed)
    inputs = where.sample(n, "random", within=within, rng=stream(seed, "given data"))
    values = outcome_values(answers(inputs), n)
    kept = kept_blocks(values, 1, failed)
    return _given(where, method, inputs[kept], values[kept], seed, n_dropped=int((~kept).sum()))


def _given(
    space: Space, method: str, inputs: pd.DataFrame, outcome: Any, seed: int, *, n_dropped: int = 0
) -> Sensitivity:
    """Return what runs at arbitrary points tell."""
    values = outcome_values(outcome, len(inputs))
    if len(values) < _FEWEST_RUNS:
        raise DataError(
            f"method {method!r} compares slices of the runs and needs {_FEWEST_RUNS} or more; got "
            f"{len(values)}"
        )
    kept_blocks(values, 1, "refuse")
    refuse_constant(values)
    unit, problem = space.to_unit(inputs), space.to_salib(unit=True)
    table = analyse_given(problem, method, unit, values, seed=seed)
    return Sensitivity(table, method, len(values), n_dropped)


def _answers(model: Any, outcome: str | None) -> Callable[[pd.DataFrame], Any]:
    if isinstance(model, Simulator):
        return lambda design: _column(model.evaluate(design), outcome)
    if hasattr(model, "predict"):
        return model.predict
    if callable(model):
        return model
    raise ArgumentError(
        f"the model must be a Simulator, a fitted student, a callable or Runs; got {model!r:.80}"
    )


def _space_of(model: Any, space: Space | None) -> Space:
    found = space if space is not None else getattr(model, "space", None)
    if found is None:
        raise ArgumentError("the model does not say where its inputs come from; pass space=")
    return found


def _column(outcomes: pd.DataFrame, outcome: str | None) -> Any:
    if outcome is None:
        if outcomes.shape[1] != 1:
            raise ArgumentError(
                f"there are several outcomes; name one of {', '.join(map(str, outcomes))}"
            )
        return outcomes.iloc[:, 0].to_numpy()
    if outcome not in outcomes.columns:
        raise ArgumentError(f"no outcome is named {outcome!r}{did_you_mean(outcome, outcomes)}")
    return outcomes[outcome].to_numpy()
