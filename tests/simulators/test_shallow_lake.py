"""The lake against closed forms and its tipping point."""

import numpy as np
import pandas as pd
import pytest

from simulators.shallow_lake import critical_phosphorus, shallow_lake


@pytest.mark.parametrize("b", [0.1, 0.25, 0.42, 0.49])
def test_critical_phosphorus_for_quadratic_release(b):
    expected = (1 - np.sqrt(1 - 4 * b**2)) / (2 * b)
    assert critical_phosphorus(b, 2.0) == pytest.approx(expected, rel=1e-12)


def test_critical_phosphorus_balances_release_and_removal():
    lakes = shallow_lake.space.sample(200, rng=0)
    b, q = lakes["b"].to_numpy(), lakes["q"].to_numpy()
    x = critical_phosphorus(b, q)
    np.testing.assert_allclose(x**q / (1 + x**q), b * x, rtol=1e-10)


def test_a_lake_that_removes_fast_enough_never_tips():
    assert np.isinf(critical_phosphorus(0.51, 2.0))


@pytest.mark.parametrize(("factor", "tips"), [(0.9, False), (1.2, True)])
def test_the_lake_tips_beyond_the_critical_load(factor, tips):
    b, q, inflow = 0.42, 2.0, 0.02
    level = np.linspace(0, critical_phosphorus(b, q), 2001)
    critical_load = np.max(b * level - level**q / (1 + level**q))
    lake = {"b": b, "q": q, "mean": inflow, "stdev": 0.001, "delta": 0.98}
    design = pd.DataFrame([lake | {"emission": factor * critical_load - inflow}])
    outcomes = shallow_lake(**design, rng=[np.random.default_rng(0)])
    assert (outcomes["reliability"][0] < 1) == tips
    assert (outcomes["max_phosphorus"][0] > critical_phosphorus(b, q)) == tips


def test_without_noise_the_first_years_follow_the_recursion():
    lake = {"b": 0.3, "q": 2.5, "mean": 0.03, "stdev": 1e-12, "delta": 0.95, "emission": 0.01}
    level = 0.0
    for _ in range(99):
        level = level + 0.04 + level**2.5 / (1 + level**2.5) - 0.3 * level
    outcomes = shallow_lake(
        **{name: [value] for name, value in lake.items()}, rng=[np.random.default_rng(0)]
    )
    assert outcomes["max_phosphorus"][0] == pytest.approx(level, rel=1e-9)
    assert outcomes["utility"][0] == pytest.approx(0.4 * 0.01 * sum(0.95**t for t in range(100)))


def test_inflows_have_the_declared_mean_and_deviation():
    from simulators.shallow_lake import _natural_inflow

    generators = [np.random.default_rng(k) for k in range(200)]
    inflow = _natural_inflow(np.full(200, 0.03), np.full(200, 0.004), generators)
    assert inflow.mean() == pytest.approx(0.03, rel=0.01)
    assert inflow.std() == pytest.approx(0.004, rel=0.03)


def test_the_seed_decides_and_rows_do_not_share_noise():
    lakes = shallow_lake.space.sample(1, rng=0).loc[[0, 0]].reset_index(drop=True)
    first, again, other = (shallow_lake.evaluate(lakes, rng=seed) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(first, again)
    assert (first["max_phosphorus"] != other["max_phosphorus"]).all()
    assert first["max_phosphorus"].nunique() == 2
