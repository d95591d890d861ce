"""What must not matter to PRIM alone does not; test_finders.py has what matters to no finder."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.regions import PRIM
from surrogate.regions.tables.ranks import rank

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


@st.composite
def tables(draw):
    """Return inputs on a grid of 1/64 with ties, whole numbers and labels, and targets."""
    n = draw(st.integers(5, 80))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    X = pd.DataFrame(
        {
            "b": rng.integers(0, 64, n) / 64,
            "a": rng.integers(0, 8, n) / 64,
            "whole": rng.integers(-4, 9, n),
            "label": np.array(["x", "y", "z"])[rng.integers(0, 3, n)],
        }
    )
    y = draw(st.sampled_from([rng.random(n), rng.integers(0, 2, n).astype(float)]))
    return X, y, rng


def fit(X, y):
    return PRIM(peel_alpha=0.1, paste_alpha=0.2).fit(X, y).trajectory_


many = settings(max_examples=25, deadline=None)


@given(tables())
@many
def test_the_scale_of_a_real_target_does_not_matter(table):
    X, y, _ = table
    assert fit(X, 7.0 + 4 * y).boxes == fit(X, 3.0 + 8 * y).boxes


def test_a_table_and_its_array_give_the_same_limits(uniform):
    X = uniform(300)
    y = X["u0"] < 0.5
    named, plain = PRIM().fit(X, y), PRIM().fit(X.to_numpy(), y.to_numpy())
    assert {n.replace("u", "x"): limits for n, limits in named.box_.limits.items()} == (
        plain.box_.limits
    )
    assert named.predict(X).tolist() == plain.predict(X.to_numpy()).tolist()


@given(tables())
@many
def test_each_peel_shrinks_the_box_and_each_paste_grows_it(table):
    X, y, _ = table
    trajectory = fit(X, y)
    steps = trajectory.to_frame()
    for i in range(1, len(trajectory)):
        before, after = (trajectory[k].contains(X) for k in (i - 1, i))
        small, large = (after, before) if steps["kind"][i] == "peel" else (before, after)
        assert (small <= large).all()
        assert small.sum() < large.sum()
        assert after.sum() == steps["n"][i]
    assert not (steps["kind"] == "peel")[steps["kind"].eq("paste").cumsum() > 0].any()


def test_threads_do_not_matter(uniform):
    import numba

    X = uniform(2000)
    y = X["u0"] + X["u1"] < 0.8
    many_threads = fit(X, y)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert fit(X, y) == many_threads
    finally:
        numba.set_num_threads(before)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["close", "tied", "few", "far", "equal"]))
@many
def test_real_numbers_of_any_spacing_are_sorted(seed, spacing):
    """The fast sort holds values coarsely: what it cannot tell apart must still be in order."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 300))
    values = {
        "close": 1e9 + rng.random(n) * 1e-6 + np.where(rng.random(n) < 0.1, 1e9, 0),
        "tied": rng.integers(0, 9, n) / 7,
        "few": rng.random(n) ** 40,
        "far": rng.uniform(-1, 1, n) * 1.7e308,
        "equal": np.full(n, 0.1),
    }[spacing]
    ranks = rank(pd.DataFrame({"x": values}))
    assert values[ranks.order[0]].tolist() == sorted(values)
    assert list(ranks.columns[0].levels) == sorted(set(values))
    assert ranks.starts.tolist() == [*np.searchsorted(np.sort(values), sorted(set(values))), n]
