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
    "refuse_steps",
    "refuse_ties",
]

Array = NDArray[np.float64]


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
                f"DGSM takes derivatives, but the input {name!r} is {space.parameters[name]!r}, "
                f"which moves in steps; use method='sobol' or 'morris'"
            )


def check_method(method: str, known: tuple[str, ...]) -> None:
    """Raise ArgumentError for a method that is not known."""
    if method not in known:
        raise ArgumentError(f"method {method!r} is not known{did_you_mean(str(method), known)}")
