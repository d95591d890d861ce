"""Gaussian process regression for deterministic and noisy simulators."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_choice, check_count
from surrogate.errors import ArgumentError, DataError, SurrogateWarning, TeacherWarning
from surrogate.randomness import seed_of_state, stream
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import ChaosSearch
from surrogate.students.chaos.factors import factors_of_columns
from surrogate.students.chaos.terms import ROWS_PER_TERM, Basis, linear_indices
from surrogate.students.inputs.copies import warn_of_copies
from surrogate.students.inputs.encoding import fitted_encoding
from surrogate.students.inputs.outcome import continuous_outcome, standardised
from surrogate.students.inputs.tables import answered
from surrogate.students.processes.kernels import KERNELS
from surrogate.students.processes.likelihood import LENGTHSCALE_BOUNDS, ConcentratedLikelihood
from surrogate.students.processes.neighbours import N_NEAREST, N_SPREAD, NeighbourProcess
from surrogate.students.processes.process import ConditionedProcess, conditioned
from surrogate.students.processes.search import COLLAPSED, find_optimum
from surrogate.students.selection.folds import checked_folds
from surrogate.students.threads import threads_for

__all__ = ["GaussianProcess"]

_MOST_ROWS = 5000  # exact inference costs n^3 time and n^2 memory
_WORST_ROUNDING = 1e-2  # of the outcome's standard deviation
_SEARCHED_ROWS = 1500  # beyond, so many rows tell the hyperparameters


class GaussianProcess(RegressorMixin, BaseEstimator):
    """Gaussian process with one lengthscale per input, and a trend [1]_.

    Trend and variance are profiled out of the likelihood; lengthscales and nugget are found by a
    gradient search from several starts. An optimum that explains everything by noise is refused
    when another one predicts held-out rows better, and a `TeacherWarning` says so when none does.

    Parameters
    ----------
    kernel : {"matern52", "squared_exponential", "anova"}
        Twice differentiable responses, or infinitely smooth ones. "anova" is a product over the
        inputs of ``1 - s + s k`` with k squared exponential and a share s of each: responses that
        are in good part sums of effects of one or two inputs [3]_.
    space : Space, optional
        Where the inputs come from; scales them by their distributions and ignores other columns.
    noise : {"estimated", "none"}
        Whether the outcome's noise (or roughness the kernel cannot follow) is estimated; "none"
        interpolates the data.
    trend : {"constant", "linear", "chaos"}
        What the process departs from: a constant; a slope in every input; or the strongest terms of
        a sparse polynomial chaos, one per five rows, which makes this PC-kriging [2]_.
    lengthscale_bounds : (float, float)
        On the unit scale; at 1000 an input has vanished.
    n_restarts : int
        Starts of the search.
    random_state : int, RandomState instance or None

    Attributes
    ----------
    lengthscales_ : ndarray of shape (n_encoded,)
        On the unit scale, one per entry of ``encoder_.columns_``; near 1000 the input is inert.
    shares_ : ndarray of shape (n_encoded,) or None
        Of the anova kernel, how much of each factor varies with its input: near 0 the input is
        inert, near 1 it acts only together with others.
    noise_std_ : float
        Standard deviation of the noise, in units of y; of rows with weights that of the mean one.
    trend_ : float
        The trend's constant, in units of y.
    q2_leave_one_out_ : float
        Share of the variance of y predicted at the hyperparameters found, each row left out in
        turn; optimistic, as these were chosen on all rows (beyond 5000, on those that were
        searched). NaN if y is constant.
    approximation_ : str or None
        What is approximated, beyond 5000 rows; None: the process is exact.
    n_samples_fit_ : int
        Rows it learnt from.
    encoder_ : InputEncoder
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only where X was a DataFrame with names that are strings.

    Notes
    -----
    Exact up to 5000 rows, with time growing as n^3 and memory as n^2. Beyond, hyperparameters are
    learnt from 1500 rows, and each prediction conditions on the 60 nearest rows (by the
    lengthscales) [4]_ and 40 from everywhere; `approximation_` and a warning say so.

    References
    ----------
    .. [1] C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning, MIT Press
       (2006), https://doi.org/10.7551/mitpress/3206.001.0001
    .. [2] R. Schöbi, B. Sudret, J. Wiart, Polynomial-chaos-based kriging, Int. J. Uncertainty
       Quantification 5 (2015), https://doi.org/10.1615/Int.J.UncertaintyQuantification.2015012467
    .. [3] N. Durrande et al., ANOVA kernels and RKHS of zero mean functions for model-based
       sensitivity analysis, J. Multivariate Analysis 115 (2013),
       https://doi.org/10.1016/j.jmva.2012.08.016
    .. [4] A. V. Vecchia, J. Royal Statistical Society B 50 (1988),
       https://doi.org/10.1111/j.2517-6161.1988.tb01729.x

    Examples
    --------
    >>> X = np.linspace(0, 1, 12)[:, None]
    >>> process = GaussianProcess(random_state=0).fit(X, np.sin(6 * X[:, 0]))
    >>> mean, std = process.predict([[0.3]], return_std=True)
    >>> bool(abs(mean[0] - np.sin(1.8)) < 0.01)
    True
    """

    def __init__(
        self,
        *,
        kernel: str = "matern52",
        space: Any = None,
        noise: str = "estimated",
        trend: str = "constant",
        lengthscale_bounds: tuple[float, float] = LENGTHSCALE_BOUNDS,
        n_restarts: int = 8,
        random_state: Any = None,
    ) -> None:
        self.kernel = kernel
        self.space = space
        self.noise = noise
        self.trend = trend
        self.lengthscale_bounds = lengthscale_bounds
        self.n_restarts = n_restarts
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> GaussianProcess:
        """Find the hyperparameters and condition on the data.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        y : array-like of shape (n,)
        sample_weight : array-like of shape (n,), optional
            The noise variance of a row is divided by its weight, as if it were the mean of so many
            runs; 0 leaves it out.

        Raises
        ------
        ArgumentError
            If a parameter of the constructor is out of range, or there are weights and no noise.
        DataError
            If X, y or the weights cannot be learnt from.

        Warns
        -----
        TeacherWarning
            If no optimum predicts held-out rows better than the mean does, or y is constant, or
            there are too few rows for the slopes of a linear trend; if outcomes are missing (NaN):
            these rows are left out; without noise, if rows repeat the inputs of others and not
            their outcome.
        SurrogateWarning
            If there are more than 5000 rows: predictions are approximate.
        """
        self._check_parameters(sample_weight)
        X, y, weight = answered(X, y, sample_weight, name=type(self).__name__)
        encoded = fitted_encoding(self, X)
        outcome = continuous_outcome(y, X, name=type(self).__name__)
        if self.noise == "none":
            warn_of_copies(encoded, outcome, name=type(self).__name__, differing_only=True)
        standard, self._offset, self._scale = standardised(outcome)
        with threads_for(len(outcome)):
            self._search(encoded, standard, None if weight is None else weight.mean() / weight)
        return self

    @overload
    def predict(
        self, X: Any, return_std: Literal[False] = ..., *, precision: str = ...
    ) -> Array: ...
    @overload
    def predict(
        self, X: Any, return_std: Literal[True], *, precision: str = ...
    ) -> tuple[Array, Array]: ...
    def predict(
        self,
        X: Any,
        return_std: bool = False,  # noqa: FBT001, FBT002 - scikit-learn's signature
        *,
        precision: str = "double",
    ) -> Array | tuple[Array, Array]:
        """Return the predicted mean, and the standard deviation of a new outcome if asked.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        return_std : bool
        precision : {"double", "single"}
            Of the mean of an exact process: "single" is about twice as fast, and refused where
            rounding would usually move it by more than a hundredth of the outcome's standard
            deviation, as without noise. The standard deviation is always double.

        Returns
        -------
        mean : ndarray of shape (n,)
        std : ndarray of shape (n,)
            Only with ``return_std``; noise included, the uncertainty of the hyperparameters not.

        Raises
        ------
        DataError
            If single precision is not enough.
        """
        check_is_fitted(self)
        check_choice(precision, ("double", "single"), argument="precision")
        if precision == "single" and self._process.single_error > _WORST_ROUNDING:
            raise DataError(
                f"in single precision this mean would be off by about "
                f"{self._process.single_error:.1g} standard deviations of the outcome: with hardly "
                f"any noise its weights are large; take precision='double'"
            )
        mean, std = self._process.predict(
            self.encoder_.transform(X), return_std=return_std, precision=precision
        )
        mean = self._offset + self._scale * mean
        return mean if std is None else (mean, self._scale * std)

    def cross_validated_predict(
        self, folds: Iterable[NDArray[np.intp]] | None = None
    ) -> tuple[Array, Array]:
        """Return exact held-out predictions of the training rows, hyperparameters kept.

        Parameters
        ----------
        folds : iterable of int arrays, optional
            Rows left out together; each row in exactly one fold. None leaves out one at a time.

        Returns
        -------
        mean, std : ndarray of shape (n,)

        Raises
        ------
        DataError
            If the folds do not hold every row exactly once, or one holds all rows.
        """
        check_is_fitted(self)
        if folds is None:
            mean, std = self._process.leave_one_out()
        else:
            mean, std = self._process.held_out(checked_folds(folds, len(self._process.y)))
        return self._offset + self._scale * mean, self._scale * std

    @property
    def n_samples_fit_(self) -> int:
        """Rows it learnt from."""
        check_is_fitted(self)
        return len(self._process.y)

    def _check_parameters(self, sample_weight: ArrayLike | None) -> None:
        check_choice(self.kernel, KERNELS, argument="kernel")
        check_choice(self.noise, ("estimated", "none"), argument="noise")
        check_choice(self.trend, ("constant", "linear", "chaos"), argument="trend")
        check_count(self.n_restarts, 1, argument="n_restarts")
        bounds = np.asarray(self.lengthscale_bounds)
        rising = bounds.shape == (2,) and bounds.dtype.kind in "iuf"
        if not rising or not 0 < bounds[0] < bounds[1] < np.inf:
            raise ArgumentError(
                f"lengthscale_bounds must be two rising positive numbers; got "
                f"{self.lengthscale_bounds!r}"
            )
        if sample_weight is not None and self.noise == "none":
            raise ArgumentError(
                "sample_weight divides the noise of a row, but noise='none' says that there is "
                "none; leave out the weights, or take noise='estimated'"
            )

    def _basis(self, X: Array, y: Array) -> Basis | None:
        """Return the functions of the trend; None for a constant."""
        if self.trend == "constant" or np.ptp(y) == 0:
            return None
        factors = factors_of_columns(self.encoder_.encodings)
        if self.trend == "chaos":
            search = ChaosSearch(X, factors, method="lars")
            return search.expansion(search.fits(y)[0]).strongest(max(1, len(y) // ROWS_PER_TERM))
        basis = Basis(factors, linear_indices(factors))
        if len(y) >= 2 * len(basis.indices):
            return basis
        warnings.warn(
            f"{len(y)} rows are too few for the {len(basis.indices)} terms of a linear trend (two "
            f"rows each): GaussianProcess takes a constant one",
            TeacherWarning,
            stacklevel=4,
        )
        return None

    def _search(self, X: Array, y: Array, noise_scale: Array | None) -> None:
        seed, all_rows = seed_of_state(self.random_state), (X, y, noise_scale)
        if len(y) > _MOST_ROWS:
            rows = stream(seed, "rows").choice(len(y), _SEARCHED_ROWS, replace=False)
            X, y = X[rows], y[rows]
            noise_scale = None if noise_scale is None else noise_scale[rows]
        likelihood = ConcentratedLikelihood(
            X,
            y,
            self.kernel,
            estimates_noise=self.noise == "estimated",
            basis=self._basis(X, y),
            noise_scale=noise_scale,
            lengthscale_bounds=self.lengthscale_bounds,
        )
        if np.ptp(y) == 0:
            theta = np.zeros(len(likelihood.bounds))
            self.q2_leave_one_out_ = np.nan
            warnings.warn(
                f"all {len(y)} values of y equal {self._offset:g}: GaussianProcess predicts that "
                f"constant everywhere",
                TeacherWarning,
                stacklevel=3,
            )
        else:
            rng = stream(seed, "starts")
            best = find_optimum(likelihood, n_restarts=self.n_restarts, rng=rng)
            theta, self.q2_leave_one_out_ = best.theta, best.q2
            self._warn_if_collapsed(len(y))
        self.lengthscales_, nugget, self.shares_ = likelihood.split(theta)
        process = conditioned(likelihood, theta)
        self._process = self._on_all_rows(process, *all_rows, stream(seed, "spread"))
        self.noise_std_ = self._scale * float(np.sqrt(nugget * self._process.variance))
        self.trend_ = self._offset + self._scale * float(self._process.trend[0])

    def _on_all_rows(
        self,
        process: ConditionedProcess,
        X: Array,
        y: Array,
        noise_scale: Array | None,
        rng: np.random.Generator,
    ) -> ConditionedProcess | NeighbourProcess:
        """Return the process itself or, where there are too many rows, what is near to it."""
        self.approximation_ = None
        if len(y) <= _MOST_ROWS:
            return process
        self.approximation_ = (
            f"each prediction conditions on {N_NEAREST} near and {N_SPREAD} other rows of "
            f"{len(y)}; hyperparameters are from {_SEARCHED_ROWS} rows"
        )
        warnings.warn(
            f"GaussianProcess is exact up to {_MOST_ROWS} rows and here approximate: "
            f"{self.approximation_}",
            SurrogateWarning,
            stacklevel=4,
        )
        return NeighbourProcess.beside(process, X, y, noise_scale, rng)

    def _warn_if_collapsed(self, n: int) -> None:
        if self.q2_leave_one_out_ < COLLAPSED:
            warnings.warn(
                f"GaussianProcess learnt nothing: its leave-one-out Q2 on {n} rows is "
                f"{self.q2_leave_one_out_:.3f} (0 is the mean of y), whatever the start of the "
                f"search; more runs, fewer inputs or another student are needed",
                TeacherWarning,
                stacklevel=4,
            )
