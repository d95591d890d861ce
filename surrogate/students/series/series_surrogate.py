"""A surrogate of one time series: principal components, predicted and put together again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import checked_level
from surrogate.estimates import Estimate, bootstrap
from surrogate.randomness import Rng, stream
from surrogate.students.arrays import Array
from surrogate.students.calibration.intervals import scaled_quantile
from surrogate.students.chaos.factors import factors_of_columns
from surrogate.students.inputs.encoding import InputEncoder
from surrogate.students.selection.folds import fold_numbers, random_folds
from surrogate.students.series.components import Components
from surrogate.students.series.folds import held_out_folds, score_table
from surrogate.students.series.members import SERIES_MEMBERS
from surrogate.students.series.mix import SeriesMix

__all__ = ["SeriesSurrogate", "fit_series"]

_DATA = "held-out folds"


@dataclass(frozen=True, eq=False, repr=False)
class SeriesSurrogate:
    """What `AutoSurrogate` fits to a time series; found in its ``outcomes_``.

    The series become scores of their principal components [1]_; Gaussian processes and polynomial
    chaos (one per component) and small networks (for all components together) predict these and are
    mixed. Everything that is chosen on data, the components and their number included, is chosen
    again without each fold.

    The spread of a point adds up the variance of the components, the disagreement of the members
    and what was missed at that point in held-out folds, truncation included; intervals have the
    width that held the share asked of the held-out series at each point.

    Attributes
    ----------
    q2_ : Estimate
        Functional Q2 on held-out folds: one minus summed squared error over summed squared
        distance from the mean curve, over all runs and points.
    scores_ : DataFrame
        One row per member: ``q2`` on held-out folds, ``weight``, ``seconds`` its fits took.
    n_components_ : int
        With the best held-out prediction.
    axis_ : tuple, optional
        What the points are called, where the series came as a DataFrame.
    cv_residuals_, cv_std_ : ndarray of shape (n, n_points)
        Outcome minus held-out prediction, and the standard deviation that goes with it.
    cv_fold_ : int array of shape (n,)
        Number of the fold that held each row out.
    encoder_ : InputEncoder

    References
    ----------
    .. [1] D. Higdon et al., Computer model calibration using high-dimensional output, J. American
       Statistical Association 103 (2008), https://doi.org/10.1198/016214507000000888

    Examples
    --------
    >>> from surrogate.students import AutoSurrogate
    >>> X = np.random.default_rng(0).random((40, 2))
    >>> time = np.linspace(0, 1, 50)
    >>> Y = pd.DataFrame(np.exp(-np.outer(1 + X[:, 0], time)) + X[:, 1:], columns=time)
    >>> student = AutoSurrogate(random_state=0).fit(X, Y)
    >>> student.outcomes_["series"].n_components_ < 6, student.q2_.value > 0.99
    (True, True)
    >>> low, high = student.predict_interval(X[:3], confidence_level=0.9)
    >>> high.shape, list(high.columns) == list(Y.columns)
    ((3, 50), True)
    """

    encoder_: InputEncoder
    mix_: SeriesMix
    cv_residuals_: Array
    cv_std_: Array
    cv_fold_: NDArray[np.intp]
    q2_: Estimate
    scores_: pd.DataFrame
    axis_: tuple[Any, ...] | None = None
    _exponent: int = 0  # the mix works in units of 2 to this power, which rounds nothing

    @overload
    def predict(self, X: Any, return_std: Literal[False] = ...) -> Array: ...
    @overload
    def predict(self, X: Any, return_std: Literal[True]) -> tuple[Array, Array]: ...
    def predict(self, X: Any, return_std: bool = False) -> Array | tuple[Array, Array]:  # noqa: FBT001, FBT002 - scikit-learn's signature
        """Return the predicted curves and, if asked, the standard deviation of each point.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        return_std : bool

        Returns
        -------
        mean, std : ndarray of shape (n, n_points)
        """
        mean, std = self.mix_.predict(self.encoder_.transform(X), return_std=return_std)
        curves = np.ldexp(mean, self._exponent)
        return curves if std is None else (curves, np.ldexp(std, self._exponent))

    def predict_interval(self, X: Any, confidence_level: float = 0.9) -> tuple[Array, Array]:
        """Return the ends of an interval for each point of each curve.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        confidence_level : float
            Between 0 and 1; of each point by itself, not of whole curves.

        Returns
        -------
        low, high : ndarray of shape (n, n_points)

        Raises
        ------
        ArgumentError
            If `confidence_level` does not lie between 0 and 1.
        """
        level = checked_level(confidence_level)
        mean, std = self.predict(X, return_std=True)
        points = zip(self.cv_residuals_.T, self.cv_std_.T, strict=True)
        half = std * [scaled_quantile(*point, level) for point in points]
        return mean - half, mean + half

    @property
    def n_components_(self) -> int:
        """Number of principal components used."""
        return self.mix_.n_components

    def interval_coverage(self, confidence_level: float = 0.9) -> Estimate:
        """Return the share of held-out points inside intervals that aim at a level.

        The interval of a point is made from the residuals of the other folds there. The interval
        of the share is a bootstrap over the runs, as the points of a curve are not independent.

        Parameters
        ----------
        confidence_level : float
            Between 0 and 1.
        """
        level = checked_level(confidence_level)
        inside = np.empty(self.cv_residuals_.shape, dtype=bool)
        for fold in np.unique(self.cv_fold_):
            rows = self.cv_fold_ == fold
            others = zip(self.cv_residuals_[~rows].T, self.cv_std_[~rows].T, strict=True)
            quantiles = [scaled_quantile(*point, level) for point in others]
            inside[rows] = np.abs(self.cv_residuals_[rows]) <= self.cv_std_[rows] * quantiles
        shares = inside.mean(axis=1)
        data = f"{_DATA}, aimed at {100 * level:g} %"
        return bootstrap(lambda rows: float(shares[rows].mean()), len(shares), data=data, rng=0)

    def __repr__(self) -> str:
        points = f"{self.cv_residuals_.shape[1]} points"
        return f"SeriesSurrogate({points} from {self.n_components_} components, Q2 {self.q2_})"


def fit_series(
    encoder: InputEncoder,
    X: Array,
    series: Array,
    *,
    names: Sequence[str],
    n_folds: int,
    seed: int,
    axis: tuple[Any, ...] | None = None,
) -> SeriesSurrogate:
    """Return the surrogate of series.

    Parameters
    ----------
    encoder : InputEncoder
        Fitted.
    X : ndarray of shape (n, n_encoded)
        Encoded inputs.
    series : ndarray of shape (n, n_points)
    names : sequence of str
        Members to mix, of `SERIES_MEMBERS`.
    n_folds : int
    seed : int
    axis : tuple, optional
    """
    _, exponent = np.frexp(np.abs(series).max())  # squares of what is left do not overflow
    series = np.ldexp(series, -exponent)
    components = Components.of(series)
    folds = random_folds(len(X), min(n_folds, len(X)), stream(seed, "folds"))
    numbers = fold_numbers(folds)
    if not np.ptp(series, axis=0).any():
        nothing = np.zeros_like(series)
        table = score_table([], [], series, np.empty(0), np.empty(0))
        constant, q2 = SeriesMix.constant(components), functional_q2(series, nothing)
        return SeriesSurrogate(
            encoder, constant, nothing, nothing, numbers, q2, table, axis, int(exponent)
        )
    seed_of_members = int(stream(seed, "members").integers(2**31))
    factors = factors_of_columns(encoder.encodings)
    members = {name: SERIES_MEMBERS[name](factors) for name in names}
    seconds = []
    for each in members.values():
        start = time.perf_counter()
        each.fit(X, components.scores(series), seed_of_members)
        seconds.append(time.perf_counter() - start)
    held, more_seconds = held_out_folds(members, X, series, folds, seed_of_members)
    mix, residuals, std = SeriesMix.calibrated(members, components, held, series, seed)
    return SeriesSurrogate(
        encoder_=encoder,
        mix_=mix,
        cv_residuals_=np.ldexp(residuals, exponent),
        cv_std_=np.ldexp(std, exponent),
        cv_fold_=numbers,
        q2_=functional_q2(series, residuals, stream(seed, "bootstrap")),
        scores_=score_table(list(members), held, series, mix.weights, more_seconds + seconds),
        axis_=axis,
        _exponent=int(exponent),
    )


def functional_q2(series: Array, residuals: Array, rng: Rng = None) -> Estimate:
    """Return the share of the variance of curves that held-out predictions explain.

    One minus summed squared residual over summed squared distance from the mean curve, with a
    bootstrap interval over the runs; NaN where the curves do not differ.
    """
    n = len(series)
    if not np.ptp(series, axis=0).any():
        return Estimate(np.nan, n=n, method="bootstrap", data=_DATA)
    losses = (residuals**2).sum(axis=1)
    centred = series - series.mean(axis=0)
    products = centred @ centred.T  # give the distances of drawn curves from their own mean

    def q2(rows: NDArray[np.intp]) -> float:
        counts = np.bincount(rows, minlength=n)
        spread = counts @ np.diag(products) - counts @ products @ counts / n
        return 1.0 - float(counts @ losses / spread) if spread > 0 else np.nan

    return bootstrap(q2, n, data=_DATA, rng=rng)
