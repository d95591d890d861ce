"""What a box is judged by: labels, probabilities or values, and the weights of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.regions.tables.columns import first_row

__all__ = ["Target", "read_target", "scaled_weights"]


@dataclass(frozen=True, slots=True)
class Target:
    """Labels or values with the weights of their rows.

    Parameters
    ----------
    y : ndarray of float, shape (n,)
    kind : {"labels", "soft", "values"}
        0 and 1 only; between 0 and 1 (probabilities of being a case); anything else.
    weights : ndarray of float, shape (n,), or None
    """

    y: NDArray[np.float64]
    kind: Literal["labels", "soft", "values"]
    weights: NDArray[np.float64] | None = None

    @property
    def mass(self) -> NDArray[np.float64]:
        """Weight of each row, shape (n,); ones where none were given."""
        return np.ones(len(self.y)) if self.weights is None else self.weights

    @property
    def base(self) -> float:
        """Mean over all rows: the share of cases of interest."""
        return float(np.average(self.y, weights=self.weights))


def read_target(frame: pd.DataFrame, y: Any, sample_weight: Any = None) -> Target:
    """Check `y` and the weights against the table they belong to.

    Raises
    ------
    DataError
        Another length or index than the table, missing values, no numbers, no rows.
    """
    values = _column("y", frame, y)
    if not len(values):
        raise DataError("X and y have 0 rows; at least one run is needed")
    kind: Literal["labels", "soft", "values"] = "values"
    if values.min() >= 0 and values.max() <= 1:
        kind = "labels" if np.isin(values, (0.0, 1.0)).all() else "soft"
    if sample_weight is None:
        return Target(values, kind)
    weights = _column("sample_weight", frame, sample_weight)
    if weights.min() < 0 or not weights.any():
        raise DataError(
            "sample_weight must be at least 0, and not zero in every row; got "
            f"{weights.min():g} in row {first_row(frame.index, weights == weights.min())}"
        )
    return Target(values, kind, scaled_weights(weights))


def scaled_weights(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights with the largest between a half and 1, whose sums and squares stay floats.

    Only their ratios count, and a power of 2 changes none of them.

    Examples
    --------
    >>> scaled_weights(np.array([3.0, 8.0]) * 2.0**1000).tolist()
    [0.1875, 0.5]
    """
    _, exponent = np.frexp(weights.max(initial=0.0))
    return np.ldexp(weights, -exponent)


def _column(what: str, frame: pd.DataFrame, given: Any) -> NDArray[np.float64]:
    array = given.to_numpy() if isinstance(given, pd.Series) else np.asarray(given)
    if array.ndim != 1:
        raise DataError(f"{what} must have shape (n,); got {array.shape}")
    if len(array) != len(frame):
        raise DataError(
            f"{what} must have one entry per row of X: inconsistent numbers of samples, "
            f"{len(frame)} rows and {len(array)} entries"
        )
    if isinstance(given, pd.Series) and not given.index.equals(frame.index):
        raise DataError(
            f"{what} has another index than X; align them, or pass an array to go by position"
        )
    missing = pd.isna(array)
    if missing.any():
        raise DataError(
            f"{what} has {int(missing.sum())} missing values (NaN; first: row "
            f"{first_row(frame.index, missing)}); leave these rows out"
        )
    return _finite(what, frame, array)


def _finite(what: str, frame: pd.DataFrame, array: NDArray[Any]) -> NDArray[np.float64]:
    if np.iscomplexobj(array):
        raise DataError(f"{what} must hold booleans or numbers. Complex data not supported")
    try:
        values = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} must hold booleans or numbers; got {array.dtype}") from error
    wrong = ~np.isfinite(values)
    if wrong.any():
        raise DataError(
            f"{what} has {int(wrong.sum())} infinite values (infinity; first: row "
            f"{first_row(frame.index, wrong)}); leave these rows out"
        )
    return values
