"""Plain arrays predict what the scikit-learn classifiers they were read off do."""

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from surrogate.errors import DataError
from surrogate.students.members.plain import VectorScores, log_probabilities, plain

MODELS = [
    ExtraTreesClassifier(20, random_state=0),
    GradientBoostingClassifier(n_estimators=20, random_state=0),
    LogisticRegression(),
    SVC(C=10.0, gamma=2.0),
]


@pytest.mark.parametrize("n_classes", [2, 3, 4])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_plain_scores_are_those_of_the_model(model, n_classes):
    X = np.random.default_rng(0).random((150, 2))
    codes = np.digitize(X[:, 0] + 0.3 * X[:, 1] ** 2, np.linspace(0.2, 1, n_classes)[:-1])
    model.fit(X, codes)
    fresh = np.random.default_rng(1).random((200, 2))
    if hasattr(model, "predict_proba"):
        expected = log_probabilities(model.predict_proba(fresh))
    else:
        said = model.decision_function(fresh)
        expected = said if said.ndim == 2 else np.column_stack([-said, said]) / 2
    np.testing.assert_allclose(plain(model).scores(fresh), expected, atol=1e-8)


def test_vectors_that_do_not_fit_together_are_refused():
    with pytest.raises(DataError, match="do not fit"):
        VectorScores(np.arange(2), np.zeros((3, 1)), np.zeros((2, 1)), np.zeros(1), 1.0)
