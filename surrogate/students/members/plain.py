"""Fitted scikit-learn classifiers as plain arrays: they predict without it, and they travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from surrogate.errors import DataError
from surrogate.students.arrays import Array, row_blocks
from surrogate.students.members.boosting import Forest
from surrogate.students.processes.kernels import squared_distances

__all__ = [
    "LinearScores",
    "PlainScores",
    "TreeScores",
    "VectorScores",
    "log_probabilities",
    "plain",
]

_LEAST = 1e-4  # probability: a forest that has not seen a class does not rule it out


def log_probabilities(probabilities: Array) -> Array:
    """Return their logarithms, none below that of 0.0001."""
    return np.log(np.maximum(probabilities, _LEAST))


@dataclass(frozen=True)
class TreeScores:
    """One sum of trees per class, or one that speaks for the second of two classes.

    Attributes
    ----------
    classes : int array
        Codes of the classes.
    forests : sequence of Forest
    means : bool
        Whether the sums are probabilities, or else logits.
    """

    classes: NDArray[np.int64]
    forests: Sequence[Forest]
    means: bool

    def scores(self, X: Array) -> Array:
        """Return log probabilities, shape (n, len(classes))."""
        sums = np.stack([forest.predict(X) for forest in self.forests], axis=1)
        if len(self.forests) == 1:
            first = 1.0 - sums if self.means else np.zeros_like(sums)
            sums = np.column_stack([first, sums])
        return log_probabilities(sums if self.means else np.exp(log_softmax(sums, axis=1)))


@dataclass(frozen=True)
class LinearScores:
    """Logistic regression.

    Attributes
    ----------
    classes : int array
    coefficients : ndarray of shape (n_inputs, n_classes)
    intercepts : ndarray of shape (n_classes,)
    """

    classes: NDArray[np.int64]
    coefficients: Array
    intercepts: Array

    def scores(self, X: Array) -> Array:
        """Return log probabilities, shape (n, len(classes))."""
        logits = X @ self.coefficients + self.intercepts
        return log_probabilities(np.exp(log_softmax(logits, axis=1)))


@dataclass(frozen=True)
class VectorScores:
    """Support vectors with a radial kernel, one decision per pair of classes.

    Attributes
    ----------
    classes : int array
    vectors : ndarray of shape (n_vectors, n_inputs)
    coefficients : ndarray of shape (n_vectors, n_pairs)
    intercepts : ndarray of shape (n_pairs,)
    gamma : float
    """

    classes: NDArray[np.int64]
    vectors: Array
    coefficients: Array
    intercepts: Array
    gamma: float

    def __post_init__(self) -> None:
        n = len(self.classes)
        n_pairs = n * (n - 1) // 2
        if self.coefficients.shape != (len(self.vectors), n_pairs):
            raise DataError("the coefficients of these support vectors do not fit them")
        if self.intercepts.shape != (n_pairs,):
            raise DataError("the intercepts of these support vectors do not fit them")

    def scores(self, X: Array) -> Array:
        """Return decision values, shape (n, len(classes))."""
        blocks = row_blocks(len(X), len(self.vectors))
        decisions = np.concatenate([self._decisions(X[rows]) for rows in blocks])
        if len(self.classes) == 2:
            return np.column_stack([decisions, -decisions]) / 2
        return self._one_against_rest(decisions)

    def _decisions(self, X: Array) -> Array:
        kernel = np.exp(-self.gamma * squared_distances(X, self.vectors))
        return kernel @ self.coefficients + self.intercepts

    def _one_against_rest(self, decisions: Array) -> Array:
        """Return votes, ties broken by the sums of the decisions."""
        votes, sums = np.zeros((2, len(decisions), len(self.classes)))
        for (first, second), decision in zip(_pairs(len(self.classes)), decisions.T, strict=True):
            votes[:, first] += decision >= 0
            votes[:, second] += decision < 0
            sums[:, first] += decision
            sums[:, second] -= decision
        return votes + sums / (3 * (np.abs(sums) + 1))


PlainScores = TreeScores | LinearScores | VectorScores


def plain(model: Any) -> PlainScores:
    """Return the arrays of a fitted boosting, extra trees, logistic regression or SVC model."""
    classes = np.asarray(model.classes_, dtype=np.int64)
    if isinstance(model, LogisticRegression):
        coefficients, intercepts = model.coef_.T, model.intercept_
        if len(classes) == 2:  # the first class has the logit 0
            coefficients = np.column_stack([0 * coefficients, coefficients])
            intercepts = np.append(0.0, intercepts)
        return LinearScores(classes, np.ascontiguousarray(coefficients), intercepts)
    if isinstance(model, ExtraTreesClassifier):
        codes = [1] if len(classes) == 2 else range(len(classes))
        return TreeScores(classes, [_mean_of_trees(model, code) for code in codes], means=True)
    if isinstance(model, GradientBoostingClassifier):
        return TreeScores(classes, _boosted(model), means=False)
    return _vectors(model, classes)


def _mean_of_trees(model: ExtraTreesClassifier, code: int) -> Forest:
    trees = [each.tree_ for each in model.estimators_]
    shares = [tree.value[:, 0, code] / tree.value[:, 0].sum(axis=1) for tree in trees]
    return Forest.of_trees(trees, [share / len(trees) for share in shares], start=0.0)


def _boosted(model: GradientBoostingClassifier) -> list[Forest]:
    prior = np.log(model.init_.class_prior_)
    starts = [prior[1] - prior[0]] if len(prior) == 2 else prior
    forests = []
    for column, start in zip(model.estimators_.T, starts, strict=True):
        trees = [each.tree_ for each in column]
        values = [model.learning_rate * tree.value.ravel() for tree in trees]
        forests.append(Forest.of_trees(trees, values, start=float(start)))
    return forests


def _vectors(model: Any, classes: NDArray[np.int64]) -> VectorScores:
    """Return the vectors with a column of coefficients for each pair of classes."""
    of_class = np.repeat(np.arange(len(classes)), model.n_support_)
    if len(classes) == 2:  # scikit-learn turns the sign of this one
        coefficients, intercepts = -model.dual_coef_.T, -model.intercept_
    else:
        coefficients = np.zeros((len(of_class), len(model.intercept_)))
        intercepts = model.intercept_
        for pair, (first, second) in enumerate(_pairs(len(classes))):
            for here, row in ((first, second - 1), (second, first)):
                mine = of_class == here
                coefficients[mine, pair] = model.dual_coef_[row, mine]
    vectors = np.ascontiguousarray(model.support_vectors_)
    return VectorScores(
        classes, vectors, np.ascontiguousarray(coefficients), intercepts, float(model.gamma)
    )


def _pairs(n: int) -> list[tuple[int, int]]:
    return [(first, second) for first in range(n) for second in range(first + 1, n)]
