"""More of the teacher's answers where a tree has few rows, and the law of the rows kept."""

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, FewCasesWarning

UNIFORM = sg.Space(x=(0, 1), y=(0, 1))
N, LEAST = 400, 120


def rare(rows):
    return np.asarray(rows)[:, 0] > 0.95


def real_rows():
    return np.random.default_rng(0).random((300, 2))


def source(**settings):
    return sg.OnDemand(sg.KDE(), **{"min_rows": LEAST, "max_leaf_nodes": 2, **settings})


def chain(student=None, **settings):
    teacher = sg.Teacher(rare, gives="labels", classes=[False, True])
    student = DecisionTreeClassifier(random_state=0) if student is None else student
    settings = {"transfer": source(), "n_transfer": N, "random_state": 0, **settings}
    return sg.Metamorphosis(teacher, student, **settings)


def test_every_node_gets_the_rows_asked_for():
    rows, answers, _ = source().answered(rare, real_rows(), N, 0)
    assert rare(sg.KDE()(real_rows(), N, 0)).sum() < LEAST / 3
    assert answers.sum() >= LEAST - 3  # the tree's border is near the teacher's
    np.testing.assert_array_equal(answers, rare(rows))


def test_each_row_is_asked_once_and_no_more_than_agreed():
    asked = []

    def ask(rows):
        asked.append(rows)
        return rare(rows)

    rows, _, _ = source().answered(ask, real_rows(), N, 0)
    assert len(rows) == N
    np.testing.assert_array_equal(np.concatenate(asked), rows)


def test_weights_give_back_the_law_of_the_source():
    rows, answers, weights = source().answered(rare, real_rows(), N, 0)
    alike = sg.KDE()(real_rows(), 20_000, 1)
    assert weights.sum() == pytest.approx(N)
    assert np.average(answers, weights=weights) == pytest.approx(rare(alike).mean(), abs=0.02)
    assert answers.mean() > 3 * rare(alike).mean()
    np.testing.assert_allclose(np.average(rows, 0, weights), alike.mean(axis=0), atol=0.04)


def test_a_leaf_that_stays_short_is_told_with_numbers():
    drawn = []

    def hardly_ever(X, n, rng):
        rows = np.full((n, 2), 0.2)
        rows[0, 0] = 0.2 if drawn else 0.99
        drawn.append(n)
        return rows

    with pytest.warns(FewCasesWarning, match="1 of 2 leaves are .* rows short of the 120 asked"):
        sg.OnDemand(hardly_ever, min_rows=LEAST, max_leaf_nodes=2).answered(rare, None, 400, 0)


def test_where_no_node_has_few_all_count_alike():
    _, _, weights = source(min_rows=1).answered(rare, real_rows(), N, 0)
    np.testing.assert_allclose(weights, 1)


def test_a_seed_is_a_seed():
    first, again, other = (source().answered(rare, real_rows(), N, seed) for seed in (3, 3, 4))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], other[0])


@pytest.mark.filterwarnings("ignore:.*rows short of the 60:surrogate.errors.FewCasesWarning")
def test_constraints_and_categories_stay_valid():
    law = sg.Space(
        x=(0, 1), kind=sg.Categorical(["a", "b", "c"], ordered=False), constraints=["x < 0.98"]
    )
    asked = sg.OnDemand(sg.KDE(space=law), min_rows=60, max_leaf_nodes=4)
    ask = lambda rows: ((rows["x"] > 0.8) & (rows["kind"] == "b")).to_numpy()  # noqa: E731
    rows, answers, _ = asked.answered(ask, law.sample(128, rng=0), 300, 0)
    pd.testing.assert_frame_equal(law.check(rows), rows, check_categorical=False)
    assert answers.sum() >= 40


@pytest.mark.parametrize(
    "student", [DecisionTreeClassifier(max_leaf_nodes=4), sg.DistilledTree(), sg.RuleList()]
)
@pytest.mark.parametrize("labels", ["soft", "hard"])
def test_students_learn_from_weighted_rows(student, labels):
    fitted = chain(student, labels=labels).fit(real_rows())
    assert fitted.transfer_.weights.sum() == pytest.approx(N)
    assert fitted.evaluate(real_rows()).loc["fidelity on fresh transfer rows", "value"] > 0.97


def test_a_space_is_a_source_and_values_are_answers():
    teacher = sg.Simulator(lambda x, y: x + y, UNIFORM, outcomes=["z"], vectorized=True)
    asked = sg.OnDemand(UNIFORM, min_rows=40, max_leaf_nodes=8)
    student = DecisionTreeRegressor(max_leaf_nodes=8, random_state=0)
    fitted = sg.Metamorphosis(teacher, student, transfer=asked, n_transfer=256, random_state=0)
    assert len(fitted.fit().transfer_) == 256


def test_true_rows_are_added_and_count_one_each():
    X = real_rows()
    fitted = chain(true_labels=True).fit(X, rare(X))
    np.testing.assert_array_equal(fitted.transfer_.weights[: len(X)], 1)
    assert len(fitted.transfer_.weights) == len(X) + N


def test_it_is_one_of_the_sources_to_choose_from():
    X = real_rows()
    teacher, student = DecisionTreeClassifier(random_state=0), DecisionTreeClassifier(max_depth=2)
    settings = {"cv": 2, "n_repeats": 1, "n_transfer": N, "rng": 0}
    choice = sg.choose_source(teacher, student, X, rare(X), sources={"asked": source()}, **settings)
    assert (choice.scores["asked"] > 0.9).all()


@pytest.mark.parametrize("labels", ["thresholded", "inherited"])
def test_labels_that_its_weights_do_not_hold_for_are_refused(labels):
    with pytest.raises(ArgumentError, match=f"OnDemand takes labels.*got '{labels}'"):
        chain(labels=labels).fit(real_rows())


def test_a_student_that_takes_no_weights_is_refused():
    with pytest.raises(DataError, match="cannot learn from weighted rows"):
        chain(KNeighborsClassifier()).fit(real_rows())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sg.OnDemand(min_rows=0), "min_rows must be an integer of at least 1"),
        (lambda: sg.OnDemand(max_leaf_nodes=1), "max_leaf_nodes must be an integer of at least 2"),
        (lambda: sg.OnDemand(None), "needs a source"),
        (lambda: source().answered(rare, real_rows(), 1, 0), "at least 2 rows; got 1"),
    ],
)
def test_an_argument_out_of_range_is_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()
