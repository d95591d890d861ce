"""scikit-learn's own checks; each check that is not met has its reason."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from surrogate.students import (
    AutoClassifier,
    AutoSurrogate,
    GaussianProcess,
    PolynomialChaos,
    StepwiseLogistic,
)

_FOLDS = "folds are drawn over rows: repeating a row is not the same as weighting it"

_WAIVED = {
    "AutoClassifier": {"check_sample_weight_equivalence_on_dense_data": _FOLDS},
}


# Few and cheap members: the contract is the same, and the checks fit each student 60 times.
@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
@parametrize_with_checks(
    [
        GaussianProcess(n_restarts=2),
        PolynomialChaos(max_degree=5),
        AutoSurrogate(members=["squared_exponential"], cv=2),
        AutoClassifier(members=["logistic", "process"], cv=2),
        StepwiseLogistic(),
    ],
    expected_failed_checks=lambda estimator: _WAIVED.get(type(estimator).__name__, {}),
)
def test_scikit_learn_accepts_the_student(estimator, check):
    check(estimator)
