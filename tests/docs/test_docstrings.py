"""The examples in all docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def described_parameters(function: Callable[..., Any]) -> dict[str, str]:
    """Return what a docstring says of each parameter: its type and the lines below."""
    doc = inspect.getdoc(function) or ""
    section = doc.partition("\nParameters\n----------\n")[2].partition("\n\n")[0]
    entries = re.split(r"\n(?=\S)", section)
    return dict(entry.split(" : ", maxsplit=1) for entry in entries)  # type: ignore[misc]


def test_what_students_of_teachers_learn_from_is_described_alike() -> None:
    network, tree, rules = (
        described_parameters(each.fit)
        for each in (surrogate.Network, surrogate.DistilledTree, surrogate.RuleList)
    )
    assert network["X"] == tree["X"]  # rules keep no narrow numbers
    for name in ("y", "sample_weight", "classes"):
        assert network[name] == tree[name] == rules[name]
