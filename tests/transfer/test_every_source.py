"""What every source near real rows does: one suite, run on each of them."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import surrogate as sg
from surrogate.errors import ArgumentError, DataError
from surrogate.transfer import KDE, MUNGE, Augmentation, Gated, Interpolation, Warps

TABLE_SOURCES = {"kde": KDE(), "munge": MUNGE(), "interpolation": Interpolation(3)}
SIGN = sg.Teacher(lambda X: np.asarray(X)[:, 0] > 0.5, gives="labels", classes=[False, True])


def bent(rows, rng):
    """Change every row a little; a function of the user's, so it may be picky about types."""
    return (rows + rng.normal(scale=0.01, size=rows.shape)).astype(rows.dtype)


SOURCES = {
    **TABLE_SOURCES,
    "warps": Warps(shape=(2, 3)),
    "augmentation": Augmentation(bent),
    "gated": Gated(KDE(), SIGN),
    "gated augmentation": Gated(Augmentation(bent), SIGN),
}


def numbers(n=60, d=6):
    return np.random.default_rng(0).random((n, d))


def mixed(n=80):
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "load": random.uniform(1e6, 2e6, n),
            "nodes": random.integers(2, 9, n),
            "policy": pd.Categorical(random.choice(["a", "b", "c"], n)),
            "open": random.random(n) < 0.3,
            "fixed": np.full(n, 7.5),
        },
        index=range(5, 5 + n),
    )


def space():
    return sg.Space(
        gain=sg.LogUniform(0.1, 10),
        nodes=sg.Integer(2, 5),
        size=sg.Discrete([1.0, 2.0, 5.0]),
        policy=sg.Categorical(["a", "b", "c"], ordered=False),
        limit=3.0,
        constraints=["gain * nodes < 20"],
        derived={"product": "gain * nodes"},
    )


@pytest.fixture(params=SOURCES)
def source(request):
    return SOURCES[request.param]


@pytest.fixture(params=TABLE_SOURCES)
def table_source(request):
    return TABLE_SOURCES[request.param]


@pytest.mark.parametrize("n", [1, 7, 60, 130])
def test_it_gives_so_many_rows_near_the_source_rows(source, n):
    X = numbers()
    rows, sources = source.drawn(X, n, 0)
    assert rows.shape == (n, 6)
    assert sources.shape == (n,)
    distance = np.linalg.norm(rows - X[sources], axis=1).mean()
    strangers = np.linalg.norm(rows - X[np.roll(sources, 1) - 1], axis=1).mean()
    assert n < 60 or distance < strangers


def test_a_seed_is_a_seed(source):
    X = numbers()
    first = source(X, 100, 3)
    np.testing.assert_array_equal(first, source(X, 100, 3))
    assert not np.array_equal(first, source(X, 100, 4))


def test_the_real_rows_are_left_as_they_are(source):
    X = numbers()
    source(X, 100, 0)
    np.testing.assert_array_equal(X, numbers())


def test_every_real_row_is_used_equally_often(source):
    if isinstance(source, Gated):
        pytest.skip("the teacher refuses more rows near its border")
    counts = np.bincount(source.drawn(numbers(), 150, 0)[1], minlength=60)
    assert set(counts) == {2, 3}


def test_it_travels_to_workers(source):
    if isinstance(source, Gated):
        source = Gated(source.source)
    assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_the_type_of_cells_is_kept(source, dtype):
    X = (255 * numbers()).astype(dtype)
    teacher = sg.Teacher(lambda rows: rows[:, 0] > 127, gives="labels")
    source = Gated(source.source, teacher) if isinstance(source, Gated) else source
    rows = source(X, 100, 0)
    assert rows.dtype == dtype


def test_without_rows_there_is_nothing_to_start_from(table_source):
    with pytest.raises(DataError, match="no real rows"):
        table_source(numbers()[:0], 10, 0)


def test_a_function_must_return_a_row_for_each():
    with pytest.raises(DataError, match=r"shape \(10, 6\); got \(9, 6\)"):
        Augmentation(lambda rows, rng: rows[1:])(numbers(), 10, 0)
    with pytest.raises(DataError, match="no real rows"):
        Augmentation(bent)(numbers()[:0], 10, 0)


def test_a_function_gets_a_table_where_rows_are_one():
    opened = Augmentation(lambda rows, rng: rows.assign(open=~rows["open"]))
    rows, sources = opened.drawn(mixed(), 100, 0)
    np.testing.assert_array_equal(rows["open"], ~mixed()["open"].to_numpy()[sources])


def test_mixed_tables_stay_valid(table_source):
    X = mixed()
    rows = table_source(X, 300, 0)
    pd.testing.assert_series_equal(rows.dtypes, X.dtypes)
    assert rows["nodes"].between(2, 8).all()
    assert rows["load"].between(X["load"].min(), X["load"].max()).all()
    assert set(rows["policy"]) == {"a", "b", "c"}
    assert (rows["fixed"] == 7.5).all()
    assert rows["load"].nunique() > 80
    assert not rows.isna().any(axis=None)


def test_a_space_keeps_constraints_listed_values_and_derived_inputs(table_source):
    law = space()
    X = law.sample(64, rng=0)
    rows = type(table_source)(space=law)(X, 300, 0)
    pd.testing.assert_frame_equal(law.check(rows), rows, check_categorical=False)
    assert len(rows) == 300
    assert rows["gain"].nunique() > 64


def test_a_space_refuses_a_column_it_does_not_know(table_source):
    law = space()
    with pytest.raises(DataError, match="'extra' that is no input"):
        type(table_source)(space=law)(law.sample(8, rng=0).assign(extra=1), 5, 0)


def test_a_space_needs_a_table(table_source):
    with pytest.raises(DataError, match="needs a DataFrame"):
        type(table_source)(space=space())(numbers(), 5, 0)


@given(shift=st.floats(-1e3, 1e3), factor=st.floats(1e-6, 1e6))
@settings(max_examples=20, deadline=None)
def test_units_do_not_matter(shift, factor):
    X = numbers()
    for source in TABLE_SOURCES.values():
        moved = source(shift + factor * X, 80, 0)
        scale = factor + abs(shift)
        np.testing.assert_allclose(moved, shift + factor * source(X, 80, 0), atol=1e-6 * scale)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: KDE(0), "bandwidth must be positive"),
        (lambda: MUNGE(swap_probability=0), "swap_probability must lie above 0"),
        (lambda: MUNGE(local_variance=-1), "local_variance must be positive"),
        (lambda: Interpolation(0), "n_neighbours must be an integer"),
        (lambda: Warps(0), "n_copies must be"),
        (lambda: Warps(rotate=-1), "rotate must not be negative"),
        (lambda: Warps(scale=1), "scale must be below 1"),
        (lambda: Gated(KDE())(numbers(), 5, 0), "give Gated\\(source, teacher\\)"),
        (
            lambda: Gated(KDE(), sg.Teacher(len, gives="values"))(numbers(), 5, 0),
            "Gated compares labels",
        ),
    ],
)
def test_an_argument_out_of_range_is_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()
