"""The histogram tree against scikit-learn's exact one, and its pruning path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import is_classifier, is_regressor
from sklearn.datasets import load_diabetes, load_digits, load_wine
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from surrogate.errors import ArgumentError, DataError
from surrogate.students import DistilledTree

CRITERIA = ("entropy", "gini", "squared_error")
DIGITS = load_digits(return_X_y=True)
X = DIGITS[0].astype(np.uint8)
Y = DIGITS[1]


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_it_is_as_good_as_the_exact_tree(criterion):
    exact = DecisionTreeClassifier(criterion=criterion, random_state=0).fit(X[::2], Y[::2])
    tree = DistilledTree(criterion=criterion).fit(X[::2], Y[::2])
    assert tree.score(X[::2], Y[::2]) == 1
    assert tree.score(X[1::2], Y[1::2]) > exact.score(X[1::2], Y[1::2]) - 0.03
    assert tree.get_n_leaves() < 1.1 * exact.get_n_leaves()


def test_a_stump_is_the_exact_one():
    X, y = load_wine(return_X_y=True)
    exact = DecisionTreeClassifier(max_depth=1, criterion="entropy").fit(X, y)
    tree = DistilledTree(max_depth=1).fit(X, y).tree_
    assert tree.feature[0] == exact.tree_.feature[0]
    assert tree.threshold[0] == pytest.approx(exact.tree_.threshold[0])
    np.testing.assert_allclose(tree.means[1:], exact.tree_.value[1:, 0])


def test_values_are_learnt_whatever_their_offset_and_unit():
    X, y = load_diabetes(return_X_y=True)
    exact = DecisionTreeRegressor(min_samples_leaf=20).fit(X, y)
    tree = DistilledTree(criterion="squared_error", min_samples_leaf=20).fit(X, y)
    assert tree.score(X, y) == pytest.approx(exact.score(X, y), abs=0.02)
    moved = DistilledTree(criterion="squared_error", min_samples_leaf=20).fit(X, 1e-9 * y + 1e-3)
    np.testing.assert_array_equal(moved.tree_.feature, tree.tree_.feature)
    np.testing.assert_allclose(moved.predict(X), 1e-9 * tree.predict(X) + 1e-3)


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_probabilities_of_ones_and_zeros_are_labels(criterion):
    hard = DistilledTree(criterion=criterion).fit(X, Y)
    soft = DistilledTree(criterion=criterion).fit(X, np.eye(10)[Y])
    np.testing.assert_array_equal(hard.tree_.feature, soft.tree_.feature)
    np.testing.assert_allclose(hard.predict_proba(X), soft.predict_proba(X))


def test_a_probability_is_as_good_as_rows_weighted_by_it():
    random = np.random.default_rng(0)
    X, probability = random.random((300, 4)), random.dirichlet(np.ones(3), 300)
    soft = DistilledTree(max_depth=4).fit(X, probability, classes=list("abc"))
    weighted = DistilledTree(max_depth=4).fit(
        np.repeat(X, 3, axis=0), np.tile(list("abc"), 300), sample_weight=probability.ravel()
    )
    np.testing.assert_array_equal(soft.tree_.feature, weighted.tree_.feature)
    np.testing.assert_allclose(soft.predict_proba(X), weighted.predict_proba(X))


@given(seed=st.integers(0, 1000), criterion=st.sampled_from(CRITERIA))
@settings(max_examples=15, deadline=None)
def test_order_of_rows_and_monotone_changes_of_scale_do_not_matter(seed, criterion):
    random = np.random.default_rng(seed)
    X = random.integers(0, 40, size=(120, 3)).astype(float)
    y = (X[:, 0] + X[:, 1] > 40) * 1.0
    tree = DistilledTree(criterion=criterion).fit(X, y)
    order = random.permutation(120)
    other = DistilledTree(criterion=criterion).fit(X[order] ** 3, y[order])
    np.testing.assert_allclose(tree.predict(X), other.predict(X**3), atol=1e-9)
    assert tree.get_n_leaves() == other.get_n_leaves()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_the_type_of_the_cells_does_not_matter(dtype):
    plain = DistilledTree().fit(X, Y)
    other = DistilledTree().fit(X.astype(dtype), Y)
    np.testing.assert_array_equal(plain.tree_.threshold, other.tree_.threshold)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_training_row_reaches_the_leaf_that_counted_it(criterion):
    tree = DistilledTree(criterion=criterion, n_bins=4, min_samples_leaf=3).fit(X, Y)
    leaves, counts = np.unique(tree.apply(X), return_counts=True)
    np.testing.assert_array_equal(tree.tree_.n_rows[leaves], counts)
    assert counts.min() >= 3
    assert len(leaves) == tree.get_n_leaves()


@pytest.mark.parametrize("criterion", CRITERIA)
def test_the_path_tells_the_fidelity_of_every_size(criterion):
    tree = DistilledTree(criterion=criterion, shrinkage=2.0).fit(X[::2], Y[::2])
    path = tree.fidelity_path(X[1::2], Y[1::2])
    assert path["n_leaves"].is_monotonic_decreasing
    assert path["price"].is_monotonic_increasing
    assert path["n_leaves"].iloc[-1] == 1
    for row in (0, len(path) // 2, len(path) - 1):
        pruned = tree.pruned(int(path["n_leaves"].iloc[row]))
        assert pruned.get_n_leaves() == path["n_leaves"].iloc[row]
        assert pruned.score(X[1::2], Y[1::2]) == pytest.approx(path["fidelity"].iloc[row])


def test_the_first_price_is_the_least_gain_per_leaf():
    X, y = load_diabetes(return_X_y=True)
    random = np.random.default_rng(0)
    X = random.integers(0, 9, X.shape).astype(float) + X[:, :1] * 10
    tree = DistilledTree(criterion="squared_error", min_samples_leaf=5).fit(X, y)
    grown = tree.tree_
    price = tree.path_["price"].to_numpy() * y.var() / len(y)
    children = np.stack([grown.left, grown.right], axis=1)
    errors = -(grown.score) * y.var() / len(y)
    assert price[1] == pytest.approx(min(_rate(children, errors, t) for t in _inner(children)))


def _inner(children):
    return np.flatnonzero(children[:, 0] >= 0)


def _rate(children, errors, t):
    leaves, todo = [], [t]
    while todo:
        node = todo.pop()
        if children[node, 0] < 0:
            leaves.append(node)
        else:
            todo.extend(children[node])
    return (errors[t] - errors[leaves].sum()) / (len(leaves) - 1)


def test_the_smallest_tree_within_a_tolerance_of_the_best_is_chosen():
    tree = DistilledTree(min_samples_leaf=2).fit(X[::2], Y[::2])
    path = tree.fidelity_path(X[1::2], Y[1::2])
    chosen = tree.smallest_faithful(X[1::2], Y[1::2], tolerance=0.02)
    fine = path[path["fidelity"] >= path["fidelity"].max() - 0.02]
    assert chosen.get_n_leaves() == fine["n_leaves"].min() < tree.get_n_leaves()


def test_auto_holds_out_rows_and_says_what_they_showed():
    tree = DistilledTree(max_leaf_nodes="auto", random_state=0).fit(X, Y)
    assert tree.tree_.n_rows[0] == len(X) - round(0.1 * len(X))
    assert tree.path_["fidelity"].max() > 0.8
    assert tree.get_n_leaves() < tree.path_["n_leaves"].max()
    other = DistilledTree(max_leaf_nodes="auto", random_state=0).fit(X, Y)
    np.testing.assert_array_equal(tree.tree_.feature, other.tree_.feature)


def test_shrinkage_pulls_answers_towards_the_root():
    X, y = load_diabetes(return_X_y=True)
    tree = DistilledTree(criterion="squared_error").fit(X, y)
    far, near = tree.shrunk(1.0), tree.shrunk(1e9)
    np.testing.assert_allclose(near.predict(X), y.mean(), rtol=1e-6)
    assert 0 < far.predict(X).std() < tree.predict(X).std()
    np.testing.assert_array_equal(tree.predict(X), tree.shrunk(0).predict(X))


def test_probabilities_stay_between_zero_and_one():
    for shrinkage in (0.0, 1.0):
        probabilities = DistilledTree(shrinkage=shrinkage).fit(X, Y).predict_proba(X)
        assert probabilities.min() >= 0
        assert probabilities.max() <= 1


def test_shrinkage_of_a_stump_is_as_defined():
    X, y = np.array([[0.0], [1.0], [1.0]]), np.array([3.0, 0.0, 0.0])
    tree = DistilledTree(criterion="squared_error", shrinkage=6.0).fit(X, y)
    np.testing.assert_allclose(tree.predict(X), [1 + 2 / 3, 1 - 1 / 3, 1 - 1 / 3])


def test_it_is_a_classifier_or_a_regressor_by_its_criterion():
    assert is_classifier(DistilledTree())
    assert is_regressor(DistilledTree(criterion="squared_error"))
    assert not hasattr(DistilledTree(criterion="squared_error"), "predict_proba")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"criterion": "log"}, "criterion must be"),
        ({"max_leaf_nodes": 0}, "max_leaf_nodes must be an integer of at least 1"),
        ({"max_leaf_nodes": "best"}, "max_leaf_nodes must be an integer"),
        ({"max_depth": 0}, "max_depth must be"),
        ({"min_samples_leaf": 0.1}, "min_samples_leaf must be"),
        ({"n_bins": 300}, "n_bins must be an integer from 2 to 256"),
        ({"shrinkage": -1}, "shrinkage must not be negative"),
        ({"validation_fraction": 1}, "validation_fraction must lie"),
    ],
)
def test_a_parameter_out_of_range_is_refused_when_fitting(parameters, message):
    with pytest.raises(ArgumentError, match=message):
        DistilledTree(**parameters).fit(X, Y)


@pytest.mark.parametrize(
    ("y", "classes", "message"),
    [
        (np.full((len(X), 2), 0.7), None, "row 0 is"),
        (np.full((3, 2), 0.5), None, "rows of X and 3 of probabilities"),
        (np.full((len(X), 2), 0.5), ["a"], "2 columns of probabilities and 1 classes"),
    ],
)
def test_probabilities_that_do_not_fit_are_refused(y, classes, message):
    with pytest.raises(DataError, match=message):
        DistilledTree().fit(X, y, classes=classes)


def test_a_size_below_one_is_refused():
    with pytest.raises(ArgumentError, match="n_leaves"):
        DistilledTree().fit(X, Y).pruned(0)


@pytest.mark.parametrize("max_depth", [None, 5])
@pytest.mark.parametrize("y", [Y, 0.91 * np.eye(10)[Y] + 0.009], ids=["hard", "soft"])
@pytest.mark.parametrize("most_bytes", [0, 400_000, 2**30], ids=["none", "few", "all"])
def test_a_tree_is_the_same_however_many_histograms_are_handed_down(
    monkeypatch, max_depth, y, most_bytes
):
    whole = DistilledTree(max_depth=max_depth).fit(X, y)
    monkeypatch.setattr("surrogate.students.trees.growth._SMALL", 1)
    monkeypatch.setattr("surrogate.students.trees.growth._MOST_BYTES", most_bytes)
    parts = DistilledTree(max_depth=max_depth).fit(X, y)
    assert parts.get_n_leaves() == whole.get_n_leaves()
    assert parts.get_depth() == whole.get_depth()
    np.testing.assert_allclose(parts.predict_proba(X), whole.predict_proba(X))
    # links of equal price may be cut in another order
    assert parts.pruned(40).score(X, Y) == pytest.approx(whole.pruned(40).score(X, Y), abs=0.01)
