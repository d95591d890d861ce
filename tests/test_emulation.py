"""Emulations: scores on runs that were never seen, by folds and by a design of its own."""

from __future__ import annotations

import numpy as np
import pytest

import surrogate as sg
from surrogate import plots
from surrogate.errors import ArgumentError, DataError, SurrogateWarning
from surrogate.pages.emulation import emulation_page

SPACE = sg.Space(gain=(0.0, 1.0), delay=(0.0, 2.0))
MEMBERS = ["matern52", "chaos"]


@pytest.fixture(scope="module")
def simulator() -> sg.Simulator:
    def model(gain: float, delay: float) -> dict[str, float]:
        if gain > 0.9:
            raise ValueError("<saturated>")
        return {"growth": np.sin(3 * gain) + gain * delay, "cost": delay}

    return sg.Simulator(model, SPACE, outcomes=["growth", "cost"])


@pytest.fixture(scope="module")
def found(simulator: sg.Simulator) -> sg.Emulation:
    runs = sg.run(simulator, SPACE.sample(40, rng=0), n_workers=0, progress=False)
    test = sg.run(simulator, SPACE.sample(50, "random", rng=1), n_workers=0, progress=False)
    return sg.emulate(runs, "growth", test=test, members=MEMBERS, rng=0)


def test_scores_are_those_of_the_predictions_shown(found: sg.Emulation) -> None:
    for kind, scores in (("held-out folds", found.held_out), ("test runs", found.tested)):
        rows = found.predictions[found.predictions["kind"] == kind]
        error = ((rows["simulated"] - rows["predicted"]) ** 2).mean()
        assert scores["q2"].value == pytest.approx(1 - error / rows["simulated"].var(ddof=0))
        covered = rows["simulated"].between(rows["low"], rows["high"]).mean()
        assert scores["coverage"].value == pytest.approx(covered)
        assert scores["q2"].n == len(rows)
    assert found.test is not None
    assert found.tested["q2"].n == len(found.test.outcomes) < 50


def test_the_test_runs_change_no_choice(simulator: sg.Simulator, found: sg.Emulation) -> None:
    alone = sg.emulate(found.runs, "growth", members=MEMBERS, rng=0)
    assert alone.tested == {}
    fresh = SPACE.sample(5, rng=2)
    np.testing.assert_array_equal(alone.student.predict(fresh), found.student.predict(fresh))


def test_what_cannot_be_learnt_is_refused(found: sg.Emulation) -> None:
    with pytest.raises(ArgumentError, match="several outcomes; name one of growth, cost"):
        sg.emulate(found.runs)
    with pytest.raises(ArgumentError, match="did you mean 'growth'"):
        sg.emulate(found.runs, "grwth")
    with pytest.raises(DataError, match="two or more outcomes 'growth'"):
        sg.emulate(found.runs, "growth", test=found.runs.select(np.arange(1)), members=MEMBERS)


def test_the_page_holds_scores_members_inputs_and_failures(found: sg.Emulation) -> None:
    matter = sg.sensitivity(found.student, n=64, n_draws=3, rng=0)
    page = emulation_page(found, matter, title="<b>")
    for text in ("<h1>&lt;b&gt;</h1>", "matern52", "gain", "&lt;saturated&gt;", "Which inputs"):
        assert text in page
    assert "<script" not in page
    assert page.count('src="data:image/png;base64,') == page.count("<img ") == 3
    assert "Which inputs" not in emulation_page(found)


def test_pictures_draw_the_tables_they_name(found: sg.Emulation) -> None:
    drawn = plots.predictions(found)
    assert [text.get_text() for text in drawn.get_legend().get_texts()] == [
        "held-out folds",
        "test runs",
    ]
    assert plots.coverage(found).get_xlabel() == "coverage aimed at"


@pytest.mark.parametrize("method", ["sobol", "morris", "dgsm", "delta", "pawn", "rsa"])
def test_indices_are_drawn_with_the_strongest_on_top(method: str) -> None:
    def model(x):
        return x["delay"] + 0.1 * x["gain"]

    matter = sg.sensitivity(model, space=SPACE, method=method, n=64, rng=0)
    ax = plots.indices(matter)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["delay", "gain"]


def test_rows_that_were_learnt_from_are_no_test() -> None:
    simulator = sg.Simulator(lambda gain, delay: gain + delay, SPACE, outcomes=["growth"])
    runs = sg.run(simulator, SPACE.sample(24, rng=0), n_workers=0)
    more = sg.run(simulator, SPACE.sample(40, rng=0), n_workers=0)  # the same 24 first
    with pytest.warns(SurrogateWarning, match="24 of 40 test rows were learnt from, and are left"):
        found = sg.emulate(runs, test=more, members=["linear"], rng=0)
    assert found.tested["q2"].n == 16
    with pytest.raises(DataError, match=r"24 of 24 .* nothing is left to test on"):
        sg.emulate(runs, test=runs)


def test_what_cannot_be_emulated_is_refused_before_it_is_learnt(found: sg.Emulation) -> None:
    with pytest.raises(ArgumentError, match="between 0 and 1; got 90"):
        sg.emulate(found.runs, "growth", confidence_level=90)
    space = sg.Space(a=(0, 1))
    series = sg.Simulator(lambda a: np.array([a, 1.0]), space, outcomes=["wave"])
    with pytest.raises(DataError, match="'wave' is a series: AutoSurrogate learns it"):
        sg.emulate(sg.run(series, space.sample(8, rng=0), n_workers=0))
