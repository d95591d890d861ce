import functools
import pickle
import subprocess
import sys

import cloudpickle
import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import SimulatorError, SpaceError

SPACE = sg.Space(x=(0, 1), y=(0, 1))
ROW = {"x": 0.25, "y": 0.5}


class Scaled:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x, y):
        return self.scale * (x + y)

    def method(self, x, y):
        return self(x, y)


@pytest.mark.parametrize(
    ("answer", "outcomes", "expected"),
    [
        (3, ["a"], {"a": 3.0}),
        (np.float32(3), ["a"], {"a": 3.0}),
        (True, ["a"], {"a": 1.0}),
        (np.array(3.0), ["a"], {"a": 3.0}),
        ((3,), ["a"], {"a": 3.0}),
        ((3, 4), ["a", "b"], {"a": 3.0, "b": 4.0}),
        (np.array([3, 4]), ["a", "b"], {"a": 3.0, "b": 4.0}),
        ({"b": 4, "a": 3, "c": 5}, ["a", "b"], {"a": 3.0, "b": 4.0}),
        (pd.Series({"a": 3, "b": 4}), ["a", "b"], {"a": 3.0, "b": 4.0}),
    ],
)
def test_every_usual_kind_of_answer_becomes_named_outcomes(answer, outcomes, expected):
    assert sg.Simulator(lambda x, y: answer, SPACE, outcomes=outcomes).ask(ROW) == expected


def test_a_series_stays_a_series():
    simulator = sg.Simulator(lambda x, y: [x, y, 1], SPACE, outcomes=["path"])
    assert simulator.ask(ROW)["path"].tolist() == [0.25, 0.5, 1]
    assert simulator.evaluate(SPACE.sample(3, rng=0))["path"][2].shape == (3,)


@pytest.mark.parametrize(
    ("answer", "outcomes", "message"),
    [
        (None, ["a"], "returned None; is a return missing"),
        ((1, 2, 3), ["a", "b"], r"must give 2 outcomes \(a, b\); got 3 values"),
        ({"total": 1}, ["totl"], "'totl'; did you mean 'total'"),
        ("high", ["a"], "as numbers; got str 'high'"),
        (np.ones((2, 2)), ["a"], r"shape \(2, 2\)"),
        ([], ["a"], r"shape \(0,\)"),
    ],
)
def test_an_answer_that_does_not_fit_says_what_was_declared(answer, outcomes, message):
    simulator = sg.Simulator(lambda x, y: answer, SPACE, outcomes=outcomes)
    with pytest.raises(SimulatorError, match=message):
        simulator.ask(ROW)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sg.Simulator(3, SPACE, outcomes=["a"]), "wraps a callable"),
        (lambda: sg.Simulator(lambda x, z: 1, SPACE, outcomes=["a"]), "needs 'z'"),
        (lambda: sg.Simulator(lambda x: 1, SPACE, outcomes=["a"]), "has an input 'y'"),
        (lambda: sg.Simulator(lambda x, y: 1, SPACE, outcomes=[]), "one or more"),
        (lambda: sg.Simulator(lambda x, y: 1, SPACE, outcomes=["x"]), "named 'x'"),
    ],
)
def test_a_function_that_does_not_fit_its_space_is_refused_at_once(make, message):
    with pytest.raises(SimulatorError, match=message):
        make()


def test_a_call_gives_exactly_what_the_function_returns():
    answer = object()
    assert sg.Simulator(lambda x, y: answer, SPACE, outcomes=["a"])(x=1, y=2) is answer


def test_constants_and_derived_inputs_are_passed_to_those_who_take_them():
    space = sg.Space(x=(0, 1), k=3.0, derived={"z": "2 * x"})
    with_all = sg.Simulator(lambda x, k, z: x + k + z, space, outcomes=["a"])
    without = sg.Simulator(lambda x: x, space, outcomes=["a"])
    anything = sg.Simulator(lambda **inputs: sum(inputs.values()), space, outcomes=["a"])
    design = space.sample(4, rng=0)
    assert with_all.evaluate(design)["a"].tolist() == (3 * design["x"] + 3).tolist()
    assert without.evaluate(design)["a"].tolist() == design["x"].tolist()
    pd.testing.assert_frame_equal(anything.evaluate(design), with_all.evaluate(design))


def test_names_that_are_no_identifiers_are_passed_by_keyword():
    space = sg.Space({"wind speed": (0, 1)})
    simulator = sg.Simulator(lambda **inputs: inputs["wind speed"], space, outcomes=["a"])
    assert simulator.evaluate(space.sample(2, rng=0))["a"].between(0, 1).all()


def test_vectorized_and_one_at_a_time_agree():
    design = SPACE.sample(8, rng=0)
    one = sg.Simulator(lambda x, y: (x + y, [x, y]), SPACE, outcomes=["s", "p"])
    many = sg.Simulator(
        lambda x, y: (x + y, np.stack([x, y], axis=1)), SPACE, outcomes=["s", "p"], vectorized=True
    )
    expected, got = one.evaluate(design), many.evaluate(design)
    assert expected["s"].tolist() == got["s"].tolist()
    assert np.array_equal(np.stack(list(expected["p"])), np.stack(list(got["p"])))
    assert many.ask(ROW)["s"] == 0.75
    assert many.ask(ROW)["p"].tolist() == [0.25, 0.5]


def test_a_vectorized_answer_of_another_length_is_refused():
    simulator = sg.Simulator(lambda x, y: 1.0, SPACE, outcomes=["a"], vectorized=True)
    with pytest.raises(SimulatorError, match=r"got 4 rows .* shape \(4,\)"):
        simulator.evaluate(SPACE.sample(4, rng=0))


def test_each_noisy_run_has_its_own_generator():
    noisy = sg.Simulator(lambda x, y, rng: x + rng.normal(), SPACE, outcomes=["a"])
    vector = sg.Simulator(
        lambda x, y, rng: x + np.array([each.normal() for each in rng]),
        SPACE,
        outcomes=["a"],
        vectorized=True,
    )
    design = SPACE.sample(8, rng=0)
    assert noisy.takes_rng
    first = noisy.evaluate(design, rng=0)
    pd.testing.assert_frame_equal(first, noisy.evaluate(design, rng=0))
    pd.testing.assert_frame_equal(first.iloc[:3], noisy.evaluate(design.iloc[:3], rng=0))
    pd.testing.assert_frame_equal(first, vector.evaluate(design, rng=0))
    assert not first.equals(noisy.evaluate(design, rng=1))


def test_a_design_outside_the_space_is_refused_before_anything_runs():
    simulator = sg.Simulator(lambda x, y: 1 / 0, SPACE, outcomes=["a"])
    with pytest.raises(SpaceError, match="outside"):
        simulator.evaluate(pd.DataFrame({"x": [2.0], "y": [0.0]}))


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: x + y,
        Scaled(1),
        Scaled(1).method,
        functools.partial(lambda x, y, scale: scale * (x + y), scale=1),
    ],
    ids=["lambda", "instance", "bound method", "partial"],
)
def test_any_callable_travels_to_another_process(function):
    simulator = sg.Simulator(function, SPACE, outcomes=["a"])
    for copy in (
        pickle.loads(pickle.dumps(simulator)),
        cloudpickle.loads(cloudpickle.dumps(simulator)),
    ):
        assert copy.ask(ROW) == simulator.ask(ROW)
        assert (copy.name, copy.fingerprint) == (simulator.name, simulator.fingerprint)


def test_a_decorated_function_is_found_by_name_in_a_fresh_process(tmp_path):
    (tmp_path / "wrapped.py").write_text(
        "import surrogate as sg\n"
        "@sg.simulator(sg.Space(x=(0, 1)), outcomes=['y'])\n"
        "def square(x):\n    return x * x\n"
    )
    script = (
        "import pickle, wrapped\n"
        "dumped = pickle.dumps(wrapped.square)\n"
        "assert b'cloudpickle' not in dumped\n"
        "assert pickle.loads(dumped) is wrapped.square\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


def test_the_fingerprint_changes_with_what_the_function_carries():
    def of(function):
        return sg.Simulator(function, SPACE, outcomes=["a"]).fingerprint

    assert of(Scaled(1)) == of(Scaled(1))
    assert of(Scaled(1)) != of(Scaled(2))
    assert of(functools.partial(Scaled(1).method)) == of(functools.partial(Scaled(1).method))
    plus = of(lambda x, y: x + y)
    minus = of(lambda x, y: x - y)
    assert plus != minus
