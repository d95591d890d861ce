"""Robustness of decisions: how often each is good enough, and how much each gives away.

A policy is one value of an input that can be chosen; a scenario is one value of all the others,
which cannot. Tables hold the columns of one `Estimate` per policy, over scenarios.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import checked_outcome
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning, did_you_mean
from surrogate.estimates import Estimate, binomial, bootstrap
from surrogate.randomness import Rng, generator

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["regret", "satisficing"]


def satisficing(
    runs: Runs,
    case: Any,
    *,
    policy: str | Sequence[str],
    failed: str = "not",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Return the share of scenarios in which each policy is good enough [1]_.

    Parameters
    ----------
    runs : Runs
    case : str, Expression or callable
        What good enough means, e.g. ``"reliability > 0.95 and cost < 10"``.
    policy : str or sequence of str
        The input, or inputs, that can be chosen; each combination that was run is a policy.
    failed : {"not", "drop", "case"}
        A failed run is not good enough by default; see `Runs.label`.
    confidence_level : float

    Returns
    -------
    DataFrame of shape (n_policies, 7)
        On the policies, the best first: the columns of an `Estimate`. The interval is exact for
        scenarios that are independent draws, approximate for those of a Sobol or Latin design; with
        replicates, a scenario counts by the share of them that is good enough, with a bootstrap
        interval.

    References
    ----------
    .. [1] J. D. Herman, P. M. Reed, H. B. Zeff, G. W. Characklis, How should robustness be defined
       for water systems planning under change?, Journal of Water Resources Planning and Management
       141 (2015), https://doi.org/10.1061/(ASCE)WR.1943-5452.0000509

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(dike=sg.Discrete([1.0, 2.0]), flood=(0.0, 3.0))
    >>> runs = sg.Runs.from_frame(
    ...     space.sample(100, rng=0).eval("margin = dike - flood"), space, outcomes=["margin"]
    ... )
    >>> satisficing(runs, "margin > 0", policy="dike")["value"].round(2).to_dict()
    {2.0: 0.66, 1.0: 0.34}
    """
    names = _policy_inputs(runs, policy)
    labels = runs.label(case, failed=failed)
    groups = labels.groupby([runs.design.loc[labels.index, name] for name in names], observed=True)
    shares = {
        key: _share(group.to_numpy(dtype=float), exact=labels.dtype == bool, level=confidence_level)
        for key, group in groups
    }
    return _table(shares, names, ascending=False)


def regret(
    runs: Runs,
    outcome: str,
    *,
    policy: str | Sequence[str],
    minimize: bool,
    quantile: float | None = 0.9,
    confidence_level: float = 0.95,
    rng: Rng = None,
) -> pd.DataFrame:
    """Return how much each policy gives away to the best one of each scenario [1]_ [2]_.

    The regret of a policy in a scenario is the difference between its outcome and the best outcome
    that any of the policies has there. Only scenarios in which every policy has an ok run count;
    the others are left out and their number is warned of.

    Parameters
    ----------
    runs : Runs
        Of the same scenarios under every policy, for example
        ``scenarios.merge(policies, how="cross")``.
    outcome : str
    policy : str or sequence of str
        The input, or inputs, that can be chosen; each combination that was run is a policy.
    minimize : bool
        Whether less of the outcome is better.
    quantile : float, optional
        Which quantile of the regret over scenarios: 1 is the greatest (Savage's), 0.9 leaves the
        worst tenth out; None is the mean.
    confidence_level : float
    rng : int, Generator or None
        For the bootstrap over scenarios.

    Returns
    -------
    DataFrame of shape (n_policies, 7)
        On the policies, the least regret first: the columns of an `Estimate`, in the unit of the
        outcome. The greatest regret of a sample has no interval: that of the scenarios not drawn
        has no bound.

    Raises
    ------
    DataError
        If no scenario was run under every policy.

    References
    ----------
    .. [1] L. J. Savage, The theory of statistical decision, Journal of the American Statistical
       Association 46 (1951), https://doi.org/10.1080/01621459.1951.10500768
    .. [2] J. D. Herman, P. M. Reed, H. B. Zeff, G. W. Characklis, Journal of Water Resources
       Planning and Management 141 (2015), https://doi.org/10.1061/(ASCE)WR.1943-5452.0000509

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(dike=sg.Discrete([1.0, 2.0]), flood=(0.0, 3.0))
    >>> floods, dikes = pd.DataFrame({"flood": [0.5, 1.5]}), pd.DataFrame({"dike": [1.0, 2.0]})
    >>> crossed = floods.merge(dikes, how="cross")
    >>> crossed["cost"] = crossed["dike"] + 5.0 * (crossed["flood"] > crossed["dike"])
    >>> runs = sg.Runs.from_frame(crossed, space, outcomes=["cost"])
    >>> regret(runs, "cost", policy="dike", minimize=True, quantile=1)["value"].to_dict()
    {2.0: 1.0, 1.0: 4.0}
    """
    if quantile is not None and not 0 <= quantile <= 1:
        raise ArgumentError(f"quantile must be a share of the scenarios or None; got {quantile!r}")
    names = _policy_inputs(runs, policy)
    table = _complete_scenarios(runs, outcome, names)
    costs = table if minimize else -table
    regrets = costs.sub(costs.min(axis=1), axis=0)
    random = generator(rng)
    found = {
        key: _over_scenarios(column.to_numpy(), quantile, confidence_level, random)
        for key, column in regrets.items()
    }
    return _table(found, names, ascending=True)


def _policy_inputs(runs: Runs, policy: str | Sequence[str]) -> list[str]:
    names = [policy] if isinstance(policy, str) else list(policy)
    for name in names:
        if name not in runs.space.varied:
            raise ArgumentError(
                f"policy names {name!r}, which is no input that varies"
                f"{did_you_mean(name, runs.space.varied)}"
            )
    n_policies = runs.design[names].drop_duplicates().shape[0]
    if not names or 2 * n_policies > len(runs):
        raise DataError(
            f"{n_policies} policies of {names} in {len(runs)} runs: a policy must have been run in "
            "several scenarios; list its values, as in Discrete([1.0, 2.0]), and run each in all"
        )
    return names


def _complete_scenarios(runs: Runs, outcome: str, policy: list[str]) -> pd.DataFrame:
    """Return the outcome, one row per scenario that every policy has, one column per policy."""
    values = runs.outcomes[checked_outcome(outcome, runs.outcome_names)]
    if values.dtype == object:
        raise DataError(f"the outcome {outcome!r} is a series; regret is of one number per run")
    others = [name for name in runs.space.varied if name not in policy]
    inputs = runs.inputs
    long = pd.DataFrame({name: inputs[name].astype(object) for name in [*others, *policy]})
    # equal rows of one policy are one scenario, whose outcome is their mean
    table = long.assign(value=values).groupby([*others, *policy], sort=False)["value"].mean()
    wide = table.unstack(policy)
    complete = wide.dropna()
    if complete.empty:
        raise DataError(
            f"none of {len(wide)} scenarios has an ok run under each of {wide.shape[1]} policies; "
            "run the same scenarios under all of them: scenarios.merge(policies, how='cross')"
        )
    if len(complete) < len(wide):
        warnings.warn(
            f"{len(wide) - len(complete)} of {len(wide)} scenarios lack an ok run under some "
            "policy and are left out",
            FailedRunsWarning,
            stacklevel=3,
        )
    return complete


def _share(values: NDArray[Any], *, exact: bool, level: float) -> Estimate:
    if exact:
        return binomial(int(values.sum()), len(values), confidence_level=level, data="scenarios")
    return bootstrap(
        lambda rows: float(values[rows].mean()),
        len(values),
        confidence_level=level,
        data="scenarios",
        rng=0,
    )


def _over_scenarios(
    values: NDArray[Any],
    quantile: float | None,
    level: float,
    random: np.random.Generator,
) -> Estimate:
    if quantile == 1:
        return Estimate(float(values.max()), n=len(values), data="scenarios")

    def statistic(rows: NDArray[Any]) -> float:
        drawn = values[rows]
        return float(drawn.mean() if quantile is None else np.quantile(drawn, quantile))

    return bootstrap(statistic, len(values), confidence_level=level, data="scenarios", rng=random)


def _table(found: dict[Any, Estimate], policy: list[str], *, ascending: bool) -> pd.DataFrame:
    """Return one row per policy, the best first."""
    labels = [key if isinstance(key, tuple) else (key,) for key in found]
    index = pd.MultiIndex.from_tuples(labels, names=policy)
    if len(policy) == 1:
        index = index.get_level_values(0)
    table = pd.DataFrame([each.to_dict() for each in found.values()], index=index)
    return table.sort_values("value", ascending=ascending, kind="stable")
