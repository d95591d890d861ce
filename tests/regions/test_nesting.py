"""Which boxes lie in which, by their limits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from surrogate.regions import PRIM, Box
from surrogate.regions.boxes.nesting import holds, nest

INF = np.inf


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (Box({}), Box({"a": (0, 1)}), True),
        (Box({"a": (0, 1)}), Box({}), False),
        (Box({"a": (0, INF)}), Box({"a": (0, 1), "b": ["x"]}), True),
        (Box({"a": (0, 2)}), Box({"a": (1, 3)}), False),
        (Box({"b": ["x", "y"]}), Box({"b": ["y"]}), True),
        (Box({"b": ["x"]}), Box({"b": ["x", "y"]}), False),
        (Box({"b": ["x"]}), Box({"b": (0, 1)}), False),
        (Box({"a": (0, 1)}, missing="inside"), Box({"a": (0, 1)}), False),
    ],
)
def test_a_box_holds_another_if_every_limit_does(outer, inner, expected):
    assert holds(outer, inner) is expected


def test_a_trajectory_becomes_a_nest_from_the_innermost_outward(uniform):
    X = uniform(1000)
    y = (X["u0"] < 0.5) ^ (np.random.default_rng(0).random(1000) < 0.3)
    trajectory = PRIM(paste_alpha=0.02).fit(X, y).trajectory_
    chain = nest(trajectory)
    assert chain[0] == trajectory[-1]
    assert chain[-1] == Box({})
    assert len(chain) > 5
    for inner, outer in itertools.pairwise(chain):
        assert (inner.contains(X) <= outer.contains(X)).all()
