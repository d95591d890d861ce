"""What every analysis asks of outcomes and spaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import ArgumentError, DataError, SpaceError, did_you_mean
from surrogate.space import Categorical, Discrete, Integer, Space

__all__ = [
    "check_method",
    "outcome_values",
    "refuse_constant",
    "refuse_few_values",
    "refuse_steps",
    "refuse_ties",
]

Array = NDArray[np.float64]

_FEWEST_VALUES = 20  # SALib cuts the outcomes into so many slices


def outcome_values(outcome: ArrayLike, n: int) -> Array:
    """Return one number per run; NaN marks a failed one."""
    try:
        values = np.asarray(outcome, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"sensitivities are of one number per run; the outcome holds others ({error})"
        ) from error
    if values.shape != (n,):
        raise DataError(f"one outcome per run is needed, shape ({n},); got {values.shape}")
    return values


def refuse_constant(values: Array) -> None:
    """Raise DataError where the outcome does not vary: shares of no variance mean nothing."""
    if np.ptp(values) == 0:
        raise DataError(
            f"all {len(values)} runs have the outcome {values[0]:g}: no input matters to it here"
        )


def refuse_few_values(method: str, values: Array) -> None:
    """Raise DataError where an outcome of few values has no density or slices to compare."""
    n_values = len(np.unique(values))
    if method in ("delta", "rsa") and n_values < _FEWEST_VALUES:
        raise DataError(
            f"method {method!r} compares densities or slices of the outcome, which takes only "
            f"{n_values} different values in {len(values)} runs; use method='pawn' or 'sobol'"
        )


def refuse_ties(space: Space, within: Mapping[str, Any] | None) -> None:
    """Raise SpaceError where inputs cannot be moved one at a time."""
    derived = [name for name in within or {} if name in space.derived]
    if space.constraints or derived:
        tie = f"the constraint {str(space.constraints[0])!r}" if space.constraints else derived[0]
        raise SpaceError(
            f"Sobol, Morris and DGSM move one input while the others stay, but {tie} ties inputs "
            f"together; use method='delta', 'pawn' or 'rsa'"
        )


def refuse_steps(space: Space) -> None:
    """Raise SpaceError where an input has no derivative."""
    for name in space.varied:
        if isinstance(space.parameters[name], (Integer, Discrete, Categorical)):
            raise SpaceError(
                f"DGSM takes derivatives, but the input {name!r} moves in steps "
                f"({type(space.parameters[name]).__name__}); use method='sobol' or 'morris'"
            )


def check_method(method: str, known: tuple[str, ...]) -> None:
    """Raise ArgumentError for a method that is not known."""
    if method not in known:
        raise ArgumentError(f"method {method!r} is not known{did_you_mean(str(method), known)}")
