import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

import surrogate as sg
from surrogate.errors import DataError
from surrogate.students import AutoSurrogate, CaseClassifier
from surrogate.students.automatic import auto_surrogate

SPACE = sg.Space(a=(0.0, 1.0), b=(0.0, 1.0))
CASES = [f"y < {t}" for t in (0.5, 0.6, 0.7)]


def runs_of(n=48):
    design = SPACE.sample(n, rng=3)
    table = design.assign(y=np.maximum(design["a"], design["b"]), z=design["a"] * design["b"])
    return sg.Runs.from_frame(table, SPACE, outcomes=["y", "z"])


@pytest.fixture(scope="module")
def found():
    return sg.discover(runs_of(), "y < 0.5", rng=0, n_transfer=2000, n_folds=2)


@pytest.fixture
def _no_fits(monkeypatch):
    def refuse(*_):
        raise AssertionError("a student was fitted")

    monkeypatch.setattr(auto_surrogate.AutoSurrogate, "fit", refuse)


@pytest.mark.usefixtures("_no_fits")
def test_another_threshold_costs_no_fit_and_moves_the_box(found):
    other = found.at("y < 0.7")
    assert str(other.case) == "y < 0.7"
    assert other.box.limits["a"][1] == pytest.approx(0.7, abs=0.08)
    assert other.scores["coverage"].n == (runs_of().outcomes["y"] < 0.7).sum()
    assert "2 held-out folds" in other.scores["density"].data
    assert other.teacher.surrogates_ is found.teacher.surrogates_


@pytest.mark.usefixtures("_no_fits")
def test_the_same_case_again_is_the_same_discovery(found):
    again = found.at("y < 0.5")
    assert again.box == found.box
    assert again.scores == found.scores
    pd.testing.assert_frame_equal(again.curve, found.curve)


@pytest.mark.usefixtures("_no_fits")
def test_mirror_images_and_intervals_are_the_same_outcome(found):
    points = SPACE.sample(200, rng=5)
    below, above = (
        found.teacher.at(case, found.runs.outcomes).predict_proba(points)[:, 1]
        for case in ("y < 0.6", "y >= 0.6")
    )
    np.testing.assert_allclose(below + above, 1, atol=1e-9)
    between = found.teacher.at("0.3 < y < 0.6", found.runs.outcomes)
    upper, lower = (
        found.teacher.at(f"y < {t}", found.runs.outcomes).predict_proba(points)[:, 1]
        for t in (0.6, 0.3)
    )
    np.testing.assert_allclose(between.predict_proba(points)[:, 1], upper - lower, atol=0.02)


@pytest.mark.usefixtures("_no_fits")
def test_a_sweep_is_a_table_of_what_each_threshold_gives(found):
    table = found.sweep(CASES)
    assert table.index.tolist() == CASES
    assert table["share"].is_monotonic_increasing
    assert table["mass"].is_monotonic_increasing
    assert (table["coverage_held_out_low"] <= table["coverage_held_out"]).all()
    assert table.loc["y < 0.5", "rule"] == found.box.rule()


def test_two_thresholds_on_one_outcome_are_one_surrogate():
    runs = runs_of(24)
    student = CaseClassifier("0.3 < y < 0.7", space=SPACE, random_state=0)
    fitted = student.fit(runs.inputs, runs.outcomes)
    assert [type(each) for each in fitted.surrogates_] == [AutoSurrogate]


def test_cases_about_something_else_are_refused(found):
    with pytest.raises(DataError, match=r"'z < 0.5' was asked of a teacher that learned"):
        found.at("z < 0.5")
    with pytest.raises(DataError, match="compare the same outcome"):
        found.at("y < 0.5 and z < 0.5")
    with pytest.raises(DataError, match="0 of 48 runs"):
        found.at("y < -1")


def test_teachers_of_labels_or_of_the_user_know_one_case_only():
    runs = runs_of(60)
    forest = RandomForestClassifier(20, random_state=0)
    found = sg.discover(runs, "y < 0.5", rng=0, teacher=forest, n_transfer=1000, n_folds=0)
    with pytest.raises(DataError, match="RandomForestClassifier, which was given"):
        found.at("y < 0.7")
    table = runs.inputs.assign(y=(runs.outcomes["y"] < 0.5).astype(float))
    labelled = sg.Runs.from_frame(table, SPACE, outcomes=["y"])
    taught = CaseClassifier("y > 0.5", space=SPACE, random_state=0)
    taught.fit(labelled.inputs, labelled.outcomes)
    with pytest.raises(DataError, match="learned the labels"):
        taught.at("y > 0.2", labelled.outcomes)
