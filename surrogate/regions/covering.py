"""Several boxes that describe a case together: sequential covering."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pandas as pd

from surrogate.documents import read_document
from surrogate.errors import ArgumentError, DataError
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.scores import BoxScores, evaluate_box, evaluate_boxes
from surrogate.regions.tables.columns import as_frame
from surrogate.regions.tables.targets import read_target

__all__ = ["Covering", "cover"]

_FORMAT = "surrogate.Covering"
_VERSION = 1


@dataclass(frozen=True, slots=True, repr=False)
class Covering(Sequence[Box]):
    """Boxes of which at least one holds; immutable, in the order they were found.

    Parameters
    ----------
    boxes : tuple of Box

    Examples
    --------
    >>> covering = Covering((Box({"gain": (-np.inf, 0.2)}), Box({"delay": (-np.inf, 0.1)})))
    >>> covering
    Covering((gain <= 0.2) or (delay <= 0.1))
    >>> covering.contains(pd.DataFrame({"gain": [0.1, 0.9], "delay": [0.5, 0.5]})).tolist()
    [True, False]
    """

    boxes: tuple[Box, ...]

    def __post_init__(self) -> None:
        boxes = tuple(self.boxes)
        if not all(isinstance(box, Box) for box in boxes):
            raise ArgumentError(f"a covering is made of boxes; got {boxes!r:.200}")
        object.__setattr__(self, "boxes", boxes)

    def __len__(self) -> int:
        return len(self.boxes)

    def __iter__(self) -> Iterator[Box]:
        return iter(self.boxes)

    @overload
    def __getitem__(self, index: int) -> Box: ...
    @overload
    def __getitem__(self, index: slice) -> Covering: ...
    def __getitem__(self, index: int | slice) -> Box | Covering:
        if isinstance(index, slice):
            return Covering(self.boxes[index])
        return self.boxes[index]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the inputs that any of the boxes restricts."""
        return tuple(dict.fromkeys(name for box in self.boxes for name in box.names))

    @property
    def n_restricted(self) -> int:
        """Number of these inputs."""
        return len(self.names)

    def contains(self, X: Any) -> pd.Series:
        """Return which rows lie in at least one box, as `Box.contains` does for one."""
        frame = as_frame(X)
        inside = pd.Series(data=False, index=frame.index, name="inside")
        for box in self.boxes:
            inside |= box.contains(frame)
        return inside

    def evaluate(
        self,
        X: Any,
        y: Any,
        *,
        data: str = "these runs",
        confidence_level: float = 0.95,
        sample_weight: Any = None,
    ) -> BoxScores:
        """Return coverage, density, mass and more of the union; see `Box.evaluate`."""
        return evaluate_box(
            self, X, y, data=data, confidence_level=confidence_level, sample_weight=sample_weight
        )

    def to_frame(self, X: Any, y: Any, *, sample_weight: Any = None) -> pd.DataFrame:
        """Return what each box adds, on the given rows.

        Parameters
        ----------
        X : DataFrame of shape (n, d), or ndarray
        y : array of shape (n,)
        sample_weight : array of shape (n,), optional

        Returns
        -------
        DataFrame of shape (n_boxes, 10)
            coverage, density, mass, n_restricted of each box alone; gain, the coverage it adds to
            the boxes before it, and gain_density, the density of the rows it adds; overlap, the
            share of its mass that earlier boxes have; union_coverage, union_density and union_mass
            up to it. Coverage is always a share of all cases.
        """
        frame = as_frame(X)
        target = read_target(frame, y, sample_weight)
        columns = ["coverage", "density", "mass", "n_restricted"]
        table = evaluate_boxes(self.boxes, frame, y, sample_weight)[columns].copy()
        weights = target.mass / target.mass.sum()
        cases = weights * target.y
        rows, union = [], np.zeros(len(frame), dtype=bool)
        for box in self.boxes:
            inside = box.contains(frame).to_numpy()
            added = inside & ~union
            union = union | inside
            rows.append(
                {
                    "gain": _share(cases[added].sum(), cases.sum()),
                    "gain_density": _share(cases[added].sum(), weights[added].sum()),
                    "overlap": 1 - _share(weights[added].sum(), weights[inside].sum()),
                    "union_coverage": _share(cases[union].sum(), cases.sum()),
                    "union_density": _share(cases[union].sum(), weights[union].sum()),
                    "union_mass": float(weights[union].sum()),
                }
            )
        more = pd.DataFrame(rows, index=table.index)
        if target.kind == "values" and rows:
            more[["gain", "union_coverage"]] = np.nan
        return table.join(more)

    def rule(self, digits: int = 4) -> str:
        """Return the boxes as text; numbers have `digits` significant digits."""
        return " or ".join(f"({box.rule(digits)})" for box in self.boxes) or "nothing"

    def to_json(self) -> str:
        """Return the boxes as JSON text."""
        boxes = [box.to_dict() for box in self.boxes]
        return json.dumps({"format": _FORMAT, "version": _VERSION, "boxes": boxes}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Covering:
        """Return the covering that `to_json` wrote.

        Raises
        ------
        DataError
            The text is damaged, of another kind or of a newer version.
        """
        content = read_document(text, noun="covering", form=_FORMAT, version=_VERSION)
        try:
            return cls(tuple(map(Box.from_dict, content["boxes"])))
        except (TypeError, KeyError) as error:
            raise DataError(f"the content of this covering is damaged: {error!r}") from error

    def __repr__(self) -> str:
        return f"Covering({self.rule()})"


def cover(
    finder: Any,
    X: Any,
    y: Any,
    *,
    n_boxes: int = 3,
    min_gain: float = 0.05,
    rule: str = "wracc",
    density: float = 0.9,
    sample_weight: Any = None,
) -> Covering:
    """Find several boxes: each on the rows that no earlier box holds [1]_.

    Parameters
    ----------
    finder : estimator
        A region finder with a ``trajectory_``, like ``PRIM()``; it is cloned for every box.
    X : DataFrame of shape (n, d), or ndarray
    y : array of shape (n,)
        Labels or probabilities; never changed.
    n_boxes : int
        The most boxes.
    min_gain : float
        A box that adds less than this to the coverage, a share of all cases, ends the search.
    rule, density
        How each box is chosen of its trajectory, on the rows it was found on; see
        `PeelingTrajectory.choice`.
    sample_weight : array of shape (n,), optional

    Returns
    -------
    Covering
        Its scores on these rows flatter; ``evaluate`` and ``to_frame`` judge it on others.

    Raises
    ------
    DataError
        `y` is real-valued, or has no case of interest.

    Notes
    -----
    `PRIM.mass_min` is a share of the rows that are left. The search also ends with a box that is
    everything, or that has no higher density than the rows it was found on.

    References
    ----------
    .. [1] J. H. Friedman, N. I. Fisher, Bump hunting in high-dimensional data, Statistics and
       Computing 9 (1999), section 9, https://doi.org/10.1023/A:1008894516817

    Examples
    --------
    >>> from surrogate.regions import PRIM
    >>> X = pd.DataFrame(np.random.default_rng(0).random((2000, 2)), columns=["gain", "delay"])
    >>> y = (X["gain"] < 0.3) | (X["delay"] < 0.2)
    >>> covering = cover(PRIM(), X, y, n_boxes=2)
    >>> covering.rule(digits=1), round(covering.evaluate(X, y).coverage.value, 2)
    ('(gain <= 0.3) or (delay <= 0.2)', 1.0)
    """
    from sklearn.base import clone

    if n_boxes < 1 or not 0 <= min_gain <= 1:
        raise ArgumentError(
            f"n_boxes must be at least 1 and min_gain a share; got {n_boxes} and {min_gain}"
        )
    frame = as_frame(X)
    target = read_target(frame, y, sample_weight)
    if target.kind == "values" or target.base == 0:
        raise DataError("cover needs labels or probabilities with at least one case of interest")
    cases = target.mass * target.y
    boxes: list[Box] = []
    free = target.mass > 0
    while len(boxes) < n_boxes and cases[free].sum() / cases.sum() >= max(min_gain, 1e-12):
        rest, labels, weights = frame.loc[free], target.y[free], target.mass[free]
        trajectory = clone(finder).fit(rest, labels, sample_weight=weights).trajectory_
        try:
            box = trajectory.choose(rule, rest, labels, density=density, sample_weight=weights)
        except DataError:  # no box on these rows is as dense as asked
            break
        inside = box.contains(frame).to_numpy() & free
        gain = cases[inside].sum() / cases.sum()
        if not box.limits or gain < min_gain or _no_denser(inside, free, cases, target.mass):
            break
        boxes.append(box)
        free &= ~inside
    return Covering(tuple(boxes))


def _no_denser(inside: Any, free: Any, cases: Any, weights: Any) -> bool:
    return bool(
        cases[inside].sum() * weights[free].sum() <= cases[free].sum() * weights[inside].sum()
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
