"""A gate: the teacher says of a new row what it says of the row it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from surrogate.errors import ArgumentError, DataError
from surrogate.models import Teacher, as_teacher
from surrogate.randomness import Rng, generator
from surrogate.transfer.recipes import Recipe, Rows, joined, row_subset

__all__ = ["Gated"]

_MAX_ROUNDS = 20


@dataclass(frozen=True)
class Gated(Recipe):
    """Rows of another source on which the teacher's label is that of their source row.

    Parameters
    ----------
    source : Recipe
        One that knows the source row of each row it makes: `Warps`, `KDE`, `MUNGE`,
        `Interpolation`, or `Augmentation` with a function of your own.
    teacher : Teacher or fitted classifier, optional
        In a `Metamorphosis`, its own teacher.

    Examples
    --------
    >>> from surrogate.transfer import KDE
    >>> X = np.random.default_rng(0).normal(size=(50, 1))
    >>> teacher = Teacher(lambda X: X[:, 0] > 0, gives="labels")
    >>> rows, sources = Gated(KDE(1.0), teacher).drawn(X, 200, rng=0)
    >>> bool(((rows > 0) == (X[sources] > 0)).all())
    True
    """

    source: Recipe
    teacher: Any = None

    def n_rows(self, X: Any) -> int:
        """Return how many rows the source itself would draw."""
        return self.source.n_rows(X)

    def with_teacher(self, teacher: Teacher) -> Gated:
        """Return the gate with this teacher, or itself if it has one."""
        return self if self.teacher is not None else replace(self, teacher=teacher)

    def drawn(self, X: Any, n: int, rng: Rng) -> tuple[Any, Rows]:
        """Return n rows the teacher agrees on, and the position in X each was made from.

        Raises
        ------
        DataError
            If the teacher agrees on too few.
        """
        teacher = self._classifier()
        random = generator(rng)
        labels = teacher.labels(X)
        parts, sources, missing, tried = [], [], n, 0
        for _ in range(_MAX_ROUNDS):
            rows, origin = self.source.drawn(X, missing, random)
            agreed = np.flatnonzero(teacher.labels(rows) == labels[origin])
            parts.append(row_subset(rows, agreed))
            sources.append(origin[agreed])
            tried += missing
            missing -= len(agreed)
            if not missing:
                return joined(parts), np.concatenate(sources)
        raise DataError(
            f"the teacher agrees with the source row on {n - missing} of {tried} rows of "
            f"{self.source!r}; {n} were asked for; move the rows less"
        )

    def _classifier(self) -> Teacher:
        if self.teacher is None:
            raise ArgumentError("Gated asks a teacher: give Gated(source, teacher)")
        teacher = as_teacher(self.teacher)
        if not teacher.is_classifier:
            raise ArgumentError(f"Gated compares labels, and {teacher!r} gives values")
        return teacher
