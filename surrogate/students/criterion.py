"""Estimators that classify, or by their criterion predict values."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, RegressorTags, Tags

__all__ = ["ByCriterion"]


class ByCriterion(BaseEstimator):
    """A classifier; with the criterion "squared_error" a regressor."""

    criterion: str

    @property
    def _is_regressor(self) -> bool:
        return self.criterion == "squared_error"

    def score(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy of a classifier, R2 of a regressor."""
        measure = r2_score if self._is_regressor else accuracy_score
        return float(measure(y, self.predict(X), sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if self._is_regressor:
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        else:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        return tags
