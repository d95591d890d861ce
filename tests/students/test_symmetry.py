import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.space.symmetry import representative
from surrogate.students import CaseClassifier
from surrogate.students.automatic.symmetry import BlockOrder

SPACE = sg.Space(
    {"t1": (0.0, 1.0), "g1": (0.0, 2.0), "t2": (0.0, 1.0), "g2": (0.0, 2.0), "x": (0.0, 1.0)}
    | {"t3": (0.0, 1.0), "g3": (0.0, 2.0)},
    derived={"p1": "t1 * g1", "p2": "t2 * g2", "p3": "t3 * g3", "total": "t1 + t2 + t3"},
    exchangeable=[[("t1", "g1", "p1"), ("t2", "g2", "p2"), ("t3", "g3", "p3")]],
)


def outcome(X):
    """Symmetric: the worst consumer decides, found by g."""
    gains = X[["g1", "g2", "g3"]].to_numpy()
    delays = np.take_along_axis(X[["t1", "t2", "t3"]].to_numpy(), gains.argsort(axis=1), axis=1)
    return pd.DataFrame({"y": delays @ [0.0, 0.3, 1.0] + 0.2 * X["x"].to_numpy()}, index=X.index)


@pytest.mark.parametrize("place", [0, 1])
def test_all_permutations_of_a_row_have_one_representative(place):
    design = SPACE.sample(20, rng=0)
    first = representative(SPACE, design, [place])
    names = ("t1", "t2", "t3") if place == 0 else ("g1", "g2", "g3")
    assert (np.diff(first[list(names)].to_numpy(), axis=1) >= 0).all()
    for copy in SPACE.orbit(design):
        pd.testing.assert_frame_equal(representative(SPACE, copy, [place]), first)


def test_a_representative_is_one_of_the_permutations():
    design = SPACE.sample(30, rng=1)
    first = representative(SPACE, design, [1])
    pd.testing.assert_frame_equal(SPACE.complete(first), first)  # derived inputs moved along
    same = [np.isclose(first, copy).all(axis=1) for copy in SPACE.orbit(design)]
    assert np.any(same, axis=0).all()


def test_equal_blocks_are_told_apart_by_the_inputs_that_follow():
    space = sg.Space(
        {"k1": sg.Integer(0, 1), "v1": (0.0, 1.0), "k2": sg.Integer(0, 1), "v2": (0.0, 1.0)},
        exchangeable=[[("k1", "v1"), ("k2", "v2")]],
    )
    design = space.sample(40, rng=0)
    for copy in space.orbit(design):
        pd.testing.assert_frame_equal(
            representative(space, copy, [0]), representative(space, design, [0])
        )
    assert representative(space, design, [0])["k1"].dtype == design["k1"].dtype


def test_labels_trade_places_too():
    space = sg.Space(
        {
            f"{s}{k}": p
            for k in (1, 2)
            for s, p in (("c", sg.Categorical(["a", "b"])), ("v", (0, 1)))
        },
        exchangeable=[[("c1", "v1"), ("c2", "v2")]],
    )
    design = space.sample(20, rng=0)
    swapped = space.orbit(design)[1]
    pd.testing.assert_frame_equal(
        representative(space, design, [0]), representative(space, swapped, [0])
    )


def test_the_order_is_the_one_that_predicts_best():
    X = SPACE.sample(120, rng=0)
    targets = outcome(X).to_numpy()
    assert BlockOrder.choose(SPACE, X, targets, 0).places == [1]


def test_without_blocks_rows_stay_as_they_are():
    space = sg.Space(a=(0.0, 1.0), b=(0.0, 1.0))
    X = space.sample(8, rng=0)
    assert BlockOrder.choose(space, X, np.ones((8, 1)), 0)(X) is X
    assert BlockOrder.choose(None, X, np.ones((8, 1)), 0)(X) is X


def test_the_probability_is_symmetric_and_n_stays_the_number_of_runs():
    X = SPACE.sample(40, rng=0)
    student = CaseClassifier("y < 0.8", space=SPACE, random_state=0).fit(X, outcome(X))
    fresh = SPACE.sample(50, rng=1)
    said = [student.predict_proba(copy) for copy in SPACE.orbit(fresh)]
    for other in said[1:]:
        np.testing.assert_allclose(other, said[0], atol=1e-12)
    assert student.accuracy_.n == student.log_loss_.n == len(student.held_out_) == 40
