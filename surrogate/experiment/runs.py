"""What came back: the inputs, outcomes and status of every run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate.arguments import check_choice, check_share
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning
from surrogate.experiment.answers import (
    answers_of_frame,
    answers_of_records,
    mean_of_replicates,
)
from surrogate.experiment.records import OK, STATUSES, Record
from surrogate.expressions import Expression, as_expression
from surrogate.randomness import Rng, generator

if TYPE_CHECKING:
    from surrogate.space import Space

__all__ = ["RESERVED", "Runs"]

RESERVED = frozenset({"status", "reason", "replicate"})
"""Columns that tables of runs add: neither an input nor an outcome may be called so."""

Case = str | Expression | Callable[[Any], ArrayLike]


@dataclass(frozen=True, eq=False, repr=False)
class Runs:
    """Runs of a simulator, failed ones included; from `run`, `from_frame` or `from_store`.

    Parameters
    ----------
    space : Space
    design : DataFrame, shape (n, d)
        All rows that were asked, checked; the user's index.
    answers : DataFrame, shape (n * replicates, 2 + number of outcomes)
        Status, reason and outcomes of every run, replicates of a row side by side.
    outcome_names : tuple of str
    replicates : int
        Runs per row.
    origin : Series of str, shape (n,)
        Where each row comes from, e.g. ``"design"``.
    provenance : mapping
        Simulator, seed, versions, start and end.

    Examples
    --------
    >>> import surrogate as sg
    >>> table = pd.DataFrame({"x": [0.1, 0.5, 0.9], "y": [1.0, float("nan"), 3.0]})
    >>> runs = Runs.from_frame(table, sg.Space(x=(0.0, 1.0)), outcomes=["y"])
    >>> runs
    Runs(3 rows: 2 ok, 1 invalid; 1 input; outcome y)
    >>> runs.label("y > 2", failed="not").tolist()
    [False, False, True]
    """

    space: Space
    design: pd.DataFrame
    answers: pd.DataFrame
    outcome_names: tuple[str, ...]
    replicates: int
    origin: pd.Series
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = sorted(RESERVED.intersection([*self.design.columns, *self.outcome_names]))
        if taken:
            raise DataError(
                f"an input or outcome is called {taken[0]!r}, which is a column of every table of "
                "runs; give it another name"
            )

    @classmethod
    def from_records(
        cls,
        space: Space,
        design: pd.DataFrame,
        records: Sequence[Record],
        *,
        outcomes: Sequence[str],
        replicates: int = 1,
        origin: str | Sequence[str] = "design",
        provenance: Mapping[str, Any] | None = None,
    ) -> Runs:
        """Return the runs of a checked design, given its records, replicates side by side."""
        answers = answers_of_records(records, outcomes)
        origins = pd.Series(origin, index=design.index, name="origin", dtype=object)
        return cls(
            space, design, answers, tuple(outcomes), replicates, origins, dict(provenance or {})
        )

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        space: Space,
        *,
        outcomes: Sequence[str],
        origin: str = "data",
    ) -> Runs:
        """Return runs that somebody else made.

        Parameters
        ----------
        frame : DataFrame
            Inputs and outcomes, one row per run; other columns are left out.
        space : Space
        outcomes : sequence of str
            Columns of numbers, or of series (one array per row). A row where one is missing or
            not finite is an ``invalid`` run.
        origin : str

        Raises
        ------
        SpaceError
            If the inputs do not fit the space.
        DataError
            If an outcome is no column or holds something else than numbers.
        """
        if isinstance(outcomes, str):
            raise ArgumentError(f"outcomes is a list of names; got the text {outcomes!r}")
        inputs = space.check(frame[[name for name in space.columns if name in frame.columns]])
        origins = pd.Series(origin, index=inputs.index, name="origin", dtype=object)
        answers = answers_of_frame(frame, outcomes)
        return cls(space, inputs, answers, tuple(outcomes), 1, origins, {"source": "table"})

    @classmethod
    def from_store(
        cls,
        path: str | os.PathLike[str],
        *,
        simulator: str | None = None,
        version: str | None = None,
        space: Space | None = None,
    ) -> Runs:
        """Return the finished runs of a store, in the order they were planned.

        The simulator is not needed, and a campaign may be writing meanwhile. Rows are numbered
        anew; equal rows appear once.

        Parameters
        ----------
        path : str or path
        simulator, version : str, optional
            Which one, where the store holds runs of several.
        space : Space, optional
            Where it holds a callable, which no file keeps.

        Raises
        ------
        StoreError
            If there is no such store, no such run, or a choice to be made.
        """
        from surrogate.experiment.reading import stored_records

        return cls.from_records(
            **stored_records(path, simulator=simulator, version=version, space=space)
        )

    @classmethod
    def concat(cls, parts: Sequence[Runs]) -> Runs:
        """Return the rows of several runs of the same inputs, outcomes and replicates.

        Rows keep their labels where these are distinct, and are numbered anew where not.
        """
        if not parts:
            raise ArgumentError("concat needs at least one Runs; got none")
        first = parts[0]
        for other in parts[1:]:
            _check_alike(first, other)
        designs = [each.design for each in parts]
        index = designs[0].index.append([each.index for each in designs[1:]])
        anew = not index.is_unique
        return cls(
            first.space,
            pd.concat(designs, ignore_index=anew),
            pd.concat([each.answers for each in parts], ignore_index=True),
            first.outcome_names,
            first.replicates,
            pd.concat([each.origin for each in parts], ignore_index=anew),
            {**first.provenance, "n_parts": len(parts)},
        )

    @property
    def n(self) -> int:
        """Number of rows of the design."""
        return len(self.design)

    def __len__(self) -> int:
        return self.n

    def __repr__(self) -> str:
        counts = self.answers["status"].value_counts()
        states = ", ".join(f"{counts[each]} {each}" for each in STATUSES if each in counts)
        rows = f"{self.n} rows" + (f" x {self.replicates} replicates" if self._repeated else "")
        n_inputs = self.design.shape[1]
        inputs = f"{n_inputs} input" + ("s" if n_inputs != 1 else "")
        outcomes = "outcome" + ("s " if len(self.outcome_names) != 1 else " ")
        return f"Runs({rows}: {states}; {inputs}; {outcomes}{', '.join(self.outcome_names)})"

    @property
    def inputs(self) -> pd.DataFrame:
        """Inputs of the rows with an ok run, shape (n_ok, d)."""
        return self.design.loc[self._ok_rows]

    @property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes of the same rows as `inputs`; with replicates, the mean over the ok ones.

        A series outcome is an object column with one array, shape (t,), per row.
        """
        names = list(self.outcome_names)
        if not self._repeated:
            table = self.answers.loc[self._ok, names]
        else:
            columns = {
                name: mean_of_replicates(self.answers[name], self._ok, self.replicates)
                for name in names
            }
            table = pd.DataFrame(columns, columns=names)
        return table.set_axis(self.design.index[self._ok_rows], axis=0)

    @property
    def status(self) -> pd.Series:
        """Return how every run ended, as one of ok, error, timeout, crashed, memory and invalid."""
        return self.answers["status"].set_axis(self._run_index)

    @property
    def failures(self) -> pd.DataFrame:
        """Inputs, status and reason of the runs that failed."""
        return self.to_frame().loc[~self._ok].drop(columns=list(self.outcome_names))

    def to_frame(self) -> pd.DataFrame:
        """Return all runs: inputs, status, reason, outcomes.

        With replicates there is a column ``replicate`` and the index repeats. Outcomes of failed
        runs are NaN, or None for series.
        """
        table = self.design.iloc[np.repeat(np.arange(self.n), self.replicates)].copy()
        if self._repeated:
            table["replicate"] = np.tile(np.arange(self.replicates), self.n)
        for name in ("status", "reason", *self.outcome_names):
            table[name] = self.answers[name].to_numpy()
        return table

    def label(self, case: Case, *, failed: str = "drop") -> pd.Series:
        """Return which rows are a case of interest.

        Parameters
        ----------
        case : str, Expression or callable
            A condition on the outcomes, e.g. ``"stability < 0"`` or ``"max(infected) < 0.1"``; a
            callable gets the DataFrame of outcomes and returns one truth per row.
        failed : {"drop", "case", "not"}
            What failed runs are: left out, cases, or not cases.

        Returns
        -------
        Series, shape (n_ok,), or (n,) if failed runs are kept
            Booleans; with replicates, the share of a row's replicates in the case.

        Warns
        -----
        FailedRunsWarning
            If failed runs are left out.
        """
        check_choice(failed, ("drop", "case", "not"), argument="failed")
        condition = as_expression(case)
        ok = self._ok
        if failed == "drop":
            self._warn_of_failures()
        share = np.full(len(ok), {"drop": np.nan, "case": 1.0, "not": 0.0}[failed])
        if ok.any():
            share[ok] = condition.holds(self.answers.loc[ok, list(self.outcome_names)])
        rows = share.reshape(self.n, self.replicates)
        there = ~np.isnan(rows).all(axis=1)
        values: NDArray[Any] = np.nanmean(rows[there], axis=1)
        if not self._repeated:
            values = values > 0
        return pd.Series(values, index=self.design.index[there], name=condition.text)

    def margins(self, case: str | Expression) -> NDArray[np.float64]:
        """Return each ok row's distance to the thresholds of a case, positive on its side.

        Returns
        -------
        ndarray, shape (n_ok, n_margins)
            With replicates, of the mean outcomes.
        """
        return as_expression(case).margins(self.outcomes)

    def split(self, test_size: float = 0.3, *, rng: Rng = 0) -> tuple[Runs, Runs]:
        """Return two disjoint parts, for fitting and for judging.

        Equal rows of the design stay together, so that no test row has been seen in training.

        Parameters
        ----------
        test_size : float
            Share of the rows in the second part, in (0, 1).
        rng : int, Generator or None
        """
        check_share(test_size, argument="test_size")
        columns = list(self.design.columns)
        groups = self.design.groupby(columns, sort=False, observed=True).ngroup().to_numpy()
        n_groups = len(np.unique(groups))
        if n_groups < 2:
            raise DataError(f"{self.n} rows, {n_groups} of them different, cannot be split in two")
        shuffled = generator(rng).permutation(n_groups)
        n_rows = np.cumsum(np.bincount(groups)[shuffled])
        n_test = int(np.searchsorted(n_rows, round(test_size * self.n))) + 1
        test = np.isin(groups, shuffled[: min(n_test, n_groups - 1)])
        return self._take(np.flatnonzero(~test)), self._take(np.flatnonzero(test))

    def select(self, index: ArrayLike) -> Runs:
        """Return some of the rows.

        Parameters
        ----------
        index : array_like
            Labels of the design's index, or a boolean for every row.
        """
        wanted = np.asarray(index)
        if wanted.dtype == bool:
            if wanted.shape != (self.n,):
                raise DataError(f"a mask needs {self.n} values, one a row; got {wanted.shape}")
            return self._take(np.flatnonzero(wanted))
        places = self.design.index.get_indexer_for(wanted)
        if (places < 0).any():
            absent = pd.Index(wanted).difference(self.design.index)
            raise DataError(
                f"{len(absent)} labels are not in the design's index (first: {absent[0]!r})"
            )
        return self._take(places)

    @property
    def _repeated(self) -> bool:
        return self.replicates > 1

    @property
    def _ok(self) -> NDArray[np.bool_]:
        return (self.answers["status"] == OK).to_numpy()

    @property
    def _ok_rows(self) -> NDArray[np.bool_]:
        rows: NDArray[np.bool_] = np.any(self._ok.reshape(self.n, self.replicates), axis=1)
        return rows

    @property
    def _run_index(self) -> pd.Index:
        return self.design.index.repeat(self.replicates)

    def _take(self, rows: NDArray[np.intp]) -> Runs:
        runs = (rows[:, None] * self.replicates + np.arange(self.replicates)).reshape(-1)
        return Runs(
            self.space,
            self.design.iloc[rows],
            self.answers.iloc[runs].reset_index(drop=True),
            self.outcome_names,
            self.replicates,
            self.origin.iloc[rows],
            self.provenance,
        )

    def _warn_of_failures(self) -> None:
        counts = self.answers["status"].value_counts().drop(OK, errors="ignore")
        if counts.empty:
            return
        kinds = ", ".join(f"{counts[each]} {each}" for each in STATUSES if each in counts)
        warnings.warn(
            f"{counts.sum()} of {len(self.answers)} runs failed ({kinds}) and are left out; "
            "failed='case' or failed='not' keeps them",
            FailedRunsWarning,
            stacklevel=3,
        )


def _check_alike(first: Runs, other: Runs) -> None:
    for what, one, two in (
        ("inputs", list(first.design.columns), list(other.design.columns)),
        ("outcomes", list(first.outcome_names), list(other.outcome_names)),
        ("replicates", first.replicates, other.replicates),
    ):
        if one != two:
            raise DataError(f"concat needs equal {what}; got {one} and {two}")
