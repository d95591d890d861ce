"""Plain trees as source text: for people, SQL and Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from surrogate.exports.conditions import Condition, sql_label
from surrogate.exports.plain_tree import Leaf, PlainTree

__all__ = ["INDENT", "block", "python_source", "sql_case", "text"]

INDENT = "    "

# Writes the conditions of one question, and the number of a leaf among the leaves.
WriteConditions = Callable[[Sequence[Condition]], str]
WriteLeaf = Callable[[int, Leaf], str]


def text(tree: PlainTree) -> str:
    """Return a tree for people: nested ifs, numbers with four digits."""
    lines = _text_lines(tree, 0, "")
    return "\n".join(lines)


def _text_lines(tree: PlainTree, start: int, indent: str) -> Iterable[str]:
    steps, last = tree.chain(start)
    word = "if"
    for conditions, child in steps:
        asked = f"{indent}{word} {' and '.join(each.text() for each in conditions)}:"
        node = tree.nodes[child]
        if isinstance(node, Leaf):
            yield f"{asked} {_text_leaf(node)}"
        else:
            yield asked
            yield from _text_lines(tree, child, indent + INDENT)
        word = "else if"
    yield f"{indent}{'else: ' if steps else ''}{_text_leaf(_leaf(tree, last))}"


def _text_leaf(leaf: Leaf) -> str:
    answer = f"{leaf.answer:.4g}" if isinstance(leaf.answer, float) else str(leaf.answer)
    notes = [f"probability {max(leaf.probabilities):.2f}"] if leaf.probabilities else []
    notes += [] if leaf.n_rows is None else [f"{leaf.n_rows} rows"]
    return (answer if answer.isprintable() else repr(answer)) + (
        f" ({', '.join(notes)})" if notes else ""
    )


def sql_case(tree: PlainTree) -> str:
    """Return a tree as an SQL expression."""
    return _sql_of(tree, 0, "")


def _sql_of(tree: PlainTree, start: int, indent: str) -> str:
    steps, last = tree.chain(start)
    otherwise = sql_label(_leaf(tree, last).answer)
    if not steps:
        return otherwise
    inside = indent + INDENT
    lines = ["CASE"]
    for conditions, child in steps:
        asked = " AND ".join(each.sql() for each in conditions)
        lines.append(f"{inside}WHEN {asked or '1 = 1'} THEN {_sql_of(tree, child, inside)}")
    return "\n".join([*lines, f"{inside}ELSE {otherwise}", f"{indent}END"])


def python_source(tree: PlainTree) -> str:
    """Return a tree as Python functions that take a mapping of names to values."""

    def asked(conditions: Sequence[Condition]) -> str:
        return f"if {' and '.join(each.python() for each in conditions) or 'True'}:"

    def leaf(number: int, node: Leaf) -> str:
        return f"return {number}  # {node.answer!r}"

    body = block(tree, 0, INDENT, asked, leaf, closing=None)
    answers = _python_table("ANSWERS", [repr(each.answer) for each in tree.leaves])
    functions = f"{answers}\n\ndef predict(row):\n    return ANSWERS[leaf(row)]\n"
    if tree.classes:
        rows = [repr(list(each.probabilities)) for each in tree.leaves]
        functions = (
            f"CLASSES = {list(tree.classes)!r}\n\n"
            f"{_python_table('PROBABILITIES', rows)}\n{functions}\n\n"
            "def predict_proba(row):\n    return PROBABILITIES[leaf(row)]\n"
        )
    return "def leaf(row):\n" + "\n".join(body) + f"\n\n\n{functions}"


def _python_table(name: str, entries: Iterable[str]) -> str:
    return f"{name} = [\n" + "".join(f"    {each},\n" for each in entries) + "]\n"


def block(
    tree: PlainTree,
    start: int,
    indent: str,
    asked: WriteConditions,
    leaf: WriteLeaf,
    *,
    closing: str | None,
) -> list[str]:
    """Return the lines of a node: an if for each smaller branch, then the leaf at the end.

    Parameters
    ----------
    tree : PlainTree
    start : int
        The node.
    indent : str
    asked, leaf : callable
        Write the line of a question and of an answer.
    closing : str or None
        What ends a branch.
    """
    steps, last = tree.chain(start)
    lines = []
    for conditions, child in steps:
        lines.append(indent + asked(conditions))
        lines += block(tree, child, indent + INDENT, asked, leaf, closing=closing)
        lines += [indent + closing] if closing else []
    return [*lines, indent + leaf(tree.leaf_numbers[last], _leaf(tree, last))]


def _leaf(tree: PlainTree, node: int) -> Leaf:
    found = tree.nodes[node]
    if not isinstance(found, Leaf):
        raise TypeError(f"node {node} is no leaf")
    return found
