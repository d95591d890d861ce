"""Surrogates of the margins of a case, and the probability of any case over the same outcomes."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from surrogate.errors import DataError, TeacherWarning
from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.automatic.auto_surrogate import AutoSurrogate

__all__ = ["MarginModel", "continuous_margins"]

_N_DRAWS = 256  # joint draws of the margins of a conjunction
_CHUNK = 4096  # rows whose joint draws are held in memory at once
_REMEMBERED = 4  # tables whose predictions are kept: another threshold asks them again
_ROUNDING = 1e-9  # of the size of a margin


@dataclass(frozen=True)
class View:
    """A margin as ``sign * outcome + shift`` of one of the margins that were learnt."""

    column: int
    sign: float
    shift: float


class MarginModel:
    """Surrogates of the distinct margins of a case.

    Two thresholds on one outcome are one surrogate seen twice, and so is every other threshold on
    it: `at` gives the model of another case without a fit.

    Parameters
    ----------
    case : Expression
    surrogates : list of AutoSurrogate
        Fitted, one per column of `learnt`.
    learnt : ndarray of shape (n, n_learnt)
        The margins of the training rows that they were fitted on.
    views : sequence of View
        One per margin of the case.
    seed : int
    """

    def __init__(
        self,
        case: Any,
        surrogates: list[AutoSurrogate],
        learnt: Array,
        views: Sequence[View],
        seed: int,
    ) -> None:
        self.case, self.surrogates, self.learnt = case, surrogates, learnt
        self._views, self._seed = views, seed
        self._asked: dict[str, tuple[Array, Array]] = {}
        residuals, stds = self._seen(*self._held_out(), shifted=False)
        self._draws = _joint_draws(residuals / np.maximum(stds, 1e-300), seed)

    @classmethod
    def fit(cls, case: Any, X: pd.DataFrame, margins: Array, space: Any, seed: int) -> MarginModel:
        """Fit a surrogate of each margin that is no shift or mirror image of another."""
        views: list[View] = []
        learnt: list[Array] = []
        for margin in margins.T:
            view = _view_of(margin, learnt)
            if view is None:
                view = View(len(learnt), 1.0, 0.0)
                learnt.append(margin)
            views.append(view)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", TeacherWarning)  # the caller judges the whole
            surrogates = [
                AutoSurrogate(
                    space=space, random_state=int(stream(seed, "margin", k).integers(2**31))
                ).fit(X, margin)
                for k, margin in enumerate(learnt)
            ]
        return cls(case, surrogates, np.stack(learnt, axis=1), views, seed)

    def at(self, case: Any, margins: Array) -> MarginModel:
        """Return the model of another case, given its margins on the training rows.

        Raises
        ------
        DataError
            If a margin is not one of those learnt, shifted or mirrored.
        """
        views = [_view_of(margin, self.learnt.T) for margin in margins.T]
        if not views or None in views:
            raise DataError(
                f"{str(case)!r} was asked of a teacher that learned the outcome of "
                f"{str(self.case)!r}; another case must compare the same outcome with numbers; "
                "discover the new case by itself"
            )
        known = [view for view in views if view is not None]
        other = MarginModel(case, self.surrogates, self.learnt, known, self._seed)
        other._asked = self._asked
        return other

    def _rebuild(self) -> None:
        """Begin without remembered answers, when read from a file."""
        self._asked = {}

    @property
    def held_out(self) -> Array:
        """Probability of the case for each training row from folds that did not see it."""
        residuals, stds = self._held_out()
        return self._probability(*self._seen(self.learnt - residuals, stds))

    def probability(self, X: pd.DataFrame) -> Array:
        """Return the probability of the case, shape (n,)."""
        return self._probability(*self._seen(*self._predicted(X)))

    def _held_out(self) -> tuple[Array, Array]:
        residuals = np.stack([each.cv_residuals_ for each in self.surrogates], axis=1)
        return residuals, np.stack([each.cv_std_ for each in self.surrogates], axis=1)

    def _predicted(self, X: pd.DataFrame) -> tuple[Array, Array]:
        """Return mean and standard deviation of the learnt margins, asking no table twice."""
        rows = pd.util.hash_pandas_object(X, index=False).to_numpy().tobytes()
        key = hashlib.sha256(repr(list(X.columns)).encode() + rows).hexdigest()
        if key not in self._asked:
            said = [each.predict(X, return_std=True) for each in self.surrogates]
            means, stds = (np.stack(each, axis=1) for each in zip(*said, strict=True))
            while len(self._asked) >= _REMEMBERED:
                del self._asked[next(iter(self._asked))]
            self._asked[key] = means, stds
        return self._asked[key]

    def _seen(self, means: Array, stds: Array, *, shifted: bool = True) -> tuple[Array, Array]:
        """Return means and standard deviations of the case's margins, shape (n, n_margins)."""
        columns = [view.column for view in self._views]
        signs = np.array([view.sign for view in self._views])
        shifts = np.array([view.shift for view in self._views]) if shifted else 0.0
        return signs * means[:, columns] + shifts, stds[:, columns]

    def _probability(self, means: Array, stds: Array) -> Array:
        """Return the probability of the case for normal margins, shape (n,)."""
        spread = np.maximum(stds, 1e-300)
        if means.shape[1] == 1:
            sides = ndtr(means / spread)[:, 0]
            # the case may be the negation of its only comparison
            return sides if self.case.decide(np.ones((1, 1)))[0] else 1 - sides
        probability = np.empty(len(means))
        for start in range(0, len(means), _CHUNK):
            rows = slice(start, start + _CHUNK)
            drawn = means[rows, None, :] + spread[rows, None, :] * self._draws
            probability[rows] = self.case.decide(drawn).mean(axis=1)
        return probability


def continuous_margins(case: Any, y: pd.DataFrame | pd.Series) -> Array | None:
    """Return the margins, or None if there are none or one takes two values only: a label."""
    if y.ndim == 1 or case.n_margins == 0:
        return None
    margins: Array = case.margins(y)
    distinct = min(len(np.unique(column)) for column in margins.T)
    return margins if distinct > 2 or len(margins) <= 2 else None


def _view_of(margin: Array, learnt: Sequence[Array] | Array) -> View | None:
    """Return the margin as a shift or mirror image of one of those learnt, or None."""
    for column, base in enumerate(learnt):
        for sign in (1.0, -1.0):
            shift = margin - sign * base
            size = float(np.abs(margin).max() + np.abs(base).max())
            if np.ptp(shift) <= _ROUNDING * size:
                return View(column, sign, float(np.median(shift)))
    return None


def _joint_draws(scaled_residuals: Array, seed: int) -> Array:
    """Return standard normal draws with the residuals' correlation, shape (n_draws, k)."""
    from scipy.stats import qmc

    k = scaled_residuals.shape[1]
    if k == 1:
        return np.zeros((1, 1))
    noise = 1e-9 * stream(seed, "jitter").standard_normal(scaled_residuals.shape)
    correlation = np.corrcoef(scaled_residuals + noise, rowvar=False)
    values, vectors = np.linalg.eigh(correlation)
    points = qmc.Sobol(k, scramble=True, rng=stream(seed, "draws")).random(_N_DRAWS)
    normal = ndtri(np.clip(points, 1e-9, 1 - 1e-9))
    return normal @ (vectors * np.sqrt(np.maximum(values, 0))).T
