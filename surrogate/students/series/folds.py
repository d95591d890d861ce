"""What members say about series they have not seen: components, weights and scores per fold."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.members.member import without
from surrogate.students.selection.folds import Folds
from surrogate.students.selection.weights import simplex_weights
from surrogate.students.series.components import Components
from surrogate.students.series.members import SeriesMember

__all__ = ["HeldOutFold", "chosen", "held_out_folds", "score_table"]

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class HeldOutFold:
    """Rows that were left out, in the components of the others.

    Attributes
    ----------
    rows : int array of shape (n_rows,)
    components : Components
        Of the rows outside the fold.
    distances : ndarray of shape (n_rows,)
        Squared distance of each curve from the mean curve.
    scores : ndarray of shape (n_rows, n_components)
        The true ones.
    means, variances : ndarray of shape (n_members, n_rows, n_components)
        What the members predict.
    """

    rows: Rows
    components: Components
    distances: Array
    scores: Array
    means: Array
    variances: Array

    @property
    def residuals(self) -> Array:
        """True minus predicted scores, flattened per member, shape (n_members, -1)."""
        return (self.scores - self.means).reshape(len(self.means), -1)


def held_out_folds(
    members: Mapping[str, SeriesMember], X: Array, series: Array, folds: Folds, seed: int
) -> tuple[list[HeldOutFold], Array]:
    """Fit everything anew without each fold, the components too; return also the seconds."""
    held, seconds = [], np.zeros(len(members))
    for rows, rest in without(folds):
        components = Components.of(series[rest])
        scores = components.scores(series[rest])
        said = []
        for number, member in enumerate(members.values()):
            start = time.perf_counter()
            said.append(member.without(X[rest], scores, seed).predict(X[rows]))
            seconds[number] += time.perf_counter() - start
        means, variances = (np.array(each) for each in zip(*said, strict=True))
        distances = ((series[rows] - components.centre) ** 2).sum(axis=1)
        true = components.scores(series[rows])
        held.append(HeldOutFold(rows, components, distances, true, means, variances))
    return held, seconds


def chosen(held: Sequence[HeldOutFold], seed: int, *purpose: str | int) -> tuple[Array, int]:
    """Return the weights of the members and the number of components that predict best."""
    residuals = np.concatenate([fold.residuals for fold in held], axis=1)
    weights = simplex_weights(residuals, stream(seed, "weights", *purpose))
    losses = _squared_errors(held, weights).sum(axis=0)
    return weights, 1 + int(losses.argmin())


def _squared_errors(held: Sequence[HeldOutFold], weights: Array) -> Array:
    """Return the squared error of each curve by the number of components used.

    With orthonormal components a predicted score m of a true s lowers it by 2 m s - m^2.

    Returns
    -------
    ndarray of shape (n_rows, fewest components of any fold)
    """
    n_components = min(fold.scores.shape[1] for fold in held)
    losses = []
    for fold in held:
        mean = np.tensordot(weights, fold.means, axes=1)[:, :n_components]
        gains = 2 * mean * fold.scores[:, :n_components] - mean**2
        losses.append(fold.distances[:, None] - np.cumsum(gains, axis=1))
    return np.concatenate(losses)


def score_table(
    names: Sequence[str],
    held: Sequence[HeldOutFold],
    series: Array,
    weights: Array,
    seconds: Array,
) -> pd.DataFrame:
    """Return each member's functional Q2 with all components, its weight and its seconds."""
    total = float(((series - series.mean(axis=0)) ** 2).sum())
    losses = np.zeros(len(names))
    for fold in held:
        losses += fold.distances.sum() - (fold.scores**2).sum()  # what truncation loses
        losses += ((fold.scores - fold.means) ** 2).sum(axis=(1, 2))
    return pd.DataFrame(
        {"q2": 1 - losses / (total or 1.0), "weight": weights, "seconds": seconds},
        index=pd.Index(names, name="member", dtype=object),
    )
