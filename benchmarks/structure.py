"""How large files and functions are: ``python benchmarks/structure.py``."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("surrogate", "simulators")


def file_sizes(folder: str) -> dict[str, int]:
    """Return the number of lines of every module."""
    return {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def function_sizes(folder: str) -> dict[str, int]:
    """Return the number of lines of every function, without its docstring."""
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": _length(node)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in _functions(ast.parse(path.read_text(encoding="utf-8")))
    }


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first, lines = function.body[0], _n_lines(function)
    return lines - _n_lines(first) if ast.get_docstring(function) else lines


def _n_lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _summary(sizes: dict[str, int]) -> str:
    largest = max(sizes, key=lambda name: sizes[name])
    ordered = sorted(sizes.values())
    return (
        f"{len(ordered)}, median {statistics.median(ordered):g} lines, "
        f"p90 {ordered[int(0.9 * len(ordered))]}, largest {sizes[largest]} ({largest})"
    )


if __name__ == "__main__":
    for folder in FOLDERS:
        files = file_sizes(folder)
        print(f"{folder}: {sum(files.values())} lines")
        print(f"  files: {_summary(files)}")
        print(f"  functions without docstrings: {_summary(function_sizes(folder))}")
