"""What every region finder has in common: reading the data, and predicting by its box."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d, validate_data

from surrogate.errors import DataError, FewCasesWarning
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Missing
from surrogate.regions.tables.columns import as_frame, refuse_infinite, refuse_missing
from surrogate.regions.tables.targets import Target, read_target
from surrogate.regions.trajectories.trajectory import PeelingTrajectory

__all__ = ["FEW_CASES", "RegionFinder"]

FEW_CASES = 10  # with fewer a user is warned


class RegionFinder(BaseEstimator):
    """A scikit-learn estimator that finds boxes.

    Subclasses say how in ``_search`` and refuse what they cannot use in ``_check_parameters``.

    Attributes
    ----------
    trajectory_ : PeelingTrajectory
        All boxes, from everything on.
    box_ : Box
        The box of best *in-sample* WRAcc, for lack of other data; its scores flatter.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if `X` was a DataFrame with text names.
    """

    trajectory_: PeelingTrajectory
    box_: Box

    @property
    def _missing(self) -> Missing:
        """What missing values mean to the boxes that are found."""
        return "error"

    def _search(self, frame: pd.DataFrame, target: Target) -> PeelingTrajectory:
        raise NotImplementedError

    def _check_parameters(self) -> None:
        raise NotImplementedError

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Find the trajectory.

        Parameters
        ----------
        X : DataFrame of shape (n, d), or ndarray
        y : array of shape (n,)
        sample_weight : array of shape (n,), optional
            Weighs mass and mean; a weight of 2 is the row twice, 0 is no row.

        Returns
        -------
        RegionFinder
            Itself.
        """
        self._check_parameters()
        frame = self._read(X, reset=True)
        frame, target = self._read_target(frame, y, sample_weight)
        _warn_few_cases(target)
        self.trajectory_ = self._search(frame, target)
        self.box_ = _best_in_sample(self.trajectory_)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Return 1 for rows inside `box_`, else 0, shape (n,)."""
        check_is_fitted(self)
        frame = self._read(X, reset=False)
        for name in frame.columns:
            if self._missing == "error":
                refuse_missing(name, frame[name])
            refuse_infinite(name, frame[name])
        return self.box_.contains(frame).to_numpy().astype(np.int64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = self._missing != "error"
        return tags

    def _read(self, X: Any, *, reset: bool) -> pd.DataFrame:
        if not isinstance(X, pd.DataFrame):
            X = check_array(
                X, dtype=None, ensure_all_finite=False, ensure_min_samples=0, ensure_min_features=0
            )
        frame = as_frame(X)
        if not frame.shape[0] or not frame.shape[1]:
            raise DataError(
                f"X must have rows and columns; got {len(frame)} sample(s) and {frame.shape[1]} "
                f"feature(s) (shape={frame.shape}) while a minimum of 1 is required."
            )
        validate_data(self, X, skip_check_array=True, reset=reset)
        return frame

    def _read_target(
        self, frame: pd.DataFrame, y: Any, sample_weight: Any
    ) -> tuple[pd.DataFrame, Target]:
        """Return table and target without the rows of weight 0."""
        if y is None:
            raise DataError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        if not isinstance(y, pd.Series):
            y = column_or_1d(y, warn=True)
        target = read_target(frame, y, sample_weight)
        if target.weights is None or target.weights.all():
            return frame, target
        used = target.weights > 0
        frame = frame.loc[used]
        return frame, read_target(frame, target.y[used], target.weights[used])


def _best_in_sample(trajectory: PeelingTrajectory) -> Box:
    """Return the box of best in-sample WRAcc, the first among equals."""
    base = trajectory.steps[0].density
    wracc = [step.mass * (step.density - base) for step in trajectory.steps]
    return trajectory[wracc.index(max(wracc))]


def _warn_few_cases(target: Target) -> None:
    if target.kind != "labels":
        return
    n, cases = len(target.y), int(target.y.sum())
    if cases == n:
        warnings.warn(
            f"all {n} runs are cases of interest: the only box is everything",
            FewCasesWarning,
            stacklevel=3,
        )
    elif cases < FEW_CASES:
        answer = "boxes will be unstable" if cases else "the only box is everything"
        warnings.warn(
            f"{cases} cases of interest in {n} runs: {answer}", FewCasesWarning, stacklevel=3
        )
