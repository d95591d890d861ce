"""The one representation that all forms are written from: questions and answers as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from surrogate.documents import read_document
from surrogate.errors import ArgumentError, DataError
from surrogate.exports.conditions import NEGATED, Condition
from surrogate.regions.boxes.limits import Label

__all__ = ["Leaf", "PlainTree", "Question"]

_FORMAT, _VERSION = "surrogate.PlainTree", 1


@dataclass(frozen=True, slots=True)
class Question:
    """A node that asks: rows that meet all conditions go to the node `yes`, others to `no`."""

    conditions: tuple[Condition, ...]
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A node that answers.

    Attributes
    ----------
    answer : str, bool, int or float
    probabilities : tuple of float
        In the order of the classes; empty where there are none.
    n_rows : int, optional
        Rows it was learnt from.
    """

    answer: Label
    probabilities: tuple[float, ...] = ()
    n_rows: int | None = None


Node: TypeAlias = Question | Leaf


@dataclass(frozen=True)
class PlainTree:
    """A tree, rule list or box as questions and answers, without what it was fitted by.

    Parameters
    ----------
    inputs : tuple of str
        The columns of a row, in order.
    nodes : tuple of Question and Leaf
        The root first; children behind their parent.
    classes : tuple of labels
        Empty for values.

    Examples
    --------
    >>> cold = Question((Condition("t", "<=", 0.0),), 1, 2)
    >>> tree = PlainTree(("t",), (cold, Leaf("ice"), Leaf("water")))
    >>> tree.predict([[-3.0], [8.0]])
    array(['ice', 'water'], dtype='<U5')
    >>> PlainTree.from_json(tree.to_json()) == tree
    True
    """

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    classes: tuple[Label, ...] = ()

    def __post_init__(self) -> None:
        children, known = [0], set(self.inputs)
        for number, node in enumerate(self.nodes):
            if isinstance(node, Leaf):
                continue
            children += [node.yes, node.no]
            if not number < min(node.yes, node.no) <= max(node.yes, node.no) < len(self.nodes):
                raise DataError(f"node {number} of this tree has no valid children: {node!r:.200}")
            for each in node.conditions:
                if each.name not in known:
                    raise DataError(f"node {number} asks for {each.name!r}, which is no input")
        if sorted(children) != list(range(len(self.nodes))):
            raise DataError("every node of a tree but the root is the child of one other node")

    @cached_property
    def leaf_numbers(self) -> dict[int, int]:
        """The number of each leaf among the leaves, by its number among the nodes."""
        leaves = (i for i, node in enumerate(self.nodes) if isinstance(node, Leaf))
        return {node: number for number, node in enumerate(leaves)}

    @property
    def leaves(self) -> list[Leaf]:
        """The leaves, in the order of their nodes."""
        return [node for node in self.nodes if isinstance(node, Leaf)]

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Number of nodes at and below each node."""
        sizes = np.ones(len(self.nodes), dtype=np.int64)
        for number in reversed(range(len(self.nodes))):
            node = self.nodes[number]
            if isinstance(node, Question):
                sizes[number] += sizes[node.yes] + sizes[node.no]
        return sizes

    def chain(self, number: int) -> tuple[list[tuple[tuple[Condition, ...], int]], int]:
        """Return when each smaller branch is taken on the way from a node to a leaf, and that leaf.

        Writing the smaller branch inside and going on with the larger keeps code as deep as the
        logarithm of the number of nodes, however deep the tree.
        """
        steps: list[tuple[tuple[Condition, ...], int]] = []
        while isinstance(node := self.nodes[number], Question):
            turned = len(node.conditions) == 1 and self.sizes[node.yes] > self.sizes[node.no]
            if turned:
                steps.append(((node.conditions[0].negated(),), node.no))
                number = node.yes
            else:
                steps.append((node.conditions, node.yes))
                number = node.no
        return steps, number

    def apply(self, X: Any) -> NDArray[np.int64]:
        """Return the number of the leaf of each row, shape (n,).

        Parameters
        ----------
        X : DataFrame with the inputs as columns, or array-like of shape (n, d) in their order
        """
        columns = self._columns(X)
        n = len(next(iter(columns.values()))) if columns else len(X)
        found = np.zeros(n, dtype=np.int64)
        rows: dict[int, NDArray[np.intp]] = {0: np.arange(n)}
        for number, node in enumerate(self.nodes):
            here = rows.pop(number)
            if isinstance(node, Leaf):
                found[here] = self.leaf_numbers[number]
                continue
            met = np.ones(len(here), dtype=bool)
            for each in node.conditions:
                met &= each.holds(columns[each.name][here])
            rows[node.yes], rows[node.no] = here[met], here[~met]
        return found

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the answer to each row, shape (n,)."""
        return np.array([leaf.answer for leaf in self.leaves])[self.apply(X)]

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probability of each class, shape (n, n_classes)."""
        if not self.classes:
            raise ArgumentError("this tree gives values, not probabilities; use predict")
        return np.array([leaf.probabilities for leaf in self.leaves])[self.apply(X)]

    def probability_of(self, label: Label) -> PlainTree:
        """Return the tree whose answers are the probability of one class.

        Raises
        ------
        ArgumentError
            If it is none of the classes.
        """
        if label not in self.classes:
            raise ArgumentError(
                f"{label!r} is none of the classes {', '.join(map(repr, self.classes))}"
            )
        column = self.classes.index(label)
        nodes = (
            Leaf(node.probabilities[column], (), node.n_rows) if isinstance(node, Leaf) else node
            for node in self.nodes
        )
        return PlainTree(self.inputs, tuple(nodes))

    def to_json(self) -> str:
        """Return the tree as JSON text."""
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            "inputs": self.inputs,
            "classes": self.classes,
            "nodes": [_to_plain(node) for node in self.nodes],
        }
        return json.dumps(content, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> PlainTree:
        """Return the tree that `to_json` wrote.

        Raises
        ------
        DataError
            The text is damaged, of another kind or of a newer version.
        """
        content = read_document(text, noun="tree", form=_FORMAT, version=_VERSION)
        try:
            nodes = tuple(_from_plain(node) for node in content["nodes"])
            return cls(tuple(content["inputs"]), nodes, tuple(content["classes"]))
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(f"the content of this tree is damaged: {error!r}") from error

    def _columns(self, X: Any) -> Mapping[str, NDArray[Any]]:
        if hasattr(X, "columns"):
            absent = [name for name in self.inputs if name not in X.columns]
            if absent:
                raise DataError(f"the tree asks for input {absent[0]!r}, which X has not")
            return {name: np.asarray(X[name]) for name in self.inputs}
        array = np.asarray(X)
        if array.ndim != 2 or array.shape[1] != len(self.inputs):
            raise DataError(
                f"X must have a column for each of the {len(self.inputs)} inputs; its shape is "
                f"{array.shape}"
            )
        return dict(zip(self.inputs, array.T, strict=True))


def _to_plain(node: Node) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return {"answer": node.answer, "probabilities": node.probabilities, "n_rows": node.n_rows}
    conditions = [
        {
            "input": each.name,
            "relation": each.relation,
            "value": each.value,
            "missing": each.missing,
        }
        for each in node.conditions
    ]
    return {"if": conditions, "then": node.yes, "else": node.no}


def _from_plain(content: Mapping[str, Any]) -> Node:
    if "answer" in content:
        return Leaf(content["answer"], tuple(content["probabilities"]), content["n_rows"])
    conditions = []
    for each in content["if"]:
        value, relation = each["value"], each["relation"]
        if relation not in NEGATED:
            raise DataError(f"relation {relation!r} is none of {', '.join(NEGATED)}")
        value = tuple(value) if isinstance(value, list) else float(value)
        if isinstance(value, tuple) != relation.endswith("in"):
            raise DataError(f"relation {relation!r} does not go with the value {value!r}")
        conditions.append(Condition(each["input"], relation, value, bool(each["missing"])))
    return Question(tuple(conditions), int(content["then"]), int(content["else"]))
