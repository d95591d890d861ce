"""Kinds of behaviour: series outcomes in clusters, each of which can be a case."""

from surrogate.clustering.clusters import SeriesCase, SeriesClusters
from surrogate.clustering.finding import cluster_series

__all__ = ["SeriesCase", "SeriesClusters", "cluster_series"]
