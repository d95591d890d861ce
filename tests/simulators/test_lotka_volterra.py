"""Predator and prey against the conserved quantity and the linearised period."""

import numpy as np
import pytest

from simulators.lotka_volterra import YEARS, conserved, lotka_volterra

RATES = {"alpha": 0.8, "beta": 0.4, "gamma": 0.6, "delta": 0.3}


def test_orbits_conserve_v():
    design = lotka_volterra.space.sample(16, rng=0)
    outcomes = lotka_volterra.evaluate(design)
    for (_, inputs), (_, answer) in zip(design.iterrows(), outcomes.iterrows(), strict=True):
        rates = inputs[["alpha", "beta", "gamma", "delta"]].to_dict()
        v = conserved(answer["prey"], answer["predator"], **rates)
        np.testing.assert_allclose(v, v[0], rtol=1e-6)


def test_the_equilibrium_stays():
    answer = lotka_volterra(**RATES, prey_0=2.0, predator_0=2.0)
    np.testing.assert_allclose(answer["prey"], 2.0, rtol=1e-9)
    np.testing.assert_allclose(answer["predator"], 2.0, rtol=1e-9)


def test_small_swings_have_the_period_of_the_linearised_system():
    answer = lotka_volterra(**RATES, prey_0=2.02, predator_0=2.0)
    swing = answer["prey"] - 2.0
    rising = np.flatnonzero((swing[:-1] < 0) & (swing[1:] >= 0))
    crossings = YEARS[rising] - swing[rising] * (YEARS[1] - YEARS[0]) / np.diff(swing)[rising]
    assert np.diff(crossings).mean() == pytest.approx(2 * np.pi / np.sqrt(0.8 * 0.6), rel=1e-3)
