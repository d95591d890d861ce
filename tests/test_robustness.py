"""How often a policy is good enough, and how much it gives away, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning

SPACE = sg.Space(
    dike=sg.Discrete([1.0, 2.0, 3.0]),
    pump=sg.Categorical(["no", "yes"], ordered=False),
    flood=(0.0, 4.0),
)
FLOODS = [0.5, 1.5, 2.5, 3.5]


def cost(table):
    return table["dike"] + 0.5 * (table["pump"] == "yes") + 5 * (table["flood"] > table["dike"])


@pytest.fixture(scope="module")
def table():
    policies = pd.MultiIndex.from_product(
        [[1.0, 2.0, 3.0], ["no", "yes"]], names=["dike", "pump"]
    ).to_frame(index=False)
    crossed = pd.DataFrame({"flood": FLOODS}).merge(policies, how="cross")
    return crossed.assign(cost=cost(crossed)).sample(frac=1, random_state=0)


@pytest.fixture(scope="module")
def runs(table):
    return sg.Runs.from_frame(table, SPACE, outcomes=["cost"])


@pytest.fixture(scope="module")
def failed(table):
    """The same runs, of which the highest dike in the greatest flood failed."""
    lost = table["cost"].where((table["dike"] < 3) | (table["flood"] < 3))
    return sg.Runs.from_frame(table.assign(cost=lost), SPACE, outcomes=["cost"])


def test_the_share_of_scenarios_that_are_good_enough(runs):
    found = sg.satisficing(runs, "cost < 4", policy="dike")
    assert found["value"].to_dict() == {3.0: 0.75, 2.0: 0.5, 1.0: 0.25}
    assert (found["n"] == 8).all()
    exact = sg.satisficing(runs, "cost < 4", policy="dike", confidence_level=0.9)
    assert (found["low"] < exact["low"]).all()
    assert found["method"].unique().tolist() == ["Clopper-Pearson"]


def test_policies_may_be_made_of_several_inputs(runs):
    found = sg.satisficing(runs, "cost < 3.4", policy=["dike", "pump"])
    assert found["value"].to_dict() == {
        (3.0, "no"): 0.75, (2.0, "no"): 0.5, (2.0, "yes"): 0.5,
        (1.0, "no"): 0.25, (1.0, "yes"): 0.25, (3.0, "yes"): 0.0,
    }  # fmt: skip


def test_a_failed_run_is_not_good_enough_unless_it_is_said_to_be(failed):
    value = {what: sg.satisficing(failed, "cost < 4", policy="dike", failed=what)["value"][3.0]
             for what in ("not", "case")}  # fmt: skip
    assert value == {"not": 0.75, "case": 1.0}
    with pytest.warns(FailedRunsWarning):
        dropped = sg.satisficing(failed, "cost < 4", policy="dike", failed="drop")
    assert (dropped["value"][3.0], dropped["n"][3.0]) == (1.0, 6)


def test_replicates_count_by_their_share():
    space = sg.Space(dike=sg.Discrete([1.0, 2.0]), flood=(0.0, 1.0))
    simulator = sg.Simulator(
        lambda dike, flood, rng: dike + flood + rng.normal(), space, outcomes=["level"]
    )
    design = space.sample(40, rng=0)
    runs = sg.run(simulator, design, replicates=4, n_workers=0, progress=False, rng=0)
    found = sg.satisficing(runs, "level > 2", policy="dike")
    shares = runs.label("level > 2").groupby(design["dike"]).mean()
    assert found["value"].to_dict() == pytest.approx(shares.to_dict())
    assert found["method"].unique().tolist() == ["bootstrap"]


@pytest.mark.parametrize(
    ("quantile", "expected"),
    [(1, {2.0: 4.0, 3.0: 2.0, 1.0: 4.0}), (None, {2.0: 1.5, 3.0: 0.75, 1.0: 2.0}),
     (0, {2.0: 0.0, 3.0: 0.0, 1.0: 0.0})],
)  # fmt: skip
def test_regret_is_what_the_best_policy_would_have_saved(table, quantile, expected):
    plain = table.query("pump == 'no'")
    runs = sg.Runs.from_frame(plain, SPACE, outcomes=["cost"])
    found = sg.regret(runs, "cost", policy="dike", minimize=True, quantile=quantile, rng=0)
    by_hand = plain.pivot(index="flood", columns="dike", values="cost")
    by_hand = by_hand.sub(by_hand.min(axis=1), axis=0)
    values = by_hand.mean() if quantile is None else by_hand.quantile(quantile)
    assert found["value"].to_dict() == pytest.approx(values.to_dict())
    assert found["value"].is_monotonic_increasing
    assert (found["n"] == 4).all()
    assert found["low"].isna().all() == (quantile == 1)


def test_more_may_be_better(runs):
    turned = sg.Runs.from_frame(
        runs.to_frame().assign(gain=-runs.outcomes["cost"]), SPACE, outcomes=["gain"]
    )
    one = sg.regret(runs, "cost", policy="dike", minimize=True, rng=0)
    other = sg.regret(turned, "gain", policy="dike", minimize=False, rng=0)
    pd.testing.assert_frame_equal(one, other)


def test_a_scenario_that_some_policy_lacks_is_left_out_and_said_so(failed):
    with pytest.warns(FailedRunsWarning, match="2 of 8 scenarios lack an ok run"):
        found = sg.regret(failed, "cost", policy="dike", minimize=True, rng=0)
    assert (found["n"] == 6).all()


def test_scenarios_that_were_not_run_under_all_policies_are_refused():
    design = SPACE.sample(60, rng=0)
    runs = sg.Runs.from_frame(design.assign(cost=cost(design)), SPACE, outcomes=["cost"])
    with pytest.raises(DataError, match=r"none of 60 scenarios .* how='cross'"):
        sg.regret(runs, "cost", policy="dike", minimize=True)


def test_a_policy_must_be_an_input_with_few_values(runs):
    with pytest.raises(ArgumentError, match="did you mean 'dike'"):
        sg.satisficing(runs, "cost < 4", policy="dkie")
    design = SPACE.sample(20, rng=0)
    other = sg.Runs.from_frame(design.assign(cost=np.ones(20)), SPACE, outcomes=["cost"])
    with pytest.raises(DataError, match="20 policies of \\['flood'\\] in 20 runs"):
        sg.satisficing(other, "cost < 4", policy="flood")
    with pytest.raises(ArgumentError, match="did you mean 'cost'"):
        sg.regret(runs, "costs", policy="dike", minimize=True)
    with pytest.raises(ArgumentError, match="quantile must be a share"):
        sg.regret(runs, "cost", policy="dike", minimize=True, quantile=90)
