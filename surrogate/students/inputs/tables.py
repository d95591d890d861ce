"""Rows that a student learns from or answers, and what they weigh."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
from sklearn.utils.validation import validate_data

from surrogate.errors import DataError, TeacherWarning
from surrogate.students.inputs.columns import finite_numbers

__all__ = ["answered", "check_same_order", "numeric_table", "row_weights", "rows_of"]


def answered(X: Any, y: Any, weight: Any = None, *, name: str) -> tuple[Any, Any, Any]:
    """Return the rows to learn from: those that have an outcome, and a weight that is not 0.

    Rows of failed runs, NaN or None, are left out with a warning.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n, d)
    y : array-like of shape (n,)
    weight : array-like of shape (n,), optional
    name : str
        Class of the student that asks.

    Raises
    ------
    DataError
        If the weights are none, or X and y hold the same rows in another order.

    Warns
    -----
    TeacherWarning
        If some outcomes are NaN, with their number and the first.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     X, y, _ = answered([[0.0], [1.0], [2.0]], [5.0, np.nan, 7.0], name="GaussianProcess")
    >>> X.tolist(), y.tolist()
    ([[0.0], [2.0]], [5.0, 7.0])
    """
    check_same_order(X, y, name=name)
    weight = row_weights(weight, X, name=name)
    if weight is not None and not weight.all() and y is not None and len(y) == len(weight):
        counts = weight > 0
        X, y, weight = rows_of(X, counts), rows_of(y, counts), weight[counts]
    values = np.asarray(y)
    failed = pd.isna(values) if values.ndim == 1 else np.zeros(1, dtype=bool)
    if not failed.any() or failed.all() or len(failed) != len(X):  # nothing to do, or to be refused
        return X, y, weight
    warnings.warn(
        f"{int(failed.sum())} of {len(failed)} rows have no outcome (NaN; first: row "
        f"{int(np.argmax(failed))}): {name} learns from the others",
        TeacherWarning,
        stacklevel=3,
    )
    return rows_of(X, ~failed), values[~failed], None if weight is None else weight[~failed]


def check_same_order(X: Any, y: Any, *, name: str) -> None:
    """Raise DataError where X and y call the same rows by the same labels in another order."""
    if not (isinstance(X, pd.DataFrame) and isinstance(y, (pd.Series, pd.DataFrame))):
        return
    if X.index.equals(y.index) or not (X.index.is_unique and len(X) == len(y)):
        return
    if len(X.index.intersection(y.index)) == len(X):
        row = int(np.argmax(X.index != y.index))
        raise DataError(
            f"{name}: X and y hold the same rows in another order: row {row} is {X.index[row]!r} "
            f"in X and {y.index[row]!r} in y; pass y.loc[X.index]"
        )


def rows_of(table: Any, kept: NDArray[np.bool_]) -> Any:
    """Return some rows of a table, a Series or an array-like.

    Examples
    --------
    >>> rows_of([5.0, 6.0, 7.0], np.array([True, False, True])).tolist()
    [5.0, 7.0]
    """
    if isinstance(table, pd.DataFrame | pd.Series):
        return table.loc[kept]
    return np.asarray(table)[kept]


def numeric_table(student: Any, X: Any, *, reset: bool) -> NDArray[Any]:
    """Return rows of numbers as they are, uint8 and float32 too, row after row.

    Parameters
    ----------
    student : estimator
        At fitting it keeps the inputs' ranges, by name, as `ranges_`.
    X : array-like of shape (n, d)
    reset : bool
        Whether this is fitting.

    Raises
    ------
    DataError
        If it is no table of finite numbers, or has other columns than those of fitting.
    """
    if isinstance(X, pd.DataFrame):
        for place in range(X.shape[1]):
            values = X.iloc[:, place]
            if values.dtype.kind in "fcmM":  # others are finite, or told of by scikit-learn
                finite_numbers(values)
    kinds = [np.float64, np.float32, np.uint8]
    try:
        table: NDArray[Any] = validate_data(student, X, reset=reset, dtype=kinds, order="C")
    except ValueError as error:
        raise DataError(str(error)) from error
    if reset:
        names = getattr(student, "feature_names_in_", range(table.shape[1]))
        ends = zip(names, table.min(axis=0), table.max(axis=0), strict=True)
        student.ranges_ = {str(name): (float(low), float(high)) for name, low, high in ends}
    return table


def row_weights(
    sample_weight: ArrayLike | None, X: Any, *, name: str
) -> NDArray[np.float64] | None:
    """Return weights as floats, shape (n,), or None.

    Raises
    ------
    DataError
        If a weight is negative or not finite, all are 0, or their number is not that of the rows.
    """
    if sample_weight is None:
        return None
    try:
        weight = column_or_1d(sample_weight).astype(np.float64)
        assert_all_finite(weight, input_name="sample_weight")
        check_consistent_length(X, weight)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name}: {error}") from error
    if weight.max() > np.finfo(np.float64).max / len(weight):
        raise DataError(
            f"{name}: sample weights are too large to be added; the largest is {weight.max()}; "
            f"only their ratios count: divide them by it"
        )
    if (weight < 0).any() or not weight.any():
        raise DataError(
            f"{name}: sample weights must not be negative nor all zero; the least is {weight.min()}"
        )
    return weight
