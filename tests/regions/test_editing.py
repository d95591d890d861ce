"""Edited boxes: what they admit, what they score, and which limits are worth keeping."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, Box, simplify

INF = math.inf


@pytest.fixture
def box():
    return Box(
        {"u0": (0.2, 0.6), "u1": (-INF, 0.97), "policy": ["a"]}, {"u1": (None, (0.98, 0.95))}
    )


@pytest.fixture
def problem(uniform):
    X = uniform(2000).assign(policy=np.where(np.arange(2000) % 3, "a", "b"))
    return X, X["u0"].between(0.2, 0.6) & (X["policy"] == "a")


# Single edits


def test_an_input_is_restricted_once(box):
    assert box.add("u2", (0.1, INF)).limits["u2"] == (0.1, INF)
    with pytest.raises(ArgumentError, match=r"'u0' already .* replace or loosen"):
        box.add("u0", (0.1, 0.2))


def test_loosening_admits_more_and_never_less(box, problem):
    X, _ = problem
    looser = [
        box.loosen("u0", low=0.1),
        box.loosen("u0", low=0.1, high=INF),
        box.loosen("u0", low=-INF, high=INF),
        box.loosen("policy", labels=["b"]),
    ]
    for each in looser:
        assert (box.contains(X) <= each.contains(X)).all()
        assert box.contains(X).sum() < each.contains(X).sum()
    assert "u0" not in looser[2].limits
    assert box.loosen("policy", labels=["b", "a"]).limits["policy"] == ("a", "b")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "u0", "low": 0.3}, "use replace"),
        ({"name": "u0", "labels": ["a"]}, "use replace"),
        ({"name": "policy", "low": 0.3}, "give labels="),
        ({"name": "u9", "low": 0.3}, "does not restrict 'u9'"),
        ({"name": "u0", "low": math.nan}, "use replace"),
    ],
)
def test_what_does_not_loosen_is_refused(box, change, message):
    with pytest.raises(ArgumentError, match=message):
        box.loosen(**change)


def test_an_edit_comes_with_its_scores(box, problem):
    X, y = problem
    table = box.compare(box.drop("u1"), X, y)
    assert list(table.index) == ["before", "after", "change"]
    for row, each in (("before", box), ("after", box.drop("u1"))):
        scores = each.evaluate(X, y)
        assert table.loc[row, "coverage"] == pytest.approx(scores.coverage.value)
        assert table.loc[row, "n_restricted"] == each.n_restricted
    assert table.loc["change", "coverage"] == pytest.approx(
        table.loc["after", "coverage"] - table.loc["before", "coverage"]
    )


# Readable numbers


@pytest.mark.parametrize(
    ("limits", "digits", "expected"),
    [
        ((0.1234, 7.8912), 2, (0.1, 7.9)),
        ((1000.123, 1000.456), 2, (1000.12, 1000.46)),
        ((-INF, 0.000314159), 2, (-INF, 0.00031)),
        ((123456.0, INF), 1, (100000.0, INF)),
        ((0.0, INF), 3, (0.0, INF)),
        ((2.5, 2.5), 3, (2.5, 2.5)),
    ],
)
def test_digits_count_from_the_width(limits, digits, expected):
    assert Box({"x": limits}).round(digits).limits["x"] == expected


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e6), st.booleans())
def test_without_digits_a_limit_stays_inside_its_gap(outside, width, low_end):
    inside = outside + width if low_end else outside - width
    middle = outside / 2 + inside / 2
    limits, gap = ((middle, INF), ((outside, inside), None))
    if not low_end:
        limits, gap = ((-INF, middle), (None, (outside, inside)))
    box = Box({"x": limits}, {"x": gap}).round()
    X = pd.DataFrame({"x": [outside, inside]})
    assert box.contains(X).tolist() == [outside == inside, True]
    assert box.gaps["x"] == gap


def test_without_digits_the_same_rows_are_parted(problem):
    X, y = problem
    box = PRIM().fit(X, y).box_
    shorter = box.round()
    assert shorter != box
    assert shorter.contains(X).equals(box.contains(X))
    assert len(shorter.rule(15)) < len(box.rule(15))


def test_digits_are_found_by_score(problem):
    X, y = problem
    box = Box({"u0": (0.20012345, 0.6000321)})
    assert box.round(X=X, y=y).limits["u0"] == (0.2, 0.6)
    with pytest.raises(ArgumentError, match="not both"):
        box.round(2, X, y)
    with pytest.raises(ArgumentError, match="from 1 to 17"):
        box.round(0)


def test_a_gap_that_its_limit_has_left_is_dropped():
    box = Box({"x": (0.123, 0.987)}, {"x": ((0.12, 0.13), (0.99, 0.98))})
    assert box.round(1).gaps["x"] == (None, None) or box.round(1).gaps["x"].low is None


# Limits that do not pay


def test_a_limit_of_chance_is_dropped_and_the_others_stay(box, problem):
    simple = simplify(box, *problem)
    assert simple.box == Box({"u0": (0.2, 0.6), "policy": ["a"]})
    assert simple.dropped == ("u1 <= 0.97",)
    assert "1 of 4 limits did not pay on 2,000 runs" in simple.reason


def test_one_end_of_an_interval_can_go(problem):
    X, _ = problem
    simple = simplify(Box({"u0": (0.01, 0.5)}), X, X["u0"] < 0.5)
    assert simple.box == Box({"u0": (-INF, 0.5)})


def test_no_tolerance_drops_only_what_costs_nothing(uniform):
    X = uniform(500)
    y = (X["u0"] < 0.5) & (X["u1"] < 0.99)
    box = Box({"u0": (-INF, 0.5), "u1": (-INF, 0.99), "u2": (-INF, 0.99)})
    assert simplify(box, X, y, n_standard_errors=0).box == box.drop("u2")
    assert simplify(box, X, y).box == Box({"u0": (-INF, 0.5)})


@pytest.mark.parametrize("weighted", [False, True])
def test_the_wracc_that_is_kept_is_within_the_tolerance(uniform, weighted):
    X = uniform(1000)
    y = (X["u0"] < 0.4) & (X["u1"] > 0.3)
    weights = np.arange(1000) + 1.0 if weighted else None
    box = PRIM(mass_min=0.01).fit(X, y).trajectory_[-1]
    simple = simplify(box, X, y, sample_weight=weights)
    table = box.compare(simple.box, X, y, sample_weight=weights)
    assert table.loc["change", "n_restricted"] <= 0
    error = float(simple.reason.split("errors of ")[1].split(")")[0])
    assert table.loc["change", "wracc"] >= -error * 1.05


def test_coverage_keeps_the_density_asked_for(uniform):
    X = uniform(3000)
    y = (X["u0"] < 0.5) & (X["u1"] < 0.8)
    box = Box({"u0": (-INF, 0.5), "u1": (-INF, 0.8), "u2": (0.05, INF)})
    strict = simplify(box, X, y, rule="coverage", density=0.95)
    assert strict.box == box.drop("u2")
    loose = simplify(box, X, y, rule="coverage", density=0.75)
    assert loose.box.evaluate(X, y).density.value >= 0.74
    assert loose.box.n_restricted == 1


def test_what_cannot_be_judged_is_refused(box, problem):
    X, y = problem
    with pytest.raises(DataError, match="holds none of these rows"):
        simplify(Box({"u0": (5, 6)}), X, y)
    with pytest.raises(ArgumentError, match="'wracc' or 'coverage'"):
        simplify(box, X, y, rule="knee")
    with pytest.raises(ArgumentError, match="at least 0"):
        simplify(box, X, y, n_standard_errors=-1)
