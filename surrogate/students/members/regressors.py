"""The members of AutoSurrogate by name.

A member sees encoded inputs in [0, 1] and a standardised outcome. To add one, derive from
`RegressionMember` and enter it here; one that cannot weigh rows says so (`takes_weights`).
"""

from __future__ import annotations

from collections.abc import Callable

from surrogate.students.members.adaptive_splines import AdaptiveSplineMember
from surrogate.students.members.boosting import BoostingMember
from surrogate.students.members.chaos import ChaosMember
from surrogate.students.members.jumps import JumpMember
from surrogate.students.members.linear import LinearMember
from surrogate.students.members.member import RegressionMember
from surrogate.students.members.processes import KrigedChaosMember, ProcessMember
from surrogate.students.members.regime import RegimeMember
from surrogate.students.members.smooth_network import NetworkMember
from surrogate.students.members.spline import SplineMember
from surrogate.students.members.warped import WarpedProcessMember

__all__ = ["REGRESSORS"]

REGRESSORS: dict[str, Callable[[], RegressionMember]] = {
    "matern52": lambda: ProcessMember("matern52"),
    "squared_exponential": lambda: ProcessMember("squared_exponential"),
    "anova": lambda: ProcessMember("anova", n_restarts=2),
    "warped": WarpedProcessMember,
    "jumps": JumpMember,
    "chaos": lambda: ChaosMember("greedy"),
    "chaos_lars": lambda: ChaosMember("lars"),
    "chaos_kriging": KrigedChaosMember,
    "linear": LinearMember,
    "spline": SplineMember,
    "adaptive_splines": AdaptiveSplineMember,
    "boosting": BoostingMember,
    "boosting_on_all_rows": lambda: BoostingMember(on_all_rows=True),
    "network": NetworkMember,
    "regimes": RegimeMember,
}
