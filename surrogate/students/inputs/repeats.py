"""Rows that repeat the inputs of others: what they cost, and what they tell about noise."""

from __future__ import annotations

import warnings

import numpy as np

from surrogate.errors import TeacherWarning
from surrogate.students.arrays import Array

__all__ = ["warn_of_repeats"]


def warn_of_repeats(X: Array, y: Array, *, name: str) -> None:
    """Warn of rows that repeat the inputs of earlier ones: of noise where their outcomes differ.

    Equal outcomes are passed over where all inputs take few values, for there copies are usual.

    Parameters
    ----------
    X : ndarray of shape (n, n_encoded)
    y : ndarray of shape (n,)
    name : str
        Class of the student that asks.

    Warns
    -----
    TeacherWarning
        With the number of such rows, the first, and the spread of their outcomes.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [0.0]]), np.array([2.0, 5.0, 4.0])
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn_of_repeats(X, y, name="Model")
    >>> print(caught[0].message)
    1 of 3 rows repeats the inputs of an earlier one (first: row 2), and outcomes differ by about \
1.41 (standard deviation): Model takes that for noise; its intervals are for a new noisy run
    """
    _, first, group = np.unique(X, axis=0, return_index=True, return_inverse=True)
    group = group.ravel()
    n, n_groups = len(X), len(first)
    if n_groups == n or np.ptp(y) == 0:
        return
    counts = np.bincount(group)
    centred = y - (np.bincount(group, y) / counts)[group]
    spread = float(np.sqrt((centred**2).sum() / (n - n_groups)))
    usual = max(len(np.unique(column)) for column in X.T) <= n_groups / 2
    noisy = spread > 1e-9 * np.ptp(y)
    if usual and not noisy:
        return
    again = np.setdiff1d(np.arange(n), first)
    told = (
        f"outcomes differ by about {spread:.3g} (standard deviation): {name} takes that for noise; "
        f"its intervals are for a new noisy run"
        if noisy
        else f"with equal outcomes: they teach {name} nothing; other inputs would"
    )
    warnings.warn(
        f"{len(again)} of {n} rows {'repeats' if len(again) == 1 else 'repeat'} the inputs of an "
        f"earlier one (first: row {again[0]}), {'and ' if noisy else ''}{told}",
        TeacherWarning,
        stacklevel=3,
    )
