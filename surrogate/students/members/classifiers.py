"""The members of AutoClassifier: each gives scores that a calibration turns into probabilities.

A member sees encoded inputs in [0, 1] and class codes 0 to n_classes - 1. To add one, derive from
`ClassificationMember` and enter it in `CLASSIFIERS`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from surrogate.students.arrays import Array
from surrogate.students.calibration.probabilities import ProbabilityCalibration, log_loss
from surrogate.students.members.plain import PlainScores, plain
from surrogate.students.members.processes import ProcessMember
from surrogate.students.members.training_data import TrainingData
from surrogate.students.selection.folds import Folds

__all__ = ["CLASSIFIERS", "ClassificationMember"]

Codes = NDArray[np.intp]


class ClassificationMember(ABC):
    """One kind of classification student.

    Attributes
    ----------
    most_rows : int
        It is not tried on more.
    takes_weights : bool
        Whether it can use sample weights; it is not tried with them otherwise.
    """

    most_rows: int = 2**62
    takes_weights: bool = True

    @abstractmethod
    def fit(self, X: Array, codes: Codes, folds: Folds, seed: int, weight: Array | None) -> Array:
        """Fit all rows, fit without each fold, return held-out scores (n, n_classes)."""

    @abstractmethod
    def scores(self, X: Array) -> Array:
        """Return scores, shape (n, n_classes); the softmax of a multiple is a probability."""


class ModelMember(ClassificationMember):
    """A scikit-learn classifier, made anew for each fold."""

    def __init__(self, make: Callable[[int], Any]) -> None:
        self._make = make

    def fit(self, X: Array, codes: Codes, folds: Folds, seed: int, weight: Array | None) -> Array:
        """Fit all rows, fit without each fold, return held-out scores (n, n_classes)."""
        self._n_classes = int(codes.max()) + 1
        held = np.empty((len(codes), self._n_classes))
        for fold in folds:
            rows = np.setdiff1d(np.arange(len(codes)), fold)
            part = None if weight is None else weight[rows]
            model = self._make(seed).fit(X[rows], codes[rows], sample_weight=part)
            held[fold] = _scores(plain(model), X[fold], self._n_classes)
        self._model = plain(self._make(seed).fit(X, codes, sample_weight=weight))
        return held

    def scores(self, X: Array) -> Array:
        """Return scores, shape (n, n_classes)."""
        return _scores(self._model, X, self._n_classes)


class SupportVectorMember(ClassificationMember):
    """Support vectors with a radial kernel, width and penalty chosen from a wide grid.

    The grid is searched on the folds that score the member; with a dozen candidates the optimism
    of that is small next to the spread of the score.
    """

    most_rows = 5000
    penalties = (1.0, 10.0, 100.0, 1000.0)
    widths = (0.1, 0.3, 1.0, 3.0)  # gamma, times 1 / (n_inputs * variance)

    def fit(self, X: Array, codes: Codes, folds: Folds, seed: int, weight: Array | None) -> Array:
        """Fit all rows, fit without each fold, return held-out scores (n, n_classes)."""
        scale = 1.0 / (X.shape[1] * (float(X.var()) or 1.0))
        least = np.inf
        for penalty in self.penalties:
            for width in self.widths:
                make = partial(_support_vectors, penalty, width * scale)
                member = ModelMember(make)
                held = member.fit(X, codes, folds, seed, weight)
                loss = _calibrated_loss(held, codes, weight)
                if loss < least:
                    least, best_held, self._best = loss, held, member
        return best_held

    def scores(self, X: Array) -> Array:
        """Return scores, shape (n, n_classes)."""
        return self._best.scores(X)


class ProcessLabelMember(ClassificationMember):
    """Gaussian process regression on class indicators, one process per class."""

    most_rows = 2000
    takes_weights = False

    def fit(self, X: Array, codes: Codes, folds: Folds, seed: int, weight: Array | None) -> Array:  # noqa: ARG002
        """Fit all rows, fit without each fold, return held-out scores (n, n_classes)."""
        n_classes = int(codes.max()) + 1
        held = np.empty((len(codes), n_classes))
        self._processes: list[tuple[ProcessMember, float, float]] = []
        for each in range(n_classes if n_classes > 2 else 1):
            indicator = (codes == (each if n_classes > 2 else 1)).astype(float)
            offset, scale = float(indicator.mean()), float(indicator.std())
            process = ProcessMember("matern52")
            said = process.fit(TrainingData(X, (indicator - offset) / scale, folds), seed)
            self._processes.append((process, offset, scale))
            held[:, each] = offset + scale * said.mean
        return held if n_classes > 2 else _two_columns(2 * held[:, 0] - 1)

    def scores(self, X: Array) -> Array:
        """Return scores, shape (n, n_classes)."""
        said = [offset + scale * each.predict(X)[0] for each, offset, scale in self._processes]
        return np.column_stack(said) if len(said) > 1 else _two_columns(2 * said[0] - 1)


def _two_columns(decision: Array) -> Array:
    """Return scores of both classes for a decision value, positive for the second."""
    return np.column_stack([-decision, decision]) / 2


def _scores(model: PlainScores, X: Array, n_classes: int) -> Array:
    """Return log probabilities or decision values, one column per class of the whole data."""
    said = model.scores(X)
    # A class that has no row outside the fold gets the least score there is.
    scores = np.full((len(X), n_classes), said.min())
    scores[:, model.classes] = said
    return scores


def _calibrated_loss(held: Array, codes: Codes, weight: Array | None) -> float:
    calibration = ProbabilityCalibration.fit(held, codes, weight)
    return float(np.average(log_loss(calibration.probabilities(held), codes), weights=weight))


def _support_vectors(penalty: float, gamma: float, seed: int) -> SVC:  # noqa: ARG001 - not random
    return SVC(C=penalty, gamma=gamma)


def _boosting(depth: int, seed: int) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=150,
        learning_rate=0.1,
        max_depth=depth,
        subsample=0.5,
        max_features=0.5,
        min_samples_leaf=3,
        random_state=seed,
    )


def _forest(seed: int) -> ExtraTreesClassifier:
    return ExtraTreesClassifier(n_estimators=200, max_features=0.5, random_state=seed)


def _logistic(seed: int) -> LogisticRegression:
    return LogisticRegression(C=10.0, max_iter=1000, random_state=seed)


CLASSIFIERS: dict[str, Callable[[], ClassificationMember]] = {
    "boosting2": lambda: ModelMember(partial(_boosting, 2)),
    "boosting4": lambda: ModelMember(partial(_boosting, 4)),
    "forest": lambda: ModelMember(_forest),
    "support_vectors": SupportVectorMember,
    "process": ProcessLabelMember,
    "logistic": lambda: ModelMember(_logistic),
}
