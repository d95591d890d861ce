import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import surrogate as sg
from surrogate.errors import SpaceError
from surrogate.space import ScipyDistribution

CONTINUOUS = {
    "uniform": (sg.Uniform(-2, 5), stats.uniform(-2, 7)),
    "log-uniform": (sg.LogUniform(0.1, 10), stats.loguniform(0.1, 10)),
    "normal": (sg.Normal(3, 2), stats.norm(3, 2)),
    "truncated normal": (sg.TruncatedNormal(0, 1, -1, 2), stats.truncnorm(-1, 2)),
    "log-normal": (sg.LogNormal(1, 0.5), stats.lognorm(0.5, scale=np.e)),
    "triangular": (sg.Triangular(-3, -2, -1), stats.triang(0.5, loc=-3, scale=2)),
    "left triangle": (sg.Triangular(0, 0, 2), stats.triang(0.0, loc=0, scale=2)),
    "right triangle": (sg.Triangular(0, 2, 2), stats.triang(1.0, loc=0, scale=2)),
    "beta": (sg.Beta(2, 5, low=1, high=3), stats.beta(2, 5, loc=1, scale=2)),
    "scipy": (ScipyDistribution(stats.gamma(2.0)), stats.gamma(2.0)),
}
DISCRETE = {
    "integer": sg.Integer(2, 8),
    "discrete": sg.Discrete([0.5, 1, 4], weights=[1, 2, 1]),
    "ordered": sg.Categorical(["low", "mid", "high"], ordered=True),
    "unordered": sg.Categorical(["a", "b"], weights=[3, 1]),
    "poisson": ScipyDistribution(stats.poisson(3)),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous_parameters_follow_their_distribution(name):
    parameter, reference = CONTINUOUS[name]
    u = np.linspace(0.001, 0.999, 101)
    values = parameter.from_unit(u)
    np.testing.assert_allclose(values, reference.ppf(u), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(parameter.to_unit(values), u, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_the_ends_of_the_unit_interval_give_finite_values(name):
    parameter, _ = CONTINUOUS[name]
    values = parameter.from_unit(np.array([0.0, 1.0]))
    assert np.isfinite(values).all()
    assert not parameter.invalid(values).any()


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_values_come_back_from_the_middle_of_their_bin(name):
    parameter = DISCRETE[name]
    values = parameter.from_unit(np.linspace(0.001, 0.999, 500))
    again = parameter.from_unit(parameter.to_unit(values))
    assert np.array_equal(np.asarray(values), np.asarray(again))


def test_integers_have_equal_mass_to_the_ends():
    values = sg.Integer(0, 3).from_unit(np.linspace(0, 1, 4001)[:-1])
    assert np.bincount(values).tolist() == [1000] * 4


def test_weights_set_the_mass_of_labels():
    labels = np.asarray(DISCRETE["unordered"].from_unit(np.linspace(0, 1, 1001)[:-1]))
    assert (labels == "a").mean() == pytest.approx(0.75)


@pytest.mark.parametrize(
    "parameter",
    [
        sg.Categorical([1, 2, 5, 9], weights=[0, 1, 3, 0]),
        sg.Categorical([1, 2, 5, 9], weights=[0, 1, 3, 0], ordered=True),
        sg.Discrete([1, 2, 5, 9], weights=[0, 1, 3, 0]),
    ],
)
def test_values_of_weight_zero_are_outside_the_support(parameter):
    assert set(np.asarray(parameter.from_unit(np.linspace(0, 1, 101)))) == {2, 5}
    assert parameter.invalid(np.array([1, 2, 5, 9])).tolist() == [True, False, False, True]
    assert parameter.support == "{2, 5}"
    space = sg.Space(k=parameter)
    with pytest.raises(SpaceError, match=r"2 values outside {2, 5} .first: row 0, 1"):
        space.check(pd.DataFrame({"k": [1, 2, 5, 9]}))
    assert set(space.sample(4, "grid")["k"]) <= {2, 5}


def test_numbers_are_clipped_to_values_that_occur():
    parameter = sg.Discrete([1, 2, 5, 9], weights=[0, 1, 3, 0])
    assert (parameter.low, parameter.high) == (2, 5)
    assert parameter.clip(np.array([0.0, 1.0, 9.0])).tolist() == [2, 2, 5]


@given(st.integers(-50, 50), st.integers(0, 100), st.floats(0, 1, exclude_max=True))
def test_an_integer_stays_in_its_range(low, width, u):
    value = sg.Integer(low, low + width).from_unit(np.array([u]))[0]
    assert low <= value <= low + width


@pytest.mark.parametrize("name", [*CONTINUOUS, *DISCRETE])
def test_the_pieces_of_limits_hold_their_mass(name):
    parameter = CONTINUOUS[name][0] if name in CONTINUOUS else DISCRETE[name]
    u = (np.arange(20_000) + 0.5) / 20_000
    values = np.asarray(parameter.from_unit(u))
    if hasattr(parameter, "labels"):
        limits, inside = parameter.labels[:1], values == parameter.labels[0]
    else:
        limits = tuple(np.quantile(values, [0.2, 0.7]))
        inside = (values >= limits[0]) & (values <= limits[1])
    pieces = parameter.unit_pieces(limits)
    assert np.diff(pieces, axis=1).sum() == pytest.approx(inside.mean(), abs=1e-3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: sg.Uniform(1, 1),
        lambda: sg.Uniform(0, float("inf")),
        lambda: sg.LogUniform(0, 1),
        lambda: sg.Normal(0, 0),
        lambda: sg.TruncatedNormal(0, 1, 50, 60),
        lambda: sg.Triangular(0, 2, 1),
        lambda: sg.Beta(0, 1),
        lambda: sg.Integer(0.5, 2),
        lambda: sg.Discrete([2, 1]),
        lambda: sg.Discrete([]),
        lambda: sg.Categorical(["a", "a"]),
        lambda: sg.Categorical("ab"),
        lambda: sg.Categorical(["a", "b"], weights=[1]),
    ],
)
def test_impossible_parameters_are_refused(make):
    with pytest.raises(SpaceError):
        make()
