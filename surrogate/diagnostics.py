"""Where a student errs, whether its spread is true, and what more runs would give."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr
from scipy.stats import kstest, spearmanr
from sklearn.base import clone

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, DataError, SurrogateWarning, TeacherWarning
from surrogate.estimates import Estimate
from surrogate.randomness import Rng, seed_of, stream
from surrogate.students import AutoSurrogate
from surrogate.students.inputs.outcome import continuous_outcome
from surrogate.students.inputs.tables import answered
from surrogate.students.series.outcomes import read_outcomes

__all__ = ["LEVELS", "Diagnosis", "diagnose"]

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_SHARES = (0.5, 0.7)  # of the runs, for the learning curve
_FEWEST = 12  # runs in the smallest part
_NORMAL_95 = 1.96


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """What the held-out folds of a student say about it.

    Attributes
    ----------
    q2 : Estimate
    held_out : DataFrame of shape (n, 5)
        ``observed``, ``predicted``, ``std``, ``residual`` and ``pit`` of every run: the probability
        that the student gave to an outcome below the observed one. Uniform if its spread is true.
    coverage : DataFrame
        On the index ``level``: share of held-out outcomes inside intervals that aim at it, and the
        interval of the share.
    residuals : DataFrame
        One row per input of numbers: Spearman's correlation of it with the residual (``bias``) and
        with its absolute value (``spread``), and their p-values. Small ones tell where it errs.
    learning : DataFrame
        ``q2``, ``low``, ``high`` on held-out folds of random parts of the runs, by ``n``; empty if
        it was not asked for.
    inputs : DataFrame of shape (n, d)

    Examples
    --------
    >>> X = np.random.default_rng(0).random((40, 2))
    >>> y = np.sin(4 * X[:, 0]) + X[:, 1]
    >>> student = AutoSurrogate(members=["matern52"], random_state=0).fit(X, y)
    >>> diagnosis = diagnose(student, X, y, rng=0)
    >>> diagnosis.held_out["pit"].between(0, 1).all(), len(diagnosis.learning)
    (np.True_, 5)
    >>> diagnosis.expected_q2(40).value > diagnosis.q2.value
    True
    """

    q2: Estimate
    held_out: pd.DataFrame
    coverage: pd.DataFrame
    residuals: pd.DataFrame
    learning: pd.DataFrame
    inputs: pd.DataFrame

    @property
    def uniformity(self) -> float:
        """The p-value of Kolmogorov and Smirnov's test that the PIT is uniform."""
        return float(kstest(self.held_out["pit"], "uniform").pvalue)

    def expected_q2(self, n_more: int) -> Estimate:
        """Return the Q2 to expect with more runs.

        The unexplained share of the parts falls as a power of the number of runs, fitted on the
        logarithms; the interval is that of the fitted line, at 95 %.

        Parameters
        ----------
        n_more : int

        Raises
        ------
        ArgumentError
            If it is no whole number, or negative.
        DataError
            If the learning curve was not measured, or nothing is explained at any size.
        """
        check_count(n_more, 0, argument="n_more")
        table = self.learning[self.learning["q2"] < 1]
        if len(table) < 3 or not (table["q2"] > 0).any():
            raise DataError(
                f"the learning curve holds {len(table)} scores; 3 or more that explain something "
                f"are needed: diagnose with learning=True, on more runs"
            )
        n = len(self.held_out) + n_more
        loss = np.log(1 - table["q2"].to_numpy())
        design = np.column_stack([np.ones(len(table)), np.log(table["n"] / n)])
        # An interval of a score is as wide as four standard deviations of it.
        width = np.log1p(-table["low"]) - np.log(np.maximum(1 - table["high"], 1e-12))
        weight = 1 / np.maximum(width.to_numpy() / (2 * _NORMAL_95), 0.05) ** 2
        covariance = np.linalg.inv(design.T @ (design * weight[:, None]))
        line = covariance @ (design.T @ (weight * loss))
        rest = loss - design @ line
        scatter = max(1.0, float(weight @ rest**2) / (len(table) - 2))
        half = _NORMAL_95 * math.sqrt(scatter * covariance[0, 0])
        low, value, high = (1 - math.exp(line[0] + side * half) for side in (1, 0, -1))
        return Estimate(value, low, high, n, "power law of the learning curve", "expected")

    def statement(self, n_more: int) -> str:
        """Return the answer to "do I need more runs?".

        Examples
        --------
        ``"Q2 0.970 now (n=100), about 0.985 [0.975, 0.991] with 100 more runs"``
        """
        more = self.expected_q2(n_more)
        return (
            f"Q2 {self.q2.value:.3f} now (n={len(self.held_out)}), about {more.value:.3f} "
            f"[{more.low:.3f}, {more.high:.3f}] with {n_more} more runs"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the numbers as one table: value, low, high of each quantity."""
        rows = {"q2": (self.q2.value, self.q2.low, self.q2.high)}
        for level, row in self.coverage.iterrows():
            rows[f"coverage at {level:g}"] = (row["value"], row["low"], row["high"])
        rows["p-value of a uniform PIT"] = (self.uniformity, math.nan, math.nan)
        for name, row in self.residuals.iterrows():
            rows[f"bias along {name}"] = (row["bias"], math.nan, math.nan)
            rows[f"spread along {name}"] = (row["spread"], math.nan, math.nan)
        return pd.DataFrame(rows, index=["value", "low", "high"]).T.rename_axis("quantity")

    def __repr__(self) -> str:
        coverage = self.coverage.loc[0.9, "value"]
        return f"Diagnosis(Q2 {self.q2}; 90 % intervals cover {coverage:.2f})"


def diagnose(
    student: AutoSurrogate, X: Any, y: ArrayLike, *, learning: bool = True, rng: Rng = 0
) -> Diagnosis | dict[str, Diagnosis]:
    """Return what the held-out folds of a student say about it.

    Parameters
    ----------
    student : AutoSurrogate
        Fitted on `X` and `y`.
    X : DataFrame or array-like of shape (n, d)
    y : array-like of shape (n,), or of several outcomes
        Rows without an outcome (NaN) are left out, as they were of the training.
    learning : bool
        Whether to fit the members in use on parts of the runs too, four fits in all.
    rng : int, Generator or None
        Which parts.

    Returns
    -------
    Diagnosis, or dict of str to Diagnosis
        Of several outcomes, by name.

    Raises
    ------
    ArgumentError
        If the student is no fitted AutoSurrogate, or only of series.
    DataError
        If `X` and `y` are not those of its training.

    Warns
    -----
    SurrogateWarning
        Of series among the outcomes, which are left out.

    Examples
    --------
    >>> X = np.random.default_rng(0).random((40, 2))
    >>> student = AutoSurrogate(members=["matern52"], random_state=0).fit(X, X.sum(axis=1))
    >>> diagnose(student, X, X.sum(axis=1), learning=False).q2.n
    40
    """
    inputs = X if isinstance(X, pd.DataFrame) else pd.DataFrame(np.asarray(X))
    if not isinstance(student, AutoSurrogate) or not hasattr(student, "encoder_"):
        raise ArgumentError(f"diagnose takes a fitted AutoSurrogate; got {student!r:.80}")
    outcomes = read_outcomes(y)
    with warnings.catch_warnings():  # the student told of them when it was fitted
        warnings.simplefilter("ignore", TeacherWarning)
        if outcomes is None:
            inputs, y, _ = answered(inputs, y, name="diagnose")
        else:
            inputs, outcomes, _ = outcomes.answered(inputs, None, name="diagnose")
    given = {} if outcomes is None else outcomes.columns
    parts, seed = student.outcomes_, seed_of(rng)
    if list(parts) != list(given):
        wanted, got = (", ".join(map(str, each)) or "a single one" for each in (parts, given))
        raise DataError(
            f"diagnose needs the outcomes the student was fitted on: {wanted}; got {got}"
        )
    if not parts:
        return _diagnosis(student, inputs, y, learning=learning, seed=seed)
    _warn_of_series(parts)
    return {
        str(name): _diagnosis(part, inputs, given[name], learning=learning, seed=seed)
        for name, part in parts.items()
        if isinstance(part, AutoSurrogate)
    }


def _warn_of_series(parts: Mapping[Any, Any]) -> None:
    series = [name for name, part in parts.items() if not isinstance(part, AutoSurrogate)]
    if not series:
        return
    names = ", ".join(map(str, series))
    instead = "q2_ and interval_coverage() of the student say how good it is"
    if len(series) == len(parts):
        raise ArgumentError(f"diagnose is for outcomes of one number, not for series; {instead}")
    warnings.warn(
        f"the series {names} are left out of the diagnosis; {instead}",
        SurrogateWarning,
        stacklevel=3,
    )


def _diagnosis(
    student: AutoSurrogate, inputs: pd.DataFrame, y: ArrayLike, *, learning: bool, seed: int
) -> Diagnosis:
    observed = continuous_outcome(y, inputs, name="diagnose")
    residuals, std = student.cv_residuals_, student.cv_std_
    weight = student.training_weights(inputs, observed)
    held_out = {
        "observed": observed,
        "predicted": observed - residuals,
        "std": std,
        "residual": residuals,
        "pit": ndtr(residuals / np.where(std > 0, std, 1.0)),
    }
    shares = [student.interval_coverage(level).to_dict() for level in LEVELS]
    levels = pd.Index(LEVELS, name="level")
    return Diagnosis(
        q2=student.q2_,
        held_out=pd.DataFrame(held_out, index=inputs.index),
        coverage=pd.DataFrame(shares, index=levels)[["value", "low", "high"]],
        residuals=_trends(inputs, residuals),
        learning=_learning(student, inputs, observed, weight, seed) if learning else _scores([]),
        inputs=inputs,
    )


def _trends(inputs: pd.DataFrame, residuals: NDArray[np.float64]) -> pd.DataFrame:
    rows = {}
    for name in inputs.columns:
        values = inputs[name]
        if not pd.api.types.is_numeric_dtype(values.dtype) or values.nunique() < 2:
            continue
        rows[str(name)] = (*_trend(values, residuals), *_trend(values, np.abs(residuals)))
    columns = ["bias", "p_bias", "spread", "p_spread"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("input")


def _trend(values: pd.Series, errors: NDArray[np.float64]) -> tuple[float, float]:
    """Return Spearman's correlation and its p-value; NaN where all errors are the same."""
    if np.ptp(errors) == 0:
        return math.nan, math.nan
    found = spearmanr(values, errors)
    return float(found.statistic), float(found.pvalue)


def _learning(
    student: AutoSurrogate,
    inputs: pd.DataFrame,
    y: NDArray[np.float64],
    weight: NDArray[np.float64] | None,
    seed: int,
) -> pd.DataFrame:
    """Return the scores of the members in use on parts of the runs, and of the student."""
    used = student.scores_.index[student.scores_["weight"] > 0].tolist()
    n = len(y)
    scores: list[tuple[int, Estimate]] = []
    for share in _SHARES:
        size = max(_FEWEST, round(share * n))
        for repeat in range(2):
            if size < n and used:
                rows = stream(seed, "part", size, repeat).choice(n, size, replace=False)
                part = clone(student).set_params(members=used)
                with warnings.catch_warnings():  # that a part explains little, the curve shows
                    warnings.simplefilter("ignore", TeacherWarning)
                    part.fit(inputs.iloc[rows], y[rows], None if weight is None else weight[rows])
                scores.append((size, part.q2_))
    return _scores([*scores, (n, student.q2_)])


def _scores(scores: list[tuple[int, Estimate]]) -> pd.DataFrame:
    rows = [(n, each.value, each.low, each.high) for n, each in scores]
    return pd.DataFrame(rows, columns=["n", "q2", "low", "high"])
