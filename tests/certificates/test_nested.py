"""A certificate along nested boxes keeps its confidence, and takes over runs it has."""

from __future__ import annotations

import numpy as np
import pytest

import surrogate as sg
from surrogate.certificates.asking import Asking
from surrogate.certificates.nested import _bound, _draws
from surrogate.errors import ArgumentError
from surrogate.estimates import binomial_bound

SPACE = sg.Space(x=(0.0, 1.0), y=(0.0, 1.0))
LINE = sg.Simulator(lambda x, y: x, SPACE, outcomes=["z"], vectorized=True, name="line")
# Densities of "z < 0.5" are 1, 1, 0.833, 0.625 and 0.5, from the innermost outward.
BOXES = [sg.Box({"x": (0.0, high)} if high < 1 else {}) for high in (1.0, 0.8, 0.6, 0.5, 0.3)]


def certify(boxes=BOXES, **options):
    settings = {"density": 0.9, "n_box": 100, "n_space": 0, "rng": 0, "n_workers": 0} | options
    return sg.certify_nested(boxes, LINE, "z < 0.5", **settings)


def test_the_largest_box_of_the_declared_density_is_found():
    certificate = certify(n_space=200)
    assert certificate.box == BOXES[3]
    assert certificate.boxes == tuple(reversed(BOXES))
    assert [density.low >= 0.9 for density in certificate.densities] == [True, True, False]
    assert certificate.coverage.low <= 1 == certificate.coverage.value
    assert certificate.to_frame()["proved"].tolist() == [True, True, False]
    assert "0 <= x <= 0.5: at least 90 % of it has z < 0.5 at 95 % confidence" in str(certificate)
    assert "holds at least" in str(certificate)


def test_the_bounds_are_those_of_the_fixed_sequence():
    certificate = certify()
    failed = certificate.densities[-1]
    assert [density.low for density in certificate.densities[:-1]] == [0.9, 0.9]
    assert failed.low == binomial_bound(round(100 * failed.value), 100).low
    all_proved = certify(density=0.2)
    least = binomial_bound(round(100 * all_proved.densities[-1].value), 100).low
    assert {density.low for density in all_proved.densities} == {least}
    assert all_proved.box == BOXES[0]


def test_nothing_is_said_where_the_innermost_box_fails():
    certificate = certify([BOXES[0], BOXES[1]], n_space=100)
    assert certificate.box is None
    assert certificate.n_space == 0
    assert "Of none of the 2 boxes" in certificate.statement()


def test_answers_of_the_box_before_are_taken_over_and_nothing_is_asked_twice():
    certificate = certify()
    assert certificate.n_runs == len(certificate.runs) < 300
    inputs = certificate.runs.inputs
    assert len(inputs.drop_duplicates()) == len(inputs)
    assert (inputs["x"][:100] <= 0.3).all()
    assert ((inputs["x"][100:] > 0.3) | (inputs.index[100:] < 0)).all()
    assert certify().densities == certificate.densities


def test_draws_with_answers_taken_over_are_those_of_the_box():
    """The number of cases among the first 20 draws of the second box is binomial."""
    counts = []
    for seed in range(400):
        with Asking.by(LINE, "z < 0.15", seed, n_runs=40, options={"n_workers": 0}) as ask:
            _, inner = _draws(ask, BOXES[4], 40, None, 0)
            _, outer = _draws(ask, BOXES[2], 40, (BOXES[4], inner), 1)
        counts.append(outer[:20].sum())
    assert np.mean(counts) == pytest.approx(5, abs=0.3)
    assert np.var(counts) == pytest.approx(20 * 0.25 * 0.75, abs=0.9)


def test_the_confidence_holds_over_many_nests():
    """Every box just misses the density, so to prove any is an error; the runs are shared."""
    random, n_wrong, n = np.random.default_rng(3), 0, 1000
    for _ in range(n):
        hits = random.random(100) < 0.9
        lows = []
        for share in (1.0, 0.7, 0.5):  # as _draws does: the first of the known, and new ones
            known = random.random(100) < share
            hits = np.where(
                known, hits[np.maximum(np.cumsum(known) - 1, 0)], random.random(100) < 0.9
            )
            lows.append(_bound(hits, 0.95).low)
        n_wrong += lows[0] > 0.9
    assert n_wrong <= 0.05 * n + 3 * np.sqrt(0.05 * 0.95 * n)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"boxes": []}, "at least one box"),
        ({"density": 90}, "density must lie"),
        ({"n_box": 0}, "n_box must be an integer of at least 1"),
        ({"confidence_level": 1.0}, "confidence_level must lie"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ArgumentError, match=message):
        certify(**options)
