"""Logistic models on terms: an input's columns, or products of those of two inputs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from surrogate.students.arrays import Array

__all__ = [
    "LogisticModel",
    "Term",
    "blocks_of",
    "candidates",
    "column_names",
    "columns_of",
    "name_of",
]

Term = tuple[str, ...]  # one input, or two that are multiplied
Blocks = dict[str, list[int]]

_PENALTY = 1e6  # inverse strength of the ridge: none to speak of, but it keeps coefficients finite


class LogisticModel:
    """Logistic regression on encoded columns; none of them gives the share of cases."""

    def __init__(self, columns: Array, codes: NDArray[np.bool_]) -> None:
        self.n_coefficients = 1 + columns.shape[1]
        if columns.shape[1]:
            model = LogisticRegression(C=_PENALTY, solver="newton-cholesky", max_iter=1000)
            fitted = model.fit(columns, codes)
            self.intercept, self.coefficients = float(fitted.intercept_[0]), fitted.coef_[0]
        else:
            share = float(codes.mean())
            self.intercept, self.coefficients = float(np.log(share / (1 - share))), np.zeros(0)
        signed = np.where(codes, 1.0, -1.0) * self._logit(columns)
        self.log_likelihood = -float(np.logaddexp(0, -signed).sum())

    def _logit(self, columns: Array) -> Array:
        return np.asarray(self.intercept + columns @ self.coefficients)

    def probability(self, columns: Array) -> Array:
        """Return the probability of the case, shape (n,)."""
        return np.asarray(expit(self._logit(columns)))


def blocks_of(encoder: Any) -> Blocks:
    """Return the encoded columns that stand for every input."""
    blocks: Blocks = {}
    start = 0
    for column in encoder.encodings:
        stop = start + len(column.labels)
        # of several indicators the first is left out: it is the case that all others are 0
        blocks[str(column.name)] = list(range(start + (stop - start > 1), stop))
        start = stop
    return blocks


def _pairs(term: Term, blocks: Blocks) -> list[tuple[int, ...]]:
    """Return which encoded columns are multiplied for each column of a term."""
    return list(itertools.product(*(blocks[name] for name in term)))


def columns_of(encoded: Array, terms: list[Term], blocks: Blocks) -> Array:
    """Return the columns of a model, shape (n, n_coefficients - 1)."""
    products = [
        encoded[:, list(pair)].prod(axis=1) for term in terms for pair in _pairs(term, blocks)
    ]
    return np.stack(products, axis=1) if products else encoded[:, :0]


def column_names(labels: list[str], terms: list[Term], blocks: Blocks) -> list[str]:
    """Return what the columns of the terms are called."""
    return [
        name_of(tuple(labels[each] for each in pair))
        for term in terms
        for pair in _pairs(term, blocks)
    ]


def name_of(term: Term) -> str:
    """Return a term as a product of its inputs' names."""
    return " * ".join(term)


def candidates(terms: list[Term], blocks: Blocks, *, interactions: bool) -> Iterator[Term]:
    """Yield the terms that are not in a model yet; a product needs both of its inputs in."""
    known = {frozenset(term) for term in terms}
    inside = [term[0] for term in terms if len(term) == 1]
    pairs = itertools.combinations(inside, 2) if interactions else ()
    for term in [*((name,) for name in blocks), *pairs]:
        if frozenset(term) not in known:
            yield term
