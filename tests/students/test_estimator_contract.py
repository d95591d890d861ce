"""scikit-learn's own checks; each check that is not met has its reason."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import surrogate as sg
from surrogate.students import (
    AutoClassifier,
    AutoSurrogate,
    DistilledTree,
    GaussianProcess,
    Network,
    PolynomialChaos,
    RuleList,
    StepwiseLogistic,
)

_FOLDS = "folds are drawn over rows: repeating a row is not the same as weighting it"

_HELD_OUT = (
    "rows are held out and drawn in batches: repeating a row is not the same as weighting it"
)

_NOISE = "a weight divides a row's noise: two rows have a likelihood of their own, even if equal"
_CHOICE = "terms are chosen by leave-one-out, in which a repeated row helps to predict its copy"
_ROWS = "min_samples_rule counts rows: a row of weight 2 is one row"
_WEIGHTS = (
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
)

_WAIVED = {
    "GaussianProcess": dict.fromkeys(_WEIGHTS, _NOISE),
    "PolynomialChaos": dict.fromkeys(_WEIGHTS, _CHOICE),
    "Network": {"check_sample_weight_equivalence_on_dense_data": _HELD_OUT},
    "RuleList": {"check_sample_weight_equivalence_on_dense_data": _ROWS},
    "AutoClassifier": {"check_sample_weight_equivalence_on_dense_data": _FOLDS},
    "AutoSurrogate": dict.fromkeys(_WEIGHTS, _FOLDS),
}

# What predicts and is no student, and who else holds it to the contract.
_ELSEWHERE = {
    "PRIM": "tests of regions",
    "BestInterval": "tests of regions",
    "TreeRegions": "tests of regions",
    "Metamorphosis": "takes whatever its teacher takes, images and texts among them",
    "SelfTraining": "cannot be fitted without a pool",
}


# Few and cheap members: the contract is the same, and the checks fit each student 60 times.
_STUDENTS = [
    GaussianProcess(n_restarts=2),
    PolynomialChaos(max_degree=5),
    AutoSurrogate(members=["squared_exponential"], cv=2),
    AutoClassifier(members=["logistic", "support_vectors"], cv=2),
    StepwiseLogistic(),
    *(DistilledTree(criterion=each) for each in ("entropy", "gini", "squared_error")),
    DistilledTree(max_leaf_nodes=4, shrinkage=1.0),
    RuleList(max_rules=3, min_samples_rule=1),
    RuleList(),
]
_NETWORKS = [Network(n_epochs=8), Network(criterion="squared_error", n_epochs=100)]


def _waived(estimator):
    if isinstance(estimator, RuleList) and estimator.min_samples_rule == 1:
        return {}
    return _WAIVED.get(type(estimator).__name__, {})


@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
@parametrize_with_checks(_STUDENTS, expected_failed_checks=_waived)
def test_scikit_learn_accepts_the_student(estimator, check):
    check(estimator)


@parametrize_with_checks(_NETWORKS, expected_failed_checks=_waived)
def test_scikit_learn_accepts_the_network(estimator, check):
    pytest.importorskip("torch", reason="the extra torch is not installed")
    check(estimator)


def test_no_public_student_is_left_out():
    public = {getattr(sg, name) for name in dir(sg) if name[0].isupper()}
    predictors = {each for each in public if hasattr(each, "predict") and hasattr(each, "fit")}
    checked = {type(each) for each in (*_STUDENTS, *_NETWORKS)}
    assert {each.__name__ for each in predictors - checked} == set(_ELSEWHERE)
