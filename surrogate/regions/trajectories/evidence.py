"""What speaks for each limit of a box: quasi-p-values, and the honest values beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_count
from surrogate.errors import DataError
from surrogate.randomness import Rng, generator
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.faces import Face
from surrogate.regions.tables.columns import as_frame
from surrogate.regions.tables.targets import read_target

__all__ = ["limit_evidence", "quasi_p_values"]


def quasi_p_values(boxes: Sequence[Box], X: Any, y: Any) -> pd.DataFrame:
    """Return Bryant and Lempert's quasi-p-value of every limit of every box [1]_.

    Take one limit away: the box grows, and its density falls to p. The quasi-p-value is the chance
    that as many cases of interest as the box holds, or more, fall among as many rows by a binomial
    draw with chance p.

    Parameters
    ----------
    boxes : sequence of Box
    X : DataFrame of shape (n, d), or ndarray
        Real runs; never rows a teacher labelled, of which there can be as many as one likes.
    y : array of shape (n,)
        0 and 1 only.

    Returns
    -------
    DataFrame
        On the index (box, input, end): limit, n and cases of the box, n_without and cases_without
        that limit, quasi_p.

    Raises
    ------
    DataError
        `y` holds something else than labels.

    Notes
    -----
    It is no p-value where the same rows have shaped the box: the search has looked at many limits
    and kept the best, so small values come about by chance alone. `limit_evidence` puts held-out
    and permutation values beside it.

    References
    ----------
    .. [1] B. P. Bryant, R. J. Lempert, Thinking inside the box, Technological Forecasting and
       Social Change 77 (2010), https://doi.org/10.1016/j.techfore.2009.08.002

    Examples
    --------
    >>> X = pd.DataFrame({"gain": np.arange(20) / 20})
    >>> y = X["gain"] >= 0.5
    >>> quasi_p_values([Box({"gain": (0.5, np.inf)})], X, y)["quasi_p"].round(4).tolist()
    [0.001]
    """
    from scipy.special import betainc

    from surrogate.regions.trajectories.face_counts import count_faces  # numba is loaded here

    present, counts = count_faces(boxes, *_labelled(X, y))
    columns = ["n", "cases", "n_without", "cases_without"]
    n, cases, n_without, cases_without = counts.T
    tail = betainc(np.maximum(cases, 1), n - cases + 1, cases_without / np.maximum(n_without, 1))
    table = pd.DataFrame(counts, _index(present), columns)
    limits = (face.limit for each in present for face in each)
    table.insert(0, "limit", np.fromiter(limits, dtype=object, count=len(table)))
    table["quasi_p"] = np.where(cases > 0, tail, 1.0)
    return table


def _index(present: Sequence[Sequence[Face]]) -> pd.MultiIndex:
    """Return the index (box, input, end) of the limits; each is coded once, as there are many."""
    levels: list[dict[Any, int]] = [{}, {}, {}]
    codes = [
        [level.setdefault(key, len(level)) for level, key in zip(levels, keys, strict=True)]
        for keys in ((k, face.name, face.end) for k, each in enumerate(present) for face in each)
    ]
    return pd.MultiIndex(
        levels=[list(level) for level in levels],
        codes=np.array(codes, dtype=np.int64).reshape(-1, 3).T,
        names=["box", "input", "end"],
    )


def limit_evidence(
    box: Box,
    X: Any,
    y: Any,
    *,
    held_out: tuple[Any, Any] | None = None,
    finder: Any = None,
    n_permutations: int = 99,
    rng: Rng = None,
) -> pd.DataFrame:
    """Return the quasi-p-value [1]_ of each limit of one box with values that mean what they say.

    Parameters
    ----------
    box : Box
    X, y
        The real runs the box was found on; `y` is 0 and 1.
    held_out : tuple of (X, y), optional
        Runs that did not shape the box. They give ``held_out_p``: Fisher's exact test of whether
        the rows of the box have more cases than the rows that this limit alone keeps out.
    finder : estimator, optional
        What found the box, like ``PRIM()``. It gives ``permutation_p``: the share of searches on
        shuffled labels whose own box has a limit with as small a quasi-p-value [2]_; so it accounts
        for the search, and for all limits at once.
    n_permutations : int
    rng : int, Generator or None

    Returns
    -------
    DataFrame
        On the index (input, end): limit, n, cases, n_without, cases_without, quasi_p, held_out_p,
        permutation_p; NaN for what was not asked.

    References
    ----------
    .. [1] B. P. Bryant, R. J. Lempert, Technological Forecasting and Social Change 77 (2010),
       https://doi.org/10.1016/j.techfore.2009.08.002
    .. [2] B. Phipson, G. K. Smyth, Permutation p-values should never be zero, Statistical
       Applications in Genetics and Molecular Biology 9 (2010),
       https://doi.org/10.2202/1544-6115.1585

    Examples
    --------
    >>> from surrogate.regions import PRIM
    >>> X = pd.DataFrame(np.random.default_rng(0).random((400, 2)), columns=["gain", "delay"])
    >>> y = X["gain"] < 0.4
    >>> old, new = slice(0, 200), slice(200, 400)
    >>> box = PRIM().fit(X[old], y[old]).box_
    >>> table = limit_evidence(
    ...     box, X[old], y[old], held_out=(X[new], y[new]), finder=PRIM(), n_permutations=9, rng=0
    ... )
    >>> bool(table["held_out_p"].max() < 1e-9), float(table["permutation_p"].max())
    (True, 0.1)
    """
    table = quasi_p_values([box], X, y).droplevel("box")
    table["held_out_p"] = np.nan if held_out is None else _fisher(box, *held_out)
    table["permutation_p"] = np.nan
    if finder is not None:
        least = _least_of_shuffled(finder, *_labelled(X, y), n_permutations, rng)
        as_small = (least[:, None] <= table["quasi_p"].to_numpy()).sum(axis=0)
        table["permutation_p"] = (1 + as_small) / (1 + n_permutations)
    return table


def _fisher(box: Box, X: Any, y: Any) -> NDArray[np.float64]:
    from scipy.stats import hypergeom

    counts = quasi_p_values([box], X, y)
    return np.asarray(
        hypergeom.sf(counts["cases"] - 1, counts["n_without"], counts["cases_without"], counts["n"])
    )


def _least_of_shuffled(
    finder: Any, frame: pd.DataFrame, labels: NDArray[np.bool_], n: int, rng: Rng
) -> NDArray[np.float64]:
    """Return the smallest quasi-p-value of the box found on each shuffling, shape (n,)."""
    from sklearn.base import clone

    check_count(n, 1, argument="n_permutations")
    random = generator(rng)
    least = np.ones(n)
    for k in range(n):
        shuffled = random.permutation(labels)
        box = clone(finder).fit(frame, shuffled).box_
        least[k] = quasi_p_values([box], frame, shuffled)["quasi_p"].min() if box.limits else 1.0
    return least


def _labelled(X: Any, y: Any) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    frame = as_frame(X)
    target = read_target(frame, y)
    if target.kind != "labels":
        raise DataError(
            f"quasi-p-values count cases among real runs, so y must be 0 and 1; got {target.kind}"
        )
    return frame, target.y > 0
