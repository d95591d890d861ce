"""What a simulator's function gives back, turned into named outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import SimulatorError, did_you_mean

__all__ = ["Answer", "named_answer", "named_block"]

Answer = dict[str, "float | NDArray[np.float64]"]


def named_answer(answer: Any, outcomes: Sequence[str], *, simulator: str) -> Answer:
    """Return one run's outcomes by name: a float, or an array of shape (t,) for a series.

    Parameters
    ----------
    answer : scalar, tuple, list, dict, array or Series
        For one outcome a scalar, or a series; for several a dict or Series by name, or as many
        values as there are outcomes, in their order.
    outcomes : sequence of str
    simulator : str
        Its name, for the messages.

    Raises
    ------
    SimulatorError
        If an outcome is missing or is neither a number nor a series.
    """
    pairs = _paired(answer, outcomes, simulator)
    return {name: _number_or_series(name, value, simulator) for name, value in pairs.items()}


def named_block(
    answer: Any, outcomes: Sequence[str], n_rows: int, *, simulator: str
) -> dict[str, NDArray[np.float64]]:
    """Return a vectorised function's outcomes by name, arrays of shape (n_rows,) or (n_rows, t).

    Raises
    ------
    SimulatorError
        If an outcome is missing or has another number of rows.
    """
    block = {}
    for name, value in _paired(answer, outcomes, simulator).items():
        array = _numeric(name, value, simulator)
        if array.ndim not in (1, 2) or len(array) != n_rows:
            raise SimulatorError(
                f"the vectorized simulator {simulator!r} got {n_rows} rows and must give outcome "
                f"{name!r} as an array of shape ({n_rows},) or ({n_rows}, t); got shape "
                f"{array.shape}"
            )
        block[name] = array
    return block


def _paired(answer: Any, outcomes: Sequence[str], simulator: str) -> dict[str, Any]:
    if answer is None:
        raise SimulatorError(f"the simulator {simulator!r} returned None; is a return missing?")
    if isinstance(answer, Mapping) or hasattr(answer, "to_dict"):
        given = answer if isinstance(answer, Mapping) else answer.to_dict()
        for name in outcomes:
            if name not in given:
                raise SimulatorError(
                    f"the simulator {simulator!r} must give the outcome {name!r}"
                    f"{did_you_mean(name, [str(key) for key in given])}"
                )
        return {name: given[name] for name in outcomes}
    if len(outcomes) == 1:
        alone = isinstance(answer, tuple) and len(answer) == 1
        return {outcomes[0]: answer[0] if alone else answer}
    if not isinstance(answer, (tuple, list, np.ndarray)) or len(answer) != len(outcomes):
        size = f"{len(answer)} values" if hasattr(answer, "__len__") else repr(answer)
        raise SimulatorError(
            f"the simulator {simulator!r} must give {len(outcomes)} outcomes "
            f"({', '.join(outcomes)}); got {size}"
        )
    return dict(zip(outcomes, answer, strict=True))


def _number_or_series(name: str, value: Any, simulator: str) -> float | NDArray[np.float64]:
    array = _numeric(name, value, simulator)
    if array.ndim > 1 or array.size == 0:
        raise SimulatorError(
            f"the simulator {simulator!r} must give outcome {name!r} as a number or a series of "
            f"shape (t,); got an array of shape {array.shape}"
        )
    return float(array) if array.ndim == 0 else array


def _numeric(name: str, value: Any, simulator: str) -> NDArray[np.float64]:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise SimulatorError(
            f"the simulator {simulator!r} must give outcome {name!r} as numbers; got "
            f"{type(value).__name__} {str(value)[:60]!r}"
        ) from error
