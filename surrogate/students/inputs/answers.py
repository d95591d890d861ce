"""What a classifier is taught: labels, or the probabilities of a teacher."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array

from surrogate.errors import DataError
from surrogate.students.inputs.validation import class_labels

__all__ = ["checked_probabilities", "class_targets"]


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
