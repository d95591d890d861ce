"""Model B that predicts: fitted regressors and classifiers, and the choice among them.

Every student is a scikit-learn estimator. It takes a DataFrame or an array, works on inputs scaled
to the unit cube, and scores itself on folds it has not seen.
"""

from surrogate.students.auto_classifier import AutoClassifier
from surrogate.students.auto_surrogate import AutoSurrogate
from surrogate.students.case_classifier import CaseClassifier
from surrogate.students.distilled_tree import DistilledTree
from surrogate.students.gaussian_process import GaussianProcess
from surrogate.students.network import Network
from surrogate.students.polynomial_chaos import PolynomialChaos
from surrogate.students.rule_list import RuleList
from surrogate.students.rules import Rule
from surrogate.students.series_surrogate import SeriesSurrogate
from surrogate.students.stepwise_logistic import StepwiseLogistic

__all__ = [
    "AutoClassifier",
    "AutoSurrogate",
    "CaseClassifier",
    "DistilledTree",
    "GaussianProcess",
    "Network",
    "PolynomialChaos",
    "Rule",
    "RuleList",
    "SeriesSurrogate",
    "StepwiseLogistic",
]
