"""What the held-out runs of all folds say together: scores, a curve, and whether to believe."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from surrogate.discovery.cross_fitting import Fold
from surrogate.estimates import Estimate, binomial, bootstrap
from surrogate.randomness import stream

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Way", "curve_of", "failure_of", "scores_of"]

Way = Literal["taught", "alone"]

_N_ERRORS = 2.0  # standard errors by which boxes must be worse to be set aside


def scores_of(
    folds: Sequence[Fold], y: NDArray[Any], seed: int, *, way: Way = "taught"
) -> dict[str, Estimate]:
    """Return coverage, density, mass and WRAcc of the boxes that the stated rule chose.

    Their intervals are about the mean score of just these boxes: they hold the boxes fixed.
    """
    if not folds:
        return {}
    boxes = [getattr(fold, way) for fold in folds]
    inside = _pooled(folds, [each.holds(each.chosen) for each in boxes], len(y))
    n, share = len(y), y.astype(float)
    data = f"{len(folds)} held-out folds of the runs"

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


def curve_of(
    folds: Sequence[Fold], y: NDArray[Any], mass: pd.Series, *, way: Way = "taught"
) -> pd.DataFrame:
    """Return the trade-off along the trajectory, on held-out runs.

    Parameters
    ----------
    folds : sequence of Fold
    y : ndarray of shape (n,)
    mass : Series of shape (n_boxes,)
        Of the boxes of the whole search. Each stands for the box of every fold that is nearest to
        it in mass, as either search estimates it.
    way : {"taught", "alone"}

    Returns
    -------
    DataFrame of shape (n_boxes, 3)
        coverage_held_out, density_held_out, mass_held_out; density is NaN where no run is inside.
    """
    import pandas as pd

    share = y.astype(float)
    rows = []
    for target in mass:
        found = []
        for fold in folds:
            boxes = getattr(fold, way)
            found.append(boxes.holds(int(np.abs(boxes.mass - target).argmin())))
        inside = _pooled(folds, found, len(y))
        density = share[inside].mean() if inside.any() else np.nan
        rows.append((share[inside].sum() / share.sum(), density, inside.mean()))
    names = [f"{name}_held_out" for name in ("coverage", "density", "mass")]
    return pd.DataFrame(rows, columns=names, index=mass.index)


def failure_of(folds: Sequence[Fold], y: NDArray[Any]) -> str:
    """Return why the teacher must not be believed, with numbers; empty if there is no reason.

    Its boxes are compared with those of PRIM on the same runs, by the WRAcc of the best box of
    either on the held-out runs; the difference is a mean over the runs, which has a standard error.
    """
    if not folds:
        return ""
    share = y.astype(float)
    taught, alone = (
        _pooled(folds, [each.holds(each.best) for each in boxes], len(y)) * (share - share.mean())
        for boxes in ([fold.taught for fold in folds], [fold.alone for fold in folds])
    )
    difference = taught - alone
    error = float(difference.std(ddof=1)) / np.sqrt(len(y))
    if difference.mean() >= -_N_ERRORS * error:
        return ""
    return (
        f"on {len(folds)} held-out folds of {len(y)} runs the teacher's boxes have WRAcc "
        f"{taught.mean():.3f}, those of PRIM on the runs alone {alone.mean():.3f} (standard error "
        f"of the difference {error:.3f})"
    )


def _pooled(folds: Sequence[Fold], inside: Sequence[Any], n: int) -> NDArray[np.bool_]:
    """Return which of the n runs lie in the box of the fold that did not see them."""
    pooled = np.zeros(n, dtype=bool)
    for fold, held in zip(folds, inside, strict=True):
        pooled[fold.rows] = held
    return pooled


def _approximate(k: int, n: int, data: str) -> Estimate:
    """Return a share whose interval is not exact: each fold has a box of its own."""
    share = binomial(k, n, data=data)
    return dataclasses.replace(share, method=f"{share.method}, approximate")
