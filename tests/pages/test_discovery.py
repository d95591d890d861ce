"""The page of a real discovery, from runs to a certificate."""

from __future__ import annotations

import math

import pytest
from sklearn.ensemble import ExtraTreesClassifier

import surrogate as sg
from surrogate.pages.discovery import discovery_page

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.SurrogateWarning")


def star(gain: float, delay: float, nodes: int) -> float:
    if gain > 9:
        raise ValueError("the controller saturates")
    return math.log10(gain) + 4 * delay + nodes / 20 - 0.7


@pytest.fixture(scope="module")
def simulator() -> sg.Simulator:
    space = sg.Space(
        gain=sg.LogUniform(0.1, 10, unit="1/s"),
        delay=sg.Uniform(0, 0.5, unit="s"),
        nodes=sg.Integer(2, 8),
        derived={"product": "gain * delay"},
    )
    return sg.Simulator(star, space, outcomes=["stability"])


@pytest.fixture(scope="module")
def discovery(simulator: sg.Simulator) -> sg.Discovery:
    design = simulator.space.sample(128, rng=0)
    runs = sg.run(simulator, design, n_workers=0, progress=False)
    teacher = ExtraTreesClassifier(20, random_state=0)
    return sg.discover(runs, "stability < 0", teacher=teacher, n_transfer=2000, n_folds=2, rng=0)


def test_it_holds_what_was_found_and_proved(
    simulator: sg.Simulator, discovery: sg.Discovery
) -> None:
    certificate = sg.certify(
        discovery.box,
        simulator,
        "stability < 0",
        n_box=40,
        n_space=40,
        rng=1,
        n_workers=0,
        progress=False,
    )
    page = discovery_page(discovery, certificate)
    assert discovery.box.rule().replace("<", "&lt;").replace(">", "&gt;") in page
    assert certificate.statement().replace("<", "&lt;").replace(">", "&gt;") in page
    assert f"{discovery.scores['density'].value:.3f}" in page
    assert "the controller saturates" in page


def test_pictures_take_it_too(discovery: sg.Discovery) -> None:
    from surrogate import plots

    assert plots.region(discovery).get_title() == ""
    assert len(plots.trade_off(discovery).get_lines()) == 2
