"""The members of AutoSurrogate by name.

A member sees encoded inputs in [0, 1] and a standardised outcome. To add one, derive from
`RegressionMember` and enter it here; it is made from what `Ingredients` has.
"""

from __future__ import annotations

from collections.abc import Callable

from surrogate.students.members.boosting import BoostingMember
from surrogate.students.members.chaos import ChaosMember
from surrogate.students.members.fold_search import Ingredients
from surrogate.students.members.linear import LinearMember
from surrogate.students.members.member import RegressionMember
from surrogate.students.members.processes import KrigedChaosMember, ProcessMember
from surrogate.students.members.regime import RegimeMember
from surrogate.students.members.smooth_network import NetworkMember
from surrogate.students.members.warped import WarpedProcessMember

__all__ = ["REGRESSORS"]

REGRESSORS: dict[str, Callable[[Ingredients], RegressionMember]] = {
    "matern52": lambda _: ProcessMember("matern52"),
    "squared_exponential": lambda _: ProcessMember("squared_exponential"),
    "squared_exponential_linear": lambda given: ProcessMember(
        "squared_exponential", given.factors, n_restarts=2
    ),
    "warped": lambda _: WarpedProcessMember(),
    "chaos": lambda given: ChaosMember(given.greedy),
    "chaos_lars": lambda given: ChaosMember(given.lars),
    "chaos_kriging": lambda given: KrigedChaosMember(given.lars),
    "linear": lambda given: LinearMember(given.factors),
    "boosting": lambda _: BoostingMember(),
    "network": lambda _: NetworkMember(),
    "regimes": lambda _: RegimeMember(),
}
