"""How good a box is on given rows: coverage, density, mass and WRAcc."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import checked_level
from surrogate.estimates import Estimate, binomial
from surrogate.regions.boxes.bounds import Bounds
from surrogate.regions.boxes.limits import Limits
from surrogate.regions.tables.columns import as_frame
from surrogate.regions.tables.targets import Target, read_target, scaled_weights

__all__ = ["BoxScores", "evaluate_box", "evaluate_boxes", "memberships", "wracc_error"]


@dataclass(frozen=True, slots=True)
class BoxScores:
    """The scores of one box on stated data.

    Parameters
    ----------
    coverage : Estimate
        Share of the cases of interest that lie in the box (recall). NaN for a real-valued target,
        which has no cases.
    density : Estimate
        Share of cases of interest among the rows in the box (precision); the mean of a real-valued
        target. NaN for a box without rows.
    mass : Estimate
        Share of the rows that lie in the box (support).
    wracc : float
        Weighted relative accuracy, ``mass * (density - base)``, where base is the density of the
        whole space; 0 for a box without rows.
    n_restricted : int
        Number of restricted inputs.

    Notes
    -----
    Intervals are Clopper and Pearson's for labels that are 0 or 1; for weighted labels at Kish's
    effective number of rows; for real values Student's for a ratio of means, for probabilities the
    same on the scale of log odds. They hold for rows that are independent draws and that did not
    shape the box.
    """

    coverage: Estimate
    density: Estimate
    mass: Estimate
    wracc: float
    n_restricted: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per score with its interval, number of rows, method and data."""
        rows = {name: getattr(self, name).to_dict() for name in ("coverage", "density", "mass")}
        rows["wracc"] = {"value": self.wracc, "data": self.mass.data, "n": self.mass.n}
        rows["n_restricted"] = {"value": float(self.n_restricted)}
        frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("score")
        return frame.astype({"value": float, "low": float, "high": float})

    def __str__(self) -> str:
        return (
            f"coverage {self.coverage}\ndensity {self.density}\nmass {self.mass}\n"
            f"WRAcc {self.wracc:.3f}, {self.n_restricted} restricted inputs"
        )


class Region(Protocol):
    """A box, or several of them."""

    @property
    def n_restricted(self) -> int: ...

    def contains(self, X: Any) -> pd.Series: ...


def evaluate_box(
    box: Region,
    X: Any,
    y: Any,
    *,
    data: str,
    confidence_level: float,
    sample_weight: Any,
) -> BoxScores:
    """Score one box, or the union of several; see `Box.evaluate`."""
    frame = as_frame(X)
    target = read_target(frame, y, sample_weight)
    inside = box.contains(frame).to_numpy()
    everything = np.ones(len(frame), dtype=bool)

    def share(part: NDArray[np.float64], whole: NDArray[np.bool_], *, binary: bool) -> Estimate:
        measure = _binary_share if binary else _ratio
        return measure(part, whole, target, confidence_level, data)

    labels = target.kind == "labels"
    if labels:
        coverage = share(inside.astype(float), target.y > 0, binary=True)
    elif target.kind == "soft":
        coverage = _soft_coverage(inside, target, confidence_level, data)
    else:
        coverage = Estimate(math.nan, data=data, confidence_level=confidence_level)
    density = share(target.y, inside, binary=labels)
    mass = share(inside.astype(float), everything, binary=True)
    wracc = mass.value * (density.value - target.base) if inside.any() else 0.0
    return BoxScores(coverage, density, mass, float(wracc), box.n_restricted)


def evaluate_boxes(
    boxes: Sequence[Bounds], X: Any, y: Any, sample_weight: Any = None
) -> pd.DataFrame:
    """Score many boxes in one pass.

    Returns
    -------
    DataFrame of shape (n_boxes, 6)
        coverage, density, mass, wracc, n_restricted, n (rows inside).
    """
    frame = as_frame(X)
    target = read_target(frame, y, sample_weight)
    inside = np.empty((len(boxes), 3))  # of each box: rows, weight, weighted sum of y
    weights, weighted = target.mass, target.mass * target.y
    for row, mask in zip(inside, memberships(boxes, frame), strict=True):
        row[:] = np.count_nonzero(mask), weights @ mask, weighted @ mask
    n, weight, total = inside.T
    mass = weight / weights.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        density = total / weight
        coverage = total / weighted.sum()
    return pd.DataFrame(
        {
            "coverage": np.nan if target.kind == "values" else coverage,
            "density": density,
            "mass": mass,
            "wracc": np.where(n > 0, mass * (np.nan_to_num(density) - target.base), 0.0),
            "n_restricted": [box.n_restricted for box in boxes],
            "n": n.astype(np.int64),
        }
    ).rename_axis("box")


def memberships(boxes: Sequence[Bounds], frame: pd.DataFrame) -> Iterator[NDArray[np.bool_]]:
    """Yield for each box which rows it contains, shape (n,).

    Neighbours on a trajectory differ in one input, so the answer of every input is kept until its
    limits change.
    """
    kept: dict[str, tuple[Limits, NDArray[np.bool_]]] = {}
    for box in boxes:
        inside = np.ones(len(frame), dtype=bool)
        for name, limits in box.limits.items():
            if name not in kept or kept[name][0] != limits:
                kept[name] = limits, box.satisfied(name, frame)
            inside &= kept[name][1]
        yield inside


def wracc_error(box: Bounds, X: Any, y: Any, sample_weight: Any = None) -> float:
    """Return the standard error of WRAcc, a covariance of membership and label."""
    frame = as_frame(X)
    target = read_target(frame, y, sample_weight)
    weights = target.mass / target.mass.sum()
    inside = box.contains(frame).to_numpy().astype(float)
    products = (inside - weights @ inside) * (target.y - target.base)
    return float(np.sqrt((weights**2) @ (products - weights @ products) ** 2))


def _binary_share(
    part: NDArray[np.float64],
    whole: NDArray[np.bool_],
    target: Target,
    confidence_level: float,
    data: str,
) -> Estimate:
    """Return the share of ones in `part` among the rows of `whole`."""
    hits, n = int(part[whole].sum()), int(whole.sum())
    if target.weights is None:
        return binomial(hits, n, confidence_level=confidence_level, data=data)
    weights = scaled_weights(target.weights[whole])
    total = weights.sum()
    if total == 0:
        return binomial(0, 0, confidence_level=confidence_level, data=data)
    value = float(weights @ part[whole] / total)
    effective = int(total**2 / (weights @ weights))
    near = binomial(
        round(value * effective), effective, confidence_level=confidence_level, data=data
    )
    return dataclasses.replace(
        near, value=value, n=n, method=f"Clopper-Pearson at Kish's effective n = {effective}"
    )


def _soft_coverage(
    inside: NDArray[np.bool_], target: Target, confidence_level: float, data: str
) -> Estimate:
    weighted = dataclasses.replace(target, weights=target.mass * target.y)
    everything = np.ones(len(inside), dtype=bool)
    return _ratio(inside.astype(float), everything, weighted, confidence_level, data)


def _ratio(
    part: NDArray[np.float64],
    whole: NDArray[np.bool_],
    target: Target,
    confidence_level: float,
    data: str,
) -> Estimate:
    """Return the weighted mean of `part` over `whole`, a ratio of two sums, linearised."""
    from scipy.special import stdtrit

    weights = scaled_weights(target.mass[whole])
    n, total = len(weights), weights.sum()
    if not total:
        return Estimate(math.nan, n=n, data=data, confidence_level=confidence_level)
    checked_level(confidence_level)
    value = float(weights @ part[whole] / total)
    method = "Student's t for a ratio"
    if n < 2:
        return Estimate(value, n=n, method=method, data=data, confidence_level=confidence_level)
    effective = total**2 / (weights @ weights)
    spread = math.sqrt(((weights * (part[whole] - value)) ** 2).sum() * n / (n - 1)) / total
    half = float(stdtrit(max(effective - 1, 1.0), (1 + confidence_level) / 2)) * spread
    low, high = value - half, value + half
    if target.kind != "values":
        low, high = _within_0_and_1(value, half, effective, confidence_level)
    return Estimate(value, low, high, n, method, data, confidence_level)


def _within_0_and_1(
    value: float, half: float, effective: float, confidence_level: float
) -> tuple[float, float]:
    """Return an interval of a share, symmetric on the scale of log odds where it has one.

    Probabilities near 1 scatter little where they are large, so a symmetric interval is too short
    on one side.
    """
    from scipy.special import expit, logit

    if not 0 < value < 1:
        near = binomial(
            round(value * int(effective)), int(effective), confidence_level=confidence_level
        )
        return near.low, near.high
    half /= value * (1 - value)
    return float(expit(logit(value) - half)), float(expit(logit(value) + half))
