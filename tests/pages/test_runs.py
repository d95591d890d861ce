"""Which runs a page draws, and that their packing keeps every position."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from surrogate.pages.runs import STEPS, pack, plotted_runs, to_steps
from surrogate.plots.views import View


def unpack(text: str) -> list[int]:
    return [int(text[start : start + 2], 36) for start in range(0, len(text), 2)]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_packed_values_keep_their_place(values: list[float]) -> None:
    view = View("x", low=-5.0, high=5.0, support=(-5.0, 5.0))
    steps = unpack(pack(view, np.array(values)))
    np.testing.assert_allclose(np.array(steps) / STEPS, view.position(values), atol=0.51 / STEPS)


def test_spread_labels_stay_inside_their_own_cell() -> None:
    view = View("policy", low=-0.5, high=2.5, labels=("a", "b", "c"))
    values = np.array(["a", "b", "c"] * 20, dtype=object)
    steps = unpack(pack(view, values))
    for step, value in zip(steps, values, strict=True):
        ((low, high),) = (to_steps(view, cell) for cell in view.intervals([value]))
        assert low < step < high


def test_few_runs_are_all_drawn() -> None:
    is_case = np.arange(300) % 3 == 0
    plotted = plotted_runs(is_case, 5)
    assert plotted.rows.tolist() == list(range(300))
    assert plotted.sentence == "All 100 cases and 200 other runs are drawn."


@given(st.integers(401, 3000), st.floats(0, 1), st.integers(1, 200))
def test_many_runs_are_thinned_and_the_page_says_how_much(n: int, share: float, d: int) -> None:
    is_case = np.arange(n) < share * n
    plotted = plotted_runs(is_case, d)
    assert len(plotted.rows) <= 400
    assert (np.diff(plotted.rows) > 0).all()
    assert (plotted.is_case == is_case[plotted.rows]).all()
    assert f"{plotted.is_case.sum():,} of {is_case.sum():,} cases" in plotted.sentence


def test_rare_cases_stay_visible() -> None:
    plotted = plotted_runs(np.arange(20_000) % 500 == 0, 4)
    assert plotted.is_case.sum() == 40
