"""Every column of a table sorted once, its equal values together as levels."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.regions.tables import _sorting
from surrogate.regions.tables.columns import first_row, numbers, refuse_infinite, refuse_missing

__all__ = ["Column", "Cut", "Ranks", "cut_between", "rank"]

Kind = Literal["real", "integer", "ordered", "labels"]
Rows: TypeAlias = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """One input and the distinct values ("levels") it takes, in order.

    Parameters
    ----------
    name : str
    kind : {"real", "integer", "ordered", "labels"}
        Numbers, whole numbers, ordered categories, unordered categories.
    levels : sequence
        Distinct numbers that occur, ascending; every category of an ordered column, in its order;
        or the labels that occur in an unordered one, in category order.
    has_missing : bool
        Whether rows without a value stand behind all levels, as one more.
    """

    name: str
    kind: Kind
    levels: Sequence[Any]
    has_missing: bool = False


@dataclass(frozen=True, slots=True)
class Ranks:
    """A table whose columns are sorted.

    Parameters
    ----------
    columns : tuple of Column
    order : ndarray of int32, shape (d, n)
        The rows by ascending level of each column.
    starts : ndarray of int, shape (n_levels + 1,)
        Where each level begins when the rows of `order` stand one column after the other; the
        levels of all columns in one row.
    """

    columns: tuple[Column, ...]
    order: NDArray[np.int32]
    starts: Rows

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each column's levels start when all levels stand in one row, shape (d + 1,)."""
        sizes = [len(column.levels) + column.has_missing for column in self.columns]
        return np.array([0, *itertools.accumulate(sizes)], dtype=np.int64)


class _Place(NamedTuple):
    """Where the sorted rows of one column go, and the positions at which its levels begin."""

    rows: Rows
    begins: Rows
    first: int  # the position of its first row, when the columns stand one after the other
    scratch: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Numbers(Sequence[Any]):
    """The distinct values of a column, looked up in it when they are asked for."""

    values: NDArray[Any]
    place: _Place
    n: int

    def __len__(self) -> int:
        return self.n

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self.values[self.place.rows[self.place.begins[: self.n][index] - self.place.first]]


def rank(frame: pd.DataFrame, *, allow_missing: bool = False) -> Ranks:
    """Sort every column once.

    Raises
    ------
    DataError
        A missing value that is not allowed, an infinite one, or a column that is neither numbers
        nor categories.
    """
    n, d = frame.shape
    order = np.empty((d, n), dtype=np.int32)
    room = [max(n, len(getattr(dtype, "categories", ()))) + 1 for dtype in frame.dtypes]
    starts = np.empty(sum(room), dtype=np.int32 if n * d < 2**31 else np.int64)
    scratch = np.empty(n, dtype=np.uint64)
    sort = _sort_present if allow_missing else _sort_column
    columns, filled = [], 0
    for j, name in enumerate(frame.columns):
        place = _Place(order[j], starts[filled:], j * n, scratch)
        columns.append(sort(name, frame.iloc[:, j], place))
        filled += len(columns[-1].levels) + columns[-1].has_missing
    starts[filled] = d * n
    return Ranks(tuple(columns), order, starts[: filled + 1])


class Cut(NamedTuple):
    """A limit between two levels, the last level it allows, and the values on either side."""

    limit: float
    level: int
    gap: tuple[float, float]


def cut_between(column: Column, outside: int, inside: int, *, lower: bool) -> Cut:
    """Return the limit between two levels of a numeric column.

    The middle for real numbers; the inside value itself for whole numbers, and for neighbours so
    close that their middle is the outside value.
    """
    gap = float(column.levels[outside]), float(column.levels[inside])
    limit = gap[1] if column.kind == "integer" else gap[0] / 2 + gap[1] / 2
    if limit == gap[0]:
        limit = gap[1]
    start, stop = sorted((outside, inside))
    if gap[0] == gap[1]:  # whole numbers too large to differ as limits
        start, stop = 0, len(column.levels) - 1
    if lower:
        return Cut(limit, bisect_left(column.levels, limit, start, stop + 1), gap)
    return Cut(limit, bisect_right(column.levels, limit, start, stop + 1) - 1, gap)


def _sort_present(name: str, values: pd.Series, place: _Place) -> Column:
    """Do as `_sort_column`, with the rows that have no value behind all others."""
    missing = values.isna().to_numpy()
    if not missing.any():
        return _sort_column(name, values, place)
    there = np.flatnonzero(~missing)
    n, rows = len(there), place.rows
    if not n:
        raise DataError(f"input {name!r} has no value in any row; leave it out")
    column = _sort_column(name, values[~missing], place._replace(rows=rows[:n]))
    levels = column.levels[:]  # looked up before the rows get their numbers in the whole table
    rows[:n] = there[rows[:n]]
    rows[n:] = np.flatnonzero(missing)
    place.begins[len(levels)] = place.first + n
    return replace(column, levels=levels, has_missing=True)


def _sort_column(name: str, values: pd.Series, place: _Place) -> Column:
    """Write the rows by ascending level and where each level begins; return the column."""
    if pd.api.types.is_object_dtype(values.dtype):
        refuse_missing(name, values)
        values = values.infer_objects()
    dtype = values.dtype
    if pd.api.types.is_float_dtype(dtype):
        array = np.ascontiguousarray(numbers(name, values))
        if not math.isfinite(array.min()) or not math.isfinite(array.max()):
            refuse_missing(name, values)
            refuse_infinite(name, values)
        return Column(name, "real", _Numbers(array, place, _sort_reals(array, place)))
    refuse_missing(name, values)
    if isinstance(dtype, pd.CategoricalDtype):
        return _sort_codes(*_categories(name, values), place)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_string_dtype(dtype):
        return _sort_codes(*_labels(name, values), place)
    if pd.api.types.is_integer_dtype(dtype):
        array = values.to_numpy(dtype=getattr(dtype, "numpy_dtype", dtype))
        return Column(name, "integer", _Numbers(array, place, _argsort(array, place)))
    raise DataError(f"input {name!r} must hold numbers, booleans or categories; got {dtype}")


def _sort_reals(values: NDArray[np.float64], place: _Place) -> int:
    """Write the rows by ascending value; return how many levels there are."""
    low, high = float(values.min()), float(values.max())
    n_bits = len(values).bit_length()
    scale = math.ldexp(1 - 2.0**-20, 64 - n_bits) / max(high - low, 1e-280)
    if scale > 0:  # a width that overflows gives 0
        packed = place.scratch[: len(values)]
        _sorting.pack(values, low, scale, n_bits, packed)
        packed.sort()
        n_levels = int(_sorting.unpack(packed, values, n_bits, place.rows, place.begins))
        if n_levels > 0:
            place.begins[:n_levels] += place.first
            return n_levels
    return _argsort(values, place)


def _argsort(values: NDArray[Any], place: _Place) -> int:
    place.rows[:] = np.argsort(values)
    ordered = values[place.rows]
    begins = np.append(0, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)
    place.begins[: len(begins)] = begins + place.first
    return len(begins)


def _categories(name: str, values: pd.Series) -> tuple[Column, Rows]:
    labels = values.cat.categories.tolist()
    codes = values.cat.codes.to_numpy()
    if values.cat.ordered:
        return Column(name, "ordered", tuple(labels)), codes
    occurring, codes = np.unique(codes, return_inverse=True)
    return Column(name, "labels", tuple(labels[code] for code in occurring)), codes


def _labels(name: str, values: pd.Series) -> tuple[Column, Rows]:
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


def _sort_codes(column: Column, codes: Rows, place: _Place) -> Column:
    place.rows[:] = np.argsort(codes)
    ends = np.cumsum(np.bincount(codes, minlength=len(column.levels)))
    place.begins[: len(ends)] = np.append(0, ends[:-1]) + place.first
    return column
