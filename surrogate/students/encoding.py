"""From the user's table to the scaled numbers a student learns from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array

from surrogate.errors import DataError, did_you_mean

__all__ = ["InputEncoder"]

Array = NDArray[np.float64]
Levels = list[Any]


class InputEncoder:
    """Scale inputs to the unit cube; nominal inputs become one indicator column per level.

    With a space, columns are mapped by its distributions (`space.to_unit`), and columns that do not
    vary in it are ignored. Without one, numbers are scaled by the range of the training data and
    ordered categories by their rank. Columns of a DataFrame are found by name, in any order.

    Parameters
    ----------
    space : Space, optional
        Where the inputs come from.

    Attributes
    ----------
    n_features_in_ : int
        Columns of the training table.
    feature_names_in_ : ndarray of str
        Names of the training table's columns, where it was a DataFrame with such names.
    columns_ : list of str
        What each encoded column stands for, e.g. ``"gain"`` or ``"policy=a"``.

    Examples
    --------
    >>> frame = pd.DataFrame({"gain": [1e-12, 3e-12, 2e-12], "policy": ["a", "b", "c"]})
    >>> encoder = InputEncoder().fit(frame)
    >>> encoder.columns_
    ['gain', 'policy=a', 'policy=b', 'policy=c']
    >>> encoder.transform(frame[["policy", "gain"]])[1]
    array([1., 0., 1., 0.])
    """

    def __init__(self, space: Any = None) -> None:
        self.space = space

    def fit(self, X: Any, *, name: str = "the student", min_samples: int = 2) -> InputEncoder:
        """Learn ranges and levels.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        name : str
            Who asks; opens the error messages.
        min_samples : int
            Fewest rows accepted.

        Raises
        ------
        DataError
            If X is no table of finite numbers and categories, or too short.
        """
        self.name_ = name
        table = self._table(X, min_samples)
        self.n_features_in_ = table.shape[1]
        if hasattr(X, "columns") and all(isinstance(each, str) for each in table.columns):
            self.feature_names_in_ = np.asarray(table.columns, dtype=object)
        self._names = list(table.columns)
        self._levels: dict[Any, Levels] = {}
        self._nominal: dict[Any, bool] = {}
        numbers = self._numbers(table, learn=True)
        self._low = numbers.min(axis=0)
        self._span = numbers.max(axis=0) - self._low
        self.columns_ = [label for label, _ in self._encoded(numbers)]
        return self

    def transform(self, X: Any) -> Array:
        """Return the encoded inputs, shape (n, len(columns_)), every entry near [0, 1].

        Raises
        ------
        DataError
            If a column of the training table is missing, a value is not finite, or a category was
            not there in training.
        """
        table = self._like_training(self._table(X, 1))
        return np.column_stack([column for _, column in self._encoded(self._numbers(table))])

    def _table(self, X: Any, min_samples: int) -> pd.DataFrame:
        """Return X as a DataFrame with two dimensions, enough rows and no sparse or complex data."""
        if not hasattr(X, "columns"):
            X = self._checked(X, min_samples)
            return pd.DataFrame(X, columns=self._default_names(X.shape[1]))
        table = pd.DataFrame(X)
        if not table.columns.is_unique:
            repeated = table.columns[table.columns.duplicated()][0]
            raise DataError(f"{self.name_}: column names must differ; {repeated!r} appears twice")
        # Shape errors in scikit-learn's own words; the values are checked column by column.
        self._checked(np.zeros(table.shape), min_samples)
        return table

    def _checked(self, X: ArrayLike, min_samples: int) -> Array:
        try:
            return check_array(
                X,
                dtype=np.float64,
                ensure_min_samples=min_samples,
                input_name="X",
                estimator=self.name_,
            )
        except ValueError as error:
            raise DataError(f"{self.name_}: {error}") from error

    def _default_names(self, n_columns: int) -> list[Any]:
        """Return names for the columns of an array: the space's where they fit, else numbers."""
        if self.space is None:
            return getattr(self, "_names", list(range(n_columns)))[:n_columns] + list(
                range(len(getattr(self, "_names", range(n_columns))), n_columns)
            )
        for names in (list(self.space.varied), list(self.space.parameters)):
            if len(names) == n_columns:
                return names
        raise DataError(
            f"{self.name_}: an array of inputs needs one column per varied parameter of the space "
            f"({', '.join(self.space.varied)}); got {n_columns} columns"
        )

    def _like_training(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the training columns in training order; complain about what does not fit."""
        known = self._names if self.space is None else list(self.space.varied)
        if len(table.columns) != self.n_features_in_ and not hasattr(self, "feature_names_in_"):
            if self.space is None:
                raise DataError(
                    f"X has {table.shape[1]} features, but {self.name_} is expecting "
                    f"{self.n_features_in_} features as input"
                )
        if self.space is None and table.columns.equals(pd.RangeIndex(self.n_features_in_)):
            table = table.set_axis(self._names, axis=1)
        for each in known:
            if each not in table.columns:
                raise DataError(
                    f"{self.name_} was fitted on column {each!r}, which is missing"
                    f"{did_you_mean(each, table.columns)}"
                )
        if self.space is None and len(table.columns) > len(known):
            unseen = next(each for each in table.columns if each not in known)
            raise DataError(
                f"{self.name_}: X has {table.shape[1]} columns where {len(known)} were fitted; "
                f"{unseen!r} was not seen in training: drop it, or fit with space="
            )
        return table if self.space is not None else table[known]

    def _numbers(self, table: pd.DataFrame, *, learn: bool = False) -> Array:
        """Return one number per input: unit values with a space, else values or level codes."""
        if self.space is not None:
            return self._unit(table, learn=learn)
        return np.column_stack([self._codes(table[each], learn=learn) for each in table.columns])

    def _unit(self, table: pd.DataFrame, *, learn: bool) -> Array:
        unit = np.asarray(self.space.to_unit(table), dtype=float)
        for column, each in enumerate(self.space.varied):
            if self.space.parameters[each].kind == "nominal":
                # Bin midpoints: rounding makes equal levels equal.
                values = np.round(unit[:, column], 9)
                if learn:
                    self._levels[each], self._nominal[each] = sorted(set(values)), True
                unit[:, column] = values
        self._require_finite(unit, list(self.space.varied))
        return unit

    def _codes(self, column: pd.Series, *, learn: bool) -> Array:
        """Return a column's numbers, or the rank of each value among the levels of training."""
        if learn and not _is_numeric(column):
            self._levels[column.name] = _levels_of(column)
            self._nominal[column.name] = not getattr(column.dtype, "ordered", False)
        if column.name not in self._levels:
            return self._as_numbers(column)
        rank = {level: float(code) for code, level in enumerate(self._levels[column.name])}
        codes = [rank.get(value, np.nan) for value in column]
        if np.isnan(codes).any():
            row = int(np.flatnonzero(np.isnan(codes))[0])
            raise DataError(
                f"{self.name_}: column {column.name!r} must hold the categories of training "
                f"({', '.join(map(str, rank))}); got {column.iloc[row]!r} in row "
                f"{column.index[row]}"
            )
        return np.asarray(codes)

    def _as_numbers(self, column: pd.Series) -> Array:
        try:
            values = column.to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"{self.name_}: column {column.name!r} was numeric in training; {error}"
            ) from error
        self._require_finite(values[:, None], [column.name])
        return values

    def _require_finite(self, values: Array, names: list[Any]) -> None:
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            row, column = bad[0]
            raise DataError(
                f"{self.name_}: Input X contains NaN or infinity: {len(bad)} values, the first in "
                f"row {row} (counted from 0) of column {names[column]!r}; leave such rows out"
            )

    def _encoded(self, numbers: Array) -> Iterator[tuple[str, Array]]:
        """Yield the label and the values of each encoded column."""
        names = self._names if self.space is None else list(self.space.varied)
        for index, each in enumerate(names):
            values = numbers[:, index]
            if self._nominal.get(each):
                levels = self._levels[each]
                codes = levels if self.space is not None else range(len(levels))
                for level, code in zip(levels, codes, strict=True):
                    yield f"{each}={level}", (values == code).astype(float)
            elif self.space is not None:
                yield str(each), values
            else:
                yield str(each), self._scaled(values, index)

    def _scaled(self, values: Array, index: int) -> Array:
        if self._span[index] == 0:  # constant in training: nothing was learnt about it
            return np.full(len(values), 0.5)
        return (values - self._low[index]) / self._span[index]


def _is_numeric(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column.dtype))


def _levels_of(column: pd.Series) -> Levels:
    """Return the levels of a categorical column in their order, or the sorted distinct values."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        present = set(column)
        ordered = column.dtype.ordered
        return [each for each in column.dtype.categories if ordered or each in present]
    return sorted(column.dropna().unique(), key=str)
