"""Real rows as numbers and category codes that a source may move, and back to valid rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from surrogate.space import Space

__all__ = ["Table", "as_table"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Valid = NDArray[np.bool_]


class Rebuild(Protocol):
    """Makes rows like the real ones of numbers (n, a) and codes (n, b), and says which are valid.

    A number beyond its range is reflected back into it.
    """

    def __call__(self, numbers: Floats, codes: Codes, /) -> tuple[Any, Valid]: ...


@dataclass(frozen=True)
class Table:
    """Real rows, split by kind of column.

    Attributes
    ----------
    numbers : ndarray of shape (n, a)
        In the user's units, or on the unit cube where a space is known.
    codes : ndarray of shape (n, b)
        Of unordered categories.
    n_levels : sequence of int
        Categories of each column of codes.
    rebuild : Rebuild
    """

    numbers: Floats
    codes: Codes
    n_levels: Sequence[int]
    rebuild: Rebuild = field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    def neighbours(self, k: int) -> NDArray[np.intp]:
        """Return the k nearest other rows of each row, shape (n, k).

        Numbers count by their standard deviation, two different categories as two of them.
        """
        from sklearn.neighbors import NearestNeighbors

        if len(self) <= k:
            raise DataError(f"{k} neighbours of each row need more than {k} rows; got {len(self)}")
        spread = self.numbers.std(axis=0)
        columns = [self.numbers / np.where(spread > 0, spread, 1.0)]
        columns += [np.sqrt(2) * np.eye(m)[self.codes[:, j]] for j, m in enumerate(self.n_levels)]
        points = np.concatenate(columns, axis=1)
        found = NearestNeighbors(n_neighbors=k).fit(points).kneighbors()[1]
        return np.asarray(found)


def as_table(X: Any, space: Space | None) -> Table:
    """Return real rows as a table.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n, d)
    space : Space, optional
        Of the columns of a DataFrame: keeps integers, categories, derived inputs and constraints.

    Raises
    ------
    DataError
        If there are no rows, or a column is neither numbers nor categories.
    """
    if X is None or not len(X):
        raise DataError("there are no real rows to make others from; give X or pool")
    if space is not None:
        return _of_space(X, space)
    return _of_frame(X) if hasattr(X, "columns") else _of_array(np.asarray(X))


def _of_array(X: NDArray[Any]) -> Table:
    if X.ndim != 2 or X.dtype.kind not in "biuf":
        raise DataError(f"real rows are numbers of shape (n, d); got {X.dtype} of shape {X.shape}")
    numbers = X.astype(float)
    low, high = _range(numbers)

    def rebuild(moved: Floats, codes: Codes) -> tuple[Any, Valid]:
        inside = _reflected(moved, low, high)
        whole = X.dtype.kind in "biu"
        rows = (np.rint(inside) if whole else inside).astype(X.dtype)
        return rows, np.ones(len(codes), dtype=bool)

    return Table(numbers, np.empty((len(X), 0), dtype=np.int64), (), rebuild)


def _of_frame(X: Any) -> Table:
    import pandas as pd

    is_number = [
        pd.api.types.is_numeric_dtype(X[name]) and not pd.api.types.is_bool_dtype(X[name])
        for name in X
    ]
    numeric = [name for name, fine in zip(X, is_number, strict=True) if fine]
    others = [name for name in X if name not in numeric]
    numbers = X[numeric].to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        row, column = np.argwhere(~np.isfinite(numbers))[0]
        raise DataError(f"input {numeric[column]!r} is not finite in row {X.index[row]}")
    levels = [pd.Categorical(X[name]) for name in others]
    codes = np.stack([each.codes for each in levels], axis=1) if others else np.empty((len(X), 0))
    low, high = _range(numbers)

    def rebuild(moved: Floats, codes: Codes) -> tuple[Any, Valid]:
        columns: dict[Any, Any] = {}
        for j, name in enumerate(numeric):
            values = _reflected(moved[:, j], low[j], high[j])
            whole = pd.api.types.is_integer_dtype(X[name])
            columns[name] = pd.Series(np.rint(values) if whole else values).astype(X[name].dtype)
        for j, name in enumerate(others):
            values = levels[j].categories.take(codes[:, j])
            columns[name] = pd.Series(values).astype(X[name].dtype)
        return pd.DataFrame(columns)[list(X.columns)], np.ones(len(codes), dtype=bool)

    return Table(
        numbers, codes.astype(np.int64), [len(each.categories) for each in levels], rebuild
    )


def _of_space(X: Any, space: Space) -> Table:
    import pandas as pd

    if not hasattr(X, "columns"):
        raise DataError(
            "a source with a space needs a DataFrame with the columns "
            f"{', '.join(space.varied)}; got {type(X).__name__}"
        )
    for name in X.columns:
        if name not in space.columns:
            raise DataError(
                f"the real rows have a column {name!r} that is no input of the space"
                f"{did_you_mean(str(name), space.columns)}"
            )
    full = space.check(X)
    nominal = [name for name in space.varied if space.parameters[name].kind == "nominal"]
    others = [name for name in space.varied if name not in nominal]
    parameters = space.parameters
    numbers = [parameters[name].to_unit(full[name].to_numpy()) for name in others]
    codes = [full[name].cat.codes.to_numpy() for name in nominal]

    def rebuild(moved: Floats, codes: Codes) -> tuple[Any, Valid]:
        columns: dict[str, Any] = {}
        inside = np.clip(_reflected(moved, 0.0, 1.0), 1e-12, 1 - 1e-12)
        columns |= {n: parameters[n].from_unit(inside[:, j]) for j, n in enumerate(others)}
        for j, name in enumerate(nominal):
            levels = full[name].cat.categories
            columns[name] = pd.Categorical.from_codes(codes[:, j], categories=levels)
        frame = pd.DataFrame(columns, index=range(len(moved)))
        complete = space.complete(frame)
        return complete[list(X.columns)], space.satisfied(complete)

    empty = np.empty((len(X), 0))
    return Table(
        np.stack(numbers, axis=1) if others else empty,
        (np.stack(codes, axis=1) if nominal else empty).astype(np.int64),
        [len(full[name].cat.categories) for name in nominal],
        rebuild,
    )


def _range(numbers: Floats) -> tuple[Floats, Floats]:
    return numbers.min(axis=0), numbers.max(axis=0)


def _reflected(values: Floats, low: Any, high: Any) -> Floats:
    """Return values beyond the range mirrored at its end, and what is still beyond at the end."""
    mirrored = np.where(values < low, 2 * low - values, values)
    mirrored = np.where(mirrored > high, 2 * high - mirrored, mirrored)
    return np.clip(mirrored, low, high)
