"""The grammar: which texts are expressions, and which comparisons a case is made of."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from surrogate.errors import ExpressionError, did_you_mean
from surrogate.expressions.functions import ARITHMETIC, FUNCTIONS, ORDER, PAIRWISE

__all__ = ["Comparison", "comparisons", "is_condition", "misplaced_number", "parse"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One ``left < right`` of a case; its margin is positive where it holds."""

    left: ast.expr
    operator: type[ast.cmpop]
    right: ast.expr

    @property
    def strict(self) -> bool:
        """Whether it fails where both sides are equal."""
        return self.operator in (ast.Lt, ast.Gt)

    @property
    def sign(self) -> int:
        """What makes ``right - left`` positive where the comparison holds."""
        return 1 if self.operator in (ast.Lt, ast.LtE) else -1


def parse(text: str) -> tuple[ast.expr, tuple[str, ...]]:
    """Return the checked tree of `text` and the names it reads, in order of appearance."""
    quoted: list[str] = []

    def placeholder(match: re.Match[str]) -> str:
        quoted.append(match.group(1))
        return f"_quoted_{len(quoted) - 1}_"

    try:
        tree = ast.parse(re.sub(r"`([^`]+)`", placeholder, text), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(
            f"{text!r} cannot be read as an expression: {error.args[0]}; names that are no "
            "identifiers stand in backticks, like `wind speed`"
        ) from error
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id.startswith("_quoted_"):
            node.id = quoted[int(node.id.split("_")[2])]
    _check(tree, text, names)
    return tree, tuple(dict.fromkeys(names))


def _check(node: ast.expr, text: str, names: list[str]) -> None:
    """Refuse every node that is not in the grammar and collect the names."""
    match node:
        case ast.Name():
            names.append(node.id)
        case ast.Constant() if isinstance(node.value, (bool, int, float, str)):
            pass
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            _check(node.left, text, names)
            _check(node.right, text, names)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()):
            _check(node.operand, text, names)
        case ast.BoolOp():
            for each in node.values:
                _check(each, text, names)
        case ast.Compare() if all(
            isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn, *ORDER)) for op in node.ops
        ):
            for op, each in zip([None, *node.ops], [node.left, *node.comparators], strict=True):
                if isinstance(op, (ast.In, ast.NotIn)):
                    _check_choices(each, text)
                else:
                    _check(each, text, names)
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            _check_call(name, node.args, text)
            for each in node.args:
                _check(each, text, names)
        case _:
            raise ExpressionError(
                f"{text!r} contains {ast.unparse(node)!r}, which is not allowed in an expression; "
                "pass a callable instead"
            )


def _check_call(name: str, arguments: Sequence[ast.expr], text: str) -> None:
    if name not in FUNCTIONS:
        raise ExpressionError(
            f"{text!r} calls {name!r}, which is no known function{did_you_mean(name, FUNCTIONS)}"
        )
    fits = len(arguments) == 1 or (name in PAIRWISE and len(arguments) > 1)
    if not fits:
        raise ExpressionError(f"{text!r} gives {name}() {len(arguments)} arguments; it takes one")


def _check_choices(node: ast.expr, text: str) -> None:
    if not isinstance(node, (ast.Tuple, ast.List)) or not all(
        isinstance(each, ast.Constant) for each in node.elts
    ):
        raise ExpressionError(f"{text!r}: 'in' takes a list of values, like policy in ('a', 'b')")


def is_condition(node: ast.expr) -> bool:
    """Return whether a tree is a truth whatever its columns hold."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="all" | "any")):
            return True
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def misplaced_number(node: ast.expr, numbers: Collection[str]) -> ast.expr | None:
    """Return the part of a case that is a number where a truth is needed, or None.

    Parameters
    ----------
    node : expr
    numbers : collection of str
        The names that hold numbers; others may hold truths.
    """
    match node:
        case ast.BoolOp():
            truths = node.values
        case ast.UnaryOp(op=ast.Not()):
            truths = [node.operand]
        case ast.Call(func=ast.Name(id="first" | "last" | "max" | "min")):
            truths = node.args  # what they take is what they give
        case ast.Name():
            return node if node.id in numbers else None
        case _:
            return None if is_condition(node) else node
    found = (misplaced_number(each, numbers) for each in truths)
    return next((each for each in found if each is not None), None)


def comparisons(node: ast.expr) -> list[Comparison] | None:
    """Return the order comparisons a case is made of, or None if it has any other part."""
    match node:
        case ast.BoolOp():
            parts = [comparisons(each) for each in node.values]
            return None if None in parts else [one for part in parts if part for one in part]
        case ast.UnaryOp(op=ast.Not()):
            return comparisons(node.operand)
        case ast.Compare() if all(type(op) in ORDER for op in node.ops):
            lefts = [node.left, *node.comparators[:-1]]
            return [
                Comparison(left, type(op), right)
                for left, op, right in zip(lefts, node.ops, node.comparators, strict=True)
            ]
        case _:
            return None
