"""Expressions over named columns: cases, constraints and derived inputs.

Text is parsed into a tree of a few allowed kinds of node and interpreted with numpy; nothing is
ever evaluated as Python code. ``"stability < 0 and max(load) < 0.9"``, ``"gain * delay < 2"`` and
``"policy in ('a', 'b')"`` are expressions; a name that is no identifier stands in backticks:
``"`wind speed` > 12"``. A column holds one number (or label) per row, shape (n,), or one series
per row, shape (n, t); ``min``, ``max``, ``mean``, ``sum``, ``first`` and ``last`` reduce a series.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import ExpressionError
from surrogate.expressions.grammar import comparisons, is_condition, misplaced_number, parse
from surrogate.expressions.interpreter import Interpreter, aligned, per_row

__all__ = ["Expression", "FrameFunction", "as_condition", "as_expression"]

_LONGEST = 2000  # characters; a longer text is a program, not an expression


class Expression:
    """A parsed expression over named columns.

    Parameters
    ----------
    text : str
        Names, numbers, strings, ``+ - * / **``, comparisons (chained), ``and``, ``or``, ``not``,
        ``in``, and the functions abs, all, any, ceil, cos, exp, first, floor, last, log, log10,
        max, mean, min, sin, sqrt, sum, tan, tanh.

    Attributes
    ----------
    names : tuple of str
        The columns it reads, in order of appearance.
    n_margins : int
        How many order comparisons the case is made of; 0 where it has none or where it has other
        parts than order comparisons, so that there is no continuous distance to its threshold.
    is_condition : bool
        Whether it is true or false whatever the columns hold.

    Raises
    ------
    ExpressionError
        With the part that cannot be read.

    Examples
    --------
    >>> case = Expression("stability < 0 and 1 < load <= 2")
    >>> case.names, case.n_margins
    (('stability', 'load'), 3)
    >>> case.holds({"stability": [-1.0, -1.0, 1.0], "load": [1.5, 3.0, 1.5]})
    array([ True, False, False])
    >>> Expression("max(infected) < 0.1").holds({"infected": [[0.0, 0.2], [0.0, 0.05]]})
    array([False,  True])
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str) or not text.strip():
            raise ExpressionError(f"an expression is a non-empty text; got {text!r}")
        self.text = " ".join(text.split())
        if len(self.text) > _LONGEST:
            raise ExpressionError(
                f"an expression has at most {_LONGEST} characters; got {len(self.text)}, "
                f"beginning {self.text[:60]!r}; pass a callable instead"
            )
        try:
            self._tree, self.names = parse(self.text)
            self._comparisons = tuple(comparisons(self._tree) or ())
        except RecursionError as error:
            raise ExpressionError(f"{self.text[:60]!r}... is nested too deeply") from error

    @property
    def n_margins(self) -> int:  # noqa: D102 - in the class docstring
        return len(self._comparisons)

    @property
    def is_condition(self) -> bool:  # noqa: D102 - in the class docstring
        return is_condition(self._tree)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[type[Expression], tuple[str]]:
        return Expression, (self.text,)

    def require_condition(self, numbers: Collection[str]) -> None:
        """Refuse what will be no condition, before there are columns.

        Parameters
        ----------
        numbers : collection of str
            The names that will hold numbers, or series of them.

        Raises
        ------
        ExpressionError
            If a number stands where a truth is needed.

        Examples
        --------
        >>> Expression("y + 1").require_condition(["y"])
        Traceback (most recent call last):
        ...
        surrogate.errors.ExpressionError: 'y + 1' is not a condition: it gives numbers; compare it \
with something, for instance 'y > 0.5'
        """
        found = misplaced_number(self._tree, numbers)
        if found is self._tree:
            raise ExpressionError(
                f"{self.text!r} is not a condition: it gives numbers; compare it with something, "
                "for instance 'y > 0.5'"
            )
        if found is not None:
            raise ExpressionError(
                f"{self.text!r}: {ast.unparse(found)!r} is not a condition but a number; compare "
                "it with something, for instance 'y > 0.5'"
            )

    def evaluate(self, columns: Mapping[str, ArrayLike]) -> NDArray[Any]:
        """Return the value in each row.

        Parameters
        ----------
        columns : mapping of str to array_like, shape (n,) or (n, t)
            A DataFrame will do.

        Returns
        -------
        ndarray, shape (n,) or (n, t)

        Raises
        ------
        ExpressionError
            For a name that is not among the columns, and for a comparison with NaN.
        """
        return per_row(Interpreter(self.text, columns).value(self._tree), columns)

    def holds(self, columns: Mapping[str, ArrayLike]) -> NDArray[np.bool_]:
        """Return where the condition is true, shape (n,).

        Raises
        ------
        ExpressionError
            If the expression is not a condition, or gives a series instead of one answer a row.
        """
        return as_condition(self.evaluate(columns), self.text)

    def margins(self, columns: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """Return the distance of every row to each threshold, positive on the case's side.

        Returns
        -------
        ndarray, shape (n, n_margins)

        Examples
        --------
        >>> Expression("y < 2").margins({"y": [1.5, 3.0]})
        array([[ 0.5],
               [-1. ]])
        """
        interpreter = Interpreter(self.text, columns)
        found = []
        for each in self._comparisons:
            left, right = interpreter.value(each.left), interpreter.value(each.right)
            margin = per_row(each.sign * np.subtract(*aligned(right, left)), columns)
            if margin.ndim > 1:
                raise ExpressionError(
                    f"{self.text!r} compares whole series; reduce them first, "
                    "for instance with max(...) or last(...)"
                )
            found.append(margin)
        return np.stack(found, axis=-1) if found else np.empty((0, 0))

    def decide(self, margins: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return whether the case holds, given its margins.

        Parameters
        ----------
        margins : ndarray, shape (..., n_margins)
            From `margins`, or joint draws of a surrogate's predictions of them.

        Returns
        -------
        ndarray of bool, shape (...)

        Examples
        --------
        >>> Expression("a < 1 or b > 2").decide(np.array([[0.1, -1.0], [-0.1, -1.0]]))
        array([ True, False])
        """
        pairs = enumerate(self._comparisons)
        truths = {
            id(each.left): (np.greater if each.strict else np.greater_equal)(margins[..., k], 0)
            for k, each in pairs
        }
        return _decide(self._tree, truths)


class FrameFunction:
    """A callable on the frame, where an expression is expected.

    Parameters
    ----------
    function : callable
        Takes a DataFrame and returns one value per row.
    """

    names: tuple[str, ...] = ()
    n_margins = 0

    def __init__(self, function: Callable[[Any], ArrayLike]) -> None:
        self.function = function
        self.text = getattr(function, "__name__", type(function).__name__)

    def __repr__(self) -> str:
        return f"FrameFunction({self.text})"

    def __str__(self) -> str:
        return self.text

    def evaluate(self, columns: Any) -> NDArray[Any]:
        """Return the function's values on the frame, one per row."""
        values = np.asarray(self.function(columns))
        if values.ndim != 1 or len(values) != len(columns):
            raise ExpressionError(
                f"the function {self.text!r} must return one value for each of the "
                f"{len(columns)} rows; got shape {values.shape}"
            )
        return values

    def holds(self, columns: Any) -> NDArray[np.bool_]:
        """Return where the condition is true, shape (n,)."""
        return as_condition(self.evaluate(columns), self.text)


def as_expression(source: str | Expression | Callable[[Any], ArrayLike]) -> Any:
    """Return `source` as an `Expression`, or as a `FrameFunction` if it is callable.

    Examples
    --------
    >>> as_expression("y > 0")
    Expression('y > 0')
    """
    if isinstance(source, (Expression, FrameFunction)):
        return source
    return FrameFunction(source) if callable(source) else Expression(source)


def as_condition(values: NDArray[Any], text: str) -> NDArray[np.bool_]:
    """Return `values` if they are one truth a row, else say what they are."""
    if values.ndim > 1:
        raise ExpressionError(
            f"{text!r} gives a series in each row; reduce it with any(...), max(...) or last(...)"
        )
    if values.dtype != bool:
        raise ExpressionError(
            f"{text!r} is not a condition: it gives {values.dtype} values; "
            "compare it with something, for instance 'y > 0.5'"
        )
    return values


def _decide(node: ast.expr, truths: Mapping[int, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    match node:
        case ast.BoolOp(op=ast.And()):
            return np.logical_and.reduce([_decide(each, truths) for each in node.values])
        case ast.BoolOp():
            return np.logical_or.reduce([_decide(each, truths) for each in node.values])
        case ast.UnaryOp():
            return ~_decide(node.operand, truths)
        case ast.Compare():
            return np.logical_and.reduce(
                [truths[id(left)] for left in [node.left, *node.comparators[:-1]]]
            )
    raise ExpressionError("a case without margins cannot be decided from margins")
