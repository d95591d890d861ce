"""Tables of answers: one row per run, with its status, its reason and its outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import DataError, did_you_mean
from surrogate.experiment.records import OK, Record

__all__ = ["answers_of_frame", "answers_of_records", "mean_of_replicates"]


def answers_of_records(records: Sequence[Record], outcomes: Sequence[str]) -> pd.DataFrame:
    """Return the answers of records.

    Returns
    -------
    DataFrame, shape (len(records), 2 + len(outcomes))
        ``status``, ``reason`` and the outcomes: float columns with NaN, or, for series, object
        columns of arrays with None, where a run failed. A run whose scalar is a series, or the
        reverse, unlike the first ok run, is invalid.
    """
    records = _of_one_kind(records)
    table = {
        "status": pd.Series([each.status for each in records], dtype=object),
        "reason": pd.Series([each.reason for each in records], dtype=object),
    }
    for name in outcomes:
        table[name] = _column([each.outcomes.get(name) for each in records])
    return pd.DataFrame(table)


def answers_of_frame(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return the answers in a table that somebody else made; what is missing is invalid.

    Raises
    ------
    DataError
        For an outcome that is no column, and for a value that is no number and no series.
    """
    columns = {name: _values(frame, name) for name in outcomes}
    reasons = [_missing(columns, place) for place in range(len(frame))]
    records = [
        Record("invalid", reason=reason)
        if reason
        else Record(OK, {name: values[place] for name, values in columns.items()})
        for place, reason in enumerate(reasons)
    ]
    return answers_of_records(records, outcomes)


def mean_of_replicates(column: pd.Series, ok: np.ndarray, replicates: int) -> pd.Series:
    """Return the mean over the ok replicates of each row that has one.

    Parameters
    ----------
    column : Series, shape (n * replicates,)
        Numbers, or series of one length.
    ok : ndarray of bool, shape (n * replicates,)
    replicates : int
    """
    rows = ok.reshape(-1, replicates)
    values = column.to_numpy().reshape(-1, replicates)
    pairs = zip(values, rows, strict=True)
    return _column([np.mean(list(row[good]), axis=0) for row, good in pairs if good.any()])


def _of_one_kind(records: Sequence[Record]) -> list[Record]:
    first = next((each.outcomes for each in records if each.ok), {})
    kinds = {name: np.ndim(value) for name, value in first.items()}
    checked = []
    for each in records:
        odd = [name for name, value in each.outcomes.items() if np.ndim(value) != kinds.get(name)]
        if odd:
            here, there = (
                ("a series", "a scalar") if not kinds[odd[0]] else ("a scalar", "a series")
            )
            reason = f"outcome {odd[0]!r} is {here} here and {there} in the first run that is ok"
            checked.append(Record("invalid", reason=reason, seconds=each.seconds))
        else:
            checked.append(each)
    return checked


def _column(values: Sequence[Any]) -> pd.Series:
    if any(np.ndim(value) for value in values if value is not None):
        column = np.empty(len(values), dtype=object)
        for place, value in enumerate(values):  # one by one: equal lengths would make a matrix
            column[place] = value
        return pd.Series(column)
    return pd.Series([np.nan if value is None else value for value in values], dtype=float)


def _values(frame: pd.DataFrame, name: str) -> list[Any]:
    if name not in frame.columns:
        raise DataError(
            f"outcome {name!r} is not a column of the table"
            f"{did_you_mean(name, map(str, frame.columns))}"
        )
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers: list[Any] = column.to_numpy(dtype=float, na_value=np.nan).tolist()
        return numbers
    return [_value(value, name, label) for label, value in zip(frame.index, column, strict=True)]


def _value(value: Any, name: str, label: object) -> Any:
    if value is None or value is pd.NA:
        return np.nan
    try:
        number = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"outcome {name!r} must hold numbers or series of numbers; row {label!r} holds "
            f"{value!r}; encode labels as 0 and 1"
        ) from error
    if number.ndim > 1:
        raise DataError(
            f"outcome {name!r} must hold numbers or series; row {label!r} holds an array of shape "
            f"{number.shape}"
        )
    return number if number.ndim else float(number)


def _missing(columns: dict[str, list[Any]], place: int) -> str:
    for name, values in columns.items():
        if not np.all(np.isfinite(values[place])):
            return f"outcome {name!r} is missing or not finite"
    return ""
