"""Folds: rows that are held out together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import DataError
from surrogate.students.arrays import Array

__all__ = [
    "Folds",
    "checked_folds",
    "equal_rows",
    "fold_numbers",
    "folds_of_different_rows",
    "random_folds",
    "stratified_folds",
    "ten_folds",
]

Folds = list[NDArray[np.intp]]


def random_folds(n: int, n_folds: int, rng: np.random.Generator) -> Folds:
    """Return rows 0 to n - 1, shuffled and dealt into folds of (nearly) equal size.

    Examples
    --------
    >>> sorted(len(fold) for fold in random_folds(10, 3, np.random.default_rng(0)))
    [3, 3, 4]
    """
    order = rng.permutation(n)
    return [np.sort(order[start::n_folds]) for start in range(n_folds)]


def folds_of_different_rows(X: Array, n_folds: int, rng: np.random.Generator) -> Folds:
    """Return random folds in which rows that repeat each other stay together.

    A copy in another fold would tell a member the answer that it is to predict. Where all inputs
    take few values, though, new rows will be copies as well, and folds are drawn over rows.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [0.0], [2.0]])
    >>> [fold.tolist() for fold in folds_of_different_rows(X, 3, np.random.default_rng(0))]
    [[3], [0, 2], [1]]
    """
    group = equal_rows(X)
    n_groups = int(group.max()) + 1
    if n_groups in (1, len(X)):
        return random_folds(len(X), min(n_folds, len(X)), rng)
    folds = random_folds(n_groups, min(n_folds, n_groups), rng)
    return [np.flatnonzero(np.isin(group, each)) for each in folds]


def equal_rows(X: Array) -> NDArray[np.intp]:
    """Return a number for each row, the same for rows that repeat each other by accident.

    Where all inputs take few values, repetition is no accident, and every row has its own number.

    Examples
    --------
    >>> equal_rows(np.array([[0.0], [1.0], [0.0], [2.0]]))
    array([0, 1, 0, 2])
    """
    _, different = np.unique(X, axis=0, return_inverse=True)
    group: NDArray[np.intp] = different.ravel()
    most_values = max(len(np.unique(column)) for column in X.T)
    few = most_values <= (int(group.max()) + 1) / 2
    return np.arange(len(X)) if few else group


def fold_numbers(folds: Folds) -> NDArray[np.intp]:
    """Return the number of the fold of each row.

    Examples
    --------
    >>> fold_numbers([np.array([0, 2]), np.array([1])])
    array([0, 1, 0])
    """
    numbers = np.empty(sum(map(len, folds)), dtype=np.intp)
    for number, fold in enumerate(folds):
        numbers[fold] = number
    return numbers


def stratified_folds(codes: NDArray[np.intp], n_folds: int, rng: np.random.Generator) -> Folds:
    """Return folds in which every class has (nearly) its share of the rows.

    Parameters
    ----------
    codes : int array of shape (n,)
        Class of each row.
    """
    shuffled = rng.permutation(len(codes))
    by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]
    return [np.sort(by_class[start::n_folds]) for start in range(n_folds)]


def checked_folds(folds: Iterable[ArrayLike], n: int) -> Folds:
    """Return folds as row numbers.

    Raises
    ------
    DataError
        If they do not hold every row exactly once, or one holds all rows.
    """
    held = [np.asarray(rows, dtype=np.intp) for rows in folds]
    counts = np.bincount(np.concatenate(held), minlength=n) if held else np.zeros(n)
    if len(counts) != n or (counts != 1).any() or len(held) < 2:
        raise DataError(
            f"folds must hold each of the {n} training rows exactly once, in two folds or "
            f"more; got {len(held)} folds with {int(counts.sum())} entries"
        )
    return held


def ten_folds(n: int) -> Folds:
    """Return ten folds of every tenth row; fewer where there are fewer rows."""
    return [np.arange(start, n, min(10, n)) for start in range(min(10, n))]
