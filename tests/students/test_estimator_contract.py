"""scikit-learn's own checks; each check that is not met has its reason."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from surrogate.students import (
    AutoClassifier,
    AutoSurrogate,
    GaussianProcess,
    Network,
    PolynomialChaos,
    StepwiseLogistic,
)

_FOLDS = "folds are drawn over rows: repeating a row is not the same as weighting it"

_HELD_OUT = (
    "rows are held out and drawn in batches: repeating a row is not the same as weighting it"
)

_NOISE = "a weight divides a row's noise: a row of weight 0 is refused, not left out"
_CHOICE = "terms are chosen by leave-one-out, in which a repeated row helps to predict its copy"
_WEIGHTS = (
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
)

_WAIVED = {
    "GaussianProcess": dict.fromkeys(_WEIGHTS, _NOISE),
    "PolynomialChaos": dict.fromkeys(_WEIGHTS, _CHOICE),
    "Network": {"check_sample_weight_equivalence_on_dense_data": _HELD_OUT},
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


@parametrize_with_checks(
    [Network(n_epochs=8), Network(criterion="squared_error", n_epochs=100)],
    expected_failed_checks=lambda estimator: _WAIVED[type(estimator).__name__],
)
def test_scikit_learn_accepts_the_network(estimator, check):
    pytest.importorskip("torch", reason="the extra torch is not installed")
    check(estimator)
