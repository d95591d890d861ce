"""What every student asks of its arguments."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
from sklearn.utils.validation import validate_data

from surrogate.errors import ArgumentError, DataError, TeacherWarning, did_you_mean
from surrogate.students.inputs.columns import finite_numbers

__all__ = [
    "answered",
    "check_members",
    "check_same_order",
    "checked_folds",
    "continuous_outcome",
    "numbers_of",
    "numeric_table",
    "row_weights",
    "rows_of",
    "standardised",
    "ten_folds",
]


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


def continuous_outcome(y: ArrayLike | None, X: Any, *, name: str) -> NDArray[np.float64]:
    """Return y as floats, shape (n,), one per row of X.

    Raises
    ------
    DataError
        If y is missing, not numeric, not finite, or of another length than X.
    """
    if y is None:
        raise DataError(f"{name} requires y to be passed, but the target y is None")
    try:
        values = column_or_1d(y, warn=True)
        check_consistent_length(X, values)
    except ValueError as error:
        raise DataError(f"{name}: {error}") from error
    numbers = numbers_of(values, f"{name}: y")
    bad = ~np.isfinite(numbers)
    if bad.any():
        row = int(bad.argmax())
        raise DataError(
            f"{name}: y must hold finite numbers, neither NaN nor infinity; got {int(bad.sum())} "
            f"others in {len(bad)} rows, the first in row {row}: {numbers[row]}; leave such runs "
            f"out"
        )
    return numbers


def numbers_of(values: Any, what: str) -> NDArray[np.float64]:
    """Return values as floats.

    Raises
    ------
    DataError
        If they are text, complex, or dates.

    Examples
    --------
    >>> numbers_of([True, False, True], "y")
    array([1., 0., 1.])
    """
    found = np.asarray(values)
    if found.dtype.kind in "mM":
        raise DataError(
            f"{what} must hold numbers; got dates or times ({found.dtype}): take seconds or days, "
            f"say, since the first"
        )
    if np.iscomplexobj(found):
        raise DataError(f"{what} must hold real numbers. Complex data not supported")
    try:
        return found.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} must hold numbers; {error}") from error


def standardised(y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """Return (y - offset) / scale with mean 0 and variance 1, the offset, and the scale.

    Safe for outcomes whose squares overflow or vanish; a constant has scale 1.

    Examples
    --------
    >>> standardised(np.array([1e-200, 3e-200]))
    (array([-1.,  1.]), 2e-200, 1e-200)
    """
    if (y == y[0]).all():
        return np.zeros_like(y), float(y[0]), 1.0
    _, exponent = np.frexp(np.abs(y).max())
    scaled = np.ldexp(y, -exponent)  # by a power of 2, which rounds nothing
    offset = float(scaled.mean())
    centred = scaled - offset
    largest = float(np.abs(centred).max())
    scale = largest * float((centred / largest).std())
    return centred / scale, float(np.ldexp(offset, exponent)), float(np.ldexp(scale, exponent))


def check_members(members: Sequence[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the members to try; None means all that are known."""
    if members is None:
        return known
    chosen = tuple(members)
    if isinstance(members, str) or not chosen or len(set(chosen)) < len(chosen):
        raise ArgumentError(f"members must be a list of different names; got {members!r}")
    for each in chosen:
        if each not in known:
            raise ArgumentError(f"members has no {each!r}{did_you_mean(each, known)}")
    return chosen


def checked_folds(folds: Iterable[ArrayLike], n: int) -> list[NDArray[np.intp]]:
    """Return folds as row numbers.

    Raises
    ------
    DataError
        If they do not hold every row exactly once, or one holds all rows.
    """
    held = [np.asarray(rows, dtype=np.intp) for rows in folds]
    counts = np.bincount(np.concatenate(held), minlength=n) if held else np.zeros(n)
    if len(counts) != n or (counts != 1).any() or len(held) < 2:
        raise DataError(
            f"folds must hold each of the {n} training rows exactly once, in two folds or "
            f"more; got {len(held)} folds with {int(counts.sum())} entries"
        )
    return held


def ten_folds(n: int) -> list[NDArray[np.intp]]:
    """Return ten folds of every tenth row; fewer where there are fewer rows."""
    return [np.arange(start, n, min(10, n)) for start in range(min(10, n))]


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
