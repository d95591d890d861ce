import numpy as np
import pytest

import surrogate as sg
from surrogate.certificates import Plan
from surrogate.errors import ArgumentError
from surrogate.estimates import binomial_bound

SPACE = sg.Space(x=(0, 1), y=(0, 1))
SIMULATOR = sg.Simulator(
    lambda x, y: x + y, SPACE, outcomes=["total"], vectorized=True, name="total"
)
BOX = sg.Box({"x": (0.0, 0.5), "y": (0.0, 0.5)})


def certify(case="total < 0.8", **options):
    settings = {"n_box": 200, "n_space": 200, "rng": 0, "n_workers": 0} | options
    return sg.certify(BOX, SIMULATOR, case, **settings)


def test_the_bounds_hold_for_a_box_of_known_density_and_coverage():
    certificate = certify(n_box=2000, n_space=2000, confidence_level=0.999)
    # inside the box the case misses the triangle x + y > 0.8 of side 0.2: area 0.02 of 0.25
    assert certificate.density.low <= 0.92 <= certificate.density.value + 0.03
    assert certificate.coverage.low <= 0.23 / 0.32 <= certificate.coverage.value + 0.05
    assert certificate.mass.value == pytest.approx(0.25)
    assert certificate.density.high == 1
    assert (certificate.n_box, certificate.n_space, certificate.n_failed) == (2000, 2000, 0)


def test_the_statement_says_what_is_proved_and_never_rounds_up():
    certificate = certify()
    k = round(200 * certificate.density.value)
    bound = np.floor(1000 * binomial_bound(k, 200).low) / 10
    assert f"At least {bound:g} % of the box has total < 0.8 at 95 % confidence" in str(certificate)
    assert f"200 fresh runs, {200 - k} of them not" in certificate.statement()
    assert "The box holds at least" not in certify(n_space=0).statement()


def test_a_certificate_is_reproducible_and_never_redraws_the_design():
    first, again = certify(), certify()
    assert first.density == again.density
    design = SPACE.sample(200, method="random", rng=0)
    drawn = set(first.runs.inputs["x"])
    assert not drawn & set(design["x"])
    assert certify(rng=1).runs.inputs["x"].iloc[0] != first.runs.inputs["x"].iloc[0]


def test_failed_runs_count_against_the_box():
    def fails_near_zero(x, y):
        if x < 0.1:
            raise RuntimeError("no convergence")
        return x + y

    simulator = sg.Simulator(fails_near_zero, SPACE, outcomes=["total"])
    certificate = sg.certify(
        BOX, simulator, "total < 2", n_box=200, n_space=200, rng=0, n_workers=0
    )
    failed = (certificate.runs.status != "ok").to_numpy()
    assert certificate.n_failed == failed.sum() > 0
    assert certificate.density.value == pytest.approx(1 - failed[:200].mean())
    outside = failed[200:].sum()
    assert outside
    assert certificate.coverage.n == 200  # a failed run is a case that the box does not hold


def test_a_proof_stops_early_and_a_hopeless_one_gives_up():
    sure = certify("total < 2", stop_at=0.9, n_box=1000, n_space=0)
    assert sure.density.low >= 0.9
    assert sure.n_box < 200
    hopeless = certify("total < 0.3", stop_at=0.9, n_box=1000, n_space=0)
    assert hopeless.n_box < 100
    declared = certify("total < 2", stop_at=0.9, looks=[50, 100, 400], n_space=0)
    assert declared.n_box in (50, 100)
    assert "3 declared looks" in declared.density.method


@pytest.mark.parametrize("mode", ["fixed", "sequence", "looks"])
@pytest.mark.parametrize("density", [0.9, 0.97])
def test_the_stated_confidence_holds_over_many_certificates(mode, density):
    """Simulates the certificate's own rule on coin tosses of a known density."""
    random = np.random.default_rng(7)
    stop_at = None if mode == "fixed" else density - 0.01
    looks = [50, 100, 200] if mode == "looks" else None
    plan = Plan.of(200, 0.95, stop_at=stop_at, looks=looks)
    wrong = 0
    n_repetitions = 2000 if mode == "fixed" else 400
    for _ in range(n_repetitions):
        tosses = random.random(200) < density
        low = 0.0
        for n in plan.schedule:
            k = int(tosses[:n].sum())
            low = max(low, plan.bound(k, n).low)
            if plan.is_over(k, n, low):
                break
        wrong += low > density
    assert wrong <= 0.05 * n_repetitions + 3 * np.sqrt(0.05 * 0.95 * n_repetitions)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_box": 0}, "n_box must be an integer of at least 1"),
        ({"n_space": -1}, "n_space must be an integer of at least 0"),
        ({"stop_at": 1.5}, "stop_at must lie"),
        ({"looks": [10, 20]}, "stop_at=0.95"),
        ({"looks": [20, 10], "stop_at": 0.9}, "rising numbers"),
        ({"confidence_level": 95}, "confidence_level must lie"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ArgumentError, match=message):
        certify(**options)


def test_a_noisy_simulator_is_certified_over_its_noise():
    noisy = sg.Simulator(lambda x, y, rng: rng.random(), SPACE, outcomes=["u"], name="noise")
    certificate = sg.certify(BOX, noisy, "u < 0.8", n_box=400, n_space=0, rng=0, n_workers=0)
    assert abs(certificate.density.value - 0.8) < 0.08


def test_several_boxes_are_refused_with_the_way_to_certify_them():
    with pytest.raises(ArgumentError, match=r"got list.*certify_nested"):
        sg.certify([BOX], SIMULATOR, "total < 0.8")


def test_all_looks_are_answered_by_the_same_workers():
    def whose(x, y):
        import os

        return x + y, os.getpid()

    simulator = sg.Simulator(whose, SPACE, outcomes=["total", "process"])
    options = {"n_box": 60, "n_space": 20, "stop_at": 0.99, "looks": [20, 40, 60], "n_workers": 1}
    runs = sg.certify(BOX, simulator, "total < 2", rng=0, **options).runs
    assert len(runs) == 80
    assert runs.outcomes["process"].nunique() == 1
