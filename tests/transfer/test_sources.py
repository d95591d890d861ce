"""What single sources promise, against known answers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier

import surrogate as sg
from surrogate.errors import ArgumentError, DataError
from surrogate.transfer import KDE, MUNGE, Gated, Interpolation, Warps, choose_source

STILL = {"shift": 0, "rotate": 0, "scale": 0, "shear": 0, "elastic": 0}


def blob(side=9):
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    return np.exp(-(x**2 + y**2) / 8).reshape(1, -1)


def test_the_spread_of_a_kernel_density_is_the_bandwidth():
    X = np.random.default_rng(0).normal(size=(4000, 1))
    rows, sources = KDE(1.0).drawn(X, 4000, 0)
    step = (rows - X[sources])[np.abs(X[sources]) < 2]
    assert step.std() == pytest.approx((4 / 3 / 4000) ** 0.2, rel=0.05)


def test_interpolated_rows_lie_between_neighbours():
    X = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    rows = Interpolation(1)(X, 50, 0)
    np.testing.assert_allclose(rows[:, 0], rows[:, 1])
    assert ((rows >= 0) & (rows <= 2)).all()


def test_munge_takes_cells_from_the_nearest_row():
    X = np.array([[0.0, 0.0], [1.0, 1.0], [100.0, 100.0], [101.0, 101.0]])
    rows = MUNGE(local_variance=1e9)(X, 400, 0)
    near = np.rint(rows)
    assert set(map(tuple, near[:, :])) == {
        (a + c, b + c) for c in (0, 100) for a in (0, 1) for b in (0, 1)
    }


def test_a_warp_that_moves_nothing_gives_the_image_back():
    X = np.random.default_rng(0).integers(0, 256, (5, 12), dtype=np.uint8)
    rows, sources = Warps(**STILL, shape=(3, 4), originals=False).drawn(X, 15, 0)
    np.testing.assert_array_equal(rows, X[sources])


@pytest.mark.parametrize("what", ["shift", "rotate", "scale", "shear", "elastic"])
def test_each_warp_moves_a_little_and_keeps_what_is_there(what):
    y, x = np.mgrid[:9, :9] - 4
    image = np.exp(-((x - 1) ** 2) / 8 - y**2 / 3).reshape(1, -1)  # nothing is round
    amount = {"shift": 0.7, "rotate": 20.0, "scale": 0.2, "shear": 0.3, "elastic": 0.5}[what]
    rows = Warps(**{**STILL, what: amount}, originals=False)(image, 200, 0)
    change = np.abs(rows - image).sum(axis=1) / image.sum()
    assert 0.01 < change.mean() < 0.5
    np.testing.assert_allclose(rows.mean(axis=0), image[0], atol=0.25)


def test_a_shift_moves_an_image_by_at_most_so_many_pixels():
    image = blob(21)
    rows = Warps(**{**STILL, "shift": 2.0}, originals=False)(image, 300, 0).reshape(-1, 21, 21)
    centre = (rows.sum(axis=1) * np.arange(21)).sum(axis=1) / rows.sum(axis=(1, 2)) - 10
    assert 1.8 < np.abs(centre).max() < 2.01


def test_originals_come_first_and_count():
    X = np.random.default_rng(0).random((4, 9))
    recipe = Warps(n_copies=2)
    rows, sources = recipe.drawn(X, recipe.n_rows(X), 0)
    assert len(rows) == 12
    np.testing.assert_array_equal(rows[:4], X)
    np.testing.assert_array_equal(sources, np.tile(np.arange(4), 3))
    assert not np.array_equal(rows[4:8], X)


def test_tables_of_pixels_stay_tables():
    X = pd.DataFrame(np.random.default_rng(0).random((4, 9)))
    pd.testing.assert_index_equal(Warps(1)(X, rng=0).columns, X.columns)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((3, 10)), "no images of 3 x 3"),
        (np.zeros((0, 9)), "of shape \\(0, 9\\)"),
        (np.full((3, 9), "a"), "grey values"),
    ],
)
def test_rows_that_are_no_images_are_refused(X, message):
    with pytest.raises(DataError, match=message):
        Warps()(X, 5, 0)


def test_the_gate_lets_in_what_the_teacher_agrees_on():
    X = np.random.default_rng(0).random((50, 1))
    teacher = sg.Teacher(lambda rows: rows[:, 0] > 0.5, gives="labels")
    rows, sources = Gated(KDE(2.0), teacher).drawn(X, 500, 0)
    assert len(rows) == 500
    np.testing.assert_array_equal(rows > 0.5, X[sources] > 0.5)


def test_a_gate_that_nothing_passes_says_so():
    calls = iter(range(1000))
    teacher = sg.Teacher(lambda rows: np.full(len(rows), next(calls)), gives="labels")
    with pytest.raises(DataError, match="agrees with the source row on 0 of"):
        Gated(KDE(), teacher)(np.random.default_rng(0).random((9, 1)), 5, 0)


def noisy_border(n, seed):
    random = np.random.default_rng(seed)
    X = random.random((n, 4))
    return X, (X[:, 0] + X[:, 1] > 1) ^ (random.random(n) < 0.05)


def test_a_source_that_helps_is_chosen():
    X, y = noisy_border(100, 0)
    tree = DecisionTreeClassifier(random_state=0)
    choice = choose_source(LogisticRegression(C=100), tree, X, y, n_transfer=1000, rng=0)
    assert choice.name != "none"
    assert choice.scores[choice.name].mean() > choice.scores["none"].mean()
    assert len(choice.scores) == 10


def test_a_source_that_does_harm_is_not():
    X, y = noisy_border(200, 1)

    def nonsense(rows, n, rng):
        return rng.normal(loc=9, size=(n, 4))

    choice = choose_source(
        RandomForestClassifier(20, random_state=0),
        DecisionTreeClassifier(random_state=0),
        X,
        y,
        sources={"nonsense": nonsense},
        n_transfer=500,
        rng=0,
    )
    assert (choice.name, choice.source) == ("none", None)


def test_the_choice_is_about_values_too():
    X = np.random.default_rng(0).random((60, 2))
    teacher = sg.Teacher(lambda rows: rows @ [1.0, 2.0], gives="values")
    noisy = X @ [1.0, 2.0] + np.random.default_rng(1).normal(size=60)
    choice = choose_source(teacher, LinearRegression(), X, noisy, sources={"kde": KDE()}, rng=0)
    assert choice.name == "kde"


def test_the_name_none_is_taken():
    X, y = noisy_border(50, 0)
    with pytest.raises(ArgumentError, match="rename that source"):
        choose_source(LogisticRegression(), LogisticRegression(), X, y, sources={"none": KDE()})
