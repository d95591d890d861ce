"""Several outcomes and series: what form they came in, and answers in the same form."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from surrogate.errors import DataError, TeacherWarning
from surrogate.students.arrays import Array
from surrogate.students.inputs.validation import check_members
from surrogate.students.series.members import SERIES_MEMBERS
from surrogate.students.series.series_surrogate import fit_series

__all__ = ["Outcomes", "SeveralSurrogates", "read_outcomes"]

_SERIES_FOLDS = 5
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


def read_outcomes(y: Any) -> Outcomes | None:
    """Return several outcomes, or a series; None for a single outcome of one number per run.

    A DataFrame whose columns are called by numbers or times is one series; its other columns are
    outcomes of their own, each of numbers or of one array per run (as in ``runs.outcomes``). Of an
    array, up to ten columns are outcomes of their own and more are the points of one series.

    Raises
    ------
    DataError
        If the arrays of a series differ in length, or an outcome holds no finite numbers.
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
        if values.dtype == object and len(values) and np.ndim(values[0]) == 1:
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


@dataclass(frozen=True)
class SeveralSurrogates:
    """A surrogate of each outcome.

    Attributes
    ----------
    students : dict
        AutoSurrogate or SeriesSurrogate, by the outcome's name.
    form : {"array", "frame", "series"}
    axis : tuple, optional
    """

    students: Mapping[Any, Any]
    form: str
    axis: tuple[Any, ...] | None = None

    @classmethod
    def fit(
        cls,
        student: Any,
        X: Any,
        encoded: Array,
        outcomes: Outcomes,
        seed: int,
        *,
        sample_weight: Array | None = None,
    ) -> SeveralSurrogates:
        """Fit a surrogate of each outcome, all on the same folds.

        Parameters
        ----------
        student : AutoSurrogate
            Cloned for every outcome that is a number; says how series are learnt.
        X : DataFrame or array-like of shape (n, d)
        encoded : ndarray of shape (n, n_encoded)
            By the student's own encoder.
        outcomes : Outcomes
        seed : int
        sample_weight : ndarray of shape (n,), optional

        Raises
        ------
        DataError
            If there are weights and a series.
        """
        series = [name for name, values in outcomes.columns.items() if values.ndim > 1]
        if sample_weight is not None and series:
            raise DataError(
                f"a series takes no sample weights, and {series[0]!r} is one: leave the weights "
                f"out, or fit numbers drawn from it (its maximum, say) with them"
            )
        students = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TeacherWarning)  # `poor` tells it by name
            for name, values in outcomes.columns.items():
                if values.ndim == 1:
                    alone = clone(student).set_params(random_state=seed)
                    students[name] = alone.fit(X, values, sample_weight=sample_weight)
                else:
                    students[name] = fit_series(
                        student.encoder_,
                        encoded,
                        values,
                        names=_series_members(student.members),
                        n_folds=student.cv or _SERIES_FOLDS,
                        seed=seed,
                        axis=outcomes.axis,
                    )
        return cls(students, outcomes.form, outcomes.axis)

    @property
    def q2(self) -> Any:
        """The Estimate of one series; those of several outcomes by name."""
        return self._alone_or_named({name: each.q2_ for name, each in self.students.items()})

    @property
    def scores(self) -> pd.DataFrame:
        """The scores of all members, one row per outcome and member."""
        tables = {name: each.scores_ for name, each in self.students.items()}
        return pd.concat(tables, names=["outcome", "member"])

    def coverage(self, confidence_level: float) -> Any:
        """Return the share of held-out outcomes inside intervals, as for `q2`."""
        return self._alone_or_named(
            {name: each.interval_coverage(confidence_level) for name, each in self.students.items()}
        )

    def poor(self, least: float) -> str:
        """Return what is to be said of outcomes with a Q2 below `least`; nothing if none is."""
        names = [
            f"{name!r} {each.q2_}"
            for name, each in self.students.items()
            if not each.q2_.value >= least
        ]
        if not names:
            return ""
        return (
            f"AutoSurrogate explains little of {len(names)} of {len(self.students)} outcomes: Q2 "
            f"on held-out folds is {', '.join(names)} (1 is perfect, 0 the mean, nan a constant); "
            f"more runs or fewer inputs are needed"
        )

    def ask(self, method: str, X: Any, **arguments: Any) -> Any:
        """Return the answers of all students in the form the outcomes had; two tables for two."""
        said = {
            name: getattr(student, method)(X, **arguments)
            for name, student in self.students.items()
        }
        if not isinstance(next(iter(said.values())), tuple):
            return self._formed(said, X)
        first, second = ({name: each[k] for name, each in said.items()} for k in (0, 1))
        return self._formed(first, X), self._formed(second, X)

    def _alone_or_named(self, found: dict[Any, Any]) -> Any:
        return found["series"] if self.form == "series" else found

    def _formed(self, answers: Mapping[Any, Array], X: Any) -> Any:
        index = X.index if isinstance(X, pd.DataFrame) else None
        if self.form == "series":
            (series,) = answers.values()
            if self.axis is None:
                return series
            return pd.DataFrame(series, index=index, columns=list(self.axis))
        if self.form == "array":
            return np.column_stack(list(answers.values()))
        columns = {
            name: answer if answer.ndim == 1 else pd.Series(list(answer), index=index)
            for name, answer in answers.items()
        }
        return pd.DataFrame(columns, index=index)


def _series_members(members: Sequence[str] | None) -> tuple[str, ...]:
    """Return the members asked for that can learn a series."""
    known = tuple(SERIES_MEMBERS)
    names = known if members is None else tuple(name for name in members if name in known)
    return names or check_members(members, known)  # which says what there is


def _is_axis(names: pd.Index) -> bool:
    kinds = pd.api.types
    return bool(
        kinds.is_numeric_dtype(names.dtype)
        or kinds.is_datetime64_any_dtype(names.dtype)
        or kinds.is_timedelta64_dtype(names.dtype)
    )


def _column(values: pd.Series, name: Any) -> Array:
    if values.dtype == object and len(values) and np.ndim(values.iloc[0]) == 1:
        return _stacked(values.to_numpy(), name)
    return _numbers(values.to_numpy(), name)


def _stacked(values: Any, name: Any) -> Array:
    lengths = [np.size(each) for each in values]
    odd = np.flatnonzero(np.array(lengths) != lengths[0])
    if len(odd):
        raise DataError(
            f"the series of outcome {name!r} must have the same points in every run; the first has "
            f"{lengths[0]}, that of row {odd[0]} {lengths[odd[0]]}; interpolate them to one axis"
        )
    return _numbers(np.stack(list(values)), name)


def _numbers(values: Any, name: Any) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"outcome {name!r} must hold numbers; {error}") from error
    bad = ~np.isfinite(numbers.reshape(len(numbers), -1)).all(axis=1)
    if bad.any():
        raise DataError(
            f"outcome {name!r} holds numbers that are not finite (NaN or infinity) in "
            f"{int(bad.sum())} rows, the first is row {int(bad.argmax())}; leave these runs out"
        )
    return numbers
