"""Sensitivities: known answers, designs tied to their analysis, failed runs never silent."""

import warnings

import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning, SpaceError
from surrogate.sensitivity_analysis.analyses import GIVEN_DATA, STRUCTURED

SPACE = sg.Space(a=(-np.pi, np.pi), b=(-np.pi, np.pi), c=(-np.pi, np.pi))
EVERY = (*STRUCTURED, *GIVEN_DATA)
SMALL = {"sobol": 64, "morris": 20, "dgsm": 20, "delta": 100, "pawn": 100, "rsa": 100}


def ishigami(x):
    return np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])


def only_a(x):
    return x["a"] + 0.01 * x["b"]


def test_sobol_indices_of_ishigami_are_the_known_ones():
    found = sg.sensitivity(ishigami, space=SPACE, n=2048, second_order=True, rng=0)
    table = found.table
    np.testing.assert_allclose(table["first"], [0.3139, 0.4424, 0.0], atol=0.03)
    np.testing.assert_allclose(table["total"], [0.5576, 0.4424, 0.2437], atol=0.03)
    assert ((table["total_low"] < table["total"]) & (table["total"] < table["total_high"])).all()
    assert found.second.loc[("a", "c"), "second"] == pytest.approx(0.2437, abs=0.05)
    assert found.n_runs == 2048 * 8


@pytest.mark.parametrize("method", EVERY)
def test_the_input_that_matters_comes_first(method):
    found = sg.sensitivity(only_a, space=SPACE, method=method, n=4 * SMALL[method], rng=0)
    assert found.table[found.ranked_by].idxmax() == "a"
    assert list(found.table.index) == ["a", "b", "c"]


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_gives_the_same_answer_and_global_state_stays(method, seed):
    def ask(rng):
        return sg.sensitivity(ishigami, space=SPACE, method=method, n=SMALL[method], rng=rng).table

    printing, filters = warnings.formatwarning, list(warnings.filters)
    first = ask(seed)
    np.random.seed(7)  # noqa: NPY002
    assert ask(seed).equals(first)
    assert not ask(seed + 10).equals(first)
    np.random.seed(7)  # noqa: NPY002
    untouched = np.random.get_state()[1].copy()  # noqa: NPY002
    ask(seed)
    np.testing.assert_array_equal(np.random.get_state()[1], untouched)  # noqa: NPY002
    assert (warnings.formatwarning, warnings.filters) == (printing, filters)


def test_points_of_another_design_are_refused():
    design = sg.SensitivityDesign.sample(SPACE, "sobol", 16, rng=0)
    other = sg.SensitivityDesign.sample(SPACE, "sobol", 16, rng=1)
    with pytest.raises(DataError, match=r"must be those of this sobol design.*row 0 holds"):
        design.analyze(other.frame, ishigami(other.frame))
    with pytest.raises(DataError, match="80 points in a fixed order; got 79"):
        design.analyze(design.frame[1:], ishigami(design.frame[1:]))
    shuffled = design.frame.iloc[::-1]
    with pytest.raises(DataError, match="in its order"):
        design.analyze(shuffled, ishigami(shuffled))
    with pytest.raises(DataError, match="needs the input 'c'"):
        design.analyze(design.frame.drop(columns="c"), np.zeros(80))


@pytest.mark.parametrize("method", STRUCTURED)
def test_failed_runs_are_refused_or_left_out_with_their_block(method):
    design = sg.SensitivityDesign.sample(SPACE, method, 64, rng=0)
    outcome = np.array(ishigami(design.frame))
    outcome[7] = np.nan
    with pytest.raises(DataError, match=r"1 of \d+ runs have no finite outcome \(first: row 7\)"):
        design.analyze(design.frame, outcome)
    with pytest.warns(FailedRunsWarning, match="1 of 64 blocks"):
        found = design.analyze(design.frame, outcome, failed="drop")
    assert found.n_dropped == design.block
    with pytest.raises(ArgumentError, match="'refuse' or 'drop' or 'impute'"):
        design.analyze(design.frame, outcome, failed="zero")
    with pytest.raises(DataError, match="none of the 64 blocks"):
        design.analyze(design.frame, np.full(len(outcome), np.nan), failed="drop")


@pytest.mark.parametrize("method", GIVEN_DATA)
def test_failed_runs_of_a_model_are_left_out_of_given_data(method):
    def failing(x):
        return np.where(x["a"] > 2.5, np.nan, x["a"])

    with pytest.raises(DataError, match="no finite outcome"):
        sg.sensitivity(failing, space=SPACE, method=method, n=100, rng=0)
    with pytest.warns(FailedRunsWarning):
        found = sg.sensitivity(failing, space=SPACE, method=method, n=100, failed="drop", rng=0)
    assert found.n_runs + found.n_dropped == 100


@pytest.mark.parametrize("method", STRUCTURED)
def test_failed_runs_are_predicted_from_the_others_where_asked(method):
    design = sg.SensitivityDesign.sample(SPACE, method, 64, rng=0)
    outcome = design.frame["a"] + design.frame["a"] * design.frame["b"] / 4
    whole = design.analyze(design.frame, outcome)
    holed = outcome.where(design.frame["c"] < 2.8)  # fails where c is large
    n_failed = int(holed.isna().sum())
    with pytest.warns(FailedRunsWarning, match=rf"{n_failed} of {len(holed)} runs .* predicted by"):
        found = design.analyze(design.frame, holed, failed="impute")
    assert n_failed > 5
    assert (found.n_runs, found.n_dropped) == (len(outcome), 0)
    assert "Q2 is 1.0" in found.repair
    assert not whole.repair
    ranked = found.ranked_by
    np.testing.assert_allclose(found.table[ranked], whole.table[ranked], rtol=0.01, atol=1e-3)


def test_a_simulator_that_raises_is_refused_or_repaired_as_said():
    def fragile(a, b, c):
        if c > 2.8:
            raise ValueError("diverged")
        return a + b

    simulator = sg.Simulator(fragile, SPACE, outcomes=["y"])
    with pytest.raises(ValueError, match="diverged"):
        sg.sensitivity(simulator, n=32, rng=0)
    with pytest.warns(FailedRunsWarning, match="predicted by"):
        found = sg.sensitivity(simulator, n=32, failed="impute", rng=0)
    np.testing.assert_allclose(found.table["total"], [0.5, 0.5, 0], atol=0.1)


def test_failed_runs_that_the_others_do_not_tell_are_not_predicted():
    noise = np.random.default_rng(0).normal(size=100)
    noise[3] = np.inf
    design = SPACE.sample(100, "random", rng=0)
    table = design.assign(y=np.where(np.isfinite(noise), noise, np.nan))
    runs = sg.Runs.from_frame(table, SPACE, outcomes=["y"])
    with pytest.raises(DataError, match="cannot predict them"):
        sg.sensitivity(runs, method="pawn", failed="impute", rng=0)


def test_failed_runs_among_stored_ones_are_refused_unless_it_is_said_what_to_do():
    design = SPACE.sample(100, "random", rng=0)
    table = design.assign(y=design["a"].where(design.index != 4))
    runs = sg.Runs.from_frame(table, SPACE, outcomes=["y"])
    with pytest.raises(DataError, match=r"1 of 100 runs .* \(first: row 4\)"):
        sg.sensitivity(runs, method="pawn", rng=0)
    with pytest.warns(FailedRunsWarning, match="1 of 100"):
        assert sg.sensitivity(runs, method="pawn", failed="drop", rng=0).n_dropped == 1


def test_inside_a_box_only_what_happens_there_counts():
    def kinked(x):
        return np.where(x["a"] < 0, x["b"], 10 * x["c"])

    inside = sg.sensitivity(kinked, space=SPACE, within={"a": (-np.pi, -0.1)}, n=128, rng=0)
    np.testing.assert_allclose(inside.table["total"], [0, 1, 0], atol=0.01)
    design = sg.SensitivityDesign.sample(SPACE, n=64, within={"a": (0.5, 1.0)}, rng=0)
    assert design.frame["a"].between(0.5, 1.0).all()


def test_runs_simulators_and_students_are_asked_alike():
    simulator = sg.Simulator(lambda a, b, c: {"y": a + 0.1 * b, "z": c}, SPACE, outcomes=["y", "z"])
    assert sg.sensitivity(simulator, "y", n=32, rng=0).table["total"].idxmax() == "a"
    assert sg.sensitivity(simulator, "z", n=32, rng=0).table["total"].idxmax() == "c"
    runs = sg.run(simulator, SPACE.sample(64, rng=0), n_workers=0)
    assert sg.sensitivity(runs, "y", method="pawn", rng=0).table["median"].idxmax() == "a"
    student = sg.PolynomialChaos(space=SPACE).fit(runs.inputs, runs.outcomes["y"])
    analytic = student.sobol_indices_["total"]
    sampled = sg.sensitivity(student, n=1024, rng=0).table["total"]
    np.testing.assert_allclose(sampled, analytic, atol=0.01)


def test_what_cannot_be_answered_is_refused():
    simulator = sg.Simulator(lambda a, b, c: {"y": a, "z": c}, SPACE, outcomes=["y", "z"])
    runs = sg.run(simulator, SPACE.sample(32, rng=0), n_workers=0)
    with pytest.raises(ArgumentError, match="several outcomes; name one of y, z"):
        sg.sensitivity(simulator, n=8)
    with pytest.raises(ArgumentError, match="no outcome is named 'x'"):
        sg.sensitivity(simulator, "x", n=8)
    with pytest.raises(ArgumentError, match="needs the runs of its own design"):
        sg.sensitivity(runs, "y", method="sobol")
    with pytest.raises(DataError, match="needs 30 or more; got 20"):
        sg.sensitivity(runs.select(np.arange(20)), "y", method="rsa")
    with pytest.raises(ArgumentError, match="'sobal' is not known; did you mean 'sobol'"):
        sg.sensitivity(simulator, "y", method="sobal")
    with pytest.raises(ArgumentError, match="n must be one; got 100; the next is 128"):
        sg.sensitivity(simulator, "y", n=100)
    with pytest.raises(ArgumentError, match="must be a Simulator, a fitted student, a callable"):
        sg.sensitivity(3.0, space=SPACE)
    with pytest.raises(ArgumentError, match="pass space="):
        sg.sensitivity(ishigami)
    with pytest.raises(DataError, match="all 40 runs have the outcome 3"):
        sg.sensitivity(lambda x: np.full(len(x), 3.0), space=SPACE, n=8)
    tied = sg.Space(a=(0, 1), b=(0, 1), constraints=["a < b"])
    with pytest.raises(SpaceError, match="'a < b' ties inputs together"):
        sg.sensitivity(only_a, space=tied, n=8)
    assert sg.sensitivity(only_a, space=tied, method="pawn", n=100, rng=0).n_runs == 100


def test_dgsm_bounds_the_total_index_from_above():
    found = sg.sensitivity(ishigami, space=SPACE, method="dgsm", n=1000, rng=0).table
    assert (found["dgsm"] > [0.5576, 0.4424, 0.2437]).all()
    linear = sg.sensitivity(lambda x: x["a"], space=SPACE, method="dgsm", n=50, rng=0).table
    np.testing.assert_allclose(linear["squared_derivative"], [4 * np.pi**2, 0, 0], atol=1e-9)


def test_dgsm_steps_stay_inside_and_refuse_inputs_without_derivative():
    design = sg.SensitivityDesign.sample(SPACE, "dgsm", 40, within={"b": (1.0, 2.0)}, rng=0)
    assert design.frame["b"].between(1.0, 2.0).all()
    assert design.frame["a"].between(-np.pi, np.pi).all()
    stepped = sg.Space(a=(0, 1), n=sg.Integer(1, 5))
    with pytest.raises(SpaceError, match=r"the input 'n' moves in steps \(Integer\)"):
        sg.SensitivityDesign.sample(stepped, "dgsm", 40, rng=0)


def test_indices_of_an_expansion_are_read_off_it():
    design = SPACE.sample(60, rng=0)
    student = sg.PolynomialChaos(space=SPACE).fit(design, design["a"] + design["b"] * design["c"])
    found = sg.sensitivity(student, method="analytic")
    assert found.table.equals(student.sobol_indices_)
    with pytest.raises(ArgumentError, match="inside a region"):
        sg.sensitivity(student, method="analytic", within={"a": (0, 1)})
    with pytest.raises(ArgumentError, match="coefficients of a PolynomialChaos; got function"):
        sg.sensitivity(ishigami, space=SPACE, method="analytic")
    tied = sg.Space(a=(0, 1), b=(0, 1), constraints=["a < b"])
    design = tied.sample(40, rng=0)
    with pytest.raises(SpaceError, match="'a < b' ties them together"):
        sg.sensitivity(sg.PolynomialChaos(space=tied).fit(design, design["a"]), method="analytic")


@pytest.mark.parametrize("n_runs", [25, 120])
def test_the_error_of_a_student_widens_the_intervals_as_far_as_it_is_large(n_runs):
    design = SPACE.sample(n_runs, rng=0)
    student = sg.GaussianProcess(space=SPACE, random_state=0).fit(design, ishigami(design))
    plain = sg.sensitivity(student, n=256, n_draws=0, rng=0)
    found = sg.sensitivity(student, n=256, rng=0)
    assert (plain.interval_of, found.interval_of[-10:]) == ("the sampling", "(20 draws)")
    np.testing.assert_array_equal(found.table["total"], plain.table["total"])
    plain_width = (plain.table["total_high"] - plain.table["total_low"]).sum()
    width = (found.table["total_high"] - found.table["total_low"]).sum()
    assert width > plain_width
    if n_runs == 25:  # it has learnt little, and says so
        assert width > 2 * plain_width
        return
    truth = np.array([0.5576, 0.4424, 0.2437])
    assert (found.table["total_low"] < truth).all()
    assert (found.table["total_high"] > truth).all()


@pytest.mark.filterwarnings("ignore:overflow encountered in ldexp:RuntimeWarning")
@pytest.mark.parametrize("scale", [1e-300, 1e300])
@pytest.mark.parametrize("method", [*STRUCTURED, *GIVEN_DATA])
def test_units_of_the_outcome_do_not_matter(method, scale):
    def ask(units):
        model = lambda x: units * (x["a"] ** 2 + x["b"])  # noqa: E731
        return sg.sensitivity(model, space=SPACE, method=method, n=64, rng=0).table

    plain, scaled = ask(1.0), ask(scale)
    if method == "morris":
        scaled = scaled / scale
    if method == "dgsm":  # in squared units, beyond what floats hold
        plain, scaled = (each.drop(columns="squared_derivative") for each in (plain, scaled))
    np.testing.assert_allclose(scaled, plain, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("method", ["delta", "rsa"])
def test_an_outcome_of_few_values_has_no_density_to_compare(method):
    with pytest.raises(DataError, match="takes only 2 different values in 100 runs; use"):
        sg.sensitivity(lambda x: x["a"] > 0, space=SPACE, method=method, n=100, rng=0)


def test_outcomes_in_another_order_than_the_points_are_refused():
    design = sg.SensitivityDesign.sample(SPACE, "sobol", 16, rng=0)
    with pytest.raises(DataError, match="same rows in another order"):
        design.analyze(design.frame, design.frame["a"][::-1])


def test_one_of_several_outcomes_is_asked_of_a_student_and_a_callable():
    def both(x):
        return pd.DataFrame({"y": x["a"] + x["b"], "z": x["c"]})

    design = SPACE.sample(40, rng=0)
    student = sg.AutoSurrogate(space=SPACE, members=["linear"], random_state=0)
    student.fit(design, both(design))
    for model in (student, both):
        found = sg.sensitivity(model, "y", space=SPACE, n=64, rng=0)
        np.testing.assert_allclose(found.table["total"], [0.5, 0.5, 0], atol=0.1)
        with pytest.raises(ArgumentError, match="several outcomes; name one of y, z"):
            sg.sensitivity(model, space=SPACE, n=8)
        with pytest.raises(ArgumentError, match="no outcome is named 'x'"):
            sg.sensitivity(model, "x", space=SPACE, n=8)
    assert "error of the student" in sg.sensitivity(student, "y", n=8, rng=0).interval_of


def test_a_loaded_expansion_is_asked_like_the_one_that_was_saved(tmp_path):
    design = SPACE.sample(40, rng=0)
    student = sg.PolynomialChaos(space=SPACE, max_degree=3).fit(design, only_a(design))
    sg.save(student, tmp_path / "expansion.surrogate")
    loaded = sg.load(tmp_path / "expansion.surrogate")
    tables = [sg.sensitivity(each, n=16, rng=0).table for each in (student, loaded)]
    pd.testing.assert_frame_equal(*tables)


def test_the_interval_of_dgsm_is_that_of_the_index():
    def ask(seed):
        return sg.sensitivity(ishigami, space=SPACE, method="dgsm", n=64, rng=seed).table

    tables = [ask(seed) for seed in range(20)]
    spread = np.std([table["dgsm"] for table in tables], axis=0, ddof=1)
    half = np.mean([(table["dgsm_high"] - table["dgsm_low"]) / 2 for table in tables], axis=0)
    np.testing.assert_array_less(spread, half)  # of designs that are more even than at random
    np.testing.assert_array_less(half, 6 * 1.96 * spread)
