"""The public contract from a space to a page, in the order a user meets it."""

import numpy as np
import pandas as pd
import pytest

import surrogate as sg

CASE = "stability < 0"

space = sg.Space(
    gain=sg.LogUniform(0.1, 10),
    delay=sg.Uniform(0, 0.5),
    nodes=sg.Integer(2, 8),
    policy=sg.Categorical(["a", "b"], ordered=False),
    constraints=["gain * delay < 2"],
    derived={"product": "gain * delay"},
    exchangeable=[],
)


@sg.simulator(space, outcomes=["stability"])
def star(gain, delay, nodes, policy):
    return gain * delay - (0.6 if policy == "a" else 0.3) + 0.01 * nodes


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    design = space.sample(200, rng=0)
    store = tmp_path_factory.mktemp("store") / "star.db"
    return sg.run(star, design, store=store, n_workers=2, timeout=30)


def test_a_wrapped_function_is_still_the_function():
    assert star(gain=1, delay=0.1, nodes=3, policy="a") == pytest.approx(-0.47)
    outcomes = star.evaluate(space.sample(4, rng=0))
    assert list(outcomes) == ["stability"]


def test_runs_know_inputs_outcomes_and_status(runs):
    assert list(runs.inputs) == list(space.columns)
    assert list(runs.outcomes) == ["stability"]
    assert (runs.status == "ok").all()
    assert runs.failures.empty
    assert runs.to_frame().shape == (200, 8)
    assert runs.label(CASE, failed="drop").dtype == bool
    own = sg.Runs.from_frame(
        runs.to_frame()[[*space.columns, "stability"]], space, outcomes=["stability"]
    )
    pd.testing.assert_frame_equal(own.outcomes, runs.outcomes)


def test_prim_on_one_part_is_judged_on_the_other(runs):
    train, test = runs.split(test_size=0.3, rng=0)
    prim = sg.PRIM(peel_alpha=0.05, paste_alpha=0.05, mass_min=0.05)
    prim.fit(train.inputs, train.label(CASE))
    assert len(prim.trajectory_.to_frame()) == len(prim.trajectory_)
    assert isinstance(prim.trajectory_[2], sg.Box)
    box = prim.trajectory_.choose("wracc", test.inputs, test.label(CASE))
    scores = box.evaluate(test.inputs, test.label(CASE))
    assert isinstance(scores.density, sg.Estimate)
    assert scores.density.value > test.label(CASE).mean()
    assert box.contains(test.inputs).index.equals(test.inputs.index)
    assert sg.Box.from_json(box.to_json()) == box


def test_discovery_certificate_and_page(runs, tmp_path):
    found = sg.discover(runs, CASE, rng=0, n_transfer=4000, n_folds=2)
    assert {"coverage", "density"} <= set(found.scores)
    certificate = sg.certify(
        found.box, star, CASE, n_box=100, n_space=100, confidence_level=0.95, rng=1, n_workers=0
    )
    truth = found.box.contains(space.sample(20_000, method="random", rng=5))
    inside = space.sample(20_000, method="random", rng=5)[truth.to_numpy()]
    density = float((star.evaluate(inside)["stability"] < 0).mean())
    assert certificate.density.low <= density
    page = sg.write_report(found, tmp_path / "star.html", certificate=certificate)
    assert found.case.text.replace("<", "&lt;") in page.read_text()


def test_a_surrogate_replaces_the_simulator(runs):
    train, test = runs.split(test_size=0.3, rng=0)
    student = sg.AutoSurrogate(space=space, random_state=0)
    student.fit(train.inputs, train.outcomes["stability"])
    mean, std = student.predict(test.inputs, return_std=True)
    low, high = student.predict_interval(test.inputs, confidence_level=0.9)
    truth = test.outcomes["stability"]
    assert np.corrcoef(mean, truth)[0, 1] > 0.95
    assert (std >= 0).all()
    rounding = 1e-9  # a polynomial learns this simulator to the last digits
    assert ((low - rounding <= truth) & (truth <= high + rounding)).mean() > 0.7
