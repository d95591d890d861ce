"""Several outcomes and series of the same runs: read from any form, failed runs left out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import check_consistent_length

from surrogate.errors import DataError, TeacherWarning
from surrogate.students.arrays import Array
from surrogate.students.inputs.outcome import numbers_of
from surrogate.students.inputs.tables import row_weights, rows_of

__all__ = ["Outcomes", "read_outcomes"]

_MOST_APART = 10  # an array of more columns is one series, not so many outcomes


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of the same runs.

    Attributes
    ----------
    columns : dict of ndarray
        Of shape (n,) or, a series, (n, n_points), by name.
    form : {"array", "frame", "series"}
        Columns of an array or of a DataFrame, or one series.
    axis : tuple, optional
        What the points of the one series are called.
    """

    columns: Mapping[Any, Array]
    form: str
    axis: tuple[Any, ...] | None = None

    def answered(
        self, X: Any, sample_weight: Any, *, name: str
    ) -> tuple[Any, Outcomes, Array | None]:
        """Return the rows to learn from: those with every outcome, and a weight that is not 0.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        sample_weight : array-like of shape (n,), optional
        name : str
            Class of the student that asks.

        Raises
        ------
        DataError
            If X has another length, the weights are none, or no row is left.

        Warns
        -----
        TeacherWarning
            If outcomes are missing, with the number of rows, the first, and their names.
        """
        try:
            check_consistent_length(X, *self.columns.values())
        except (TypeError, ValueError) as error:
            raise DataError(f"{name}: {error}") from error
        weight = row_weights(sample_weight, X, name=name)
        kept = self._told(name) if weight is None else self._told(name) & (weight > 0)
        if kept.all():
            return X, self, weight
        columns = {of: values[kept] for of, values in self.columns.items()}
        weight = None if weight is None else weight[kept]
        return rows_of(X, kept), replace(self, columns=columns), weight

    def _told(self, name: str) -> NDArray[np.bool_]:
        """Return which rows have every outcome; warn of others."""
        missing = {
            of: np.isnan(values.reshape(len(values), -1)).any(axis=1)
            for of, values in self.columns.items()
        }
        failed: NDArray[np.bool_] = np.any(list(missing.values()), axis=0)
        if failed.any():
            gaps = ", ".join(repr(of) for of, rows in missing.items() if rows.any())
            what = f"{int(failed.sum())} of {len(failed)} rows lack an outcome (NaN in {gaps}"
            if failed.all():
                raise DataError(f"{name}: {what}): none is left to learn from")
            warnings.warn(
                f"{what}; first: row {int(failed.argmax())}): {name} learns from the others",
                TeacherWarning,
                stacklevel=4,
            )
        return ~failed


def read_outcomes(y: Any) -> Outcomes | None:
    """Return several outcomes, or a series; None for a single outcome of one number per run.

    A DataFrame whose columns are called by numbers or times is one series; its other columns are
    outcomes of their own, each of numbers or of one array per run (as in ``runs.outcomes``). Of an
    array, up to ten columns are outcomes of their own and more are the points of one series.

    Raises
    ------
    DataError
        If the arrays of a series differ in length, or an outcome holds no finite numbers. Rows
        that are missing, NaN or None, are kept; see `Outcomes.answered`.
    """
    if isinstance(y, pd.DataFrame):
        if _is_axis(y.columns) and y.shape[1] > 1:
            return Outcomes(
                {"series": _numbers(y.to_numpy(), "series")}, "series", tuple(y.columns)
            )
        if not y.columns.is_unique:
            raise DataError("outcomes must have different names; one appears twice")
        return Outcomes({name: _column(y[name], name) for name in y.columns}, "frame")
    if isinstance(y, (pd.Series, np.ndarray)) and y.ndim == 1:
        values = np.asarray(y)
        if _holds_series(values):
            return Outcomes({"series": _stacked(values, "series")}, "series")
        return None
    try:
        values = np.asarray(y)
    except ValueError as error:
        raise DataError(
            f"the series of y must have the same points in every run; {error}"
        ) from error
    if values.ndim != 2 or values.shape[1] < 2:
        return None
    numbers = _numbers(values, "y")
    if values.shape[1] > _MOST_APART:
        return Outcomes({"series": numbers}, "series")
    return Outcomes(dict(enumerate(numbers.T)), "array")


def _is_axis(names: pd.Index) -> bool:
    kinds = pd.api.types
    return bool(
        kinds.is_numeric_dtype(names.dtype)
        or kinds.is_datetime64_any_dtype(names.dtype)
        or kinds.is_timedelta64_dtype(names.dtype)
    )


def _column(values: pd.Series, name: Any) -> Array:
    if _holds_series(values.to_numpy()):
        return _stacked(values.to_numpy(), name)
    return _numbers(values.to_numpy(), name)


def _holds_series(values: NDArray[Any]) -> bool:
    """Return whether these are arrays, one per run; a failed run may have None in place of its."""
    return values.dtype == object and any(np.ndim(each) == 1 for each in values)


def _stacked(values: Any, name: Any) -> Array:
    known = [row for row, each in enumerate(values) if np.ndim(each) == 1]
    first = len(values[known[0]])
    odd = next((row for row in known if len(values[row]) != first), None)
    if odd is not None:
        raise DataError(
            f"the series of outcome {name!r} must have the same points in every run; the first has "
            f"{first}, that of row {odd} {len(values[odd])}; interpolate them to one axis"
        )
    stacked = np.full((len(values), first), np.nan)
    stacked[known] = _numbers(np.stack([values[row] for row in known]), name)
    return stacked


def _numbers(values: Any, name: Any) -> Array:
    """Return values as floats; NaN only where all of a row is missing."""
    numbers = numbers_of(values, f"outcome {name!r}")
    by_row = numbers.reshape(len(numbers), -1)
    bad = ~np.isfinite(by_row).all(axis=1) & ~np.isnan(by_row).all(axis=1)
    if bad.any():
        raise DataError(
            f"outcome {name!r} holds numbers that are not finite (NaN or infinity) in "
            f"{int(bad.sum())} rows, the first is row {int(bad.argmax())}; leave these runs out"
        )
    return numbers
