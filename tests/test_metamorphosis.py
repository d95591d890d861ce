import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
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
    assert (table.loc[:"fidelity on these rows", "n"] == len(X_test)).all()


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
    assert len(chain.transfer_.rows) == chain.n_transfer_


def test_a_callable_source_is_asked_for_rows():
    X, y, _, _ = halves(load_wine)

    def jittered(rows, n, rng):
        chosen = rows.iloc[rng.integers(len(rows), size=n)]
        return chosen + rng.normal(size=chosen.shape) * 0.01

    chain = sg.Metamorphosis(FOREST, TREE, transfer=jittered, n_transfer=300, random_state=1)
    first = chain.fit(X, y).transfer_.rows
    assert len(first) == 300
    pd.testing.assert_frame_equal(clone(chain).fit(X, y).transfer_.rows, first)


def test_the_transfer_set_is_kept_only_if_asked():
    X, y, _, _ = halves(load_wine)
    assert not hasattr(sg.Metamorphosis(FOREST, TREE, keep_transfer=False).fit(X, y), "transfer_")


def steps():
    """A teacher that is sure on the left and right and errs at 0.5."""
    right = np.array([[0.99, 0.01], [0.6, 0.4], [0.02, 0.98]])
    return sg.Teacher(
        lambda rows: right[np.digitize(np.asarray(rows)[:, 0], [0.4, 0.6])],
        gives="probabilities",
        classes=["no", "yes"],
    )


LINE = np.linspace(0, 1, 101)[:, None]


def test_only_rows_the_teacher_is_sure_of_are_taught():
    chain = sg.Metamorphosis(steps(), TREE, labels="thresholded", threshold=0.9).fit(LINE)
    kept = (LINE[:, 0] < 0.4) | (LINE[:, 0] >= 0.6)
    np.testing.assert_array_equal(chain.transfer_.rows, LINE[kept])
    assert set(chain.transfer_.answers) == {"no", "yes"}


def test_labels_are_inherited_from_the_source_row():
    chain = sg.Metamorphosis(
        steps(), TREE, transfer=sg.KDE(1.0), labels="inherited", n_transfer=400, random_state=0
    ).fit(LINE)
    transfer = chain.transfer_
    np.testing.assert_array_equal(transfer.answers, steps().labels(LINE)[transfer.sources])
    assert (transfer.answers != steps().labels(transfer.rows)).any()


def test_temperature_softens_what_is_taught():
    cold = sg.Metamorphosis(steps(), TREE).fit(LINE).transfer_.answers
    warm = sg.Metamorphosis(steps(), TREE, temperature=4.0).fit(LINE).transfer_.answers
    np.testing.assert_allclose(warm, cold**0.25 / (cold**0.25).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("labels", ["soft", "hard"])
def test_the_truth_is_taught_where_it_is_known(labels):
    truth = np.where(LINE[:50, 0] < 0.2, "yes", "no")
    chain = sg.Metamorphosis(steps(), TREE, labels=labels, true_labels=True)
    transfer = chain.fit(LINE[:50], truth, pool=LINE[50:]).transfer_
    classes = np.array(["no", "yes"])
    np.testing.assert_array_equal(transfer.labels(classes)[:50], truth)
    np.testing.assert_array_equal(transfer.labels(classes)[50:], steps().labels(LINE[50:]))


def test_true_rows_are_added_to_those_of_a_source():
    truth = np.where(LINE[:50, 0] < 0.2, "yes", "no")
    chain = sg.Metamorphosis(steps(), TREE, transfer=sg.KDE(), true_labels=True, n_transfer=30)
    transfer = chain.fit(LINE[:50], truth).transfer_
    assert len(transfer) == 80
    np.testing.assert_array_equal(transfer.rows[:50], LINE[:50])
    np.testing.assert_array_equal(transfer.labels(np.array(["no", "yes"]))[:50], truth)


def test_inherited_labels_are_true_where_the_truth_is_known():
    truth = np.where(LINE[:50, 0] < 0.2, "yes", "no")
    chain = sg.Metamorphosis(
        steps(), TREE, transfer=sg.KDE(), labels="inherited", true_labels=True, n_transfer=200
    )
    transfer = chain.fit(LINE[:50], truth, pool=LINE[50:]).transfer_
    expected = np.r_[truth, steps().labels(LINE[50:])]
    np.testing.assert_array_equal(transfer.answers, expected[transfer.sources])


def test_a_gate_asks_the_teacher_of_the_chain():
    chain = sg.Metamorphosis(
        steps(), TREE, transfer=sg.Gated(sg.KDE(1.0)), labels="inherited", n_transfer=200
    ).fit(LINE)
    transfer = chain.transfer_
    np.testing.assert_array_equal(transfer.answers, steps().labels(transfer.rows))
    assert chain.transfer.teacher is None


def test_soft_labels_go_to_a_tree_that_takes_them_as_they_are():
    X, y, X_test, y_test = halves(load_wine)
    chain = sg.Metamorphosis(FOREST, sg.DistilledTree(max_leaf_nodes=8), random_state=0).fit(X, y)
    np.testing.assert_array_equal(chain.student_.classes_, chain.teacher_.classes)
    assert chain.evaluate(X_test, y_test).loc["accuracy of the student", "value"] > 0.8


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_arrays_stay_arrays_of_their_type(dtype):
    X = np.random.default_rng(0).integers(0, 255, (40, 16)).astype(dtype)
    y = X[:, 5] > 127
    chain = sg.Metamorphosis(
        FOREST, sg.DistilledTree(), transfer=sg.Warps(3), labels="inherited", random_state=0
    ).fit(X[:20], y[:20], pool=X[20:])
    assert chain.transfer_.rows.dtype == dtype
    assert chain.transfer_.rows.shape == (160, 16)


def test_the_table_tells_purity_baselines_sizes_and_costs():
    X, y, X_test, y_test = halves(load_wine)
    chain = sg.Metamorphosis(FOREST, TREE, labels="hard", random_state=0)
    chain.fit(X[:40], y[:40], pool=X[40:])
    table = chain.evaluate(X_test, y_test, pool_truth=y[40:])
    right = chain.teacher_.labels(X[40:]) == y[40:]
    assert table.loc["purity of the transfer labels", "value"] == pytest.approx(right.mean())
    full = clone(TREE).fit(X, y).score(X_test, y_test)
    found = table.loc["accuracy of the student fitted on all true labels", "value"]
    assert found == pytest.approx(full)
    assert table.loc["depth of the student", "value"] == chain.student_.get_depth()
    assert (table.loc[[name for name in table.index if "seconds" in name], "value"] > 0).all()
    assert (
        "accuracy of the student fitted on all true labels"
        not in chain.evaluate(X_test, y_test, pool_truth=y[40:], baselines=False).index
    )


def test_fidelity_is_measured_on_rows_made_near_rows_not_seen_before():
    seen = []

    def source(rows, n, rng):
        seen.append(rows)
        return rows[rng.integers(len(rows), size=n)]

    chain = sg.Metamorphosis(steps(), TREE, transfer=source, n_transfer=50).fit(LINE[:50])
    table = chain.evaluate(LINE[50:])
    assert table.loc["fidelity on fresh transfer rows", "n"] == 50
    np.testing.assert_array_equal(seen[1], LINE[50:])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda X, y: sg.Metamorphosis(FOREST, TREE).fit(X), DataError, "needs X and y"),
        (
            lambda X, y: sg.Metamorphosis(FOREST, TREE, labels="sof").fit(X, y),
            ArgumentError,
            "soft",
        ),
        (
            lambda X, y: sg.Metamorphosis(FOREST, TREE, temperature=0).fit(X, y),
            ArgumentError,
            "temperature must be positive",
        ),
        (
            lambda X, y: sg.Metamorphosis(FOREST, TREE, threshold=2).fit(X, y),
            ArgumentError,
            "threshold must lie",
        ),
        (
            lambda X, y: sg.Metamorphosis(
                FOREST, TREE, labels="inherited", transfer=lambda X, n, rng: X
            ).fit(X, y),
            ArgumentError,
            "no source row to inherit",
        ),
        (
            lambda X, y: sg.Metamorphosis(
                FrozenEstimator(FOREST.fit(X, y)), TREE, true_labels=True
            ).fit(X),
            ArgumentError,
            "give X and one-dimensional y",
        ),
        (
            lambda X, y: sg.Metamorphosis(
                FrozenEstimator(FOREST.fit(X, y)), TREE, true_labels=True
            ).fit(X, y + 1),
            DataError,
            "true label .*3.* is none of the teacher's classes 0, 1, 2",
        ),
        (
            lambda X, y: sg.Metamorphosis(
                sg.Teacher(
                    lambda rows: np.full((len(rows), 2), 0.5), gives="probabilities", classes=[0, 1]
                ),
                TREE,
                labels="thresholded",
            ).fit(X),
            DataError,
            "sure of no row",
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


POLICIES = sg.Space(gain=(0, 1), delay=(0, 1), policy=sg.Categorical(["a", "b"], ordered=False))
ENCODED = make_column_transformer((OneHotEncoder(), ["policy"]), remainder="passthrough")


def with_policies(n):
    design = POLICIES.sample(n, rng=0)
    return design, np.where((design["policy"] == "b") & (design["gain"] > 0.5), "good", "poor")


def test_categories_are_taught_through_an_encoder_in_front():
    X, y = with_policies(256)
    teacher = make_pipeline(ENCODED, RandomForestClassifier(20, random_state=0))
    student = make_pipeline(ENCODED, DecisionTreeClassifier(max_leaf_nodes=4, random_state=0))
    chain = sg.Metamorphosis(
        teacher, student, transfer=POLICIES, labels="hard", n_transfer=1000, random_state=0
    ).fit(X, y)
    table = chain.evaluate(*with_policies(300))
    assert table.loc["fidelity on these rows", "value"] > 0.95
    assert table.loc["leaves of the student", "value"] <= 4


@pytest.mark.parametrize(
    "model", [DecisionTreeClassifier(max_leaf_nodes=8, random_state=0), sg.DistilledTree()]
)
def test_the_last_step_of_a_pipeline_is_told_weights_and_classes(model):
    X, y = load_wine(return_X_y=True)
    forest = FrozenEstimator(RandomForestClassifier(20, random_state=0).fit(X, y))
    plain, after = (
        sg.Metamorphosis(forest, student, labels="soft", random_state=0).fit(X).student_
        for student in (model, make_pipeline("passthrough", clone(model)))
    )
    np.testing.assert_allclose(after.predict_proba(X), plain.predict_proba(X))


@pytest.mark.parametrize("who", ["teacher", "student"])
def test_a_model_for_numbers_is_told_what_to_do_with_categories(who):
    X, y = with_policies(64)
    encoded, plain = make_pipeline(ENCODED, clone(TREE)), clone(TREE)
    parts = (plain, encoded) if who == "teacher" else (encoded, plain)
    with pytest.raises(DataError, match=r"'policy' hold categories; put an encoder.*OneHotEncoder"):
        sg.Metamorphosis(*parts, labels="hard").fit(X, y)


def test_the_parameters_of_a_network_are_counted():
    X, y, X_test, _ = halves(load_wine)
    network = MLPClassifier((5,), max_iter=20, random_state=0)
    with pytest.warns(ConvergenceWarning):
        chain = sg.Metamorphosis(FOREST, make_pipeline(network), labels="hard").fit(X, y)
    n = 13 * 5 + 5 + 5 * 3 + 3
    assert chain.evaluate(X_test).loc["parameters of the student", "value"] == n
