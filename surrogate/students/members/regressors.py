"""The members of AutoSurrogate by name.

A member sees encoded inputs in [0, 1] and a standardised outcome. To add one, derive from
`RegressionMember` and enter it here; it is made from the factors of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from surrogate.students.chaos.factors import Factor
from surrogate.students.members.boosting import BoostingMember
from surrogate.students.members.chaos import ChaosMember
from surrogate.students.members.member import RegressionMember
from surrogate.students.members.processes import KrigedChaosMember, ProcessMember
from surrogate.students.members.regime import RegimeMember
from surrogate.students.members.smooth_network import NetworkMember

__all__ = ["REGRESSORS"]

REGRESSORS: dict[str, Callable[[Sequence[Factor]], RegressionMember]] = {
    "matern52": lambda _: ProcessMember("matern52"),
    "squared_exponential": lambda _: ProcessMember("squared_exponential"),
    "squared_exponential_linear": lambda factors: ProcessMember(
        "squared_exponential", factors, n_restarts=2
    ),
    "chaos": lambda factors: ChaosMember(factors, "greedy"),
    "chaos_lars": lambda factors: ChaosMember(factors, "lars"),
    "chaos_kriging": lambda factors: KrigedChaosMember(factors, "lars"),
    "boosting": lambda _: BoostingMember(),
    "network": lambda _: NetworkMember(),
    "regimes": lambda _: RegimeMember(),
}
