"""Clusters of series, and the case of belonging to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.clustering.distances import DISTANCES
from surrogate.errors import ArgumentError, DataError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SeriesCase", "SeriesClusters", "series_matrix"]


@dataclass(frozen=True, eq=False)
class SeriesCase:
    """The case that a run's series lies nearest to one of several medoids.

    It takes a DataFrame of outcomes, so `discover`, `Runs.label` and `certify` take it as a case,
    on runs that were clustered and on fresh ones alike.

    Parameters
    ----------
    outcome : str
    medoids : ndarray of shape (n_clusters, t)
    clusters : tuple of int
        Those that are the case.
    distance : {"euclidean", "complexity_invariant"}
    """

    outcome: str
    medoids: NDArray[np.float64]
    clusters: tuple[int, ...]
    distance: str

    @property
    def __name__(self) -> str:
        """The case in words."""
        return f"{self.outcome} in cluster {' or '.join(map(str, self.clusters))}"

    def __call__(self, outcomes: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows are in the case, shape (n,)."""
        return np.isin(self.nearest(outcomes), self.clusters)

    def nearest(self, outcomes: pd.DataFrame) -> NDArray[np.intp]:
        """Return the cluster of each row, shape (n,)."""
        series = series_matrix(outcomes, self.outcome)
        if series.shape[1] != self.medoids.shape[1]:
            raise DataError(
                f"the series {self.outcome!r} were clustered with {self.medoids.shape[1]} points "
                f"each; got {series.shape[1]}"
            )
        distances = DISTANCES[self.distance](series, self.medoids)
        return np.asarray(distances.argmin(axis=1))


@dataclass(frozen=True, eq=False, repr=False)
class SeriesClusters:
    """Series in clusters, each around a medoid: a run that stands for the others.

    Attributes
    ----------
    outcome : str
    labels : Series of int, shape (n_ok,)
        The cluster of each ok run, that of the nearest medoid; 0 is the largest.
    medoids : ndarray of shape (n_clusters, t)
    table : DataFrame of shape (n_clusters, 3)
        On the index ``cluster``: ``n`` runs, ``medoid``, the label of the run that stands for them,
        and their mean ``silhouette`` (1: well apart from the others, 0: between two).
    silhouettes : Series
        The mean silhouette of every number of clusters that was tried.
    distance : str
    agreement : float
        The share of the runs that the hierarchical clustering had put where the nearest medoid
        puts them.
    """

    outcome: str
    labels: pd.Series
    medoids: NDArray[np.float64]
    table: pd.DataFrame
    silhouettes: pd.Series
    distance: str
    agreement: float

    def case(self, *clusters: int) -> SeriesCase:
        """Return the case of belonging to one of these clusters.

        Raises
        ------
        ArgumentError
            If there is no such cluster.
        """
        unknown = [each for each in clusters if each not in self.table.index]
        if unknown or not clusters:
            raise ArgumentError(
                f"a case needs clusters from 0 to {len(self.table) - 1}; got {list(clusters)}"
            )
        return SeriesCase(self.outcome, self.medoids, clusters, self.distance)

    def __repr__(self) -> str:
        sizes = ", ".join(map(str, self.table["n"]))
        mean = self.silhouettes[len(self.table)]
        return f"SeriesClusters({self.outcome}: {sizes} runs; silhouette {mean:.2f})"


def series_matrix(outcomes: pd.DataFrame, outcome: str) -> NDArray[np.float64]:
    """Return one series per row as a matrix, shape (n, t).

    Raises
    ------
    DataError
        If the outcome is a number per run, or the series have different lengths.
    """
    values: list[Any] = list(outcomes[outcome])
    lengths = {np.shape(each) for each in values}
    if lengths == {()}:
        raise DataError(
            f"the outcome {outcome!r} is one number per run, no series; compare it with a "
            "threshold, like 'y > 0'"
        )
    if len(lengths) != 1:
        raise DataError(
            f"clusters need series of one length; {outcome!r} has {len(lengths)} different ones, "
            f"like {sorted(lengths)[:2]}; put them on one grid of times first"
        )
    return np.stack(values).astype(float)
