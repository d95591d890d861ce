"""The pendulum against the analytic boundary of its stable gains."""

import numpy as np
import pytest

from simulators.pendulum import GRAVITY, boundary_gains, critical_delay, pendulum


def test_the_boundary_curve_has_its_rightmost_root_on_the_axis():
    frequency = np.linspace(0.5, 6.0, 12)
    p, d = boundary_gains(frequency, length=1.0, delay=0.1)
    at_boundary = pendulum(length=1.0, delay=0.1, proportional=p, derivative=d)
    np.testing.assert_allclose(at_boundary, 0.0, atol=1e-9)
    assert (p > GRAVITY).all()


def test_the_static_boundary_is_gravity():
    for excess, sign in ((1e-3, -1), (0.0, 0), (-1e-3, 1)):
        stability = pendulum(length=1.0, delay=0.1, proportional=GRAVITY + excess, derivative=5.0)
        assert np.sign(np.round(stability, 9)) == sign


@pytest.mark.parametrize(("frequency", "inwards"), [(5.0, 1.02), (14.0, 0.98)])
def test_the_boundary_curve_separates_balanced_from_falling(frequency, inwards):
    # Low frequencies are the lower limit of D, high ones the upper.
    p, d = boundary_gains(frequency, length=1.0, delay=0.1)
    gains = {"proportional": p, "derivative": d * np.array([inwards, 1 / inwards])}
    assert (pendulum(length=1.0, delay=0.1, **gains) < 0).tolist() == [True, False]


@pytest.mark.parametrize(("factor", "possible"), [(0.9, True), (1.02, False)])
def test_no_gains_balance_beyond_the_critical_delay(factor, possible):
    length = 0.7
    p, d = np.meshgrid(np.linspace(1.001, 1.2, 25) * GRAVITY / length, np.linspace(2, 6, 41))
    delay = factor * critical_delay(length)
    balanced = pendulum(length=length, delay=delay, proportional=p, derivative=d) < -1e-6
    assert balanced.any() == possible


def test_without_feedback_it_falls_at_its_own_rate():
    assert pendulum(length=2.0, delay=0.2, proportional=0.0, derivative=0.0) == pytest.approx(
        np.sqrt(GRAVITY / 2.0), rel=1e-9
    )


def test_a_block_gives_what_single_rows_give():
    design = pendulum.space.sample(20, rng=0)
    block = pendulum.evaluate(design)["stability"]
    single = [pendulum(**row) for row in design.to_dict("records")]
    np.testing.assert_allclose(block, single, rtol=1e-9)
