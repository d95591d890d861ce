"""Which parts a fitted student is made of: the closed table of what a saved one may name."""

from __future__ import annotations

from surrogate.students._boosting import BoostingMember, Forest
from surrogate.students._chaos import Expansion
from surrogate.students._chaos_member import ChaosMember
from surrogate.students._classifiers import ModelMember, ProcessLabelMember, SupportVectorMember
from surrogate.students._columns import Indicators, Ranked, Scaled
from surrogate.students._components import Components
from surrogate.students._factors import Factor, factors_of_columns
from surrogate.students._layers import Convolution, Dense, Layers
from surrogate.students._logistic_model import LogisticModel
from surrogate.students._mix import Mix
from surrogate.students._neighbours import NeighbourProcess
from surrogate.students._network import NetworkMember, Perceptron
from surrogate.students._plain import LinearScores, TreeScores, VectorScores
from surrogate.students._process import ConditionedProcess
from surrogate.students._process_member import KrigedChaosMember, ProcessMember
from surrogate.students._reach import Reach
from surrogate.students._regime_member import RegimeMember, Regimes
from surrogate.students._regimes import Gate, Gates, Quadratic
from surrogate.students._series_members import JointNetworks, Processes
from surrogate.students._series_mix import SeriesMix
from surrogate.students._several import SeveralSurrogates
from surrogate.students._terms import Basis
from surrogate.students._tree import Tree
from surrogate.students._trial import Trial
from surrogate.students.auto_classifier import AutoClassifier
from surrogate.students.auto_surrogate import AutoSurrogate
from surrogate.students.calibration import ProbabilityCalibration, SpreadCalibration
from surrogate.students.case_classifier import CaseClassifier
from surrogate.students.distilled_tree import DistilledTree
from surrogate.students.encoding import InputEncoder
from surrogate.students.gaussian_process import GaussianProcess
from surrogate.students.network import Network
from surrogate.students.polynomial_chaos import PolynomialChaos
from surrogate.students.rule_list import RuleList
from surrogate.students.rules import Rule
from surrogate.students.series_surrogate import SeriesSurrogate
from surrogate.students.stepwise_logistic import StepwiseLogistic

__all__ = [
    "DROPPED",
    "PARTS",
    "REBUILT",
    "STUDENTS",
    "Basis",
    "InputEncoder",
    "Tree",
    "factors_of_encoder",
]

STUDENTS: dict[str, type] = {
    each.__name__: each
    for each in (
        AutoClassifier,
        AutoSurrogate,
        CaseClassifier,
        DistilledTree,
        GaussianProcess,
        Network,
        PolynomialChaos,
        RuleList,
        StepwiseLogistic,
    )
}

PARTS: dict[str, type] = {
    each.__name__: each
    for each in (
        BoostingMember,
        ChaosMember,
        Components,
        ConditionedProcess,
        Convolution,
        Dense,
        Expansion,
        Forest,
        Gate,
        Gates,
        Indicators,
        JointNetworks,
        KrigedChaosMember,
        Layers,
        LinearScores,
        LogisticModel,
        Mix,
        ModelMember,
        NeighbourProcess,
        NetworkMember,
        Perceptron,
        ProbabilityCalibration,
        ProcessLabelMember,
        ProcessMember,
        Processes,
        Quadratic,
        Ranked,
        Reach,
        RegimeMember,
        Regimes,
        Rule,
        Scaled,
        SeriesMix,
        SeriesSurrogate,
        SeveralSurrogates,
        SpreadCalibration,
        SupportVectorMember,
        Tree,
        TreeScores,
        Trial,
        VectorScores,
    )
}

# What predictions do not need: candidates of the search, functions (made anew from the encoder),
# and a generator, which holds no number that was learnt.
DROPPED = frozenset({"_search", "_factors", "_make", "_y", "random_state"})

# Parameters without a default.
REQUIRED: dict[str, tuple[str, ...]] = {"CaseClassifier": ("case",)}

# What follows from the rest; their method `_rebuild` makes it anew, and checks what it is made of.
REBUILT: dict[str, frozenset[str]] = {"DistilledTree": frozenset({"tree_", "_means"})}


def factors_of_encoder(encoder: InputEncoder) -> list[Factor]:
    """Return the factors behind an encoder; a `Basis` is stored without them."""
    return factors_of_columns(encoder.encodings)
