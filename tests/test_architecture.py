"""The floor plan holds: one direction of imports, plain names, nothing printed, nothing heavy."""

from __future__ import annotations

import ast
import re
import runpy
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import surrogate

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "surrogate"
ORDERED = [PACKAGE / "students", PACKAGE / "regions"]  # their docstrings state the order
SEPARATE = {
    "students": {"regions", "experiment"},
    "regions": {"students", "experiment"},
}
OPTIONAL = {"torch", "dask", "distributed", "SALib", "onnx"}
MODULES = sorted(PACKAGE.rglob("*.py"))
SIMULATORS = sorted((ROOT / "simulators").rglob("*.py"))
LONGEST_FUNCTION, LONGEST_FILE = 60, 400  # lines


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floors() -> list[str]:
    """Return the parts of the floor plan from top to bottom, as its page lists them."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`.+?`) \|", page.split("## ")[0], re.MULTILINE)
    return [*re.findall(r"`(\w+)/?`", " ".join(cells)), "__main__"]


def floor_of(module: str) -> str:
    """Return the part of the floor plan a module belongs to; empty for the public face."""
    return (module.split(".") + [""])[1]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def statements(node: ast.AST, *, functions: bool) -> Iterator[ast.AST]:
    """Yield what is executed, without type-only blocks; with or without bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if is_type_checking(child):
            continue
        if not functions and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield child
        yield from statements(child, functions=functions)


def imports(path: Path, *, functions: bool = True) -> set[str]:
    """Return the dotted names a module imports; a name out of a package counts as its module."""
    found: set[str] = set()
    for node in statements(tree_of(path), functions=functions):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            assert node.module is not None
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


def own_imports(path: Path) -> set[str]:
    """Return the floors a module imports from."""
    return {floor_of(name) for name in imports(path) if name.split(".")[0] == "surrogate"}


def test_every_module_has_its_place_on_the_floor_plan() -> None:
    there = {floor_of(name_of(path)) for path in MODULES} - {""}
    assert there <= set(floors())


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_floors_above(path: Path) -> None:
    floor = floor_of(name_of(path))
    if not floor:
        assert own_imports(path) <= {"version"}, "the public face loads everything on first use"
        return
    allowed = set(floors()[: floors().index(floor) + 1])
    assert own_imports(path) <= allowed - SEPARATE.get(floor, set())


@pytest.mark.parametrize(
    "path", sorted(path for folder in ORDERED for path in folder.rglob("*.py")), ids=name_of
)
def test_a_part_of_a_folder_imports_only_from_parts_above(path: Path) -> None:
    folder = next(each for each in ORDERED if path.is_relative_to(each))
    page = ast.get_docstring(tree_of(folder / "__init__.py"), clean=False) or ""
    parts = re.findall(r"^    (\w+) {2,}", page, re.MULTILINE)
    part = path.relative_to(folder).with_suffix("").parts[0]
    if part != "__init__":
        prefix = f"{name_of(folder / '__init__.py')}."
        used = {name.split(".")[2] for name in imports(path) if name.startswith(prefix)}
        assert used <= set(parts[: parts.index(part) + 1])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_private_modules_stay_in_their_folder(path: Path) -> None:
    folder = name_of(path if path.name == "__init__.py" else path.parent / "__init__.py")
    private = {
        name
        for name in imports(path)
        if name.startswith("surrogate.")
        and any(part.startswith("_") and not part.startswith("__") for part in name.split("."))
    }
    assert {name for name in private if not name.startswith(f"{folder}.")} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_optional_and_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path, functions=False)}
    assert not roots & OPTIONAL
    floor = floor_of(name_of(path))
    if not floor or floors().index(floor) < floors().index("plots"):
        assert "matplotlib" not in {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_prints(path: Path) -> None:
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    lines = [node.lineno for node in calls if ast.unparse(node.func) == "print"]
    assert not lines or name_of(path) == "surrogate.cli"


def test_no_submodule_shares_a_name_with_a_public_object() -> None:
    submodules = {floor_of(name_of(path)) for path in MODULES} - {""}
    assert not submodules & (set(surrogate.__all__) - {"__version__"})


def test_no_module_is_named_like_the_standard_library() -> None:
    top = {path.stem for path in [*PACKAGE.iterdir(), *(ROOT / "simulators").iterdir()]}
    assert not top & sys.stdlib_module_names


@pytest.mark.parametrize("path", SIMULATORS, ids=name_of)
def test_simulators_know_only_the_public_face(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names)
    # scikit-learn: the digits it ships stand in where MNIST is absent
    assert foreign <= {"numpy", "scipy", "sklearn", "torch", "surrogate", "simulators"}
    of_ours = {name for name in imports(path) if name.split(".")[0] == "surrogate"}
    assert of_ours <= {"surrogate", *(f"surrogate.{name}" for name in surrogate.__all__)}


@pytest.mark.parametrize("folder", ["surrogate", "simulators"])
def test_functions_do_one_thing(folder: str) -> None:
    structure = runpy.run_path(str(ROOT / "benchmarks" / "structure.py"))
    sizes = structure["function_sizes"](folder)
    assert {name: n for name, n in sizes.items() if n > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("folder", ["surrogate", "simulators"])
def test_files_have_one_subject(folder: str) -> None:
    structure = runpy.run_path(str(ROOT / "benchmarks" / "structure.py"))
    sizes = structure["file_sizes"](folder)
    assert {name: n for name, n in sizes.items() if n > LONGEST_FILE} == {}
