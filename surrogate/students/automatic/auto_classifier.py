"""A classification student mixed from several by held-out log loss."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from surrogate.arguments import check_count, check_members
from surrogate.errors import DataError, TeacherWarning
from surrogate.estimates import binomial
from surrogate.randomness import seed_of_state, stream
from surrogate.students.arrays import Array
from surrogate.students.calibration.probabilities import log_loss
from surrogate.students.inputs.answers import class_labels
from surrogate.students.inputs.encoding import fitted_encoding
from surrogate.students.inputs.tables import row_weights
from surrogate.students.members.classifiers import CLASSIFIERS, ClassificationMember
from surrogate.students.members.trial import Trial, mixed_out_of_fold
from surrogate.students.selection.folds import stratified_folds
from surrogate.students.selection.scores import mean_estimate_of_rows
from surrogate.students.threads import threads_for

__all__ = ["AutoClassifier"]

Codes = NDArray[np.intp]

_POOR = 0.95  # of the entropy of the class shares; a greater log loss is warned about


class AutoClassifier(ClassifierMixin, BaseEstimator):
    """Mix of boosted trees, extra trees, support vectors, a process and logistic regression.

    Every member scores folds it has not seen; its scores become probabilities by a calibration
    fitted on the other folds [1]_ [2]_; the mix has the weights that give these the least log loss.

    Parameters
    ----------
    space : Space, optional
        Where the inputs come from; scales them by their distributions and ignores other columns.
    cv : int
        Number of folds.
    members : sequence of str, optional
        Which to try: "boosting2", "boosting4" (by depth of their trees), "forest" (extra trees),
        "support_vectors", "process" (Gaussian process on the labels), "logistic". None tries all
        that fit the data: support vectors up to 5000 rows, the process up to 2000 and not with
        sample weights.
    random_state : int, RandomState instance or None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    scores_ : DataFrame
        One row per member tried: ``log_loss`` and ``accuracy`` on held-out folds, ``weight`` in
        the mix, ``seconds`` its fits took.
    log_loss_, accuracy_ : Estimate
        Of the mix on held-out folds, its weights taken from the other folds.
    cv_probabilities_ : ndarray of shape (n, n_classes)
        Held-out probabilities of the training rows.
    encoder_ : InputEncoder
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only where X was a DataFrame with names that are strings.

    References
    ----------
    .. [1] J. Platt, in Advances in Large Margin Classifiers, MIT Press (1999)
    .. [2] C. Guo et al., ICML (2017), https://doi.org/10.48550/arXiv.1706.04599

    Examples
    --------
    >>> X = np.random.default_rng(0).random((60, 2))
    >>> student = AutoClassifier(members=["logistic", "forest"], random_state=0)
    >>> student = student.fit(X, X[:, 0] + X[:, 1] > 1)
    >>> student.predict([[0.9, 0.9], [0.1, 0.1]])
    array([ True, False])
    >>> student.accuracy_.value > 0.8
    True
    """

    def __init__(
        self,
        *,
        space: Any = None,
        cv: int = 5,
        members: Sequence[str] | None = None,
        random_state: Any = None,
    ) -> None:
        self.space = space
        self.cv = cv
        self.members = members
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> AutoClassifier:
        """Fit every member, on all rows and without each fold; calibrate and weigh.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        y : array-like of shape (n,)
            Labels: booleans, numbers or strings.
        sample_weight : array-like of shape (n,), optional

        Raises
        ------
        ArgumentError
            If a parameter of the constructor is out of range.
        DataError
            If X or y cannot be learnt from; y needs two classes or more, each with two rows.

        Warns
        -----
        TeacherWarning
            If held-out probabilities are no better than the shares of the classes.
        """
        check_count(self.cv, 2, argument="cv")
        names = check_members(self.members, tuple(CLASSIFIERS))
        name = type(self).__name__
        encoded = fitted_encoding(self, X)
        self.classes_, codes = class_labels(y, X, name=name)
        weight = row_weights(sample_weight, X, name=name)
        seed = seed_of_state(self.random_state)
        with threads_for(len(codes)):
            self._learn(names, encoded, codes, weight, seed)
        self._warn_if_poor(codes, weight)
        return self

    def predict_proba(self, X: Any) -> Array:
        """Return calibrated probabilities, shape (n, n_classes), in the order of ``classes_``.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        """
        check_is_fitted(self)
        encoded = self.encoder_.transform(X)
        parts = [weight * member.probabilities(encoded) for weight, member in self._mix]
        return np.sum(parts, axis=0)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable label of each row, shape (n,).

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, d)
        """
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]

    def _learn(
        self, names: Sequence[str], X: Array, codes: Codes, weight: Array | None, seed: int
    ) -> None:
        """Fit the members, weigh them and keep what the folds say about the mix."""
        folds = stratified_folds(codes, min(self.cv, len(codes)), stream(seed, "folds"))
        trials = {}
        for name in names:
            member = CLASSIFIERS[name]()
            if _is_affordable(member, len(codes), weight):
                trials[name] = Trial.run(member, X, codes, folds, weight=weight, seed=seed)
        if not trials:
            raise DataError(
                f"AutoClassifier: none of {', '.join(names)} can be fitted on {len(codes)} rows"
                f"{'' if weight is None else ' with sample weights'}; allow another member"
            )
        held = np.array([each.held_out for each in trials.values()])
        weights, self.cv_probabilities_ = mixed_out_of_fold(
            held, codes, folds, weight=weight, seed=seed
        )
        self._mix = [
            (share, each) for share, each in zip(weights, trials.values(), strict=True) if share > 0
        ]
        self.scores_ = _score_table(trials, weights, codes, weight)
        self._estimate(codes, weight, seed)

    def _estimate(self, codes: Codes, weight: Array | None, seed: int) -> None:
        """Give the held-out scores of the mix their intervals."""
        losses = log_loss(self.cv_probabilities_, codes)
        right = self.cv_probabilities_.argmax(axis=1) == codes
        self.log_loss_ = mean_estimate_of_rows(losses, weight, stream(seed, "bootstrap"))
        if weight is None:
            self.accuracy_ = binomial(int(right.sum()), len(codes), data="held-out folds")
        else:
            self.accuracy_ = mean_estimate_of_rows(right, weight, stream(seed, "bootstrap"))

    def _warn_if_poor(self, codes: Codes, weight: Array | None) -> None:
        shares = np.bincount(codes, weights=weight)
        shares = shares[shares > 0] / shares.sum()
        entropy = -float(shares @ np.log(shares))
        if self.log_loss_.value > _POOR * entropy:
            warnings.warn(
                f"AutoClassifier hardly knows more than the shares of the classes: its log loss on "
                f"held-out folds is {self.log_loss_}, that of the shares {entropy:.3f}; more runs "
                f"or fewer inputs are needed",
                TeacherWarning,
                stacklevel=3,
            )


def _is_affordable(member: ClassificationMember, n: int, weight: Array | None) -> bool:
    return n <= member.most_rows and (weight is None or member.takes_weights)


def _score_table(
    trials: dict[str, Trial], weights: Array, codes: Codes, weight: Array | None
) -> pd.DataFrame:
    rows = []
    for share, trial in zip(weights, trials.values(), strict=True):
        losses = log_loss(trial.held_out, codes)
        right = trial.held_out.argmax(axis=1) == codes
        mean_loss, accuracy = (np.average(each, weights=weight) for each in (losses, right))
        rows.append((float(mean_loss), float(accuracy), share, trial.seconds))
    index = pd.Index(trials, name="member", dtype=object)
    return pd.DataFrame(rows, columns=["log_loss", "accuracy", "weight", "seconds"], index=index)
