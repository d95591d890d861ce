"""A surrogate of each of several outcomes, and answers in the form that these had."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from surrogate.arguments import check_members
from surrogate.errors import DataError, TeacherWarning
from surrogate.students.arrays import Array
from surrogate.students.series.members import SERIES_MEMBERS
from surrogate.students.series.outcomes import Outcomes
from surrogate.students.series.series_surrogate import fit_series

__all__ = ["SeveralSurrogates"]

_SERIES_FOLDS = 5


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
