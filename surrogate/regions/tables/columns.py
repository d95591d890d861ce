"""Reading tables: names, numbers, and what is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DataError, did_you_mean

__all__ = ["as_frame", "first_row", "numbers", "refuse_infinite", "refuse_missing", "restricted"]


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


def restricted(name: str, frame: pd.DataFrame, *, allow_missing: bool) -> pd.Series:
    """Return the column of an input that a box restricts.

    Raises
    ------
    DataError
        It is absent, or has missing values that are not allowed.
    """
    if name not in frame.columns:
        raise DataError(
            f"the box restricts input {name!r}, which X has not{did_you_mean(name, frame.columns)}"
        )
    values = frame[name]
    if not allow_missing:
        refuse_missing(name, values)
    return values


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
