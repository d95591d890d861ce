"""Rows that a function of the user's makes out of real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surrogate.errors import DataError
from surrogate.randomness import Rng, generator
from surrogate.transfer.recipes import Recipe, Rows, balanced_picks, row_subset

__all__ = ["Augmentation"]


@dataclass(frozen=True)
class Augmentation(Recipe):
    """Rows that a function of yours makes out of real rows, one out of each.

    It makes every change that keeps a row's label a source like `Warps`: labels can be inherited,
    and `Gated` can let through only rows of which the teacher says what it says of their source.

    Parameters
    ----------
    change : callable
        ``change(rows, rng)`` takes real rows, a DataFrame or an array as given, and a Generator;
        returns as many rows, the first made from the first, and so on.

    Examples
    --------
    >>> import numpy as np
    >>> def noisy(rows, rng):
    ...     return rows + rng.normal(scale=0.5, size=rows.shape)
    >>> X = np.random.default_rng(0).normal(size=(50, 1))
    >>> Augmentation(noisy)(X, 200, rng=0).shape
    (200, 1)

    Only what a teacher agrees with:

    >>> import surrogate as sg
    >>> teacher = sg.Teacher(lambda X: X[:, 0] > 0, gives="labels")
    >>> rows, sources = sg.Gated(Augmentation(noisy), teacher).drawn(X, 200, rng=0)
    >>> bool(((rows > 0) == (X[sources] > 0)).all())
    True
    """

    change: Callable[[Any, Any], Any]

    def drawn(self, X: Any, n: int, rng: Rng) -> tuple[Any, Rows]:
        """Return n changed rows, and the position in X each was made from.

        Raises
        ------
        DataError
            If there are no real rows, or the function does not return a row for each.
        """
        if not len(X):
            raise DataError("there are no real rows to change")
        random = generator(rng)
        sources = balanced_picks(len(X), n, random)
        given = row_subset(X, sources)
        if hasattr(given, "iloc"):
            given = given.reset_index(drop=True)
        rows = self.change(given, random)
        if getattr(rows, "shape", None) != given.shape:
            raise DataError(
                f"change must return a row for each it is given, shape {given.shape}; "
                f"got {getattr(rows, 'shape', type(rows).__name__)}"
            )
        return rows, sources
