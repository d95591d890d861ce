"""The examples in all docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

import simulators
import surrogate

MODULES = [
    name
    for package in (surrogate, simulators)
    for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not name.endswith("__main__")
]


@pytest.mark.parametrize("name", ["surrogate", "simulators", *MODULES])
def test_examples_are_true(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(name)
    monkeypatch.chdir(tmp_path)  # examples may write files
    mpl.use("agg")
    try:
        assert doctest.testmod(module).failed == 0
    finally:
        plt.close("all")
