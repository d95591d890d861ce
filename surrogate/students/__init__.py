"""Model B that predicts: fitted regressors and classifiers, and the choice among them.

Every student is a scikit-learn estimator. It takes a DataFrame or an array, works on inputs scaled
to the unit cube, and scores itself on folds it has not seen.

Inside, a part imports only from parts above it::

    arrays        what all compute with
    threads       and on how many cores
    criterion     classifiers that may be regressors
    selection     folds, held-out scores and weights
    calibration   spreads and probabilities that mean what they say
    inputs        from the user's table to numbers
    chaos         polynomial chaos
    processes     Gaussian processes
    trees         trees and rules
    networks      networks
    logistic      logistic regression
    members       what the automatic students mix
    series        surrogates of time series
    automatic     students that choose and mix
    states        what a saved student may be made of
"""

from surrogate.students.automatic.auto_classifier import AutoClassifier
from surrogate.students.automatic.auto_surrogate import AutoSurrogate
from surrogate.students.automatic.case_classifier import CaseClassifier
from surrogate.students.chaos.polynomial_chaos import PolynomialChaos
from surrogate.students.logistic.stepwise_logistic import StepwiseLogistic
from surrogate.students.networks.network import Network
from surrogate.students.processes.gaussian_process import GaussianProcess
from surrogate.students.series.series_surrogate import SeriesSurrogate
from surrogate.students.trees.distilled_tree import DistilledTree
from surrogate.students.trees.rule_list import RuleList
from surrogate.students.trees.rules import Rule

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
