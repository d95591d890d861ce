"""What holds for every example simulator."""

import ast
import inspect
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simulators
from simulators import functions, grid_stability, lotka_volterra, pendulum, seir, shallow_lake, wing
from surrogate import Simulator

FILES = (functions, grid_stability, lotka_volterra, pendulum, seir, shallow_lake, wing)
EVERY = {
    each.name: each for file in FILES for each in vars(file).values() if isinstance(each, Simulator)
}


def flat(outcomes):
    return np.column_stack([np.vstack(outcomes[name].to_numpy()) for name in outcomes])


DETERMINISTIC = {name: each for name, each in EVERY.items() if not each.takes_rng}
deterministic = pytest.mark.parametrize(
    "simulator", DETERMINISTIC.values(), ids=list(DETERMINISTIC)
)


@pytest.fixture(params=EVERY.values(), ids=EVERY)
def simulator(request):
    return request.param


def test_every_file_is_listed_in_the_index():
    folder = Path(simulators.__file__).parent
    for path in folder.glob("[a-z]*.py"):
        assert f"`{path.stem}`" in simulators.__doc__


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.__name__)
def test_it_imports_numpy_scipy_and_the_public_face_only(file):
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name)
        for node in ast.walk(ast.parse(inspect.getsource(file)))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    standard = {"__future__", "collections.abc", "dataclasses", "itertools", "typing"}
    allowed = standard | {"numpy", "numpy.typing", "scipy.integrate", "surrogate"}
    assert imported <= allowed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.__name__)
def test_it_names_a_reference_and_a_known_answer(file):
    assert "https://doi.org/" in file.__doc__
    assert "Known answer" in file.__doc__


def test_a_design_gives_finite_outcomes_on_its_index(simulator):
    design = simulator.space.sample(8, rng=0).set_axis(range(10, 18))
    outcomes = simulator.evaluate(design)
    assert outcomes.index.equals(design.index)
    assert tuple(outcomes) == simulator.outcomes
    assert np.isfinite(flat(outcomes)).all()


@deterministic
def test_the_order_of_rows_does_not_matter(simulator):
    design = simulator.space.sample(8, rng=0)
    forward, backward = (simulator.evaluate(each) for each in (design, design[::-1]))
    np.testing.assert_allclose(flat(forward), flat(backward)[::-1], rtol=1e-9, atol=1e-12)


@deterministic
def test_one_run_alone_gives_what_it_gives_in_the_design(simulator):
    design = simulator.space.sample(4, rng=0)
    alone = pd.DataFrame([simulator.ask(row) for row in design.to_dict("records")])
    block = simulator.evaluate(design)
    np.testing.assert_allclose(flat(alone), flat(block), rtol=1e-9, atol=1e-12)


def test_it_travels_to_a_worker(simulator):
    design = simulator.space.sample(2, rng=0)
    arrived = pickle.loads(pickle.dumps(simulator))
    np.testing.assert_array_equal(flat(arrived.evaluate(design)), flat(simulator.evaluate(design)))


def test_it_and_its_inputs_are_described(simulator):
    assert "Examples" in simulator.__doc__
    if simulator not in (functions.ishigami, functions.sobol_g, functions.morris):
        assert all(each.description for each in simulator.space.parameters.values())
