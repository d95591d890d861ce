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


@pytest.fixture(scope="module")
def regions() -> sg.Covering:
    low_gain, quick = sg.Box({"gain": (0.1, 1.5)}), sg.Box({"delay": (0, 0.1), "nodes": (2, 4)})
    return sg.Covering((low_gain, quick))


def test_several_regions_are_shown_with_what_each_adds(
    discovery: sg.Discovery, regions: sg.Covering
) -> None:
    page = discovery_page(discovery, regions=regions)
    assert "0.1 ≤ gain ≤ 1.5 1/s" in page
    assert "0 ≤ delay ≤ 0.1 s and 2 ≤ nodes ≤ 4" in page
    on_runs = regions.to_frame(discovery.runs.inputs, discovery.runs.label("stability < 0"))
    for name in ("gain", "overlap", "union_coverage", "union_density"):
        assert f"{on_runs[name].iloc[1]:.3f}" in page
    assert page.index("fresh points") < page.index("flattering</p>") < page.index("Scores, by kind")


def test_limits_are_shown_with_their_stability(discovery: sg.Discovery) -> None:
    inputs, labels = discovery.runs.inputs, discovery.runs.label("stability < 0")
    stability = sg.stability(sg.PRIM(), inputs, labels, n_resamples=3, rng=0)
    page = discovery_page(discovery, stability=stability)
    assert "3 resamples of the runs" in page
    assert "Limits of the chosen box with their ranges" in page
    assert "img-src data:" in page


def test_a_page_without_them_says_nothing_of_them(discovery: sg.Discovery) -> None:
    page = discovery_page(discovery)
    assert "Several regions" not in page
    assert "How stable the limits are" not in page
    assert "$more" not in page
