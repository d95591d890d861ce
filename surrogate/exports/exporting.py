"""Trees, rule lists, boxes and coverings in forms that work without this package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.exports.c_source import c_source
from surrogate.exports.conditions import Condition, box_conditions
from surrogate.exports.onnx_model import onnx_bytes
from surrogate.exports.plain_tree import PlainTree
from surrogate.exports.reading import plain_tree
from surrogate.exports.sources import python_source, sql_case, text
from surrogate.regions import Box, Covering

__all__ = ["export"]


@overload
def export(
    thing: Any, form: Literal["onnx"], *, feature_names: Sequence[str] | None = None
) -> bytes: ...


@overload
def export(thing: Any, form: str, *, feature_names: Sequence[str] | None = None) -> str: ...


def export(thing: Any, form: str, *, feature_names: Sequence[str] | None = None) -> str | bytes:
    """Return a tree, a rule list or a box as something that works without this package.

    Parameters
    ----------
    thing : DistilledTree, RuleList, DecisionTreeClassifier, DecisionTreeRegressor, Box, Covering
        Or a `PlainTree`, such as the probability of one class, `PlainTree.probability_of`.
    form : {"text", "sql", "pandas", "python", "c", "json", "onnx"}
        ``"text"``: for people, four digits. ``"sql"``: standard SQL, a CASE expression; of a box
        the condition of a WHERE clause. ``"python"``: the source of ``predict(row)`` and
        ``predict_proba(row)``, of a box ``contains(row)``, for a mapping of names to values; it
        imports nothing. ``"c"``: the same for an array of doubles. ``"json"``: what
        `PlainTree.from_json`, `Box.from_json` or `Covering.from_json` read back. ``"onnx"``: a
        serialised model over doubles; needs the extra onnx. ``"pandas"``: a box for
        ``DataFrame.query``.
    feature_names : sequence of str, optional
        Of the inputs of a tree or rule list; by default those seen in `fit`, else x0, x1, ...

    Returns
    -------
    str, or bytes for "onnx"
        Numbers are written in full, except in text. Names and labels are quoted, so that none of
        them can be taken for code. In C and ONNX inputs are columns in order.

    Raises
    ------
    ArgumentError
        Another form, or something that cannot be exported.
    DataError
        A name or label that the form has no way to write; categories in C and ONNX.
    MissingExtraError
        If onnx is wanted and not installed.

    Notes
    -----
    Every form answers as the original does. scikit-learn's trees round their inputs to single
    precision first; the exported limits are such that doubles get the same answer, which is why 0.5
    may become 0.5000000298023224. A row with a missing value (NaN; NULL in SQL) goes where
    scikit-learn's tree sends it; in a `DistilledTree`, which refuses such rows, to the larger
    branch, where the code needs no word for it. No rule that looks at the value applies, nor a
    box, unless it says ``missing="inside"``. In SQL a backslash stands for itself, as the standard
    has it; MySQL needs NO_BACKSLASH_ESCAPES and ANSI_QUOTES.

    Examples
    --------
    >>> import math
    >>> box = Box({"gain": (0.5, math.inf), "policy": ["a", "it's"]})
    >>> print(export(box, "sql"))
    "gain" >= 0.5 AND "policy" IN ('a', 'it''s')
    >>> print(export(box, "pandas"))
    `gain` >= 0.5 and `policy` in ['a', "it's"]
    >>> print(export(box, "python"), end="")
    def contains(row):
        return row['gain'] >= 0.5 and row['policy'] in ['a', "it's"]
    >>> from surrogate.students import DistilledTree
    >>> tree = DistilledTree().fit([[0.0], [1.0], [2.0]], ["a", "b", "b"])
    >>> print(export(tree, "sql", feature_names=["gain"]))
    CASE
        WHEN "gain" <= 0.5 THEN 'a'
        ELSE 'b'
    END
    """
    forms = _REGION_FORMS if isinstance(thing, Box | Covering) else _TREE_FORMS
    if form not in _REGION_FORMS:
        raise ArgumentError(f"form {form!r} is not known{did_you_mean(str(form), _REGION_FORMS)}")
    if form not in forms:
        raise ArgumentError(f"form {form!r} is for boxes; a tree has {', '.join(forms)}")
    if isinstance(thing, Box | Covering):
        return _REGION_FORMS[form](thing)
    return _TREE_FORMS[form](plain_tree(thing, feature_names))


def _region_sql(region: Box | Covering) -> str:
    return _union(region, Condition.sql, (" AND ", " OR "), ("1 = 1", "1 = 0"))


def _region_pandas(region: Box | Covering) -> str:
    always = "index == index", "index != index"
    return _union(region, Condition.pandas, (" and ", " or "), always)


def _region_python(region: Box | Covering) -> str:
    inside = _union(region, Condition.python, (" and ", " or "), ("True", "False"))
    return f"def contains(row):\n    return {inside}\n"


def _union(
    region: Box | Covering,
    write: Callable[[Condition], str],
    words: tuple[str, str],
    constants: tuple[str, str],
) -> str:
    """Return the condition of being in a box, or in one of several."""

    def inside(box: Box) -> str:
        return words[0].join(map(write, box_conditions(box))) or constants[0]

    if isinstance(region, Box):
        return inside(region)
    return words[1].join(f"({inside(each)})" for each in region) or constants[1]


_REGION_FORMS: dict[str, Callable[[Any], str | bytes]] = {
    "text": lambda region: region.rule(),
    "sql": _region_sql,
    "pandas": _region_pandas,
    "python": _region_python,
    "c": lambda region: c_source(plain_tree(region), "contains"),
    "json": lambda region: region.to_json(),
    "onnx": lambda region: onnx_bytes(plain_tree(region)),
}

_TREE_FORMS: dict[str, Callable[[PlainTree], str | bytes]] = {
    "text": text,
    "sql": sql_case,
    "python": python_source,
    "c": c_source,
    "json": PlainTree.to_json,
    "onnx": onnx_bytes,
}
