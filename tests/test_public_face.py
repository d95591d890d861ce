"""What ``import surrogate`` promises: quick, complete, documented, one version everywhere."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import surrogate as sg

ROOT = Path(__file__).parents[1]
HEAVY = ["sklearn", "scipy.stats", "torch", "matplotlib", "pandas", "SALib", "numba", "dask"]
NAMES = sorted(set(sg.__all__) - {"__version__"})
NEEDS_NO_EXAMPLE = (BaseException,)
AS_ITS_CLASS = {"simulator"}  # its parameters are those of Simulator, and it says so


def test_importing_loads_nothing_heavy() -> None:
    code = f"import sys, surrogate; print([n for n in {HEAVY} if n in sys.modules])"
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(sg, name) is not None
    assert name in dir(sg)


@pytest.mark.parametrize("name", NAMES)
def test_the_module_a_name_is_loaded_from_exports_it(name: str) -> None:
    module = importlib.import_module(sg._NAMES[name])
    assert name in module.__all__


def test_the_lazy_table_equals_the_imports_for_type_checkers() -> None:
    tree = ast.parse((ROOT / "surrogate" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen: dict[str, str] = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert node.module is not None
        for each in node.names:
            assert each.asname == each.name, f"{each.name} is not re-exported for type checkers"
            seen[each.name] = node.module
    assert seen == sg._NAMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Spaec'"):
        _ = sg.Spaec


@pytest.mark.parametrize("name", NAMES)
def test_every_public_object_has_a_docstring_with_an_example(name: str) -> None:
    thing = getattr(sg, name)
    text = inspect.getdoc(thing)
    assert text, f"{name} has no docstring"
    if inspect.isclass(thing) and issubclass(thing, NEEDS_NO_EXAMPLE):
        return
    assert re.search(r"^Examples\n-+\n", text, re.MULTILINE), f"{name} has no example"
    assert ">>> " in text


@pytest.mark.parametrize("name", NAMES)
def test_every_public_function_tells_its_parameters(name: str) -> None:
    thing = getattr(sg, name)
    if inspect.isclass(thing) or name in AS_ITS_CLASS:
        return
    text = inspect.getdoc(thing) or ""
    for parameter in inspect.signature(thing).parameters:
        assert re.search(rf"^(.+, )?\*{{0,2}}{parameter}(,| :|$)", text, re.MULTILINE), parameter


@pytest.mark.parametrize("name", NAMES)
def test_what_an_estimator_may_leave_out_is_named_where_it_is_given(name: str) -> None:
    thing = getattr(sg, name)
    if not (inspect.isclass(thing) and hasattr(thing, "get_params")):
        return
    optional = [p for p in inspect.signature(thing).parameters.values() if p.default is not p.empty]
    assert {each.kind for each in optional} <= {inspect.Parameter.KEYWORD_ONLY}


def test_the_version_is_the_same_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^version: (\S+)$", citation, re.MULTILINE)[1] == sg.__version__  # type: ignore[index]
    assert re.search(r"^## \[?([\d.]+)", changelog, re.MULTILINE)[1] == sg.__version__  # type: ignore[index]


def test_the_package_is_typed() -> None:
    assert (ROOT / "surrogate" / "py.typed").is_file()
