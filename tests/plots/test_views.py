"""How an input is drawn: range, scale, numbers and limits as text."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surrogate.plots.views import View, view_of, views_of
from surrogate.space import (
    Categorical,
    Constant,
    Discrete,
    Integer,
    LogNormal,
    LogUniform,
    Normal,
    Space,
    Uniform,
)

INF = math.inf
SPACE = Space(
    real=Uniform(0, 0.5, unit="s"),
    log=LogUniform(0.1, 10),
    open=Normal(100, 10),
    positive=LogNormal(0, 1),
    whole=Integer(2, 8),
    listed=Discrete([1, 2, 5]),
    label=Categorical(["a", "b", "c"]),
    fixed=Constant(3),
    derived={"sum": "real + log"},
)


@pytest.mark.parametrize(
    ("name", "limit", "words"),
    [
        ("real", (0.1, 0.4), "0.1 ≤ real ≤ 0.4 s"),
        ("real", (-INF, 1 / 3), "real ≤ 0.3333 s"),
        ("real", (0.25, INF), "real ≥ 0.25 s"),
        ("log", (0.123456, INF), "log ≥ 0.1235"),
        ("whole", (2.5, 6.5), "3 ≤ whole ≤ 6"),
        ("whole", (3.0, 3.0), "whole = 3"),
        ("label", ("a", "c"), "label is a or c"),
        ("listed", (2.0, INF), "listed ≥ 2"),
        ("open", (-3.0, INF), "open ≥ \N{MINUS SIGN}3"),
    ],
)
def test_limits_in_words(name: str, limit: tuple[object, ...], words: str) -> None:
    assert view_of(name, SPACE, [90, 110]).clause(limit) == words


def test_numbers_far_from_zero_keep_the_digits_that_matter() -> None:
    view = view_of("x", Space(x=Uniform(1000.0, 1000.01)))
    assert view.number(1000.00123) == "1000.00123"


def test_gaps_in_words() -> None:
    view = view_of("real", SPACE)
    assert view.gap((None, (0.31, 0.29))) == "upper gap 0.29 to 0.31"
    assert view.gap(None) == ""


def test_an_integer_limit_covers_whole_cells() -> None:
    assert view_of("whole", SPACE).intervals((3.0, INF)) == [(2.5, 8.5)]


def test_labels_are_cells_that_need_not_touch() -> None:
    assert view_of("label", SPACE).intervals(("a", "c")) == [(-0.5, 0.5), (1.5, 2.5)]


def test_an_open_support_is_drawn_as_far_as_the_runs_reach() -> None:
    view = view_of("open", SPACE, [50.0, 150.0, -INF])
    assert (view.low, view.high) == pytest.approx((46, 154))
    assert view.support == (-INF, INF)


def test_a_positive_support_stays_positive_on_a_logarithmic_scale() -> None:
    view = view_of("positive", SPACE, [0.01, 100.0])
    assert view.is_log
    assert 0 < view.low < 0.01
    assert len(view.ticks()) >= 3


def test_constants_are_left_out_and_derived_inputs_are_in() -> None:
    inputs = SPACE.sample(8, rng=0)
    assert list(views_of(SPACE, inputs)) == [
        "real", "log", "open", "positive", "whole", "listed", "label", "sum",
    ]  # fmt: skip
    assert view_of("sum", SPACE, inputs["sum"]).description == "derived: real + log"


def test_no_values_still_give_a_range() -> None:
    view = view_of("open", SPACE)
    assert (view.low, view.high) == pytest.approx((100 - 27.8, 100 + 27.8), abs=0.1)
    assert view_of("positive", SPACE).low > 0
    assert (view_of("sum", SPACE).low, view_of("sum", SPACE).high) == (0.0, 1.0)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_round_and_inside(low: float, width: float) -> None:
    view = View("x", low=low, high=low + width, support=(low, low + width))
    marks = [mark for mark, _ in view.ticks()]
    slack = 1e-6 * width + 1e-9 * abs(low)
    assert all(low - slack <= mark <= low + width + slack for mark in marks)
    assert 1 <= len(marks) <= 7


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=20))
def test_positions_keep_the_order(values: list[float]) -> None:
    for name in ("log", "derived"):
        view = view_of("log", SPACE) if name == "log" else View("x", low=0.1, high=10)
        positions = view.position(np.sort(values))
        assert (np.diff(positions) >= 0).all()
        assert ((positions >= 0) & (positions <= 1)).all()


def test_admitted_values_lie_in_the_drawn_pieces() -> None:
    inputs = SPACE.sample(64, rng=1)
    limits = {"real": (0.1, 0.3), "whole": (3.0, 6.0), "label": ("b",), "log": (-INF, 1.0)}
    for name, limit in limits.items():
        view = view_of(name, SPACE, inputs[name])
        where = view.coordinates(inputs[name])
        inside = np.any(
            [(low <= where) & (where <= high) for low, high in view.intervals(limit)], axis=0
        )
        assert (inside == view.admits(limit, inputs[name])).all()
