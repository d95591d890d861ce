"""PRIM, the patient rule induction method, as a scikit-learn estimator."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d, validate_data

from surrogate.errors import ArgumentError, DataError, FewCasesWarning, did_you_mean
from surrogate.regions.box import Box
from surrogate.regions.columns import as_frame, refuse_infinite, refuse_missing
from surrogate.regions.ranks import rank
from surrogate.regions.targets import Target, read_target
from surrogate.regions.trajectory import PeelingTrajectory

__all__ = ["PRIM"]

Floats = NDArray[np.float64]
_FEW_CASES = 10


class PRIM(BaseEstimator):
    """Patient rule induction: peel thin slabs off the space, then paste some back [1]_.

    Every peel takes at most the share `peel_alpha` of the runs in the box off one side of one
    input (or one label off a categorical input), the slab with the best `objective`. The boxes on
    the way, from everything to a small dense one, are the trajectory a person chooses from [2]_.

    Parameters
    ----------
    peel_alpha : float
        Share of the box one peel may take, in (0, 1). Smaller is more patient. Runs of equal value
        leave together; a slab has at least one value.
    paste_alpha : float
        Share of the box one paste may add, in [0, 1); 0 for no pasting.
    mass_min : float
        Peeling goes on, plateaus included, as long as the box keeps this share of all runs (or
        until all runs in it have the largest y).
    objective : {"lenient", "original"} or callable
        ``"original"``: the mean of y in the new box. ``"lenient"``: its gain per share of the box
        removed (or added), which is fairer between thin slabs and whole labels. A callable gets
        ``(mean_before, mean_after, mass_before, mass_after)``, where *after* are arrays over the
        candidates, and returns an array; larger is better.
    max_restricted : int, optional
        The most inputs a box may restrict.

    Attributes
    ----------
    trajectory_ : PeelingTrajectory
        All boxes: start, peels, pastes.
    box_ : Box
        The box of best *in-sample* WRAcc, for lack of other data; its scores flatter. Choose with
        ``trajectory_.choose(rule, X, y)`` on runs that were held out. It is never simply the last
        box, whose smallness is an artefact of `mass_min`.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if `X` was a DataFrame with text names.

    Raises
    ------
    ArgumentError
        A parameter out of its range.
    DataError
        Missing or infinite values, no rows, another index in `y` than in `X`.

    Warns
    -----
    FewCasesWarning
        Fewer than 10 cases of interest, or nothing but cases.

    Notes
    -----
    Columns of `X` may be floats, integers of any width, booleans, text and pandas categories,
    ordered (peeled from their ends) or not (peeled label by label). Limits are closed: the middle
    of the last value outside and the first inside for real numbers, with both kept in
    ``box.gaps``; values that occur for whole numbers. `y` is booleans, 0 and 1, probabilities of
    being a case, or real values, whose mean is then maximised and called density; negate it to
    minimise. The answer does not depend on the order of rows or columns, nor on threads.

    References
    ----------
    .. [1] J. H. Friedman, N. I. Fisher, Bump hunting in high-dimensional data, Statistics and
       Computing 9 (1999), https://doi.org/10.1023/A:1008894516817
    .. [2] B. P. Bryant, R. J. Lempert, Thinking inside the box, Technological Forecasting and
       Social Change 77 (2010), https://doi.org/10.1016/j.techfore.2009.08.002

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.random((1000, 3)), columns=["gain", "delay", "load"])
    >>> y = (X["gain"] < 0.5) & (X["delay"] > 0.3)
    >>> PRIM().fit(X, y).box_.rule(digits=2)
    'delay >= 0.31 and gain <= 0.5'
    """

    trajectory_: PeelingTrajectory
    box_: Box

    def __init__(
        self,
        peel_alpha: float = 0.05,
        paste_alpha: float = 0.05,
        mass_min: float = 0.05,
        objective: Literal["lenient", "original"] | Callable[..., Floats] = "lenient",
        max_restricted: int | None = None,
    ) -> None:
        self.peel_alpha = peel_alpha
        self.paste_alpha = paste_alpha
        self.mass_min = mass_min
        self.objective = objective
        self.max_restricted = max_restricted

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
        PRIM
            Itself.
        """
        from surrogate.regions.search import Search  # numba is loaded here

        self._check_parameters()
        frame = self._read(X, reset=True)
        frame, target = self._read_target(frame, y, sample_weight)
        _warn_few_cases(target)
        search = Search(
            peel_alpha=self.peel_alpha,
            paste_alpha=self.paste_alpha,
            mass_min=self.mass_min,
            objective=self._objective(),
            max_restricted=self.max_restricted,
        )
        self.trajectory_ = search.run(rank(frame), target)
        self.box_ = _best_in_sample(self.trajectory_)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Return 1 for rows inside `box_`, else 0, shape (n,)."""
        check_is_fitted(self)
        frame = self._read(X, reset=False)
        for name in frame.columns:
            refuse_missing(name, frame[name])
            refuse_infinite(name, frame[name])
        return self.box_.contains(frame).to_numpy().astype(np.int64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
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
            raise DataError("PRIM requires y to be passed, but the target y is None")
        if not isinstance(y, pd.Series):
            y = column_or_1d(y, warn=True)
        target = read_target(frame, y, sample_weight)
        if target.weights is None or target.weights.all():
            return frame, target
        used = target.weights > 0
        frame = frame.loc[used]
        return frame, read_target(frame, target.y[used], target.weights[used])

    def _objective(self) -> Callable[..., Floats]:
        return self.objective if callable(self.objective) else _OBJECTIVES[self.objective]

    def _check_parameters(self) -> None:
        for name, low_is_allowed in (("peel_alpha", False), ("paste_alpha", True)):
            _check_share(name, getattr(self, name), low_is_allowed=low_is_allowed)
        _check_share("mass_min", self.mass_min, low_is_allowed=True)
        if not callable(self.objective) and self.objective not in _OBJECTIVES:
            raise ArgumentError(
                f"objective must be a callable or one of {sorted(_OBJECTIVES)}; got "
                f"{self.objective!r}{did_you_mean(str(self.objective), _OBJECTIVES)}"
            )
        most = self.max_restricted
        if most is not None and (isinstance(most, bool) or not isinstance(most, Integral)):
            raise ArgumentError(f"max_restricted must be a whole number or None; got {most!r}")
        if most is not None and most < 1:
            raise ArgumentError(f"max_restricted must be at least 1; got {most}")


def _best_in_sample(trajectory: PeelingTrajectory) -> Box:
    """Return the box of best in-sample WRAcc, the first among equals."""
    base = trajectory.steps[0].density
    wracc = [step.mass * (step.density - base) for step in trajectory.steps]
    return trajectory[wracc.index(max(wracc))]


def _original(_mean_before: float, mean: Floats, _mass_before: float, _mass: Floats) -> Floats:
    return mean


def _lenient(mean_before: float, mean: Floats, mass_before: float, mass: Floats) -> Floats:
    return (mean - mean_before) * mass_before / np.abs(mass - mass_before)


_OBJECTIVES: dict[str, Callable[..., Floats]] = {"lenient": _lenient, "original": _original}


def _check_share(name: str, value: Any, *, low_is_allowed: bool) -> None:
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits or not (0 < value < 1 or (low_is_allowed and value == 0)):
        interval = "[0, 1)" if low_is_allowed else "(0, 1)"
        raise ArgumentError(f"{name} must be a number in {interval}; got {value!r}")


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
    elif cases < _FEW_CASES:
        answer = "boxes will be unstable" if cases else "the only box is everything"
        warnings.warn(
            f"{cases} cases of interest in {n} runs: {answer}", FewCasesWarning, stacklevel=3
        )
