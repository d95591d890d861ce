"""A regression student that chooses and mixes among several by held-out scores."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_count, check_members, checked_level
from surrogate.errors import DataError, TeacherWarning
from surrogate.randomness import seed_of_state, stream
from surrogate.students.arrays import Array
from surrogate.students.automatic.competition import Competition
from surrogate.students.calibration.intervals import half_widths, held_out_coverage, interval_scale
from surrogate.students.chaos.factors import factors_of_columns
from surrogate.students.inputs.copies import warn_of_copies
from surrogate.students.inputs.encoding import fitted_encoding
from surrogate.students.inputs.outcome import continuous_outcome, standardised
from surrogate.students.inputs.reach import Reach
from surrogate.students.inputs.tables import answered, check_same_order
from surrogate.students.members.member import that_weigh_rows
from surrogate.students.members.regressors import REGRESSORS
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import fold_numbers, folds_of_different_rows
from surrogate.students.selection.scores import q2_estimate
from surrogate.students.series.outcomes import Outcomes, read_outcomes
from surrogate.students.series.series_surrogate import SeriesSurrogate
from surrogate.students.series.several import SeveralSurrogates
from surrogate.students.threads import threads_for

__all__ = ["AutoSurrogate"]

_FEW_ROWS = 100  # up to which ten folds are affordable, and five would leave too little
_ROUNDING = 4 * np.finfo(float).eps  # of the outcomes: no sum of terms is more exact
_POOR = 0.5  # a held-out Q2 below this is warned about


class AutoSurrogate(RegressorMixin, BaseEstimator):
    """Mix of Gaussian processes, polynomials, splines, boosted trees and networks.

    Every member predicts folds it has not seen, with all that it chooses on data chosen again; the
    mix has the weights, not negative and summing to 1, that would have predicted these best [1]_,
    drawn to shares of all where rows are few. The less the best member errs, the farther beyond the
    outcomes seen they may predict. The spread of the predictions is calibrated on the same folds,
    so that ``Phi((t - mean) / std)`` is a probability of an outcome below t.

    Several outcomes, a DataFrame or an array of up to ten columns, get a mix each. A time series
    (a DataFrame whose columns are numbers or times, an array of more columns, or one array per run
    as in ``runs.outcomes``) is learnt through its principal components, see `SeriesSurrogate`.
    Answers come in the form of the outcomes: same columns, same time axis.

    Parameters
    ----------
    space : Space, optional
        Where the inputs come from; scales them by their distributions and ignores other columns.
    cv : int, optional
        Number of folds; None takes 10 up to 100 rows, 5 beyond.
    members : sequence of str, optional
        Which to try; None tries all. Gaussian processes: "matern52", "squared_exponential", "anova"
        (for sums of effects), "warped" (of a logarithm, for outcomes that are skewed or multiply
        up), "jumps" (with a few steps, up to 300 rows). Sparse polynomials: "chaos", "chaos_lars",
        "chaos_kriging" (the trend of a process). Others: "linear", "spline" (a smoothing one),
        "boosting", "boosting_on_all_rows" (each tree learns from all rows, not from a part),
        "network", "regimes" (a gate with a model on each side, for jumps and kinks, from 100 rows
        on) and "adaptive_splines" (few kinks, steps, lines and products, up to 300 rows). A series
        knows "matern52", "squared_exponential", "anova", "chaos" and "network".
    random_state : int, RandomState instance or None

    Attributes
    ----------
    outcomes_ : dict
        Of several outcomes, the surrogate of each, by name: AutoSurrogate or SeriesSurrogate; that
        of one series is called "series"; empty for a single outcome.
    scores_ : DataFrame
        One row per member, of several outcomes per outcome and member: ``q2`` and ``rmse`` (units
        of y) on held-out folds, or on the first two where these left no hope, NaN where the member
        is not made for such outcomes; ``weight`` in the mix, ``seconds`` its fits took.
    q2_ : Estimate
        Of the mix on held-out folds, its weights taken from the other folds. Of a series the
        functional Q2; of several outcomes a dict of Estimates.
    cv_residuals_ : ndarray of shape (n,)
        Outcome minus held-out prediction of the mix, in units of y: its weights, too, are taken
        from the other folds up to 100 rows; beyond, they are those of the mix itself, on which one
        row hardly bears. Of several outcomes and series they are those of `outcomes_`.
    cv_std_ : ndarray of shape (n,)
        Standard deviation that goes with each held-out prediction, calibrated on the other folds.
    cv_fold_ : int array of shape (n,)
        Number of the fold that held each row out.
    encoder_ : InputEncoder
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only where X was a DataFrame with names that are strings.

    Notes
    -----
    Beyond 2000 rows, Gaussian processes and polynomials learn from so many, the same share of every
    fold. Where held-out rows are predicted far better that way, a process conditions each
    prediction on 60 near rows of all, and 40 others: means then take 20 to 50 times as long,
    standard deviations hardly longer.

    References
    ----------
    .. [1] L. Breiman, Stacked regressions, Machine Learning 24 (1996),
       https://doi.org/10.1007/BF00117832

    Examples
    --------
    >>> X = np.random.default_rng(0).random((40, 2))
    >>> student = AutoSurrogate(members=["matern52", "boosting"], random_state=0)
    >>> student = student.fit(X, np.sin(3 * X[:, 0]) + X[:, 1])
    >>> student.q2_.value > 0.95
    True
    >>> mean, std = student.predict(X[:3], return_std=True)
    >>> low, high = student.predict_interval(X[:3], confidence_level=0.9)
    """

    _several: SeveralSurrogates | None = None
    _weight: Array | None = None  # of the rows; files of earlier versions have none

    def __init__(
        self,
        *,
        space: Any = None,
        cv: int | None = None,
        members: Sequence[str] | None = None,
        random_state: Any = None,
    ) -> None:
        self.space = space
        self.cv = cv
        self.members = members
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> AutoSurrogate:
        """Fit every member, on all rows and without each fold; weigh and calibrate.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        y : array-like of shape (n,), or DataFrame or array of shape (n, n_outcomes)
        sample_weight : array-like of shape (n,), optional
            What a row counts for in the fits and in all held-out scores; 0 leaves it out. A
            Gaussian process divides the noise variance of the row by it. Members that cannot weigh
            rows ("regimes") are left out.

        Raises
        ------
        ArgumentError
            If a parameter of the constructor is out of range, or there are weights and no member
            asked for can weigh rows.
        DataError
            If X, y or the weights cannot be learnt from; if a series is to be weighted.

        Warns
        -----
        TeacherWarning
            If the held-out Q2 of the mix is below 0.5, or y is constant; if outcomes are missing
            (NaN): these rows are left out; if rows repeat the inputs of others.
        """
        if self.cv is not None:
            check_count(self.cv, 2, argument="cv")
        names = check_members(self.members, tuple(REGRESSORS))
        outcomes, self._several = read_outcomes(y), None
        if outcomes is not None:
            check_same_order(X, y, name=type(self).__name__)
            X, outcomes, weight = outcomes.answered(X, sample_weight, name=type(self).__name__)
            encoded = fitted_encoding(self, X, min_samples=4)
            warn_of_copies(encoded, outcomes.columns, name=type(self).__name__)
            with threads_for(len(encoded)):
                return self._learn_several(X, encoded, outcomes, weight)
        X, y, weight = answered(X, y, sample_weight, name=type(self).__name__)
        encoded = fitted_encoding(self, X, min_samples=4)
        outcome = continuous_outcome(y, X, name=type(self).__name__)
        warn_of_copies(encoded, outcome, name=type(self).__name__)
        standard, self._offset, self._scale = standardised(outcome)
        seed = seed_of_state(self.random_state)
        with threads_for(len(outcome)):
            self._learn(names if standard.any() else (), encoded, standard, weight, seed)
        self._warn_if_poor(len(outcome))
        return self

    @overload
    def predict(self, X: Any, return_std: Literal[False] = ...) -> Array: ...
    @overload
    def predict(self, X: Any, return_std: Literal[True]) -> tuple[Array, Array]: ...
    def predict(self, X: Any, return_std: bool = False) -> Array | tuple[Array, Array]:  # noqa: FBT001, FBT002 - scikit-learn's signature
        """Return the predicted mean, and the calibrated standard deviation if asked.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        return_std : bool

        Returns
        -------
        mean : ndarray of shape (n,), or a table of the outcomes
        std : of the same form
            Only with ``return_std``.
        """
        check_is_fitted(self)
        if self._several is not None:
            return self._several.ask("predict", X, return_std=return_std)
        encoded = self.encoder_.transform(X)
        if self._mix is None:
            said: tuple[Array, Array | None] = np.zeros(len(encoded)), np.zeros(len(encoded))
        else:
            said = self._mix.predict(encoded, return_std=return_std)
        mean, std = self._offset + self._scale * said[0], said[1]
        return mean if std is None or not return_std else (mean, self._scale * std)

    def predict_interval(self, X: Any, confidence_level: float = 0.9) -> tuple[Array, Array]:
        """Return the ends of an interval for a new outcome at each row.

        Conformal [1]_: mean plus and minus a scale times the quantile of the held-out residuals,
        each divided by its own scale. The scale is the standard deviation of `predict` plus a
        quarter of the usual one, for what the members do not know about their own error.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        confidence_level : float
            Between 0 and 1.

        Returns
        -------
        low, high : ndarray of shape (n,), or tables of the outcomes

        Raises
        ------
        ArgumentError
            If `confidence_level` does not lie between 0 and 1.

        See Also
        --------
        interval_coverage : the share of held-out outcomes that such intervals cover.

        References
        ----------
        .. [1] R. F. Barber et al., Predictive inference with the jackknife+, Annals of Statistics
           49 (2021), https://doi.org/10.1214/20-AOS1965
        """
        level = checked_level(confidence_level)
        if self._several is not None:
            return self._several.ask("predict_interval", X, confidence_level=level)
        mean, std = self.predict(X, return_std=True)
        half = half_widths(std, self.cv_residuals_, self.cv_std_, level, self._weight)
        half = np.maximum(half, _ROUNDING * (np.abs(mean) + self._scale))  # of an exact member
        return mean - half, mean + half

    @property
    def outcomes_(self) -> dict[Any, AutoSurrogate | SeriesSurrogate]:
        """The surrogate of each of several outcomes, by name; empty for a single outcome."""
        return {} if self._several is None else dict(self._several.students)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def interval_coverage(self, confidence_level: float = 0.9) -> Any:
        """Return the share of held-out outcomes inside intervals that aim at a level.

        The interval of a row is made from the residuals of the other folds; beyond 100 rows these,
        like its own, are of weights that saw the row, see `cv_residuals_`. Returns an Estimate; of
        several outcomes a dict of them.

        Parameters
        ----------
        confidence_level : float
            Between 0 and 1.

        Raises
        ------
        ArgumentError
            If `confidence_level` does not lie between 0 and 1.

        Examples
        --------
        >>> X = np.random.default_rng(0).random((40, 2))
        >>> student = AutoSurrogate(members=["matern52"], random_state=0)
        >>> print(student.fit(X, np.sin(3 * X[:, 0]) + X[:, 1]).interval_coverage(0.9))
        0.900 [0.763, 0.972] (95 %, n=40, held-out folds, aimed at 90 %)
        """
        level = checked_level(confidence_level)
        if self._several is not None:
            return self._several.coverage(level)
        self._check_has("cv_fold_")
        scale = interval_scale(self.cv_std_, self.cv_std_)
        return held_out_coverage(self.cv_residuals_, scale, self.cv_fold_, level, self._weight)

    def extrapolates(self, X: Any) -> NDArray[np.bool_]:
        """Return which rows lie where the training rows say little.

        A row extrapolates if an input lies outside its training range, in its unit or encoded, by
        more than 2 / n of it (at most a tenth), or if its encoded distance to the nearest training
        row exceeds the largest among these. About one fresh row in n does by the second rule.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)

        Returns
        -------
        flags : bool array of shape (n,)

        Examples
        --------
        >>> X = np.random.default_rng(0).random((40, 2))
        >>> student = AutoSurrogate(members=["matern52"], random_state=0).fit(X, X.sum(axis=1))
        >>> student.extrapolates([[0.5, 0.5], [0.5, 1.5]])
        array([False,  True])
        """
        self._check_has("_reach")
        outside = self.encoder_.outside(X, self._reach.margin)
        return self._reach.exceeded(self.encoder_.transform(X)) | outside

    def training_weights(self, X: Any, y: Array) -> Array | None:
        """Return the weights of the rows it was fitted on, or None.

        Raises
        ------
        DataError
            If X, a table, and y, shape (n,), are not these rows in their order.
        """
        self._check_has("_reach")
        known, (_, *units) = self._reach.rows, standardised(y)
        close = np.isclose(units, [self._offset, self._scale], rtol=1e-6, atol=1e-6 * self._scale)
        same = len(y) == len(known) and np.array_equal(self.encoder_.transform(X), known)
        if not same or not close.all():
            raise DataError(
                f"these {len(y)} rows are not the {len(known)} this AutoSurrogate was fitted on, "
                f"in their order; rows without an outcome or of weight 0 are none of them"
            )
        return self._weight

    def _check_has(self, attribute: str) -> None:
        check_is_fitted(self)
        if not hasattr(self, attribute):
            raise DataError(
                "this AutoSurrogate was saved by an earlier version, which did not keep what this "
                "needs: fit it anew"
            )

    def _learn_several(
        self, X: Any, encoded: Array, outcomes: Outcomes, weight: Array | None
    ) -> AutoSurrogate:
        """Fit a surrogate of each outcome and keep what their folds say."""
        seed = seed_of_state(self.random_state)
        self._reach = Reach.of(encoded)
        self._several = SeveralSurrogates.fit(
            self, X, encoded, outcomes, seed, sample_weight=weight
        )
        self.q2_, self.scores_ = self._several.q2, self._several.scores
        poor = self._several.poor(_POOR)
        if poor:
            warnings.warn(poor, TeacherWarning, stacklevel=3)
        return self

    def _learn(
        self, names: Sequence[str], X: Array, y: Array, weight: Array | None, seed: int
    ) -> None:
        """Fit the members, mix them and keep what the folds say about the mix."""
        n_folds = self.cv or (10 if len(y) <= _FEW_ROWS else 5)
        folds = folds_of_different_rows(X, n_folds, stream(seed, "folds"))
        members = {name: REGRESSORS[name]() for name in names}
        if weight is not None:
            members, weight = that_weigh_rows(members), weight / weight.mean()
        data = TrainingData(X, y, folds, factors_of_columns(self.encoder_.encodings), weight)
        competition = Competition.run(members, data, seed)
        trial = competition.mixed(seed)
        self._mix, self._reach, self._weight = trial.mix, Reach.of(X), weight
        self.cv_fold_ = fold_numbers(folds)
        self.cv_residuals_ = self._scale * trial.residuals
        self.cv_std_ = self._scale * trial.std
        self.q2_ = q2_estimate(y, trial.unseen, stream(seed, "bootstrap"), weight)
        self.scores_ = competition.scores(self._scale, trial.weights)

    def _warn_if_poor(self, n: int) -> None:
        if self._mix is None:
            message = f"all {n} values of y equal {self._offset:g}: that constant is the prediction"
        elif self.q2_.value < _POOR:
            message = (
                f"AutoSurrogate explains little of this outcome: Q2 on held-out folds is "
                f"{self.q2_} (1 is perfect, 0 is the mean of y); more runs or fewer inputs are "
                f"needed"
            )
        else:
            return
        warnings.warn(message, TeacherWarning, stacklevel=3)
