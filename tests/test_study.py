import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import surrogate as sg
from surrogate.cli import main
from surrogate.errors import ExpressionError, StudyError, SurrogateError
from surrogate.study.references import find_simulator

SIMULATOR = """
import os, time
import surrogate as sg

@sg.simulator(sg.Space(gain=(0, 1), delay=(0, 1), load=(0, 1)), outcomes=["growth"])
def toy(gain, delay, load):
    time.sleep(float(os.environ.get("TOY_SECONDS", "0")))
    return max(gain - 0.5, delay - 0.6)
"""
STUDY = """
[study]
title = "Is <it> stable?"
simulator = "toymodel:toy"
case = "growth < 0"

[design]
n = 48

[run]
n_workers = 1

[discover]
n_transfer = 2000
n_folds = 2

[certify]
n_box = 40
n_space = 40
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "toymodel.py").write_text(SIMULATOR)
    (tmp_path / "toy.toml").write_text(STUDY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "toymodel", raising=False)
    return tmp_path


def command(folder, *arguments, **variables) -> subprocess.Popen:
    root = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", "surrogate", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_study_writes_page_store_region_and_pictures(folder):
    result = sg.Study.from_file("toy.toml").perform("out", progress=False)
    region = json.loads((folder / "out" / "toy.json").read_text())
    assert region["rule"] == result.found.box.rule()
    assert sg.Box.from_json(json.dumps(region["box"])) == result.found.box
    assert region["certificate"]["density"]["n"] == 40
    page = (folder / "out" / "toy.html").read_text()
    assert "Is &lt;it&gt; stable?" in page
    for path in result.files.values():
        assert path.stat().st_size > 500
    stored = sg.Runs.from_store(folder / "out" / "toy.db")
    assert stored.origin.value_counts().to_dict() == {"certificate": 80, "design": 48}


def test_the_same_study_again_runs_nothing(folder):
    study = sg.Study.from_file("toy.toml", changes=["discover.n_folds=0"])
    first = study.perform(progress=False)
    again = study.perform(progress=False)
    assert again.found.runs.provenance["n_reused"] == 48
    assert again.found.box == first.found.box
    assert again.certificate.density == first.certificate.density


SURROGATE = """
[study]
title = "Is <it> learnt?"
simulator = "toymodel:toy"
outcome = "growth"

[design]
n = 24

[run]
n_workers = 1

[surrogate]
members = ["matern52", "chaos"]

[test]
n = 30

[sensitivity]
n = 64
n_draws = 4
"""


def test_a_study_of_a_surrogate_writes_page_store_student_and_scores(folder):
    Path("growth.toml").write_text(SURROGATE)
    study = sg.Study.from_file("growth.toml")
    result = study.perform("out", progress=False)
    content = json.loads((folder / "out" / "growth.json").read_text())
    assert content["tested"]["q2"]["n"] == 30
    assert content["sensitivity"]["indices"]["load"]["total"] == pytest.approx(0, abs=0.05)
    student = sg.load(result.files["student"])
    fresh = result.found.runs.space.sample(5, rng=3)
    np.testing.assert_array_equal(student.predict(fresh), result.found.student.predict(fresh))
    page = result.files["page"].read_text()
    assert "Is &lt;it&gt; learnt?" in page
    stored = sg.Runs.from_store(folder / "out" / "growth.db")
    assert stored.origin.value_counts().to_dict() == {"test": 30, "design": 24}
    again = study.perform("out", progress=False)
    assert again.found.runs.provenance["n_reused"] == 24
    assert again.to_dict() == result.to_dict()
    assert "tested    q2" in str(again)


STEPS = (
    SURROGATE.replace('outcome = "growth"', 'outcome = "growth"\ncase = "growth < 0.2"')
    + """
[discover]
n_transfer = 1000
n_folds = 0

[certify]
n_box = 20
n_space = 20

[optimize]
constraints = ["growth > -0.2"]
n_runs = 2
"""
)


def test_a_study_replaces_an_outcome_finds_a_region_and_the_optimum_inside(folder):
    Path("steps.toml").write_text(STEPS)
    changes = ["sensitivity.n=8", "test.n=10", 'surrogate.members=["chaos"]']
    study = sg.Study.from_file("steps.toml", changes=changes)
    result = study.perform("out", progress=False)
    assert result.region is not None
    assert result.optimum is not None
    box, optimum = result.region.found.box, result.optimum
    assert optimum.constraints == ("growth < 0.2", "growth > -0.2")
    proposed = optimum.runs.design[optimum.runs.origin == "proposed"]
    assert len(proposed) == 2
    assert box.contains(proposed).all()
    assert box.contains(optimum.best.to_frame().T.infer_objects()).all()
    content = json.loads(result.files["scores"].read_text())
    assert content["optimum"]["value"] == optimum.value
    assert content["region"]["rule"] == box.rule()
    for path in result.files.values():
        assert path.stat().st_size > 500
    stored = sg.Runs.from_store(folder / "out" / "steps.db").origin.value_counts().to_dict()
    assert stored == {"certificate": 40, "design": 24, "test": 10, "proposed": 2}
    page = result.files["page"].read_text()
    assert "Where growth &lt; 0.2" in page
    assert "The least growth" in page
    assert str(optimum) in str(result)


def test_settings_are_replaced_and_keep_their_types(folder):
    study = sg.Study.from_file(
        "toy.toml", changes=["design.n=16", "study.case=growth < 0.1", "discover.rule='knee'"]
    )
    assert (study.design["n"], study.case, study.discover["rule"]) == (16, "growth < 0.1", "knee")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("n=3", "table.key=value"),
        ("design.m=3", "has no setting 'm'"),
        ("desing.n=3", "did you mean 'design'"),
        ("design.n='many'", "n must be of type int; got 'many'"),
        ("design.n=0", r"\[design\] n must be at least 1; got 0"),
        ("discover.density=95", r"\[discover\] density must lie between 0 and 1; got 95"),
        ("run.timeout=true", "must be of type int or float"),
        ("study.chain='a:b'", r"must say one of case, outcome.*; got case and chain"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(folder, change, message):
    with pytest.raises(StudyError, match=message):
        sg.Study.from_file("toy.toml", changes=[change])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[study]\ncase = 'y < 0'", "must say the simulator"),
        ("[study", "is no TOML"),
        ("study = 3", "must be a table"),
        ("[study]\nsimulator = 'a:b'\noutcome = 'y'\n[certify]\nn_box = 9", "no case to look for"),
        ("[study]\nsimulator = 'a:b'", "must say one of case, outcome.*; got none of them"),
    ],
)
def test_a_file_that_is_no_study_says_why(folder, text, message):
    Path("bad.toml").write_text(text)
    with pytest.raises(StudyError, match=message):
        sg.Study.from_file("bad.toml")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("toymodel", "module:attribute"),
        ("toymodell:toy", "cannot be imported"),
        ("toymodel:tyo", "did you mean 'toy'"),
    ],
)
def test_a_simulator_that_is_not_there_is_looked_for_aloud(folder, reference, message):
    with pytest.raises(StudyError, match=message):
        find_simulator(reference)


def test_the_commands_run_discover_and_report_go_together(folder):
    runner = command(folder, "run", "toymodel:toy", "toy.db", "--n", "48", "--quiet")
    out, error = runner.communicate()
    assert runner.returncode == 0, error
    assert "48 ok" in out
    discover = command(folder, "discover", "toy.db", "growth < 0", "--json")
    out, error = discover.communicate()
    assert discover.returncode == 0, error
    assert set(json.loads(out)["box"]["limits"]) == {"gain", "delay"}
    report = command(folder, "report", "toy.db", "growth < 0")
    out, error = report.communicate()
    assert report.returncode == 0, error
    assert "cross-fitted density" in out
    assert (folder / "toy.html").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["study", "none.toml"], "error: the study file 'none.toml' cannot be read: No such file"),
        (["study", "toy.toml", "--set", "design.n=0"], "[design] n must be at least 1; got 0"),
        (["discover", "none.db", "y < 0"], "none.db"),
        (["run", "toymodel:tyo", "toy.db"], "did you mean 'toy'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(folder, arguments, message):
    process = command(folder, *arguments)
    out, error = process.communicate()
    assert process.returncode == 2
    assert message in error
    assert error.count("\n") == 1
    assert not out


def finished(store: Path) -> int:
    if not store.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
            return connection.execute("select count(*) from runs where status = 'ok'").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def wait_for(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_study_that_is_stopped_goes_on_where_it_was(folder, how):
    store = folder / "toy.db"
    process = command(folder, "study", "toy.toml", "--quiet", TOY_SECONDS="0.2")
    wait_for(lambda: finished(store) >= 5)
    os.killpg(process.pid, signal.SIGKILL) if how is signal.SIGKILL else process.send_signal(how)
    _, error = process.communicate()
    if how is signal.SIGINT:
        assert process.returncode == 130, error
        assert "the same command goes on" in error
    kept = finished(store)
    assert 5 <= kept < 48
    resumed = command(folder, "study", "toy.toml", "--json")
    out, error = resumed.communicate()
    assert resumed.returncode == 0, error
    fresh = command(folder, "study", "toy.toml", "--json", "--output", "fresh")
    expected, _ = fresh.communicate()
    answer, reference = json.loads(out), json.loads(expected)
    del answer["files"], reference["files"]
    assert answer == reference


class DropsAnInterrupt:
    """What garbage collection and the end of an import do when Ctrl-C falls into them."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_that_a_finaliser_drops_stops_the_study_before_its_next_step(
    folder, monkeypatch, capsys
):
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # main has its own
    monkeypatch.setattr(
        "surrogate.discovery.discover", lambda *_, **__: [DropsAnInterrupt()].clear()
    )
    assert main(["study", "toy.toml", "--quiet", "--set", "run.n_workers=0"]) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert finished(folder / "toy.db") == 48


@pytest.mark.parametrize("question", ['case = "grwth < 0"', 'outcome = "grwth"'])
def test_a_question_about_no_outcome_is_refused_before_any_run(folder, question):
    asked = f'[study]\nsimulator = "toymodel:toy"\n{question}\n'
    (folder / "toy.toml").write_text(asked)
    with pytest.raises(StudyError, match=r"'grwth', which is no outcome of 'toy'; did you mean"):
        sg.Study.from_file("toy.toml").perform()
    assert not list(folder.glob("*.db"))


@pytest.mark.parametrize("outcome", ["", 'outcome = "growth"\n'])
def test_a_case_that_is_no_condition_is_refused_before_any_run(folder, outcome):
    asked = f'[study]\nsimulator = "toymodel:toy"\n{outcome}case = "growth + 1"\n'
    (folder / "toy.toml").write_text(asked)
    with pytest.raises(ExpressionError, match=r"'growth \+ 1' is not a condition: it gives"):
        sg.Study.from_file("toy.toml").perform()
    assert not list(folder.glob("*.db"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('surrogate.members=["matern"]', "did you mean 'matern52'"),
        ("sensitivity.method='sobbol'", "did you mean 'sobol'"),
        ("sensitivity.n=1000", "the next is 1024"),
        ("discover.rule='coverag'", "did you mean 'coverage'"),
        ('optimize.constraints=["grwth > 1"]', "did you mean 'growth'"),
    ],
)
def test_what_a_later_step_would_refuse_is_refused_before_any_run(folder, change, message):
    asked = '[study]\nsimulator = "toymodel:toy"\noutcome = "growth"\ncase = "growth < 0"\n'
    (folder / "toy.toml").write_text(asked)
    with pytest.raises(SurrogateError, match=message):
        sg.Study.from_file("toy.toml", changes=[change]).perform()
    assert not list(folder.glob("*.db"))
