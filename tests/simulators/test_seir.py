"""The epidemic against the final-size equation, the closed-form peak and the threshold."""

import numpy as np
import pytest

from simulators.seir import DAYS, peak_infected, seir


@pytest.mark.parametrize("reproduction_number", [1.8, 2.5, 3.9])
def test_final_size(reproduction_number):
    seed = 1e-3
    escaped = 1 - seir(reproduction_number, 3.0, 5.0, seed)["attack"]
    assert np.log(escaped / (1 - seed)) == pytest.approx(
        -reproduction_number * (1 - escaped), rel=1e-4
    )


@pytest.mark.parametrize("reproduction_number", [1.5, 2.5, 4.0])
@pytest.mark.parametrize("latent_period", [1.0, 7.0])
def test_peak(reproduction_number, latent_period):
    peak = seir(reproduction_number, latent_period, 6.0, 1e-3)["peak"]
    assert peak == pytest.approx(peak_infected(reproduction_number, 1e-3), rel=5e-3)


@pytest.mark.parametrize("reproduction_number", [0.8, 0.99])
def test_below_the_threshold_the_epidemic_only_shrinks(reproduction_number):
    outcomes = seir(reproduction_number, 4.0, 6.0, 1e-3)
    assert (np.diff(outcomes["infected"]) <= 1e-12).all()
    assert outcomes["peak"] == pytest.approx(1e-3) == peak_infected(reproduction_number, 1e-3)


def test_just_above_the_threshold_it_grows():
    assert seir(1.2, 4.0, 6.0, 1e-4)["peak"] > 10 * 1e-4


def test_evaluate_gives_a_series_of_days_in_each_cell():
    outcomes = seir.evaluate(seir.space.sample(4, rng=0))
    assert list(outcomes) == ["infected", "peak", "attack"]
    assert all(series.shape == DAYS.shape for series in outcomes["infected"])
    assert outcomes["peak"].tolist() == [series.max() for series in outcomes["infected"]]
