"""The rules inside a tree or rule list, measured on rows it has not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import DataError
from surrogate.estimates import binomial, mean_estimate
from surrogate.exports.conditions import Condition
from surrogate.exports.plain_tree import Leaf, PlainTree, Question
from surrogate.exports.reading import plain_tree
from surrogate.students import Rule, RuleList

__all__ = ["extract_rules"]


def extract_rules(
    student: Any,
    X: Any,
    y: ArrayLike,
    *,
    feature_names: Sequence[str] | None = None,
    data: str = "held-out rows",
) -> list[Rule]:
    """Return the rules of a student with support and probability on other rows.

    Parameters
    ----------
    student : DistilledTree, RuleList, DecisionTreeClassifier or DecisionTreeRegressor
        The rules of a tree are its leaves, the greatest support first: each holds on its own, and
        of several comparisons of one input only the tightest are kept. Those of a list stay in
        order: each applies to rows that none before it applies to.
    X : DataFrame or array-like of shape (n, d)
        Rows that the student was not fitted on.
    y : array-like of shape (n,)
        True labels or values; or the teacher's answers, and then the probability is fidelity.
    feature_names : sequence of str, optional
        By default those seen in `fit`, else x0, x1, ...
    data : str
        What the rows are, for the record.

    Returns
    -------
    list of Rule

    Raises
    ------
    ArgumentError
        For a student that is no tree and no rule list.
    DataError
        If X and y do not fit.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> tree = DecisionTreeClassifier(max_leaf_nodes=3, random_state=0).fit(X[::2], y[::2])
    >>> for rule in extract_rules(tree, X[1::2], y[1::2])[:1]:
    ...     print(rule.condition(), "->", rule.answer, rule.probability.n)
    0.7 < petal width (cm) <= 1.65 -> 1 27
    """
    tree, truth = plain_tree(student, feature_names), np.asarray(y)
    if truth.shape != (len(X),):
        raise DataError(f"y must have shape ({len(X)},), one outcome per row; got {truth.shape}")
    if isinstance(student, RuleList):
        given = dict(zip(student.input_names_, tree.inputs, strict=True))
        limits = [{given[k]: v for k, v in rule.limits.items()} for rule in student.rules_]
    else:
        limits = _limits_of_leaves(tree)
    numbers = tree.apply(X)
    rules = [
        _measured(tree.leaves[k], limits[k], numbers == k, truth, data) for k in range(len(limits))
    ]
    if isinstance(student, RuleList):
        return rules
    return sorted(rules, key=lambda rule: -rule.support.value)


def _measured(
    leaf: Leaf, limits: dict[str, Any], here: NDArray[np.bool_], truth: NDArray[Any], data: str
) -> Rule:
    n, outcomes = int(here.sum()), truth[here]
    support = binomial(n, len(here), data=data)
    common = limits, leaf.answer, leaf.probabilities, leaf.n_rows or 0, support
    if leaf.probabilities:
        right = int(np.sum(outcomes == leaf.answer))
        return Rule(*common, probability=binomial(right, n, data=data))
    return Rule(*common, mean=mean_estimate(outcomes, data=data))


def _limits_of_leaves(tree: PlainTree) -> list[dict[str, tuple[float, float]]]:
    """Return the limits on the way to each leaf, the tightest of each input."""
    ways: dict[int, dict[str, tuple[float, float]]] = {0: {}}
    for number, node in enumerate(tree.nodes):
        if isinstance(node, Question):
            (asked,) = node.conditions
            ways[node.yes] = _tightened(ways[number], asked)
            ways[node.no] = _tightened(ways[number], asked.negated())
    return [ways[number] for number in tree.leaf_numbers]


def _tightened(
    limits: dict[str, tuple[float, float]], asked: Condition
) -> dict[str, tuple[float, float]]:
    low, high = limits.get(asked.name, (-math.inf, math.inf))
    value = float(asked.value) if not isinstance(asked.value, tuple) else math.nan
    ends = (low, min(high, value)) if asked.relation == "<=" else (max(low, value), high)
    return {**limits, asked.name: ends}
