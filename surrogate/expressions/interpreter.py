"""The interpreter: the value of a checked tree on columns, computed with numpy."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import ExpressionError, did_you_mean
from surrogate.expressions.functions import ARITHMETIC, ELEMENTWISE, ORDER, PAIRWISE, REDUCTIONS

__all__ = ["Interpreter", "aligned", "per_row"]


class Interpreter:
    """Computes the value of a checked tree on columns."""

    def __init__(self, text: str, columns: Mapping[str, ArrayLike]) -> None:
        self.text = text
        self.columns = columns

    def value(self, node: ast.expr) -> Any:
        """Return the value of a node: a number, a label, (n,) or (n, t)."""
        match node:
            case ast.Constant():
                # as float64 a huge power overflows to inf; as an int it would fill the memory
                constant: Any = node.value
                return constant if isinstance(constant, (bool, str)) else np.float64(constant)
            case ast.Name():
                return self._column(node.id)
            case ast.BinOp():
                operands = aligned(self._number(node.left), self._number(node.right))
                with np.errstate(all="ignore"):
                    return ARITHMETIC[type(node.op)](*operands)
            case ast.UnaryOp(op=ast.Not()):
                return np.logical_not(self._truth(node.operand))
            case ast.UnaryOp():
                operand = self._number(node.operand)
                return -operand if isinstance(node.op, ast.USub) else operand
            case ast.BoolOp():
                join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
                return join.reduce(np.broadcast_arrays(*[self._truth(v) for v in node.values]))
            case ast.Compare():
                return self._compare(node)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, [self.value(each) for each in node.args])
        raise ExpressionError(f"{self.text!r}: {ast.unparse(node)!r} is not allowed")

    def _column(self, name: str) -> NDArray[Any]:
        try:
            column = np.asarray(self.columns[name])
        except KeyError:
            raise ExpressionError(
                f"{self.text!r} reads {name!r}, which is not there"
                f"{did_you_mean(name, [str(key) for key in self.columns])}"
            ) from None
        if column.dtype == object and len(column) and np.ndim(column[0]) == 1:
            return self._stacked(name, column)
        return column

    def _stacked(self, name: str, column: NDArray[Any]) -> NDArray[np.float64]:
        lengths = {len(series) for series in column}
        if len(lengths) > 1:
            raise ExpressionError(
                f"{self.text!r} reads the series {name!r}, whose lengths differ "
                f"({min(lengths)} to {max(lengths)}); pass a callable on the frame instead"
            )
        return np.stack([np.asarray(series, dtype=float) for series in column])

    def _number(self, node: ast.expr) -> Any:
        value = self.value(node)
        if np.asarray(value).dtype.kind not in "biuf":
            raise ExpressionError(
                f"{self.text!r} computes with {ast.unparse(node)!r}, which is no number"
            )
        return value.astype(float) if isinstance(value, np.ndarray) else np.float64(value)

    def _truth(self, node: ast.expr) -> Any:
        value = np.asarray(self.value(node))
        if value.dtype != bool:
            raise ExpressionError(
                f"{self.text!r}: {ast.unparse(node)!r} is not a condition; and, or, not join "
                "conditions, for instance 'y > 0.5'"
            )
        return value

    def _compare(self, node: ast.Compare) -> Any:
        result: Any = True
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            result = np.logical_and(result, self._compare_two(left, op, right))
            left = right
        return result

    def _compare_two(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        if isinstance(op, (ast.In, ast.NotIn)):
            value = np.asarray(self.value(left))
            choices = [each.value for each in getattr(right, "elts", [])]
            inside = np.logical_or.reduce([value == choice for choice in choices])
            return ~inside if isinstance(op, ast.NotIn) else inside
        if isinstance(op, (ast.Eq, ast.NotEq)):
            one, other = aligned(self.value(left), self.value(right))
            return np.equal(one, other) if isinstance(op, ast.Eq) else np.not_equal(one, other)
        one, other = aligned(self._number(left), self._number(right))
        self._refuse_nan(left, one)
        self._refuse_nan(right, other)
        return ORDER[type(op)](one, other)

    def _refuse_nan(self, node: ast.expr, value: Any) -> None:
        missing = np.isnan(value)
        if np.any(missing):
            row = int(np.argwhere(np.atleast_1d(missing))[0, 0])
            raise ExpressionError(
                f"{self.text!r}: {ast.unparse(node)!r} is not a number in "
                f"{int(np.sum(missing))} places (first: row {row}); a comparison with NaN has no "
                "answer"
            )

    def _call(self, name: str, arguments: list[Any]) -> Any:
        with np.errstate(all="ignore"):
            if len(arguments) > 1:
                result = arguments[0]
                for each in arguments[1:]:
                    result = PAIRWISE[name](*aligned(result, each))
                return result
            (value,) = arguments
            if name in ELEMENTWISE:
                return ELEMENTWISE[name](value)
        if np.ndim(value) != 2:
            raise ExpressionError(
                f"{self.text!r}: {name}() of one argument reduces a series, but its argument is "
                "one value a row; leave it out"
            )
        return REDUCTIONS[name](value, axis=1)


def aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Make (n,) and (n, t) fit: one value a row goes with the whole series of that row."""
    if np.ndim(left) == 2 and np.ndim(right) == 1:
        return left, right[:, None]
    if np.ndim(left) == 1 and np.ndim(right) == 2:
        return left[:, None], right
    return left, right


def per_row(value: Any, columns: Mapping[str, ArrayLike]) -> NDArray[Any]:
    """Give a constant expression one value a row."""
    if np.ndim(value) > 0:
        return np.asarray(value)
    n_rows = next((len(np.asarray(columns[name])) for name in columns), 1)
    return np.full(n_rows, value)
