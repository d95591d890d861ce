"""How the columns of a table become ranked numbers and categories."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.regions.limits import Label

__all__ = [
    "Column",
    "Ranks",
    "as_frame",
    "first_row",
    "numbers",
    "rank",
    "refuse_infinite",
    "refuse_missing",
]

Kind = Literal["real", "integer", "ordered", "labels"]


@dataclass(frozen=True, slots=True)
class Column:
    """One input and the distinct values ("levels") it takes, in order.

    Parameters
    ----------
    name : str
    kind : {"real", "integer", "ordered", "labels"}
        Numbers, whole numbers, ordered categories, unordered categories.
    levels : ndarray of shape (n_levels,) or tuple of labels
        Distinct numbers that occur, ascending; every category of an ordered column, in its order;
        or the labels that occur in an unordered one, in category order.
    """

    name: str
    kind: Kind
    levels: NDArray[Any] | tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Ranks:
    """A table whose values are replaced by the position of their level.

    Parameters
    ----------
    columns : tuple of Column
    codes : ndarray of int32, shape (d, n)
        ``columns[j].levels[codes[j, i]]`` is the value of row i.
    """

    columns: tuple[Column, ...]
    codes: NDArray[np.int32]

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each column's levels start when all levels stand in one row, shape (d + 1,)."""
        sizes = [len(column.levels) for column in self.columns]
        return np.array([0, *itertools.accumulate(sizes)], dtype=np.int64)


def as_frame(X: Any) -> pd.DataFrame:
    """Return `X` as a DataFrame with text names; the columns of an array are x0, x1, ..."""
    if isinstance(X, pd.DataFrame):
        names = [str(name) for name in X.columns]
        twice = [name for name, times in Counter(names).items() if times > 1]
        if twice:
            raise DataError(f"X has {len(twice)} column names more than once (first: {twice[0]!r})")
        return X if names == list(X.columns) else X.set_axis(names, axis=1)
    array = np.asarray(X)
    if array.ndim != 2:
        raise DataError(
            f"X must be a table of shape (n, d), a DataFrame or an array; got {array.ndim} "
            f"dimensions, {type(X).__name__}"
        )
    return pd.DataFrame(array, columns=[f"x{j}" for j in range(array.shape[1])])


def rank(frame: pd.DataFrame) -> Ranks:
    """Sort every column once.

    Raises
    ------
    DataError
        A missing or infinite value, or a column that is neither numbers nor categories.
    """
    codes = np.empty((frame.shape[1], len(frame)), dtype=np.int32)
    columns = []
    for j, name in enumerate(frame.columns):
        column, codes[j] = _rank_column(name, frame.iloc[:, j])
        columns.append(column)
    return Ranks(tuple(columns), codes)


def numbers(name: str, values: pd.Series) -> NDArray[np.float64]:
    """Return a numeric column as float64.

    Raises
    ------
    DataError
        The column holds something else than numbers.
    """
    try:
        return np.asarray(values.to_numpy(dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"input {name!r} is limited to an interval, so it must hold numbers; got {values.dtype}"
        ) from error


def refuse_missing(name: str, values: pd.Series) -> None:
    """Refuse an input with missing values, naming the first row."""
    missing = values.isna().to_numpy()
    if missing.any():
        raise DataError(
            f"input {name!r} has {int(missing.sum())} missing values (NaN; first: row "
            f"{first_row(values.index, missing)}); leave these rows out or fill them first"
        )


def refuse_infinite(name: str, values: pd.Series) -> None:
    """Refuse an input with infinite values, naming the first row."""
    if not pd.api.types.is_float_dtype(values.dtype):
        return
    infinite = np.isinf(numbers(name, values))
    if infinite.any():
        raise DataError(
            f"input {name!r} has {int(infinite.sum())} infinite values (infinity; first: row "
            f"{first_row(values.index, infinite)}); leave these rows out"
        )


def first_row(index: pd.Index, flags: NDArray[np.bool_]) -> str:
    """Return the label of the first row that is flagged, as text for a message."""
    return repr(index[[int(flags.argmax())]].tolist()[0])


def _rank_column(name: str, values: pd.Series) -> tuple[Column, NDArray[Any]]:
    refuse_missing(name, values)
    refuse_infinite(name, values)
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _rank_categories(name, values)
    if pd.api.types.is_object_dtype(dtype):
        values = values.infer_objects()
        dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_string_dtype(dtype):
        return _rank_labels(name, values)
    if pd.api.types.is_integer_dtype(dtype):
        return _rank_numbers(
            name, "integer", values.to_numpy(dtype=getattr(dtype, "numpy_dtype", dtype))
        )
    if pd.api.types.is_float_dtype(dtype):
        return _rank_numbers(name, "real", numbers(name, values))
    raise DataError(f"input {name!r} must hold numbers, booleans or categories; got {dtype}")


def _rank_numbers(name: str, kind: Kind, values: NDArray[Any]) -> tuple[Column, NDArray[Any]]:
    levels, codes = np.unique(values, return_inverse=True)
    return Column(name, kind, levels), codes


def _rank_categories(name: str, values: pd.Series) -> tuple[Column, NDArray[Any]]:
    labels = values.cat.categories.tolist()
    codes = values.cat.codes.to_numpy()
    if values.cat.ordered:
        return Column(name, "ordered", tuple(labels)), codes
    occurring, codes = np.unique(codes, return_inverse=True)
    return Column(name, "labels", tuple(labels[code] for code in occurring)), codes


def _rank_labels(name: str, values: pd.Series) -> tuple[Column, NDArray[Any]]:
    codes, found = pd.factorize(values)
    labels = found.tolist()
    for code, label in enumerate(labels):
        if not isinstance(label, str | bool | int | float):
            raise DataError(
                f"input {name!r} must hold numbers, booleans or text; row "
                f"{first_row(values.index, codes == code)} is a {type(label).__name__}"
            )
    order = sorted(range(len(labels)), key=lambda code: (type(labels[code]).__name__, labels[code]))
    position = np.empty(len(labels), dtype=np.int32)
    position[order] = np.arange(len(labels))
    return Column(name, "labels", tuple(labels[code] for code in order)), position[codes]
