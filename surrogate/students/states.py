"""Which parts a fitted student is made of: the closed table of what a saved one may name."""

from __future__ import annotations

from surrogate.students.automatic.auto_classifier import AutoClassifier
from surrogate.students.automatic.auto_surrogate import AutoSurrogate
from surrogate.students.automatic.case_classifier import CaseClassifier
from surrogate.students.automatic.margins import MarginModel, View
from surrogate.students.automatic.mix import Mix
from surrogate.students.automatic.symmetry import BlockOrder
from surrogate.students.calibration.probabilities import ProbabilityCalibration
from surrogate.students.calibration.spreads import SpreadCalibration
from surrogate.students.chaos.chaos import Expansion
from surrogate.students.chaos.factors import Factor, factors_of_columns
from surrogate.students.chaos.polynomial_chaos import PolynomialChaos
from surrogate.students.chaos.terms import Basis
from surrogate.students.inputs.columns import Indicators, Ranked, Scaled
from surrogate.students.inputs.encoding import InputEncoder
from surrogate.students.inputs.reach import Reach
from surrogate.students.logistic.model import LogisticModel
from surrogate.students.logistic.stepwise_logistic import StepwiseLogistic
from surrogate.students.members.adaptive_splines import AdaptiveSplineMember, SplineDraws
from surrogate.students.members.boosting import BoostingMember, Forest
from surrogate.students.members.chaos import ChaosMember
from surrogate.students.members.classifiers import (
    ModelMember,
    ProcessLabelMember,
    SupportVectorMember,
)
from surrogate.students.members.jumps import JumpMember
from surrogate.students.members.linear import Line, LinearMember
from surrogate.students.members.perceptron import Perceptron
from surrogate.students.members.plain import LinearScores, TreeScores, VectorScores
from surrogate.students.members.processes import KrigedChaosMember, ProcessMember
from surrogate.students.members.regime import RegimeMember, Regimes
from surrogate.students.members.regimes import Gate, Gates, Quadratic
from surrogate.students.members.smooth_network import NetworkMember
from surrogate.students.members.spline import Spline, SplineMember
from surrogate.students.members.steps import SteppedProcess, Steps
from surrogate.students.members.trial import Trial
from surrogate.students.members.warped import Warp, WarpedProcessMember
from surrogate.students.networks.layers import Convolution, Dense, Layers
from surrogate.students.networks.network import Network
from surrogate.students.processes.gaussian_process import GaussianProcess
from surrogate.students.processes.neighbours import NeighbourProcess
from surrogate.students.processes.process import ConditionedProcess
from surrogate.students.series.components import Components
from surrogate.students.series.members import Expansions, JointNetworks, Processes
from surrogate.students.series.mix import SeriesMix
from surrogate.students.series.series_surrogate import SeriesSurrogate
from surrogate.students.series.several import SeveralSurrogates
from surrogate.students.trees.distilled_tree import DistilledTree
from surrogate.students.trees.rule_list import RuleList
from surrogate.students.trees.rules import Rule
from surrogate.students.trees.tree import Tree

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
        AdaptiveSplineMember,
        BlockOrder,
        BoostingMember,
        ChaosMember,
        Components,
        ConditionedProcess,
        Convolution,
        Dense,
        Expansion,
        Expansions,
        Forest,
        Gate,
        Gates,
        Indicators,
        JointNetworks,
        JumpMember,
        KrigedChaosMember,
        Layers,
        Line,
        LinearMember,
        LinearScores,
        LogisticModel,
        MarginModel,
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
        Spline,
        SplineDraws,
        SplineMember,
        SpreadCalibration,
        SteppedProcess,
        Steps,
        SupportVectorMember,
        Tree,
        TreeScores,
        Trial,
        VectorScores,
        View,
        Warp,
        WarpedProcessMember,
    )
}

# What predictions do not need: candidates of the search, functions (made anew from the encoder),
# and a generator, which holds no number that was learnt.
DROPPED = frozenset({"_search", "_factors", "_make", "_y", "random_state"})

# Parameters without a default.
REQUIRED: dict[str, tuple[str, ...]] = {"CaseClassifier": ("case",)}

# What follows from the rest; their method `_rebuild` makes it anew, and checks what it is made of.
REBUILT: dict[str, frozenset[str]] = {
    "DistilledTree": frozenset({"tree_", "_means"}),
    "MarginModel": frozenset({"_asked"}),
}


def factors_of_encoder(encoder: InputEncoder) -> list[Factor]:
    """Return the factors behind an encoder; a `Basis` is stored without them."""
    return factors_of_columns(encoder.encodings)
