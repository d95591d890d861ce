"""Plain trees as C functions of an array of doubles."""

from __future__ import annotations

from collections.abc import Sequence

from surrogate.errors import DataError
from surrogate.exports.conditions import Condition, number
from surrogate.exports.plain_tree import PlainTree
from surrogate.exports.sources import INDENT, block
from surrogate.regions.boxes.limits import Label

__all__ = ["c_source"]


def c_source(tree: PlainTree, function: str = "predict") -> str:
    """Return the functions: answer, and probabilities of a classifier.

    Parameters
    ----------
    tree : PlainTree
        Over numbers.
    function : str
        How all names in the source begin.

    Raises
    ------
    DataError
        If it asks for categories.
    """
    index = {name: j for j, name in enumerate(tree.inputs)}

    def asked(conditions: Sequence[Condition]) -> str:
        written = [each.c(index[each.name]) for each in conditions]
        return f"if ({' && '.join(written) or '1'}) {{"

    body = block(tree, 0, INDENT, asked, lambda number, _: f"return {number};", closing="}")
    comments = [f"/* x[{j}] = {_c_comment(name)} */" for name, j in index.items()]
    kind, written = _c_answers([each.answer for each in tree.leaves])
    lines = [
        *comments,
        "",
        f"static int {function}_leaf(const double *x) {{",
        f"{INDENT}(void)x; /* a tree of one leaf asks nothing */",
        *body,
        "}",
        "",
        f"static {kind}const {function}_answers[] = {{",
        *(f"    {each}," for each in written),
        "};",
        "",
        f"{kind}{function}(const double *x) {{",
        f"    return {function}_answers[{function}_leaf(x)];",
        "}",
    ]
    if tree.classes:
        lines += _c_probabilities(tree, function)
    return "\n".join(lines) + "\n"


def _c_probabilities(tree: PlainTree, function: str) -> list[str]:
    rows = (", ".join(number(p) for p in each.probabilities) for each in tree.leaves)
    classes = ", ".join(_c_comment(str(each)) for each in tree.classes)
    return [
        "",
        f"/* probabilities of {classes} */",
        f"static const double {function}_probabilities[][{len(tree.classes)}] = {{",
        *(f"    {{{row}}}," for row in rows),
        "};",
        "",
        f"const double *{function}_proba(const double *x) {{",
        f"    return {function}_probabilities[{function}_leaf(x)];",
        "}",
    ]


def _c_answers(answers: list[Label]) -> tuple[str, list[str]]:
    """Return the type of the answers in C, and each written so."""
    if any(isinstance(each, str) for each in answers):
        return "const char *", [_c_string(str(each)) for each in answers]
    if all(isinstance(each, int) for each in answers):
        return "long long ", [str(int(each)) for each in answers]
    return "double ", [number(float(each)) for each in answers]


def _c_string(label: str) -> str:
    if "\0" in label:
        raise DataError(f"label {label!r} holds a NUL, which no C text can; rename it")
    codes = label.encode()
    plain = (chr(each) if chr(each).isalnum() and each < 128 else f"\\{each:03o}" for each in codes)
    return '"' + "".join(plain) + '"'


def _c_comment(name: str) -> str:
    """Return a name that cannot end the comment it stands in."""
    return "".join(each if each.isalnum() or each in " _-.,()" else "_" for each in name)
