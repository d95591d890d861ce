"""Boxes and scores on runs that neither the teacher nor the choice of the box has seen."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.discovery.search import Found, Search
from surrogate.errors import ArgumentError, FewCasesWarning, TeacherWarning
from surrogate.randomness import stream

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs

__all__ = ["Boxes", "Fold", "cross_fitted"]


@dataclass(frozen=True, eq=False)
class Boxes:
    """The boxes of one search, and which held-out runs lie in them.

    Attributes
    ----------
    inside : ndarray of bool, shape (n_boxes, n_held)
    mass : ndarray of shape (n_boxes,)
        As the search itself estimates it.
    chosen, best : int
        Places of the box of the stated rule and of that of the best WRAcc; -1 for none.
    """

    inside: NDArray[np.bool_]
    mass: NDArray[np.float64]
    chosen: int
    best: int

    @classmethod
    def of(cls, search: Search, found: Found, held: pd.DataFrame) -> Boxes:
        """Return the boxes of a search that has not seen the held-out inputs."""
        inside = np.array([box.contains(held) for box in found.trajectory], dtype=bool)
        mass = found.trajectory.evaluate(*found.points)["mass"].to_numpy()
        best = search.choose(found, "wracc").index
        # without these runs there may be no region as dense as was asked
        chosen = -1 if search.finds_none(found) else search.choose(found).index
        return cls(inside, mass, chosen, best)

    def holds(self, place: int) -> NDArray[np.bool_]:
        """Return which held-out runs lie in a box; none in no box."""
        return self.inside[place] if place >= 0 else np.zeros(self.inside.shape[1], dtype=bool)


@dataclass(frozen=True, eq=False)
class Fold:
    """A search without some of the runs, judged on these.

    Attributes
    ----------
    rows : int array of shape (n_held,)
        The runs held out.
    teacher : estimator
    taught, alone : Boxes
        Of the whole procedure, and of PRIM on the same runs without a teacher.
    """

    rows: NDArray[np.intp]
    teacher: Any
    taught: Boxes
    alone: Boxes


def cross_fitted(
    search: Search,
    runs: Runs,
    labels: pd.Series,
    seed: int,
    *,
    n_folds: int,
    n_jobs: int | None,
    teacher: Any = None,
    fold_teachers: Sequence[Any] | None = None,
) -> tuple[Found, list[Fold]]:
    """Return what the search of all runs comes to, and that without each fold of them.

    They are searched side by side: the whole search costs as much as a fold.

    Parameters
    ----------
    search : Search
    runs : Runs
    labels : Series of shape (n,)
    seed : int
    n_folds, n_jobs : int
    teacher : estimator, optional
        Of all runs, fitted already.
    fold_teachers : sequence of estimators, optional
        Of the same folds, fitted already.
    """
    from joblib import Parallel, delayed

    ok = runs.select(labels.index)
    folds = fold_rows(len(labels), n_folds, seed) if n_folds else []
    fitted = [None] * len(folds) if fold_teachers is None else fold_teachers
    (taught, warned), *found = Parallel(n_jobs=n_jobs)(
        [
            delayed(_whole)(search, runs, seed, teacher),
            *(
                delayed(_fold)(search, ok, labels, rows, seed=seed, fitted=fitted_without)
                for rows, fitted_without in zip(folds, fitted, strict=True)
            ),
        ]
    )
    for warning in warned:  # perhaps in another process, which nobody reads
        warnings.warn(warning, stacklevel=4)
    return taught, found


def fold_rows(n: int, n_folds: int, seed: int) -> list[NDArray[np.intp]]:
    """Return the rows of each fold.

    Raises
    ------
    ArgumentError
        If there are not 2 to n folds.
    """
    if n_folds < 2 or n_folds > n:
        raise ArgumentError(f"n_folds must be 0 or 2 to {n} (the runs); got {n_folds}")
    return np.array_split(stream(seed, "folds").permutation(n), n_folds)


def _whole(search: Search, runs: Runs, seed: int, fitted: Any) -> tuple[Found, list[Warning | str]]:
    """Return what the search comes to, and its warnings."""
    with warnings.catch_warnings(record=True) as recorded:
        found = search.run(runs, seed, fitted)
    return found, [each.message for each in recorded]


def _fold(
    search: Search,
    runs: Runs,
    labels: pd.Series,
    rows: NDArray[np.intp],
    *,
    seed: int,
    fitted: Any,
) -> Fold:
    kept = np.ones(len(runs), dtype=bool)
    kept[rows] = False
    others, held = runs.select(kept), runs.inputs.iloc[rows]
    with warnings.catch_warnings():
        # the whole search has warned already where there is reason to
        warnings.simplefilter("ignore", TeacherWarning)
        warnings.simplefilter("ignore", FewCasesWarning)
        found = search.run(others, seed, fitted)
        alone = search.alone(others, labels[kept])
    taught = Boxes.of(search, found, held)
    return Fold(rows, found.teacher, taught, Boxes.of(search, alone, held))
