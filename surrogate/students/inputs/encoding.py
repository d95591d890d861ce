"""From the user's table to the scaled numbers a student learns from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import check_array

from surrogate.errors import ArgumentError, DataError, did_you_mean
from surrogate.students.arrays import Array
from surrogate.students.inputs.columns import Column, Indicators, Unit, learnt_column

__all__ = ["InputEncoder", "fitted_encoding"]


class InputEncoder:
    """Scale inputs to the unit cube; nominal inputs become one indicator column per level.

    With a space, inputs are mapped by its distributions, and columns that do not vary in it are
    ignored. Without one, numbers are scaled by the range of the training data (or by [0, 1] or
    [-1, 1] where they fill it) and ordered categories by their rank. Columns of a DataFrame are
    found by name, in any order; those of an array by position (with a space: one per varied
    parameter).

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
    ranges_ : dict of str to (low, high) or list of labels
        What the training table held.
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

    def fit(self, X: Any, *, name: str = "InputEncoder", min_samples: int = 2) -> InputEncoder:
        """Learn names, ranges and levels.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        name : str
            Class of the student that asks, for error messages.
        min_samples : int
            Fewest rows accepted.

        Raises
        ------
        DataError
            If X is no table of finite numbers and categories, or too short.
        """
        self._name = name
        table = self._table(X, min_samples)
        self.n_features_in_ = table.shape[1]
        self._positional = not _is_frame(X)
        if not self._positional and all(isinstance(each, str) for each in table.columns):
            self.feature_names_in_ = np.asarray(table.columns, dtype=object)
        if self.space is None:
            self._columns: dict[Any, Column] = {
                each: learnt_column(table[each]) for each in table.columns
            }
        else:
            self.bind_space()
            self._require_inputs(table)
        self.ranges_ = {str(name): _held(table[name]) for name in self._columns}
        self.columns_ = [label for column in self._columns.values() for label in column.labels]
        return self

    def transform(self, X: Any) -> Array:
        """Return the encoded inputs, shape (n, len(columns_)), near [0, 1] in the training range.

        Raises
        ------
        DataError
            If a column of the training table is missing or not known, a value is not finite, or a
            category was not there in training.
        """
        table = self._like_training(X)
        return np.column_stack([each.encode(table[name]) for name, each in self._columns.items()])

    def outside(self, X: Any, margin: float) -> NDArray[np.bool_]:
        """Return which rows hold a number outside its training range, shape (n,).

        In units of the input: on the encoded scale all that is far out in a tail is near its end.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        margin : float
            Share of the range by which it may lie outside.
        """
        table = self._like_training(X)
        found = np.zeros(len(table), dtype=bool)
        for name in self._columns:
            held = self.ranges_[str(name)]
            if isinstance(held, tuple):
                low, high = held
                numbers = table[name].to_numpy(dtype=float)
                found |= np.maximum(low - numbers, numbers - high) > margin * (high - low)
        return found

    def bind_space(self) -> None:
        """Encode the inputs as the space says."""
        if not hasattr(self.space, "varied"):
            raise ArgumentError(f"space must be a Space; got {self.space!r:.80}")
        self._columns = {each: self._spaced(each) for each in self.space.varied}

    @property
    def encodings(self) -> list[Column]:
        """How each input is encoded, in the order of `columns_`."""
        return list(self._columns.values())

    def _spaced(self, name: str) -> Column:
        parameter = self.space.parameters[name]
        if parameter.kind == "nominal":
            shares = parameter.occurring
            return Indicators(name, tuple(shares), tuple(shares.values()))
        return Unit(name, parameter)

    def _table(self, X: Any, min_samples: int = 1) -> pd.DataFrame:
        """Return X as a DataFrame of two dimensions and enough rows, with unique names."""
        if X is None or type(X) is dict:  # of the sparse arrays, some are mappings
            raise DataError(
                f"the inputs must be a table, a DataFrame or an array; got {type(X).__name__}; one "
                f"row is pandas.DataFrame([row])"
            )
        if not _is_frame(X):
            values = self._checked(X, min_samples)
            return pd.DataFrame(values, columns=self._names_of_array(values.shape[1]))
        if not X.columns.is_unique:
            repeated = X.columns[X.columns.duplicated()][0]
            raise DataError(f"the inputs must have different names; {repeated!r} appears twice")
        self._checked(np.zeros(X.shape), min_samples)  # the shape, in scikit-learn's own words
        return X

    def _checked(self, X: Any, min_samples: int) -> Any:
        try:
            return check_array(
                X,
                dtype=np.float64,
                ensure_min_samples=min_samples,
                input_name="X",
                estimator=self._name,
            )
        except ValueError as error:
            raise DataError(str(error)) from error

    def _names_of_array(self, n_columns: int) -> list[Any]:
        if self.space is None:
            return list(range(n_columns))
        names = list(self.space.varied)
        if len(names) != n_columns:
            raise DataError(
                f"an array of inputs needs one column per varied parameter of the space "
                f"({', '.join(names)}); got {n_columns}; pass a DataFrame to have columns found "
                f"by name"
            )
        return names

    def _like_training(self, X: Any) -> pd.DataFrame:
        """Return the columns of training, complaining about what is missing or not known."""
        table = self._table(X)
        if self.space is None and (self._positional or not _is_frame(X)):
            if table.shape[1] != self.n_features_in_:
                raise DataError(
                    f"X has {table.shape[1]} features, but {self._name} is expecting "
                    f"{self.n_features_in_} features as input"
                )
            return table.set_axis(list(self._columns), axis=1)
        self._require_inputs(table)
        if self.space is None and table.shape[1] > self.n_features_in_:
            unseen = next(each for each in table.columns if each not in self._columns)
            raise DataError(
                f"{self._name} was fitted without an input {unseen!r}; drop it, or fit with "
                f"space= to have columns that are no inputs ignored"
            )
        return table

    def _require_inputs(self, table: pd.DataFrame) -> None:
        for each in self._columns:
            if each not in table.columns:
                raise DataError(
                    f"{self._name} needs the input {each!r}, which the table lacks"
                    f"{did_you_mean(each, table.columns)}"
                )


def fitted_encoding(student: Any, X: Any, *, min_samples: int = 2) -> Array:
    """Fit a student's encoder, give the student scikit-learn's attributes, and encode X.

    Parameters
    ----------
    student : estimator
        Has a parameter ``space``; receives ``encoder_``, ``n_features_in_`` and, for a DataFrame
        with names that are strings, ``feature_names_in_``.
    X : DataFrame or array-like of shape (n, d)
    min_samples : int
    """
    encoder = InputEncoder(student.space)
    encoder.fit(X, name=type(student).__name__, min_samples=min_samples)
    student.encoder_ = encoder
    student.n_features_in_ = encoder.n_features_in_
    if hasattr(encoder, "feature_names_in_"):
        student.feature_names_in_ = encoder.feature_names_in_
    elif hasattr(student, "feature_names_in_"):
        del student.feature_names_in_  # of an earlier fit
    return encoder.transform(X)


def _held(values: pd.Series) -> tuple[float, float] | list[str]:
    """Return the ends of a numeric column, or the labels that another one holds."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return float(values.min()), float(values.max())
    return sorted({str(each) for each in values})


def _is_frame(X: Any) -> bool:
    return isinstance(X, pd.DataFrame)
