"""Rows that repeat the inputs of others: said aloud, as they tell less than they seem to."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import TeacherWarning
from surrogate.students.arrays import Array
from surrogate.students.selection.folds import equal_rows

__all__ = ["warn_of_copies"]


def warn_of_copies(
    X: Array, y: Array | Mapping[Any, Array], *, name: str, differing_only: bool = False
) -> None:
    """Warn where rows repeat the inputs of others, and whether their outcomes agree.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Encoded.
    y : ndarray of shape (n,), or dict of such and of series, shape (n, n_points)
        The outcome, or several by name.
    name : str
        Class of the student that learns from them.
    differing_only : bool
        Whether copies with the same outcome are to be left unsaid.

    Examples
    --------
    >>> with warnings.catch_warnings(record=True) as said:
    ...     warnings.simplefilter("always")
    ...     X = np.array([[0.0], [1.0], [0.0], [2.0]])
    ...     warn_of_copies(X, np.array([1.0, 2.0, 1.0, 3.0]), name="AutoSurrogate")
    >>> print(said[0].message)  # doctest: +NORMALIZE_WHITESPACE
    1 of 4 rows that AutoSurrogate got repeats the inputs and the outcome of another (first: row 2)
    and tells nothing new
    """
    group = equal_rows(X)
    if int(group.max()) + 1 == len(X):
        return
    _, first = np.unique(group, return_index=True)
    original = first[group]
    copies = np.flatnonzero(original != np.arange(len(X)))
    outcomes = y if isinstance(y, Mapping) else {None: y}
    gaps = {each: _gaps(values, original) for each, values in outcomes.items()}
    differing = np.flatnonzero(np.any([gap > 0 for gap in gaps.values()], axis=0))
    if len(differing) == 0 and differing_only:
        return
    verb, whose = ("repeats", "another") if len(copies) == 1 else ("repeat", "others")
    what = f"{len(copies)} of {len(X)} rows that {name} got {verb} the inputs"
    if len(differing) == 0:
        tells = "tells" if len(copies) == 1 else "tell"
        same = "the outcome" if len(gaps) == 1 else "all outcomes"
        text = f"{what} and {same} of {whose} (first: row {copies[0]}) and {tells} nothing new"
    else:
        apart = [_away(each, gap) for each, gap in gaps.items() if gap.any()]
        text = (
            f"{what} of {whose}, {len(differing)} with another outcome ({', '.join(apart)}; first: "
            f"row {differing[0]}): the outcome is noisy, or depends on more than that"
        )
    warnings.warn(text, TeacherWarning, stacklevel=4)


def _gaps(values: Array, original: NDArray[np.intp]) -> Array:
    """Return how far each row's outcome is from that of the row it repeats, shape (n,)."""
    apart: Array = np.abs(values - values[original]).reshape(len(values), -1).max(axis=1)
    return apart


def _away(name: Any, gaps: Array) -> str:
    return f"{'' if name is None else f'{name!r} '}up to {gaps.max():.3g} away"
