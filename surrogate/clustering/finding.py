"""Series outcomes of runs sorted into clusters."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import checked_outcome
from surrogate.clustering.clusters import SeriesClusters, series_matrix
from surrogate.clustering.distances import DISTANCES
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning, did_you_mean

if TYPE_CHECKING:
    from surrogate.experiment import Runs

__all__ = ["cluster_series"]

Floats = NDArray[np.float64]

_MOST_TRIED = 8


def cluster_series(
    runs: Runs,
    outcome: str,
    *,
    n_clusters: int | None = None,
    distance: str = "euclidean",
) -> SeriesClusters:
    """Sort runs by the course of a series outcome, to ask where one kind of course happens.

    Average linkage on the distances of all pairs [1]_; then each cluster gets a medoid, and each
    run the cluster of the nearest, a rule that fresh runs can be put to as well. Failed runs are
    left out. Time and memory grow with the square of the number of runs.

    Parameters
    ----------
    runs : Runs
        With replicates, the mean series of a row counts.
    outcome : str
        Series of one length.
    n_clusters : int, optional
        By default the number, from 2 to 8, of the best mean silhouette [2]_.
    distance : {"euclidean", "complexity_invariant"}
        ``"euclidean"``: the root mean squared difference. ``"complexity_invariant"``: that times
        the ratio of their complexities, so that smooth and wild courses part [3]_.

    Returns
    -------
    SeriesClusters

    Raises
    ------
    ArgumentError
        Another distance, outcome or number of clusters.
    DataError
        If the outcome is no series, lengths differ, or fewer than 3 different courses are there.

    Warns
    -----
    FailedRunsWarning

    References
    ----------
    .. [1] S. C. Steinmann, W. L. Auping, J. H. Kwakkel, Behavior-based scenario discovery using
       time series clustering, Technological Forecasting and Social Change 156 (2020),
       https://doi.org/10.1016/j.techfore.2020.120052
    .. [2] P. J. Rousseeuw, Silhouettes, Journal of Computational and Applied Mathematics 20 (1987),
       https://doi.org/10.1016/0377-0427(87)90125-7
    .. [3] G. E. A. P. A. Batista, E. J. Keogh, O. M. Tataw, V. M. A. de Souza, CID: an efficient
       complexity-invariant distance for time series, Data Mining and Knowledge Discovery 28 (2014),
       https://doi.org/10.1007/s10618-013-0312-3

    Examples
    --------
    >>> import surrogate as sg
    >>> space = sg.Space(growth=(-1.0, 1.0))
    >>> times = np.linspace(0, 3, 20)
    >>> course = sg.Simulator(lambda growth: np.exp(growth * times), space, outcomes=["size"])
    >>> runs = sg.run(course, space.sample(40, rng=0), n_workers=0)
    >>> clusters = cluster_series(runs, "size", n_clusters=2)
    >>> clusters
    SeriesClusters(size: 31, 9 runs; silhouette 0.73)
    >>> bool(runs.inputs["growth"][runs.label(clusters.case(1))].min() > 0.5)
    True
    """
    checked_outcome(outcome, runs.outcome_names)
    if distance not in DISTANCES:
        raise ArgumentError(
            f"distance {distance!r} is not known{did_you_mean(distance, DISTANCES)}"
        )
    _warn_of_failures(runs)
    series = series_matrix(runs.outcomes, outcome)
    distances = DISTANCES[distance](series, series)
    counts = _counts_to_try(n_clusters, len(np.unique(series, axis=0)))
    by_tree, silhouettes = _best_cut(distances, counts)
    chosen = _medoids(distances, by_tree)
    nearest = distances[:, chosen].argmin(axis=1)
    names = runs.inputs.index
    table = pd.DataFrame({"n": np.bincount(nearest), "medoid": names[chosen]}).rename_axis(
        "cluster"
    )
    table["silhouette"] = pd.Series(_silhouettes(distances, nearest)).groupby(nearest).mean()
    return SeriesClusters(
        outcome=outcome,
        labels=pd.Series(nearest, index=names, name="cluster"),
        medoids=series[chosen],
        table=table,
        silhouettes=silhouettes,
        distance=distance,
        agreement=float(np.mean(by_tree[chosen][nearest] == by_tree)),
    )


def _warn_of_failures(runs: Runs) -> None:
    n_failed = int((runs.status != "ok").sum())
    if n_failed:
        warnings.warn(
            f"{n_failed} of {len(runs.status)} runs failed and are in no cluster",
            FailedRunsWarning,
            stacklevel=3,
        )


def _counts_to_try(n_clusters: int | None, n_different: int) -> range:
    """Return the numbers of clusters to try."""
    if n_different < 3:
        raise DataError(f"clusters need at least 3 different series; got {n_different}")
    if n_clusters is None:
        return range(2, min(_MOST_TRIED, n_different - 1) + 1)
    if not 2 <= n_clusters < n_different:
        raise ArgumentError(
            f"n_clusters must lie from 2 to {n_different - 1}, one less than there are different "
            f"series; got {n_clusters}"
        )
    return range(n_clusters, n_clusters + 1)


def _best_cut(distances: Floats, counts: range) -> tuple[NDArray[np.intp], pd.Series]:
    """Return the labels of the best number of clusters, and the mean silhouette of each number."""
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import squareform

    tree = linkage(squareform(distances, checks=False), method="average")
    cuts = {count: cut_tree(tree, n_clusters=count).ravel() for count in counts}
    means = {count: float(_silhouettes(distances, cut).mean()) for count, cut in cuts.items()}
    silhouettes = pd.Series(means, name="silhouette").rename_axis("n_clusters")
    return cuts[int(silhouettes.idxmax())], silhouettes


def _silhouettes(distances: Floats, labels: NDArray[np.intp]) -> Floats:
    from sklearn.metrics import silhouette_samples

    return np.asarray(silhouette_samples(distances, labels, metric="precomputed"))


def _medoids(distances: Floats, labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the middle row of each cluster, the one that most rows are nearest to first."""
    chosen = []
    for each in np.unique(labels):
        rows = np.flatnonzero(labels == each)
        chosen.append(rows[distances[np.ix_(rows, rows)].sum(axis=1).argmin()])
    n_near = np.bincount(distances[:, chosen].argmin(axis=1), minlength=len(chosen))
    return np.array(chosen)[np.argsort(-n_near, kind="stable")]
