"""Fitted trees, rule lists and boxes as plain trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import BaseDecisionTree
from sklearn.utils.validation import check_is_fitted

from surrogate.errors import ArgumentError
from surrogate.exports.conditions import Condition, box_conditions
from surrogate.exports.plain_tree import Leaf, Node, PlainTree, Question
from surrogate.regions import Box, Covering
from surrogate.students import DistilledTree, RuleList

__all__ = ["plain_tree", "single_precision_limits"]


def plain_tree(thing: Any, feature_names: Sequence[str] | None = None) -> PlainTree:
    """Return a box, covering, rule list or tree as plain data.

    Parameters
    ----------
    thing : Box, Covering, RuleList, DistilledTree, DecisionTreeClassifier, DecisionTreeRegressor
        Or a `PlainTree`, which is returned as it is.
    feature_names : sequence of str, optional
        By default those seen in `fit`, else x0, x1, ...

    Raises
    ------
    ArgumentError
        For anything else, and for a tree of several outcomes.
    """
    if isinstance(thing, PlainTree):
        return thing
    if isinstance(thing, Box | Covering):
        return _of_boxes([thing] if isinstance(thing, Box) else list(thing))
    if not isinstance(thing, DistilledTree | RuleList | BaseDecisionTree):
        raise ArgumentError(
            "export takes a Box, a Covering, a RuleList, a DistilledTree or a decision tree of "
            f"scikit-learn; got {type(thing).__name__}"
        )
    check_is_fitted(thing)
    names = _names(thing, feature_names)
    if isinstance(thing, RuleList):
        return _of_rule_list(thing, names)
    return (
        _of_distilled(thing, names) if isinstance(thing, DistilledTree) else _of_exact(thing, names)
    )


def _names(thing: Any, given: Sequence[str] | None) -> tuple[str, ...]:
    n = thing.n_features_in_
    names = getattr(thing, "feature_names_in_", None) if given is None else given
    found = tuple(f"x{j}" for j in range(n)) if names is None else tuple(map(str, names))
    if len(found) != n or len(set(found)) < n:
        raise ArgumentError(f"feature_names must be {n} different names; got {list(found)}")
    return found


def _of_boxes(boxes: list[Box]) -> PlainTree:
    inputs = tuple(dict.fromkeys(name for box in boxes for name in box.names))
    rules = [(box_conditions(box), Leaf(answer=True)) for box in boxes]
    return PlainTree(inputs, _listed(rules, Leaf(answer=False)))


def _of_rule_list(thing: RuleList, names: tuple[str, ...]) -> PlainTree:
    given = dict(zip(thing.input_names_, names, strict=True))
    rules = []
    for rule in thing.rules_:
        asked = (Condition(given[name], sign, value) for name, sign, value in rule.comparisons)
        rules.append((tuple(asked), Leaf(rule.answer, rule.probabilities, rule.n_rows)))
    return PlainTree(names, _listed(rules[:-1], rules[-1][1]), _labels(thing))


def _listed(rules: list[tuple[tuple[Condition, ...], Leaf]], otherwise: Leaf) -> tuple[Node, ...]:
    """Return a list of rules as a tree: each question's no leads to the next rule."""
    nodes: list[Node] = []
    for conditions, leaf in rules:
        here = len(nodes)
        nodes += [Question(conditions, here + 1, here + 2), leaf]
    return (*nodes, otherwise)


def _of_distilled(thing: DistilledTree, names: tuple[str, ...]) -> PlainTree:
    tree = thing.tree_
    nowhere = np.zeros(len(tree.feature), dtype=bool)
    columns = tree.feature, tree.threshold, tree.left, tree.right, nowhere
    return _falling_through(_of_arrays(thing, names, columns, thing.node_answers_, tree.n_rows))


def _falling_through(tree: PlainTree) -> PlainTree:
    """Return the tree with missing values sent to the larger branch, where code sends them."""
    nodes: list[Node] = []
    for node in tree.nodes:
        if isinstance(node, Question):
            (asked,) = node.conditions
            larger = bool(tree.sizes[node.yes] > tree.sizes[node.no])
            node = replace(node, conditions=(replace(asked, missing=larger),))  # noqa: PLW2901
        nodes.append(node)
    return replace(tree, nodes=tuple(nodes))


def _of_exact(thing: BaseDecisionTree, names: tuple[str, ...]) -> PlainTree:
    if thing.n_outputs_ > 1:
        raise ArgumentError(f"export takes trees of one outcome; this one has {thing.n_outputs_}")
    tree = thing.tree_
    limits = single_precision_limits(tree.threshold)
    left, right = tree.children_left, tree.children_right
    columns = tree.feature, limits, left, right, tree.missing_go_to_left.astype(bool)
    return _of_arrays(thing, names, columns, tree.value[:, 0, :], tree.n_node_samples)


def _of_arrays(
    thing: Any, names: tuple[str, ...], columns: Any, means: Any, n_rows: Any
) -> PlainTree:
    """Return a tree of arrays with its nodes in the order of a walk, left before right."""
    feature, threshold, left, right, missing = columns
    classes = _labels(thing)
    order, todo = [], [0]
    while todo:
        order.append(node := todo.pop())
        if left[node] >= 0:
            todo += [right[node], left[node]]
    place = {node: number for number, node in enumerate(order)}
    nodes: list[Node] = []
    for node in order:
        if left[node] >= 0:
            asked = Condition(
                names[feature[node]], "<=", float(threshold[node]), bool(missing[node])
            )
            nodes.append(Question((asked,), place[left[node]], place[right[node]]))
        elif classes:
            answer = classes[int(means[node].argmax())]
            nodes.append(Leaf(answer, _floats(means[node]), int(n_rows[node])))
        else:
            nodes.append(Leaf(float(means[node, 0]), (), int(n_rows[node])))
    return PlainTree(names, tuple(nodes), classes)


def single_precision_limits(thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the greatest doubles that are at most the thresholds once rounded to single precision.

    scikit-learn's trees round their inputs so before they compare them; whoever compares doubles
    with these limits gets the same answers without rounding.
    """
    largest = np.finfo(np.float32).max
    single = np.minimum(thresholds, largest).astype(np.float32)
    single = np.where(single > thresholds, np.nextafter(single, -largest), single)
    with np.errstate(over="ignore"):
        above = np.nextafter(single, np.float32(np.inf)).astype(float)
    middle = single.astype(float) / 2 + above / 2
    goes_down = single.view(np.int32) % 2 == 0  # a tie is rounded to the even of the two
    limits = np.where(goes_down, middle, np.nextafter(middle, -np.inf))
    # all values are at most infinity, which parts rows with a value from those without
    return np.where(single == largest, np.finfo(float).max, limits)


def _labels(thing: Any) -> tuple[Any, ...]:
    return tuple(_plain(each) for each in getattr(thing, "classes_", ()))


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(map(float, values))
