import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surrogate.errors import ArgumentError
from surrogate.estimates import (
    Estimate,
    binomial,
    binomial_bound,
    bootstrap,
    confidence_sequence,
    mean_estimate,
    sequential_bound,
)

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_the_exact_interval_is_clopper_and_pearsons(counts):
    k, n = counts
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    estimate = binomial(k, n)
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))


@given(COUNTS)
def test_wilsons_interval_is_scipys(counts):
    k, n = counts
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    estimate = binomial(k, n, method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(COUNTS)
def test_a_one_sided_bound_is_higher_than_the_two_sided_one(counts):
    k, n = counts
    assert binomial(k, n).low <= binomial_bound(k, n).low <= k / n
    assert binomial_bound(k, n).high == 1


@given(COUNTS)
def test_a_confidence_sequence_holds_the_value_and_is_wider(counts):
    k, n = counts
    sequence = confidence_sequence(k, n)
    assert 0 <= sequence.low <= k / n <= sequence.high <= 1
    assert sequence.low <= binomial(k, n).low + 1e-9


def test_a_confidence_sequence_holds_at_every_look_at_once():
    random = np.random.default_rng(3)
    missed = 0
    for _ in range(300):
        hits = np.cumsum(random.random(200) < 0.9)
        looks = [confidence_sequence(int(hits[n - 1]), n) for n in range(10, 201, 10)]
        missed += any(not look.low <= 0.9 <= look.high for look in looks)
    assert missed <= 0.05 * 300


def test_nothing_observed_says_nothing():
    empty = binomial(0, 0)
    assert math.isnan(empty.value)
    assert (empty.low, empty.high) == (0, 1)
    assert empty.to_dict()["value"] is None


def test_the_bootstrap_covers_a_mean_about_as_often_as_stated():
    random = np.random.default_rng(0)
    covered = 0
    for seed in range(200):
        sample = random.normal(size=40)
        interval = bootstrap(
            lambda rows, sample=sample: sample[rows].mean(), 40, n_resamples=200, rng=seed
        )
        covered += interval.low <= 0 <= interval.high
    assert covered >= 0.88 * 200


def test_the_mean_has_students_interval():
    sample = [1.0, 2.0, 4.0]
    expected = stats.t.interval(0.9, 2, np.mean(sample), stats.sem(sample))
    estimate = mean_estimate(sample, confidence_level=0.9)
    assert (estimate.low, estimate.high) == pytest.approx(expected)
    assert math.isnan(mean_estimate([1.0]).low)


def test_the_text_says_value_interval_n_and_data():
    estimate = binomial(9, 10, data="held-out runs")
    assert str(estimate) == "0.900 [0.555, 0.997] (95 %, n=10, held-out runs)"
    assert f"{estimate:.1f}" == "0.9"
    assert str(Estimate(2.0, n=3)) == "2.000 (n=3)"
    assert float(estimate) == 0.9


@pytest.mark.parametrize("make", [binomial, binomial_bound, confidence_sequence])
@pytest.mark.parametrize(
    ("arguments", "options"), [((3, 2), {}), ((-1, 2), {}), ((1, 2), {"confidence_level": 95})]
)
def test_impossible_counts_and_levels_are_refused(make, arguments, options):
    with pytest.raises(ArgumentError):
        make(*arguments, **options)


def test_a_lower_bound_is_shown_as_one_and_an_approximate_level_as_about():
    bound = binomial_bound(297, 300, data="fresh runs")
    assert bound.is_bound
    assert str(bound) == "0.990, at least 0.974 (95 %, n=300, fresh runs)"
    rough = dataclasses.replace(binomial(9, 10), method="Clopper-Pearson, approximate")
    assert str(rough) == "0.900 [0.555, 0.997] (about 95 %, n=10)"


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_the_sequential_bound_holds_at_every_look_at_once(share):
    random, n_wrong, n = np.random.default_rng(5), 0, 300
    for _ in range(n):
        counts = np.cumsum(random.random(150) < share)
        looks = range(0, 150, 10)
        n_wrong += any(sequential_bound(int(counts[k]), k + 1).low > share for k in looks)
    assert n_wrong <= 0.05 * n + 3 * np.sqrt(0.05 * 0.95 * n)


def test_the_sequential_bound_lies_between_one_look_and_both_sides():
    for k, n in ((1, 1), (20, 20), (297, 300), (150, 300), (1, 5000), (4999, 5000)):
        sides, one_look = confidence_sequence(k, n).low, binomial_bound(k, n).low
        assert sides * 0.999 <= sequential_bound(k, n).low <= one_look
    assert sequential_bound(0, 10).low == 0
    assert np.isnan(sequential_bound(0, 0).value)
