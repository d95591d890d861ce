"""The analytic functions against closed forms, published labels and published shares."""

import numpy as np
import pandas as pd
import pytest

from simulators import functions


def on_unit_cube(simulator, unit):
    columns = simulator.space.parameters.items()
    design = {name: each.from_unit(unit[:, k]) for k, (name, each) in enumerate(columns)}
    return simulator.evaluate(pd.DataFrame(design)).iloc[:, 0].to_numpy()


@pytest.mark.parametrize(
    ("simulator", "name"),
    [
        (functions.borehole, "borehole"),
        (functions.ishigami, "ishigami"),
        (functions.wing_weight, "wing"),
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_values_on_the_unit_cube(data_file, simulator, name):
    with np.load(data_file(f"surrogates/{name}.npz")) as stored:
        values = on_unit_cube(simulator, stored["X_test"])
        np.testing.assert_allclose(values, stored["y_test"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize(
    ("simulator", "name", "threshold"),
    [(functions.borehole_wide, "borehole", 1000), (functions.otl_circuit, "otlcircuit", 4.5)],
    ids=["borehole_wide", "otl_circuit"],
)
def test_all_labels_of_reds(data_file, simulator, name, threshold, part):
    table = pd.read_csv(data_file(f"reds/{name}_{part}.csv.gz"))
    unit = table[[f"x{k}" for k in range(1, simulator.space.d + 1)]].to_numpy()
    assert ((on_unit_cube(simulator, unit) < threshold) == (table["y"] == 1)).all()


@pytest.mark.parametrize(
    ("simulator", "threshold", "share"),
    [  # shares of [0, 1]^d below the threshold as tabulated for the R package reds
        (functions.borehole_wide, 1000, 0.310),
        (functions.otl_circuit, 4.5, 0.226),
        (functions.piston, 0.4, 0.360),
        (functions.wing_weight, 250, 0.384),
        (functions.ishigami, 1, 0.255),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_share_below_the_threshold(simulator, threshold, share):
    design = simulator.space.sample(2**13, rng=0)
    below = (simulator.evaluate(design).iloc[:, 0] < threshold).mean()
    assert below == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("simulator", "indices"),
    [
        (functions.ishigami, functions.ishigami_indices()),
        (functions.sobol_g, functions.sobol_g_indices()),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_closed_form_indices_agree_with_sampling(simulator, indices):
    variance, first, total = indices
    d, n = simulator.space.d, 2**14
    unit = np.random.default_rng(0).random((2, n, d))
    base, other = (on_unit_cube(simulator, each) for each in unit)
    assert base.var() == pytest.approx(variance, rel=0.05)
    for k in range(d):
        mixed = unit[0].copy()
        mixed[:, k] = unit[1][:, k]
        changed = on_unit_cube(simulator, mixed)
        # Saltelli's and Jansen's estimators
        assert np.mean(other * (changed - base)) / variance == pytest.approx(first[k], abs=0.05)
        assert np.mean((changed - base) ** 2) / 2 / variance == pytest.approx(total[k], abs=0.05)


def test_morris_vanishes_where_every_input_is_neutral():
    neutral = dict.fromkeys(functions.morris.space.names, 0.5) | dict.fromkeys(
        ["x3", "x5", "x7"], 1 / 12
    )
    assert functions.morris(**neutral) == pytest.approx(0, abs=1e-12)


def test_inputs_8_to_10_of_morris_act_linearly_and_11_to_20_hardly():
    design = functions.morris.space.sample(64, rng=0)
    effects = {}
    for name in ("x8", "x9", "x10", "x11", "x20"):
        low, high = (functions.morris.evaluate(design.assign(**{name: v}))["y"] for v in (0.0, 1.0))
        effects[name] = high - low
    assert all(abs(effects[name].mean() - 40) < 6 for name in ("x8", "x9", "x10"))
    assert all(abs(effects[name].mean()) < 6 for name in ("x11", "x20"))
