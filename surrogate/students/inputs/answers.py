"""What a classifier is taught: labels, or the probabilities of a teacher."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite, check_array, check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from surrogate.errors import DataError
from surrogate.students.inputs.tables import check_same_order

__all__ = ["checked_probabilities", "class_labels", "class_targets"]


def class_targets(
    y: Any, X: NDArray[Any], classes: ArrayLike | None, *, name: str, holds_out: bool = False
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the classes, and class codes (n,) of labels or probabilities (n, n_classes).

    Parameters
    ----------
    y : array-like of shape (n,), or (n, n_classes) of probabilities
    X : ndarray of shape (n, d)
    classes : array-like of shape (n_classes,) or None
        The labels of the columns of probabilities; 0, 1, ... by default.
    name : str
        Of the student; opens messages.
    holds_out : bool
        Whether the student needs two rows of every class.

    Raises
    ------
    DataError
        If these are no labels and no probabilities, or the classes are not one for each column.
    """
    shape = np.asarray(y).shape
    if len(shape) != 2 or shape[1] == 1:
        return class_labels(y, X, name=name, holds_out=holds_out)
    probabilities = checked_probabilities(y, X, name=name)
    labels = np.arange(shape[1]) if classes is None else np.asarray(classes)
    if len(labels) != shape[1]:
        raise DataError(f"{name} got {shape[1]} columns of probabilities and {len(labels)} classes")
    return labels, probabilities


def checked_probabilities(y: Any, X: NDArray[Any], *, name: str) -> NDArray[np.float64]:
    """Return y checked as probabilities, shape (n, n_classes)."""
    probabilities = check_array(y, dtype=np.float64, input_name="y")
    if len(probabilities) != len(X):
        raise DataError(f"{name} got {len(X)} rows of X and {len(probabilities)} of probabilities")
    wrong = (probabilities.min(axis=1) < 0) | (np.abs(probabilities.sum(axis=1) - 1) > 1e-3)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{name}: y of two columns or more are probabilities that sum to 1; "
            f"row {row} is {probabilities[row]}"
        )
    return probabilities


def class_labels(
    y: ArrayLike | None, X: Any, *, name: str, holds_out: bool = True
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the sorted classes and the class code of each row.

    Raises
    ------
    DataError
        If y is missing, of another length than X, not made of labels, has a single class, or, for
        a student that holds rows out, a class with a single row.
    """
    if y is None:
        raise DataError(f"{name} requires y to be passed, but the target y is None")
    check_same_order(X, y, name=name)
    try:
        labels = column_or_1d(y, warn=True)
        if labels.dtype.kind == "f":
            assert_all_finite(labels, input_name="y")
        check_classification_targets(labels)
        check_consistent_length(X, labels)
        classes, codes = np.unique(labels, return_inverse=True)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name}: {error}") from error
    if len(classes) < 2:
        raise DataError(
            f"{name} needs labels of two classes or more; got one class, "
            f"{classes.tolist()[0]!r}, in all {len(labels)} rows"
        )
    counts = np.bincount(codes)
    if holds_out and counts.min() < 2:
        raise DataError(
            f"{name} holds rows out to score itself and needs two rows of every class; got one "
            f"row of class {classes.tolist()[counts.argmin()]!r}; add runs of it, or leave it out"
        )
    return classes, codes.astype(np.intp)
