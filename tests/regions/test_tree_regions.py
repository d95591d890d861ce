"""The nodes of a tree as boxes: they part the space, and score as they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from surrogate.errors import ArgumentError
from surrogate.regions import TreeRegions

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


@parametrize_with_checks([TreeRegions()])  # no check is waived
def test_it_keeps_the_contract(estimator, check):
    check(estimator)


@pytest.fixture
def problem(uniform):
    X = uniform(1500).assign(
        policy=np.array(["a", "b", "c"])[np.arange(1500) % 3],
        whole=np.arange(1500) % 7,
        grade=pd.Categorical(
            np.array(["lo", "mid", "hi"])[np.arange(1500) % 3],
            categories=["lo", "mid", "hi"],
            ordered=True,
        ),
    )
    y = ((X["u0"] < 0.5) & (X["policy"] != "b")) | ((X["whole"] > 4) & (X["u1"] > 0.4))
    return X, y ^ (np.random.default_rng(0).random(1500) < 0.05)


def test_leaves_part_the_space_and_the_dense_ones_cover(problem):
    X, y = problem
    finder = TreeRegions(ccp_alpha=0.0).fit(X, y)
    inside = sum(box.contains(X).astype(int) for box in finder.covering_)
    assert inside.max() == 1
    scores = finder.covering_.evaluate(X, y)
    assert scores.coverage.value > 0.8
    assert scores.density.value > 0.75
    densities = [box.evaluate(X, y).density.value for box in finder.covering_]
    assert densities == sorted(densities, reverse=True)
    assert min(densities) > y.mean()


def test_every_node_is_named_with_its_score(problem):
    X, y = problem
    weights = np.arange(1500) % 3 + 1.0
    trajectory = TreeRegions().fit(X, y, sample_weight=weights).trajectory_
    table, again = trajectory.to_frame(), trajectory.evaluate(X, y, sample_weight=weights)
    for name in ("coverage", "density", "mass", "n"):
        assert table[name].to_numpy() == pytest.approx(again[name].to_numpy())
    assert (table["density"][1:].diff()[1:] >= 0).all()
    assert table["mass"].min() >= 0.05 - 1e-12


def test_more_pruning_leaves_fewer_boxes(problem):
    sizes = [len(TreeRegions(ccp_alpha=a).fit(*problem).trajectory_) for a in (0.0, 0.02, 0.9)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 1
    assert len(TreeRegions(max_leaf_nodes=2, ccp_alpha=0.0).fit(*problem).trajectory_) == 3


@pytest.mark.parametrize(
    "change",
    [{"max_leaf_nodes": 0}, {"max_leaf_nodes": None}, {"mass_min": 1.5}, {"ccp_alpha": -0.1}],
)
def test_parameters_out_of_range_are_refused(change, uniform):
    with pytest.raises(ArgumentError):
        TreeRegions(**change).fit(uniform(20), np.arange(20) % 2)
