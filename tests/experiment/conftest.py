"""A space, designs and simulators that behave, or do not."""

import os
import time

import numpy as np
import pytest

import surrogate as sg


@pytest.fixture(scope="session")
def space():
    return sg.Space(x=(0.0, 1.0), k=sg.Integer(0, 999))


@pytest.fixture(scope="session")
def design(space):
    rows = space.sample(48, rng=0)
    rows["k"] = np.arange(48)
    rows.index = [f"run {k}" for k in range(48)]
    return rows


@pytest.fixture
def noisy(space):
    """Scalar and series outcomes that depend on the run's own generator."""

    def simulate(x, k, rng):
        return {"level": x * k + rng.normal(), "course": x + rng.random(3)}

    return sg.Simulator(simulate, space, outcomes=["level", "course"], name="noisy")


@pytest.fixture
def square(space):
    return sg.Simulator(lambda x, k: x**2, space, outcomes=["y"], name="square")


@pytest.fixture
def faulty(space):
    """Six ways to fail, each at one k; every other run answers k."""

    def simulate(x, k):
        if k == 3:
            raise ValueError("k is bad")
        if k == 60:
            os.kill(os.getpid(), 11)
        if k == 100:
            os._exit(0)
        if k == 70:
            time.sleep(60)
        if k == 90:
            bytearray(20_000_000_000)
        return float("nan") if k == 80 else float(k)

    return sg.Simulator(simulate, space, outcomes=["y"], name="faulty")


def table_bytes(runs):
    """Return everything a table of runs says, exactly."""
    frame = runs.to_frame()
    return [
        (name, *[np.asarray(cell).tobytes() if np.ndim(cell) else repr(cell) for cell in column])
        for name, column in frame.reset_index().items()
    ]


@pytest.fixture(scope="session")
def exact():
    return table_bytes
