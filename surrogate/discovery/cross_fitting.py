"""Scores on runs that neither the teacher nor the choice of the box has seen."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.discovery.search import Search
from surrogate.errors import ArgumentError, FewCasesWarning, TeacherWarning
from surrogate.estimates import Estimate, binomial, bootstrap
from surrogate.randomness import stream

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.experiment import Runs

__all__ = ["cross_fitted", "fold_scores"]


def cross_fitted(
    search: Search, runs: Runs, labels: pd.Series, seed: int, *, n_folds: int, n_jobs: int | None
) -> dict[str, Estimate]:
    """Return scores of boxes on runs that neither their teacher nor their choice has seen."""
    from joblib import Parallel, delayed

    if n_folds == 0:
        return {}
    if n_folds < 2 or n_folds > len(labels):
        raise ArgumentError(f"n_folds must be 0 or 2 to {len(labels)} (the runs); got {n_folds}")
    order = stream(seed, "folds").permutation(len(labels))
    folds = np.array_split(order, n_folds)
    insides = Parallel(n_jobs=n_jobs)(
        delayed(_inside_without)(search, runs.select(labels.index), fold, seed) for fold in folds
    )
    inside = np.zeros(len(labels), dtype=bool)
    for fold, held in zip(folds, insides, strict=True):
        inside[fold] = held
    return fold_scores(inside, labels.to_numpy(), f"{n_folds} held-out folds of the runs", seed)


def _inside_without(search: Search, runs: Runs, fold: NDArray[np.intp], seed: int) -> Any:
    """Return which rows of the fold lie in the box found without them."""
    held = np.zeros(len(runs), dtype=bool)
    held[fold] = True
    with warnings.catch_warnings():
        # the whole search has warned already where there is reason to
        warnings.simplefilter("ignore", TeacherWarning)
        warnings.simplefilter("ignore", FewCasesWarning)
        _, trajectory, points = search.run(runs.select(~held), seed)
    if search.finds_none(trajectory, points):
        return np.zeros(len(fold), dtype=bool)  # without these runs there would be no region
    box = search.choose(trajectory, points).box
    return box.contains(runs.inputs.iloc[fold]).to_numpy()


def fold_scores(
    inside: NDArray[np.bool_], y: NDArray[Any], data: str, seed: int
) -> dict[str, Estimate]:
    """Return the scores of boxes that were found without the fold they are scored on.

    Their intervals are about the mean score of just these boxes: they hold the boxes fixed.
    """
    n, share = len(y), y.astype(float)

    def ratio(part: NDArray[Any], whole: NDArray[Any]) -> Estimate:
        if share.dtype == y.dtype:  # shares of replicates: no counts
            return bootstrap(
                lambda rows: float(part[rows].sum() / max(whole[rows].sum(), 1e-300)),
                n,
                data=data,
                rng=stream(seed, "scores"),
            )
        return _approximate(int(part.sum()), int(whole.sum()), data)

    return {
        "coverage": ratio(inside * share, share),
        "density": ratio(inside * share, inside.astype(float)),
        "mass": _approximate(int(inside.sum()), n, data),
        "wracc": bootstrap(
            lambda rows: float(np.cov(inside[rows], share[rows], ddof=0)[0, 1]),
            n,
            data=data,
            rng=stream(seed, "wracc"),
        ),
    }


def _approximate(k: int, n: int, data: str) -> Estimate:
    """Return a share whose interval is not exact: each fold has a box of its own."""
    share = binomial(k, n, data=data)
    return dataclasses.replace(share, method=f"{share.method}, approximate")
