"""Which parts a fitted student is made of: the closed table of what a saved one may name."""

from __future__ import annotations

from surrogate.students._boosting import BoostingMember, Forest
from surrogate.students._chaos import Expansion
from surrogate.students._chaos_member import ChaosMember
from surrogate.students._columns import Indicators, Ranked, Scaled
from surrogate.students._factors import Factor, factors_of_columns
from surrogate.students._layers import Convolution, Dense, Layers
from surrogate.students._mix import Mix
from surrogate.students._network import NetworkMember, Perceptron
from surrogate.students._process import ConditionedProcess
from surrogate.students._process_member import KrigedChaosMember, ProcessMember
from surrogate.students._reach import Reach
from surrogate.students._regime_member import RegimeMember, Regimes
from surrogate.students._regimes import Gate, Gates, Quadratic
from surrogate.students._terms import Basis
from surrogate.students.auto_surrogate import AutoSurrogate
from surrogate.students.calibration import SpreadCalibration
from surrogate.students.encoding import InputEncoder
from surrogate.students.gaussian_process import GaussianProcess
from surrogate.students.network import Network
from surrogate.students.polynomial_chaos import PolynomialChaos

__all__ = ["DROPPED", "PARTS", "STUDENTS", "Basis", "InputEncoder", "factors_of_encoder"]

STUDENTS: dict[str, type] = {
    each.__name__: each for each in (AutoSurrogate, GaussianProcess, Network, PolynomialChaos)
}

PARTS: dict[str, type] = {
    each.__name__: each
    for each in (
        BoostingMember,
        ChaosMember,
        ConditionedProcess,
        Convolution,
        Dense,
        Expansion,
        Forest,
        Gate,
        Gates,
        Indicators,
        KrigedChaosMember,
        Layers,
        Mix,
        NetworkMember,
        Perceptron,
        ProcessMember,
        Quadratic,
        Ranked,
        Reach,
        RegimeMember,
        Regimes,
        Scaled,
        SpreadCalibration,
    )
}

# What predictions do not need: candidates of the search, functions (made anew from the encoder),
# and a generator, which holds no number that was learnt.
DROPPED = frozenset({"_search", "_factors", "_y", "random_state"})


def factors_of_encoder(encoder: InputEncoder) -> list[Factor]:
    """Return the factors behind an encoder; a `Basis` is stored without them."""
    return factors_of_columns(encoder.encodings)
