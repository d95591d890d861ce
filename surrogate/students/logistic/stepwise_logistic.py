"""Logistic regression on the few inputs that count: probabilities of a case, not boxes."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_choice, check_count
from surrogate.errors import DataError
from surrogate.students.arrays import Array
from surrogate.students.inputs.answers import class_labels
from surrogate.students.inputs.encoding import fitted_encoding
from surrogate.students.logistic.model import (
    LogisticModel,
    Term,
    blocks_of,
    candidates,
    column_names,
    columns_of,
    name_of,
)

__all__ = ["StepwiseLogistic"]

_CRITERIA = ("bic", "likelihood")
_SIGNIFICANT = 0.05


class StepwiseLogistic(ClassifierMixin, BaseEstimator):
    """Logistic regression that takes in one input after another while they pay.

    Scenario discovery by probabilities [1]_ [2]_: a smooth P(case) in few inputs, whose contours
    are the scenarios, for a decision maker to say how much risk is too much. Every step adds the
    term that raises the likelihood most, so the models are nested; `steps_` lists them all.

    Parameters
    ----------
    criterion : {"bic", "likelihood"}
        Which of the nested models is used: that of least BIC, or the last whose likelihood ratio
        against the one before has p < 0.05.
    interactions : bool
        Whether products of two inputs that are in already may be taken in; they bend the contours.
    max_terms : int, optional
        The most terms; all by default.
    space : Space, optional
        Where the inputs come from: they are scaled by its distributions.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the case.
    terms_ : list of str
        What the chosen model uses, in the order it was taken in.
    coefficients_ : Series
        Of the chosen model, on inputs scaled to [0, 1]; ``intercept`` first.
    steps_ : DataFrame
        One row per nested model, from none to all: the ``term`` added, ``n_coefficients``,
        ``log_likelihood``, ``bic``, McFadden's ``pseudo_r2``, ``p`` of the likelihood ratio to the
        row before, and whether it is ``chosen``. All in-sample; p-values of a search flatter.

    References
    ----------
    .. [1] J. D. Quinn, P. M. Reed, M. Giuliani, A. Castelletti, J. W. Oyler, R. E. Nicholas,
       Exploring how changing monsoonal dynamics and human pressures challenge multireservoir
       management, Earth's Future 6 (2018), https://doi.org/10.1029/2018EF000841
    .. [2] J. R. Lamontagne, P. M. Reed, G. Marangoni, K. Keller, G. G. Garner, Robust abatement
       pathways to tolerable climate futures require immediate global action, Nature Climate Change
       9 (2019), https://doi.org/10.1038/s41558-019-0426-8

    Examples
    --------
    >>> X = pd.DataFrame(np.random.default_rng(0).random((400, 3)), columns=["gain", "delay", "x"])
    >>> noise = np.random.default_rng(1).logistic(size=400) / 10
    >>> student = StepwiseLogistic().fit(X, X["gain"] + X["delay"] + noise < 0.9)
    >>> sorted(student.terms_), bool(student.predict_proba(X)[:, 1].max() > 0.99)
    (['delay', 'gain'], True)
    """

    def __init__(
        self,
        *,
        criterion: str = "bic",
        interactions: bool = False,
        max_terms: int | None = None,
        space: Any = None,
    ) -> None:
        self.criterion = criterion
        self.interactions = interactions
        self.max_terms = max_terms
        self.space = space

    def fit(self, X: Any, y: Any) -> Self:
        """Take in terms one after another, and choose how many.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        y : array of shape (n,)
            Two classes; for a case ``runs.label("stability < 0")``.

        Raises
        ------
        ArgumentError
            If a parameter of the constructor is out of range.
        DataError
            If X or y cannot be learnt from, or y has more than two classes.
        """
        check_choice(self.criterion, _CRITERIA, argument="criterion")
        check_count(self.max_terms, 1, argument="max_terms", optional=True)
        encoded = fitted_encoding(self, X)
        codes = self._read_classes(X, y)
        self._blocks = blocks_of(self.encoder_)
        self._search(encoded, codes)
        return self

    def predict_proba(self, X: Any) -> Array:
        """Return the probabilities of both classes, shape (n, 2)."""
        check_is_fitted(self)
        case = self._model.probability(
            columns_of(self.encoder_.transform(X), self._terms, self._blocks)
        )
        return np.stack([1 - case, case], axis=1)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the more probable class, shape (n,)."""
        is_case = self.predict_proba(X)[:, 1] > 0.5
        return np.asarray(self.classes_[is_case.astype(int)])

    def thresholds(self, X: Any, y: Any, probabilities: Any = None) -> pd.DataFrame:
        """Return the scores of the regions P(case) >= threshold on the given rows.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
            Better not the rows of the fit, whose scores flatter.
        y : array of shape (n,)
        probabilities : array-like, optional
            The thresholds; 0.05, 0.10 ... 0.95 by default.

        Returns
        -------
        DataFrame
            On the index ``threshold``: coverage, density, mass. `surrogate.plots.trade_off` draws
            it.
        """
        marks = np.arange(1, 20) / 20 if probabilities is None else np.asarray(probabilities)
        found = self.predict_proba(X)[:, 1]
        is_case = np.asarray(y) == self.classes_[1]
        inside = found >= marks[:, None]
        n_inside, n_both = inside.sum(axis=1), (inside & is_case).sum(axis=1)
        with np.errstate(invalid="ignore"):
            scores = {
                "coverage": n_both / is_case.sum(),
                "density": n_both / n_inside,
                "mass": n_inside / len(found),
            }
        return pd.DataFrame(scores, index=pd.Index(marks, name="threshold"))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _read_classes(self, X: Any, y: Any) -> NDArray[np.bool_]:
        self.classes_, codes = class_labels(y, X, name=type(self).__name__, holds_out=False)
        if len(self.classes_) > 2:
            raise DataError(
                "Only binary classification is supported: a case and the others; got "
                f"{len(self.classes_)} classes, like {self.classes_[:3].tolist()}"
            )
        return np.asarray(codes > 0)

    def _search(self, encoded: Array, codes: NDArray[np.bool_]) -> None:
        """Add the best term again and again, then choose among the nested models."""
        terms: list[Term] = []
        models = [LogisticModel(encoded[:, :0], codes)]
        while self.max_terms is None or len(terms) < self.max_terms:
            trials = {
                term: LogisticModel(columns_of(encoded, [*terms, term], self._blocks), codes)
                for term in candidates(terms, self._blocks, interactions=self.interactions)
            }
            if not trials:
                break
            best = max(trials, key=lambda term: trials[term].log_likelihood)
            terms.append(best)
            models.append(trials[best])
        self.steps_ = _steps(models, terms, len(codes))
        n_terms = self._chosen(self.steps_)
        self.steps_["chosen"] = np.arange(len(models)) == n_terms
        self._terms, self._model = terms[:n_terms], models[n_terms]
        self.terms_ = [name_of(term) for term in self._terms]
        names = column_names(self.encoder_.columns_, self._terms, self._blocks)
        self.coefficients_ = pd.Series(
            [self._model.intercept, *self._model.coefficients], index=["intercept", *names]
        )

    def _chosen(self, steps: pd.DataFrame) -> int:
        if self.criterion == "bic":
            return int(steps["bic"].to_numpy().argmin())
        fine = (steps["p"].to_numpy()[1:] < _SIGNIFICANT).tolist()
        return fine.index(False) if False in fine else len(fine)


def _steps(models: list[LogisticModel], terms: list[Term], n: int) -> pd.DataFrame:
    from scipy.stats import chi2

    table = pd.DataFrame(
        {
            "term": ["", *map(name_of, terms)],
            "n_coefficients": [each.n_coefficients for each in models],
            "log_likelihood": [each.log_likelihood for each in models],
        }
    ).rename_axis("n_terms")
    likelihood = table["log_likelihood"]
    table["bic"] = np.log(n) * table["n_coefficients"] - 2 * likelihood
    table["pseudo_r2"] = 1 - likelihood / likelihood[0]
    ratio = 2 * likelihood.diff().clip(lower=0)
    table["p"] = chi2.sf(ratio, table["n_coefficients"].diff())
    return table
