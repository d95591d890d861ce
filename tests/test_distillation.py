"""Distillations: what they hold, their pictures, their page, and studies of them."""

import json
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import surrogate as sg
from surrogate import cli, plots
from surrogate.errors import ArgumentError, StudyError
from surrogate.study import DistillationStudy

EVIL = "<script>alert(1)</script>"


def distilled(*, deskew=False):
    X, y = load_digits(return_X_y=True)
    tree = sg.DistilledTree(n_bins=16)
    student = make_pipeline(sg.Deskew(), tree) if deskew else tree
    teacher = LogisticRegression(max_iter=300)
    chain = sg.Metamorphosis(teacher, student, labels="hard", random_state=0)
    chain.fit(X[:300] / 16, y[:300], pool=X[300:900] / 16)
    grown = chain.student_[-1] if deskew else chain.student_
    held_out = X[900:1200] / 16
    rows = chain.student_[:-1].transform(held_out) if deskew else held_out
    return sg.Distillation(
        chain,
        X[1200:] / 16,
        y[1200:],
        sizes=grown.fidelity_path(rows, y[900:1200]),
        shape=(8, 8),
        about={"images": EVIL},
    )


@pytest.fixture(scope="module")
def found():
    return distilled()


@pytest.fixture(scope="module")
def upright():
    return distilled(deskew=True)


@pytest.fixture
def ax():
    return Figure().add_subplot()


@pytest.mark.parametrize("who", ["teacher", "student"])
def test_confusion_counts_every_row_once_and_the_right_ones_on_its_diagonal(found, who):
    table = found.confusion(who)
    assert table.to_numpy().sum() == len(found.y)
    right = np.trace(table.to_numpy()) / len(found.y)
    assert right == pytest.approx(found.scores.loc[f"accuracy of the {who}", "value"])
    assert (table.sum(axis=1).to_numpy() == np.bincount(found.y)).all()


def test_a_pipeline_s_tree_is_read_on_the_rows_it_gets(upright):
    np.testing.assert_array_equal(upright.tree.predict(upright.rows), upright.student_says)
    rule = sg.extract_rules(upright.tree, upright.rows, upright.y)[0]
    assert rule.probability.n == round(rule.support.value * len(upright.y))


def test_the_size_that_is_drawn_is_that_of_the_tree(found, ax):
    plots.sizes(found, ax=ax)
    (mark,) = ax.lines[1].get_xdata()
    assert mark == found.tree.get_n_leaves()


def test_learning_is_drawn_column_by_column(found, ax):
    table = {"loss": [2.0, 1.0], "share told right": [0.5, 0.75]}
    plots.learning(sg.Distillation(found.chain, found.X, found.y, learning=table), ax=ax)
    for line, name in zip(ax.lines, table, strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_ydata(), table[name])


def test_a_confusion_is_drawn_with_its_counts(found, ax):
    plots.confusion(found, "teacher", ax=ax)
    drawn = {text.get_text() for text in ax.texts}
    assert drawn == {f"{n:,}" for n in found.confusion("teacher").to_numpy().ravel() if n}


def test_images_show_first_where_the_models_differ(found, ax):
    plots.sample_images(found, n=10, ax=ax)
    said = [text.get_text().split("\n")[1] for text in ax.texts]
    differ = [line.split()[1] != line.split()[3] + "," for line in said]
    assert differ == [True] * 5 + [False] * 5


@pytest.mark.parametrize("which", ["found", "upright"])
def test_a_rule_s_pixels_are_coloured_by_what_is_asked_of_them(which, ax, request):
    thing = request.getfixturevalue(which)
    rule = sg.extract_rules(thing.tree, thing.rows, thing.y)[0]
    plots.rule_planes(thing, [rule], ax=ax)
    sheet = ax.images[0].get_array()[:8, :8].reshape(-1, 3)
    asked = {int(name[1:]) for name in rule.limits}
    coloured = {j for j in range(64) if np.ptp(sheet[j]) > 1e-9}
    assert coloured == asked
    inked = [int(n[1:]) for n, (low, high) in rule.limits.items() if high == np.inf]
    for j in inked:
        np.testing.assert_allclose(sheet[j], mpl.colors.to_rgb("#D55E00"))


def test_what_a_distillation_does_not_hold_is_said(found, ax):
    bare = sg.Distillation(found.chain, found.X, found.y)
    for draw in (plots.learning, plots.sizes, plots.sample_images):
        with pytest.raises(ArgumentError, match="give"):
            draw(bare, ax=ax)


def test_the_page_tells_the_answer_and_keeps_text_as_text(found, tmp_path):
    page = sg.write_report(found, tmp_path / "digits.html", title=EVIL).read_text()
    assert EVIL not in page
    assert page.count("<img ") == 5
    assert f"{found.scores.loc['accuracy of the student', 'value']:.3f}" in page
    assert "<h2>The rules that apply most often</h2>" in page
    bare = sg.Distillation(found.chain, found.X, found.y)
    assert sg.write_report(bare, tmp_path / "bare.html").read_text().count("<img ") == 2


MODULE = """
import surrogate as sg
from tests.test_distillation import distilled

def tree(*, seed, say, deskew=False):
    say(f"seed {seed}")
    return distilled(deskew=deskew)
"""

STUDY = """
[study]
title = "One tree"
chain = "distiller:tree"
seed = 3

[settings]
deskew = true
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    Path("distiller.py").write_text(MODULE)
    Path("one.toml").write_text(STUDY)
    yield tmp_path
    sys.modules.pop("distiller", None)


def test_a_study_of_a_chain_writes_its_page_and_scores(folder, capsys):
    assert cli.main(["study", "one.toml", "--output", "out"]) == 0
    printed = capsys.readouterr()
    assert "accuracy of the student" in printed.out
    assert "seed 3" in printed.err
    content = json.loads((folder / "out" / "one.json").read_text())
    assert content["scores"]["leaves of the student"]["data"] == "the student, after Deskew()"
    assert "<h1>One tree</h1>" in (folder / "out" / "one.html").read_text()


def test_the_student_is_among_the_files_where_it_can_be_saved(folder):
    study = sg.Study.from_file("one.toml", changes=["settings.deskew=false"])
    result = study.perform("out", progress=False)
    student, rows = sg.load(result.files["student"]), result.found.X
    np.testing.assert_array_equal(student.predict(rows), result.found.student_says)
    pipeline = sg.Study.from_file("one.toml").perform("other", progress=False)
    assert set(pipeline.files) == {"page", "scores"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("settings.deskwe=true", "has no setting 'deskwe'; did you mean 'deskew'"),
        ("study.chain='distiller:three'", "has no function 'three'"),
    ],
)
def test_a_setting_the_chain_does_not_take_is_named(folder, change, message):
    study = sg.Study.from_file("one.toml", changes=[change])
    assert isinstance(study, DistillationStudy)
    with pytest.raises(StudyError, match=message):
        study.perform("out", progress=False)
