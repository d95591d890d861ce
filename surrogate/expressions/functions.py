"""What an expression may compute with: the operators and functions it knows."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["ARITHMETIC", "ELEMENTWISE", "FUNCTIONS", "ORDER", "PAIRWISE", "REDUCTIONS"]

ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "cos": np.cos,
    "exp": np.exp,
    "floor": np.floor,
    "log": np.log,
    "log10": np.log10,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "tan": np.tan,
    "tanh": np.tanh,
}
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "all": np.all,
    "any": np.any,
    "first": lambda series, axis: series[:, 0],  # noqa: ARG005 - called like np.max
    "last": lambda series, axis: series[:, -1],  # noqa: ARG005
    "max": np.max,
    "mean": np.mean,
    "min": np.min,
    "sum": np.sum,
}
PAIRWISE: dict[str, Callable[..., Any]] = {"max": np.maximum, "min": np.minimum}
ARITHMETIC: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.true_divide,
    ast.Pow: np.power,
}
ORDER: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
FUNCTIONS = sorted({*ELEMENTWISE, *REDUCTIONS})
