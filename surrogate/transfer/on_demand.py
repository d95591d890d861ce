"""Rows where a tree needs them: more of the teacher's answers in a node that has few."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, FewCasesWarning
from surrogate.randomness import Rng, generator
from surrogate.transfer.density import KDE
from surrogate.transfer.recipes import DEFAULT_ROWS, Recipe, joined, row_subset
from surrogate.transfer.sources import draw_rows

__all__ = ["OnDemand"]

_MAX_ROUNDS = 20  # of drawing rows in search of those in leaves with few

Answers = NDArray[Any]
LeafOf = Callable[[Any], NDArray[np.intp]]


@dataclass(frozen=True)
class OnDemand:
    """Ask more where a node of a tree has few rows, as TREPAN does [1]_, and weigh them back.

    The teacher is asked of half the rows, drawn alike, and a tree is fitted to its answers. Leaves
    with fewer than `min_rows` get the other half first, in proportion where that is not enough;
    what is left is drawn alike. A leaf's rows come from the source itself, kept where they fall
    into the leaf, so whatever holds of its rows holds of them. Weights give every leaf the share
    it has among rows drawn alike, so the student must take ``sample_weight``.

    It gives small nodes answers enough to be split or read. It does not make a tree follow its
    teacher better: over four tables, 300 and 1,000 questions and trees of 8 and 32 leaves
    (``benchmarks/on_demand.py``), agreement on fresh rows changed by +0.03 +- 0.14 points.

    Parameters
    ----------
    source : Recipe, Space or callable
        Where rows come from.
    min_rows : int
        Rows asked for in each leaf.
    max_leaf_nodes : int
        Size of the tree whose leaves are filled.

    References
    ----------
    .. [1] M. Craven, J. Shavlik, Extracting tree-structured representations of trained networks,
       Advances in Neural Information Processing Systems 8 (1996),
       https://papers.nips.cc/paper/1152

    Examples
    --------
    >>> import surrogate as sg
    >>> X = np.random.default_rng(0).random((200, 2))
    >>> rare = sg.Teacher(lambda X: X[:, 0] > 0.97, gives="labels", classes=[False, True])
    >>> tree = sg.DistilledTree(max_leaf_nodes=2)
    >>> source = OnDemand(sg.KDE(), min_rows=150, max_leaf_nodes=2)
    >>> chain = sg.Metamorphosis(rare, tree, transfer=source, n_transfer=800, random_state=0).fit(X)
    >>> rows, weights = chain.transfer_.rows, chain.transfer_.weights
    >>> bool(np.sum(rows[:, 0] > 0.97) > 140)
    True
    >>> round(float(weights.sum()))
    800
    """

    source: Any = field(default_factory=KDE)
    min_rows: int = 100
    max_leaf_nodes: int = 32

    def __post_init__(self) -> None:
        check_count(self.min_rows, 1, argument="min_rows")
        check_count(self.max_leaf_nodes, 2, argument="max_leaf_nodes")
        if self.source is None:
            raise ArgumentError("OnDemand draws rows and needs a source: KDE(), a Space ...")

    def answered(
        self, ask: Callable[[Any], Answers], X: Any, n: int | None = None, rng: Rng = None
    ) -> tuple[Any, Answers, NDArray[np.float64]]:
        """Return n rows with their answers and weights; each row is asked once.

        Parameters
        ----------
        ask : callable
            Takes rows; returns labels or values (n,), or probabilities (n, n_classes).
        X : DataFrame or ndarray of shape (n_real, d), or None
            The real rows.
        n : int, optional
            By default what the source wants, 20,000 for a space or callable.
        rng : int, Generator or None

        Returns
        -------
        rows : DataFrame or ndarray of shape (n, d)
        answers : ndarray of shape (n,) or (n, n_classes)
        weights : ndarray of shape (n,)
            They sum to n.

        Warns
        -----
        FewCasesWarning
            If a leaf stays short because the source hardly ever reaches it.
        """
        random = generator(rng)
        if n is None:
            n = self.source.n_rows(X) if isinstance(self.source, Recipe) else DEFAULT_ROWS
        if n < 2:
            raise ArgumentError(f"OnDemand asks in two turns, of at least 2 rows; got {n}")
        first = draw_rows(self.source, (n + 1) // 2, X, rng=random)
        answers = ask(first)
        leaf_of = _leaves(first, answers, self.max_leaf_nodes)
        counts = np.bincount(leaf_of(first))
        further, alike = self._further(X, n - len(first), counts, leaf_of, random)
        rows = joined([first, further])
        leaf = leaf_of(rows)
        weights = (alike / alike.sum()) / (np.bincount(leaf) / len(leaf))
        return rows, np.concatenate([answers, ask(further)]), weights[leaf]

    def _further(
        self,
        X: Any,
        n: int,
        counts: NDArray[np.intp],
        leaf_of: LeafOf,
        random: np.random.Generator,
    ) -> tuple[Any, NDArray[np.intp]]:
        """Return n rows, those that leaves miss first, and how many drawn alike fell in a leaf."""
        missing = np.maximum(self.min_rows - counts, 0)
        missing = (missing * min(1.0, n / max(missing.sum(), 1))).astype(int)
        parts, alike = [], counts
        for _ in range(_MAX_ROUNDS):
            if not missing.any():
                break
            rows = draw_rows(self.source, n, X, rng=random)
            leaf = leaf_of(rows)
            taken = [np.flatnonzero(leaf == each)[:few] for each, few in enumerate(missing)]
            parts.append(row_subset(rows, np.concatenate(taken)))
            missing = missing - [len(each) for each in taken]
            alike = alike + np.bincount(leaf, minlength=len(counts))
        if missing.any():
            short = int((missing > 0).sum())
            warnings.warn(
                f"{short} of {len(counts)} leaves are {missing.sum()} rows short of the "
                f"{self.min_rows} asked for: the source hardly ever reaches them, in "
                f"{_MAX_ROUNDS} rounds of {n} rows; ask for fewer rows or leaves",
                FewCasesWarning,
                stacklevel=2,
            )
        rest = n - sum(map(len, parts))
        if rest:
            parts.append(draw_rows(self.source, rest, X, rng=random))
            alike = alike + np.bincount(leaf_of(parts[-1]), minlength=len(counts))
        return joined(parts), alike


def _leaves(rows: Any, answers: Answers, max_leaf_nodes: int) -> LeafOf:
    """Return what numbers the leaves that rows fall into: 0, 1, ..., each with some of these."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    numbers: Any = FunctionTransformer()
    if hasattr(rows, "columns"):
        codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        others = make_column_selector(dtype_exclude=["number", "bool"])
        numbers = make_column_transformer((codes, others), remainder="passthrough")
    is_labels = answers.ndim == 1 and answers.dtype.kind != "f"
    kind = DecisionTreeClassifier if is_labels else DecisionTreeRegressor
    tree = make_pipeline(numbers, kind(max_leaf_nodes=max_leaf_nodes, random_state=0))
    tree.fit(rows, answers)

    def nodes(rows: Any) -> NDArray[np.intp]:
        return np.asarray(tree[-1].apply(tree[:-1].transform(rows)))

    leaves = np.unique(nodes(rows))
    return lambda rows: np.searchsorted(leaves, nodes(rows))
