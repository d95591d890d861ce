"""The best interval on every input in turn, as a scikit-learn estimator."""

from __future__ import annotations

import pandas as pd

from surrogate.arguments import check_count
from surrogate.regions.finder import RegionFinder
from surrogate.regions.tables.ranks import rank
from surrogate.regions.tables.targets import Target
from surrogate.regions.trajectories.trajectory import PeelingTrajectory

__all__ = ["BestInterval"]


class BestInterval(RegionFinder):
    """Beam search for the box of best WRAcc, with the best interval at every step [1]_.

    Where PRIM peels patiently, this jumps: given the limits on all other inputs, the interval of
    one input with the best weighted relative accuracy is found exactly, in one pass over its
    sorted values; for labels it is all that are denser than the data. The limits of one input
    after the other are replaced so until the best box gains nothing.

    Parameters
    ----------
    max_restricted : int, optional
        The most inputs a box may restrict.
    beam_width : int
        How many boxes are refined at a time; 1 is a greedy search.

    Attributes
    ----------
    trajectory_ : PeelingTrajectory
        Everything, then the best box after each round; WRAcc rises.
    box_ : Box
        The last of them, best *in-sample*; its scores flatter.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if `X` was a DataFrame with text names.

    Raises
    ------
    ArgumentError
        A parameter out of its range.
    DataError
        Missing or infinite values, no rows, another index in `y` than in `X`.

    Warns
    -----
    FewCasesWarning
        Fewer than 10 cases of interest, or nothing but cases.

    Notes
    -----
    Columns, `y` and limits are as for `PRIM`. Sorting costs O(d n log n), once; each refinement
    O(n) after that.

    References
    ----------
    .. [1] M. Mampaey, S. Nijssen, A. Feelders, A. Knobbe, Efficient algorithms for finding richer
       subgroup descriptions in numeric and nominal data, ICDM 2012,
       https://doi.org/10.1109/ICDM.2012.117

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.random((1000, 3)), columns=["gain", "delay", "load"])
    >>> y = X["gain"].between(0.2, 0.5) & (X["delay"] > 0.3)
    >>> BestInterval().fit(X, y).box_.rule(digits=2)
    '0.2 <= gain <= 0.5 and delay >= 0.3'
    """

    def __init__(self, *, max_restricted: int | None = None, beam_width: int = 1) -> None:
        self.max_restricted = max_restricted
        self.beam_width = beam_width

    def _search(self, frame: pd.DataFrame, target: Target) -> PeelingTrajectory:
        from surrogate.regions.intervals.refining import Refinement  # numba is loaded here

        return Refinement(rank(frame), target).run(self.max_restricted, self.beam_width)

    def _check_parameters(self) -> None:
        check_count(self.max_restricted, 1, argument="max_restricted", optional=True)
        check_count(self.beam_width, 1, argument="beam_width")
