"""Sparse polynomial chaos expansion, with the sensitivity indices that come with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Literal, overload

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_choice, check_count
from surrogate.errors import ArgumentError, DataError, SpaceError, TeacherWarning
from surrogate.students.arrays import Array
from surrogate.students.chaos.chaos import NORMS, ChaosSearch, Expansion
from surrogate.students.chaos.factors import MOST_DEGREE, factors_of_columns
from surrogate.students.chaos.sparse import ORDERS, SparseFit
from surrogate.students.inputs.encoding import fitted_encoding
from surrogate.students.inputs.outcome import continuous_outcome, standardised
from surrogate.students.inputs.tables import answered
from surrogate.students.selection.folds import checked_folds, ten_folds

__all__ = ["PolynomialChaos"]

_POOR = 0.05  # a leave-one-out Q2 below this is no better than the mean


class PolynomialChaos(RegressorMixin, BaseEstimator):
    """Sum of few products of polynomials that are orthonormal in the inputs' own law.

    Degree, hyperbolic norm and terms are those of the smallest corrected leave-one-out error
    [1]_. With a space the polynomials are Hermite's for normal and lognormal inputs, Jacobi's for
    beta ones, discrete ones for integers and listed values, computed ones for triangular and
    truncated normal inputs, contrasts for unordered categories, and Legendre's in the distribution
    function for all others; without one inputs count as uniform over their training range. Outside
    that range a polynomial of degree k goes on for 1 / k^2 of it, or 5 %; further out it is taken
    to be constant. Sobol indices follow from the coefficients [2]_.

    Parameters
    ----------
    space : Space, optional
        Where the inputs come from; other columns are ignored.
    method : {"greedy", "lars"}
        How terms enter: forward orthogonal least squares, which finds exact polynomials and few
        strong terms, or least angle regression, which is safer where there are none.
    max_degree : int
        Between 1 and 25.
    norms : sequence of float
        Hyperbolic norms to try, each in (0, 1] [1]_.

    Attributes
    ----------
    terms_ : DataFrame
        One row per term: the degree in each input (the number of the contrast for a category) and
        its ``coefficient``, in units of y.
    degree_, norm_ : int, float
        Those chosen.
    q2_leave_one_out_ : float
        Corrected leave-one-out Q2 of the terms chosen. Optimistic, at times by orders of magnitude,
        as they were chosen on all rows: `cross_validated_predict` is honest. NaN if y is constant.
    n_samples_fit_ : int
        Rows it learnt from.
    encoder_ : InputEncoder
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only where X was a DataFrame with names that are strings.

    References
    ----------
    .. [1] G. Blatman, B. Sudret, Adaptive sparse polynomial chaos expansion based on least angle
       regression, J. Comput. Phys. 230 (2011), https://doi.org/10.1016/j.jcp.2010.12.021
    .. [2] B. Sudret, Global sensitivity analysis using polynomial chaos expansions, Reliability
       Engineering & System Safety 93 (2008), https://doi.org/10.1016/j.ress.2007.04.002

    Examples
    --------
    >>> from surrogate.space import Normal, Space
    >>> space = Space(a=Normal(0, 1), b=(0.0, 1.0))
    >>> design = space.sample(32, rng=0)
    >>> student = PolynomialChaos(space=space).fit(design, 2 + design["a"] * design["b"])
    >>> round(student.mean_, 6), student.sobol_indices_.round(3).loc["a"].tolist()
    (2.0, [0.75, 1.0])
    """

    def __init__(
        self,
        *,
        space: Any = None,
        method: str = "greedy",
        max_degree: int = MOST_DEGREE,
        norms: Sequence[float] = NORMS,
    ) -> None:
        self.space = space
        self.method = method
        self.max_degree = max_degree
        self.norms = norms

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> PolynomialChaos:
        """Choose the terms and fit their coefficients.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        y : array-like of shape (n,)
        sample_weight : array-like of shape (n,), optional
            Of each row in the least squares; 0 leaves it out.

        Raises
        ------
        ArgumentError
            If a parameter of the constructor is out of range.
        DataError
            If X, y or the weights cannot be learnt from.

        Warns
        -----
        TeacherWarning
            If no terms predict left-out rows better than the mean does, or y is constant;
            if outcomes are missing (NaN): these rows are left out.
        """
        self._check_parameters()
        X, y, weight = answered(X, y, sample_weight, name=type(self).__name__)
        encoded = fitted_encoding(self, X)
        outcome = continuous_outcome(y, X, name=type(self).__name__)
        self._y, self._offset, self._scale = standardised(outcome)
        self._factors = factors_of_columns(self.encoder_.encodings)
        self._search = ChaosSearch(
            encoded,
            self._factors,
            method=self.method,
            max_degree=self.max_degree,
            norms=tuple(self.norms),
            weight=weight,
        )
        self._keep(self._search.fits(self._y))
        return self

    @overload
    def predict(self, X: Any, return_std: Literal[False] = ...) -> Array: ...
    @overload
    def predict(self, X: Any, return_std: Literal[True]) -> tuple[Array, Array]: ...
    def predict(self, X: Any, return_std: bool = False) -> Array | tuple[Array, Array]:  # noqa: FBT001, FBT002 - scikit-learn's signature
        """Return the predicted mean, and the standard deviation of a new outcome if asked.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        return_std : bool

        Returns
        -------
        mean : ndarray of shape (n,)
        std : ndarray of shape (n,)
            Only with ``return_std``. The held-out error, of terms chosen again without each of ten
            folds, which grows with the leverage of the row as that of least squares does.
        """
        check_is_fitted(self)
        encoded = self.encoder_.transform(X)
        mean = self._offset + self._scale * self._expansion.predict(encoded)
        if not return_std:
            return mean
        if not hasattr(self, "_root"):
            raise DataError(
                "this PolynomialChaos was saved by an earlier version, which kept no standard "
                "deviation: fit it anew"
            )
        relative = 1 + self._expansion.leverage(encoded, self._root)
        return mean, self._scale * self._held_out_rmse * np.sqrt(relative / self._mean_relative)

    def cross_validated_predict(
        self, folds: Iterable[ArrayLike] | None = None
    ) -> NDArray[np.float64]:
        """Return what is predicted for each fold by terms chosen and fitted without it.

        Parameters
        ----------
        folds : iterable of int arrays, optional
            Rows left out together; each row in exactly one fold. None: ten folds of every tenth
            row.

        Returns
        -------
        mean : ndarray of shape (n,)

        Raises
        ------
        DataError
            If the folds do not hold every row exactly once, or one holds all rows.
        """
        check_is_fitted(self)
        if not hasattr(self, "_search"):
            raise DataError(
                "this PolynomialChaos was loaded from a file, which holds no training data: fit "
                "it anew to choose its terms without each fold"
            )
        n = len(self._y)
        chosen = ten_folds(n) if folds is None else checked_folds(folds, n)
        return self._offset + self._scale * self._search.held_out(self._y, chosen)

    @property
    def mean_(self) -> float:
        """Mean of the outcome over the law of the inputs, in units of y."""
        check_is_fitted(self)
        return self._offset + self._scale * float(self._expansion.coefficients[0])

    @property
    def variance_(self) -> float:
        """Variance of the outcome over the law of the inputs, in squared units of y."""
        check_is_fitted(self)
        return self._scale**2 * float((self._expansion.coefficients[1:] ** 2).sum())

    @property
    def sobol_indices_(self) -> pd.DataFrame:
        """First-order and total Sobol indices of each input, exact for the expansion.

        Raises
        ------
        SpaceError
            If constraints tie the inputs together: the decomposition is for independent ones.
        """
        check_is_fitted(self)
        if self.space is not None and self.space.constraints:
            raise SpaceError(
                f"Sobol indices are for independent inputs, but the constraint "
                f"{str(self.space.constraints[0])!r} ties them together; use "
                f"sensitivity(..., method='delta') or 'pawn' on runs"
            )
        active = self._expansion.basis.indices[1:] > 0
        shares = self._expansion.coefficients[1:] ** 2
        alone = active.sum(axis=1) == 1
        parts = np.array([shares[alone] @ active[alone], shares @ active])
        return pd.DataFrame(
            (parts / (shares.sum() or np.nan)).T,
            columns=["first", "total"],
            index=pd.Index(self._input_names(), name="input"),
        )

    def _input_names(self) -> list[str]:
        return [str(each.name) for each in self.encoder_.encodings]

    def _check_parameters(self) -> None:
        check_choice(self.method, ORDERS, argument="method")
        check_count(self.max_degree, 1, argument="max_degree", maximum=MOST_DEGREE)
        norms = np.asarray(self.norms)
        listed = norms.ndim == 1 and norms.size and norms.dtype.kind in "iuf"
        if not listed or not ((norms > 0) & (norms <= 1)).all():
            raise ArgumentError(f"norms must be a list of numbers in (0, 1]; got {self.norms!r}")

    def _keep(self, fits: Sequence[SparseFit]) -> None:
        fit, n, varies = fits[0], len(self._y), bool(np.ptp(self._y))
        self.n_samples_fit_ = n
        self._expansion: Expansion = self._search.expansion(fit)
        self._root = self._search.inverse_root(fit)
        self._mean_relative = 1 + len(self._root) / n
        held_out = self._search.held_out(self._y, ten_folds(n), self._search.promising(fits))
        self._held_out_rmse = float(np.sqrt(np.mean((self._y - held_out) ** 2)))
        self.degree_, self.norm_ = fit.candidates.degree, fit.candidates.norm
        self.q2_leave_one_out_ = 1 - fit.error if varies else np.nan
        self.terms_ = pd.DataFrame(self._expansion.basis.indices, columns=self._input_names())
        coefficients = self._scale * self._expansion.coefficients
        coefficients[0] += self._offset
        self.terms_["coefficient"] = coefficients
        if not varies:
            message = f"all {n} values of y equal {self._offset:g}: that is predicted"
        elif self.q2_leave_one_out_ < _POOR:
            message = (
                f"PolynomialChaos learnt nothing: its corrected leave-one-out Q2 on {n} rows is "
                f"{self.q2_leave_one_out_:.3f} (0 is the mean of y); more runs, fewer inputs or "
                f"another student are needed"
            )
        else:
            return
        warnings.warn(message, TeacherWarning, stacklevel=3)
