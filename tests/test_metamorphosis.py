import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import surrogate as sg
from surrogate.errors import ArgumentError, DataError

FOREST = RandomForestClassifier(50, random_state=0)
TREE = DecisionTreeClassifier(max_leaf_nodes=12, random_state=0)


def halves(load):
    X, y = load(return_X_y=True, as_frame=True)
    order = np.random.default_rng(0).permutation(len(X))
    train, test = order[: len(X) // 2], order[len(X) // 2 :]
    return X.iloc[train], y.iloc[train], X.iloc[test], y.iloc[test]


@pytest.mark.parametrize("labels", ["soft", "hard"])
@pytest.mark.parametrize("load", [load_breast_cancer, load_wine])
def test_a_forest_becomes_a_tree_that_follows_it(load, labels):
    X, y, X_test, y_test = halves(load)
    chain = sg.Metamorphosis(FOREST, TREE, labels=labels, random_state=0).fit(X, y)
    assert chain.student_.get_n_leaves() <= 12
    table = chain.evaluate(X_test, y_test)
    expected = np.mean(chain.teacher_.labels(X_test) == chain.predict(X_test))
    assert table.loc["fidelity on these rows", "value"] == pytest.approx(expected)
    assert expected > 0.85
    assert table.loc["accuracy of the teacher", "value"] > 0.9
    assert {"accuracy of the student fitted on the original rows alone"} <= set(table.index)
    assert table.loc["leaves of the student", "value"] == chain.student_.get_n_leaves()
    assert (table["n"].iloc[:-1] == len(X_test)).all()


def test_soft_labels_teach_a_classifier_as_weighted_rows():
    X = np.array([[0.0], [1.0]])
    teacher = sg.Teacher(
        lambda rows: np.where(rows < 0.5, [[0.7, 0.3]], [[0.2, 0.8]]),
        gives="probabilities",
        classes=["no", "yes"],
    )
    chain = sg.Metamorphosis(teacher, DecisionTreeClassifier(random_state=0)).fit(X)
    np.testing.assert_allclose(chain.predict_proba(X), [[0.7, 0.3], [0.2, 0.8]])


def test_a_simulator_teaches_a_surrogate_from_its_own_space():
    space = sg.Space(x=(0, 1), y=(0, 2))
    simulator = sg.Simulator(lambda x, y: x + 2 * y, space, outcomes=["z"], vectorized=True)
    chain = sg.Metamorphosis(simulator, LinearRegression(), n_transfer=64, random_state=0).fit()
    assert chain.n_transfer_ == 64
    design = space.sample(10, rng=5)
    np.testing.assert_allclose(chain.predict(design), design["x"] + 2 * design["y"])
    table = chain.evaluate(design)
    assert table.loc["fidelity on fresh transfer rows", "value"] == pytest.approx(1)
    assert table.loc["fidelity on fresh transfer rows", "n"] == 64


def test_a_regressor_teaches_values():
    X, y, X_test, y_test = halves(load_diabetes)
    forest = RandomForestRegressor(30, random_state=0)
    tree = DecisionTreeRegressor(max_leaf_nodes=16, random_state=0)
    table = sg.Metamorphosis(forest, tree, random_state=0).fit(X, y).evaluate(X_test, y_test)
    assert table.loc["Q2 of the teacher", "value"] > table.loc["Q2 of the student", "value"] > 0


def test_a_frozen_estimator_is_asked_and_an_estimator_is_cloned():
    X, y, _, _ = halves(load_wine)
    fitted = clone(FOREST).fit(X, y)
    frozen = sg.Metamorphosis(FrozenEstimator(fitted), TREE).fit(X)
    assert frozen.teacher_.model.estimator is fitted
    untouched = clone(FOREST)
    sg.Metamorphosis(untouched, TREE).fit(X, y)
    assert not hasattr(untouched, "estimators_")


def test_unlabelled_rows_are_data():
    X, y, X_pool, _ = halves(load_wine)
    chain = sg.Metamorphosis(FOREST, TREE).fit(X, y, pool=X_pool)
    assert chain.n_transfer_ == len(X) + len(X_pool)
    assert len(chain.transfer_[0]) == chain.n_transfer_


def test_a_callable_source_is_asked_for_rows():
    X, y, _, _ = halves(load_wine)

    def jittered(rows, n, rng):
        chosen = rows.iloc[rng.integers(len(rows), size=n)]
        return chosen + rng.normal(size=chosen.shape) * 0.01

    chain = sg.Metamorphosis(FOREST, TREE, transfer=jittered, n_transfer=300, random_state=1)
    first = chain.fit(X, y).transfer_[0]
    assert len(first) == 300
    pd.testing.assert_frame_equal(clone(chain).fit(X, y).transfer_[0], first)


def test_the_transfer_set_is_kept_only_if_asked():
    X, y, _, _ = halves(load_wine)
    assert not hasattr(sg.Metamorphosis(FOREST, TREE, keep_transfer=False).fit(X, y), "transfer_")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda X, y: sg.Metamorphosis(FOREST, TREE).fit(X), DataError, "needs X and y"),
        (
            lambda X, y: sg.Metamorphosis(FOREST, TREE, labels="sof").fit(X, y),
            ArgumentError,
            "soft",
        ),
        (lambda X, y: sg.Metamorphosis(FOREST, TREE, transfer=3).fit(X, y), ArgumentError, "Space"),
        (
            lambda X, y: sg.Metamorphosis(FOREST, TREE, n_transfer=0).fit(X, y),
            ArgumentError,
            "n_transfer=0",
        ),
        (
            lambda X, y: sg.Metamorphosis(FOREST, KNeighborsClassifier()).fit(X, y),
            DataError,
            "labels='hard'",
        ),
        (
            lambda X, y: sg.Metamorphosis(
                sg.Teacher(lambda rows: rows, gives="values"), TREE
            ).fit(),
            DataError,
            "no rows for the teacher",
        ),
        (
            lambda X, y: sg.Metamorphosis(FOREST, TREE).fit(X, y, pool=X[["ash"]]),
            DataError,
            "columns of X",
        ),
    ],
)
def test_parts_that_do_not_fit_say_why(make, error, message):
    X, y, _, _ = halves(load_wine)
    with pytest.raises(error, match=message):
        make(X, y)
