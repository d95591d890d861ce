"""Plain trees as ONNX models; needs the extra onnx.

The model finds the number of the leaf of each row and looks its answer and probabilities up, so
that both are exact in double precision, where the answers of ONNX's own tree operators are single.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from surrogate.errors import DataError, import_extra
from surrogate.exports.conditions import Condition
from surrogate.exports.plain_tree import Leaf, PlainTree, Question

__all__ = ["onnx_bytes"]

_MODES = {"<=": "BRANCH_LEQ", ">": "BRANCH_GT", ">=": "BRANCH_GTE", "<": "BRANCH_LT"}
_OPERATORS = {"<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual", "<": "Less"}
_OPSETS = {"": 17, "ai.onnx.ml": 3}
_IR_VERSION = 8  # what goes with these operator sets: old runtimes read it too


def onnx_bytes(tree: PlainTree) -> bytes:
    """Return a serialised model.

    Parameters
    ----------
    tree : PlainTree
        Over numbers. Input ``X`` is double, shape (n, d), the columns in the order of the inputs;
        outputs are ``answer``, shape (n,), and of a classifier ``probabilities`` (n, n_classes).

    Raises
    ------
    DataError
        If it asks for categories.
    MissingExtraError
        If onnx is not installed.
    """
    graph = _Graph()
    simple = all(len(each.conditions) == 1 for each in tree.nodes if isinstance(each, Question))
    simple &= not any(isinstance(c.value, tuple) for c in _conditions(tree))
    number = (
        _leaf_by_tree(graph, tree)
        if simple and len(tree.nodes) > 1
        else _leaf_by_rules(graph, tree)
    )
    answers = np.array([leaf.answer for leaf in tree.leaves])
    answers = answers.astype(object) if answers.dtype.kind == "U" else answers
    graph.add("Gather", [graph.constant(answers), number], "answer")
    outputs: list[tuple[str, Any, list[Any]]] = [("answer", answers.dtype, ["n"])]
    if tree.classes:
        table = np.array([leaf.probabilities for leaf in tree.leaves])
        graph.add("Gather", [graph.constant(table), number], "probabilities")
        outputs.append(("probabilities", table.dtype, ["n", len(tree.classes)]))
    return graph.model(tree.inputs, outputs)


def _conditions(tree: PlainTree) -> list[Condition]:
    return [c for each in tree.nodes if isinstance(each, Question) for c in each.conditions]


def _leaf_by_tree(graph: _Graph, tree: PlainTree) -> str:
    """Add ONNX's own tree operator; for trees with one comparison per node."""
    index = {name: j for j, name in enumerate(tree.inputs)}
    n, leaves = len(tree.nodes), tree.leaf_numbers
    asked = [each.conditions[0] if isinstance(each, Question) else None for each in tree.nodes]
    values = np.array([0.0 if each is None else each.value for each in asked], dtype=float)
    scores = np.array(list(leaves.values()), dtype=float)
    found = graph.add(
        "TreeEnsembleRegressor",
        ["X"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[0] * n,
        nodes_nodeids=list(range(n)),
        nodes_featureids=[0 if each is None else index[each.name] for each in asked],
        nodes_modes=["LEAF" if each is None else _MODES[each.relation] for each in asked],
        nodes_values_as_tensor=graph.tensor(values),
        nodes_truenodeids=[each.yes if isinstance(each, Question) else 0 for each in tree.nodes],
        nodes_falsenodeids=[each.no if isinstance(each, Question) else 0 for each in tree.nodes],
        nodes_missing_value_tracks_true=[int(each is not None and each.missing) for each in asked],
        target_treeids=[0] * len(leaves),
        target_nodeids=list(leaves),
        target_ids=[0] * len(leaves),
        target_weights_as_tensor=graph.tensor(scores),
    )
    whole = graph.add("Cast", [found], to=7)  # int64
    return graph.add("Reshape", [whole, graph.constant(np.array([-1]))])


def _leaf_by_rules(graph: _Graph, tree: PlainTree) -> str:
    """Add one choice per question, from the last to the first."""
    index = {name: j for j, name in enumerate(tree.inputs)}
    ones = graph.add("Shape", ["X"], start=0, end=1)
    found: dict[int, str] = {}
    for number in reversed(range(len(tree.nodes))):
        node = tree.nodes[number]
        if isinstance(node, Leaf):
            leaf = graph.constant(np.array([tree.leaf_numbers[number]]))
            found[number] = graph.add("Expand", [leaf, ones])
            continue
        met = [_met(graph, each, index[each.name]) for each in node.conditions]
        if not met:
            found[number] = found[node.yes]
            continue
        both = met[0]
        for each in met[1:]:
            both = graph.add("And", [both, each])
        found[number] = graph.add("Where", [both, found[node.yes], found[node.no]])
    return found[0]


def _met(graph: _Graph, asked: Condition, column: int) -> str:
    """Add the test of one condition."""
    values = graph.add("Gather", ["X", graph.constant(np.array(column))], axis=1)
    if not isinstance(asked.value, tuple):
        # NaN meets no comparison: where it is to meet this one, its opposite is denied
        written = asked.negated() if asked.missing else asked
        limit = graph.constant(np.array([written.value], dtype=float))
        met = graph.add(_OPERATORS[written.relation], [values, limit])
        return graph.add("Not", [met]) if asked.missing else met
    texts = [label for label in asked.value if isinstance(label, str)]
    if texts:
        raise DataError(
            f"input {asked.name!r} is compared with the text {texts[0]!r}, and this form takes "
            "numbers only; code its categories as numbers first"
        )
    met = ""
    for label in asked.value:
        same = graph.add("Equal", [values, graph.constant(np.array([float(label)]))])
        met = graph.add("Or", [met, same]) if met else same
    if asked.missing == (asked.relation == "in"):
        met = graph.add("Or", [met, graph.add("IsNaN", [values])])
    return graph.add("Not", [met]) if asked.relation == "not in" else met


class _Graph:
    """Nodes of an ONNX graph, each output named by its number."""

    def __init__(self) -> None:
        self._onnx = import_extra("onnx", extra="onnx", purpose="export to ONNX")
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def tensor(self, values: Any, name: str = "") -> Any:
        return self._onnx.numpy_helper.from_array(values, name)

    def constant(self, values: Any) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(self.tensor(values, name))
        return name

    def add(self, kind: str, inputs: list[str], name: str = "", **attributes: Any) -> str:
        output = name or f"value_{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [output], **attributes))
        return output

    def model(self, inputs: tuple[str, ...], outputs: list[tuple[str, Any, list[Any]]]) -> bytes:
        helper, kinds = self._onnx.helper, self._onnx.TensorProto
        described = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)
            for name, dtype, shape in outputs
        ]
        rows = helper.make_tensor_value_info("X", kinds.DOUBLE, ["n", len(inputs)])
        graph = helper.make_graph(self._nodes, "tree", [rows], described, self._constants)
        opsets = [helper.make_opsetid(*each) for each in _OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        helper.set_model_props(model, {f"input {j}": name for j, name in enumerate(inputs)})
        self._onnx.checker.check_model(model)
        return bytes(model.SerializeToString())
