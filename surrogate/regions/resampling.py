"""How stable a box is: what is found again on resampled runs."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, DataError, FewCasesWarning, did_you_mean
from surrogate.randomness import Rng, generator
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Interval
from surrogate.regions.boxes.simplifying import simplify
from surrogate.regions.tables.columns import as_frame, numbers
from surrogate.regions.tables.targets import read_target

__all__ = ["Stability", "overlap", "stability"]

Bounds = Mapping[str, tuple[float, float] | Collection[Any]]


@dataclass(frozen=True, slots=True, repr=False)
class Stability:
    """What resampling says about a way to find boxes.

    Parameters
    ----------
    boxes : tuple of Box
        One per resample.
    inputs : DataFrame of shape (d, 9)
        On the index ``input``: restricted, the share of the boxes that restrict it at all, and
        restricted_low and restricted_high at each end; low and high, the median of that limit
        among those, with low_from, low_to, high_from and high_to, between which the middle
        95 % lie. NaN where nothing is restricted, and for labels.
    overlap : float
        Mean over all pairs of boxes of intersection by union, in volume: the consistency of
        REDS [1]_. 1 is the same box every time.
    n_irrelevant : float
        Mean number of inputs that are restricted but known not to matter; NaN where that is not
        known.

    References
    ----------
    .. [1] V. Arzamasov, K. Boehm, REDS, SIGMOD (2021), https://doi.org/10.1145/3448016.3457301
    """

    boxes: tuple[Box, ...]
    inputs: pd.DataFrame
    overlap: float
    n_irrelevant: float

    def __repr__(self) -> str:
        often = self.inputs["restricted"].sort_values(ascending=False, kind="stable")
        shares = ", ".join(f"{name} {share:.0%}" for name, share in often[often > 0].items())
        return (
            f"Stability({len(self.boxes)} resamples, overlap {self.overlap:.2f}, "
            f"restricted: {shares or 'nothing'})"
        )


def stability(
    finder: Any,
    X: Any,
    y: Any,
    *,
    n_resamples: int = 50,
    rule: str = "wracc",
    density: float = 0.9,
    simplify_boxes: bool = False,
    bounds: Bounds | None = None,
    relevant: Collection[str] | None = None,
    rng: Rng = None,
) -> Stability:
    """Find the box again and again on bootstrap resamples of the runs.

    Parameters
    ----------
    finder : estimator
        A region finder with a ``trajectory_``, like ``PRIM()``; it is cloned for every resample.
    X : DataFrame of shape (n, d), or ndarray
    y : array of shape (n,)
    n_resamples : int
        At least 2.
    rule, density
        How the box is chosen of each trajectory, on the rows its resample left out; see
        `PeelingTrajectory.choice`.
    simplify_boxes : bool
        Drop the limits of each chosen box that do not pay on those rows, as `simplify` and
        `discover` do; so that what is repeated is what made the box in question.
    bounds : mapping of str to (low, high) or labels, optional
        What each input may be, for the overlap; by default what it is in `X`.
    relevant : collection of str, optional
        The inputs that truly matter, where that is known.
    rng : int, Generator or None

    Returns
    -------
    Stability

    Raises
    ------
    DataError
        So few rows that a resample leaves none out, or no box as dense as the rule asks.

    Examples
    --------
    >>> from surrogate.regions import PRIM
    >>> X = pd.DataFrame(np.random.default_rng(0).random((400, 3)), columns=["gain", "delay", "x"])
    >>> y = X["gain"] < 0.4
    >>> found = stability(PRIM(), X, y, n_resamples=5, relevant=["gain"], rng=0)
    >>> float(found.inputs["restricted"]["gain"])
    1.0
    """
    from sklearn.base import clone

    check_count(n_resamples, 2, argument="n_resamples")
    frame = as_frame(X).reset_index(drop=True)
    labels = read_target(as_frame(X), y).y
    limits = _bounds(frame, bounds)
    _check_relevant(relevant, frame)
    random, boxes = generator(rng), []
    for _ in range(n_resamples):
        drawn = random.integers(len(frame), size=len(frame))
        left = np.setdiff1d(np.arange(len(frame)), drawn)
        if not len(left):
            raise DataError(f"a resample of {len(frame)} rows left none out to choose a box on")
        sample = frame.iloc[drawn].reset_index(drop=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FewCasesWarning)  # said of each resample, if at all
            trajectory = clone(finder).fit(sample, labels[drawn]).trajectory_
        judged = frame.iloc[left], labels[left]
        box = trajectory.choose(rule, *judged, density=density)
        boxes.append(simplify(box, *judged).box if simplify_boxes and box.limits else box)
    pairs = [overlap(one, other, limits) for one, other in itertools.combinations(boxes, 2)]
    irrelevant = math.nan
    if relevant is not None:
        irrelevant = float(np.mean([len(set(box.names) - set(relevant)) for box in boxes]))
    return Stability(tuple(boxes), _table(boxes, frame.columns), float(np.mean(pairs)), irrelevant)


def overlap(one: Box, other: Box, bounds: Bounds) -> float:
    """Return the volume of the intersection of two boxes by that of their union.

    Parameters
    ----------
    one, other : Box
    bounds : mapping of str to (low, high) or a collection of labels
        The range of every input they restrict; what lies outside does not count.

    Returns
    -------
    float
        Between 0 and 1; 0 for two boxes without volume.

    Examples
    --------
    >>> one, other = Box({"gain": (0.0, 2.0)}), Box({"gain": (1.0, 9.0)})
    >>> round(overlap(one, other, {"gain": (0.0, 3.0)}), 3)
    0.333
    """
    shares = np.ones(3)  # of one, of the other, of both
    for name in dict.fromkeys([*one.names, *other.names]):
        if name not in bounds:
            raise ArgumentError(f"bounds lack input {name!r}{did_you_mean(name, bounds)}")
        whole = bounds[name]
        parts = [box.limits.get(name) for box in (one, other)]
        if isinstance(whole, tuple) and len(whole) == 2 and not isinstance(whole[0], str):
            shares *= _interval_shares(parts, whole)
        else:
            shares *= _label_shares(parts, set(whole))
    union = shares[0] + shares[1] - shares[2]
    return float(shares[2] / union) if union > 0 else 0.0


def _interval_shares(parts: list[Any], whole: tuple[float, float]) -> Any:
    ends = [
        (whole if part is None else (max(part[0], whole[0]), min(part[1], whole[1])))
        for part in parts
    ]
    ends.append((max(low for low, _ in ends), min(high for _, high in ends)))
    width = whole[1] - whole[0]
    return np.array([max(high - low, 0.0) / width if width > 0 else 1.0 for low, high in ends])


def _label_shares(parts: list[Any], whole: set[Any]) -> Any:
    kept = [whole if part is None else whole & set(part) for part in parts]
    return np.array([len(each) / len(whole) for each in (*kept, kept[0] & kept[1])])


def _bounds(frame: pd.DataFrame, bounds: Bounds | None) -> dict[str, Any]:
    """Return the given bounds, completed by what occurs."""
    complete = dict(bounds or {})
    for name in frame.columns:
        if name in complete:
            continue
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            array = numbers(name, values)
            complete[name] = (float(np.nanmin(array)), float(np.nanmax(array)))
        else:
            complete[name] = values.dropna().unique().tolist()
    return complete


def _table(boxes: list[Box], names: Collection[str]) -> pd.DataFrame:
    rows = {}
    for name in names:
        restricted = [box.limits[name] for box in boxes if name in box.limits]
        intervals = [each for each in restricted if isinstance(each, Interval)]
        row = {"restricted": len(restricted) / len(boxes)}
        for end in ("low", "high"):
            limits = [getattr(each, end) for each in intervals]
            finite = [limit for limit in limits if math.isfinite(limit)]
            row[f"restricted_{end}"] = len(finite) / len(boxes)
            middle = np.quantile(finite, [0.025, 0.5, 0.975]) if finite else [math.nan] * 3
            row[f"{end}_from"], row[end], row[f"{end}_to"] = map(float, middle)
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("input")


def _check_relevant(relevant: Collection[str] | None, frame: pd.DataFrame) -> None:
    for name in relevant or ():
        if name not in frame.columns:
            raise ArgumentError(
                f"relevant names {name!r}, which is no input{did_you_mean(name, frame.columns)}"
            )
