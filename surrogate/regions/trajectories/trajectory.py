"""The peeling trajectory: the ordered boxes PRIM offers, from everything to a small dense one."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args, overload

import numpy as np
import pandas as pd

from surrogate.documents import read_document
from surrogate.errors import ArgumentError, DataError
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.scores import evaluate_boxes
from surrogate.regions.tables.columns import as_frame
from surrogate.regions.tables.targets import read_target
from surrogate.regions.trajectories.choosing import Choice, choose_box

__all__ = ["PeelingTrajectory", "Step"]

Kind: TypeAlias = Literal["start", "given", "peel", "paste", "refine", "split"]

_FORMAT = "surrogate.PeelingTrajectory"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Step:
    """How a box of the trajectory came about, with its scores on the data it was found on.

    Parameters
    ----------
    kind : {"start", "given", "peel", "paste", "refine", "split"}
        Everything, the initial box or a step of PRIM, a step of `BestInterval`, of `TreeRegions`.
    restricted : str
        The input whose limits this step changed; empty before the first change.
    coverage, density, mass : float
        In-sample. Coverage is NaN for a real-valued target.
    n : int
        Number of rows inside.
    """

    kind: Kind
    restricted: str
    coverage: float
    density: float
    mass: float
    n: int


@dataclass(frozen=True, slots=True, repr=False)
class PeelingTrajectory(Sequence[Box]):
    """The boxes of one search in the order they were made; immutable.

    Parameters
    ----------
    boxes : tuple of Box
    steps : tuple of Step
        One per box.

    Examples
    --------
    >>> whole = Step("start", "", 1.0, 0.5, 1.0, 8)
    >>> half = Step("peel", "gain", 1.0, 1.0, 0.5, 4)
    >>> trajectory = PeelingTrajectory((Box({}), Box({"gain": (0.5, math.inf)})), (whole, half))
    >>> trajectory
    PeelingTrajectory(2 boxes, density 0.500 to 1.000 in-sample)
    >>> trajectory[1]
    Box(gain >= 0.5)
    """

    boxes: tuple[Box, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.boxes or len(self.boxes) != len(self.steps):
            raise ArgumentError(
                "a trajectory needs at least one box and one step per box; got "
                f"{len(self.boxes)} boxes and {len(self.steps)} steps"
            )

    def __len__(self) -> int:
        return len(self.boxes)

    def __iter__(self) -> Iterator[Box]:
        return iter(self.boxes)

    @overload
    def __getitem__(self, index: int) -> Box: ...
    @overload
    def __getitem__(self, index: slice) -> PeelingTrajectory: ...
    def __getitem__(self, index: int | slice) -> Box | PeelingTrajectory:
        if isinstance(index, slice):
            return PeelingTrajectory(self.boxes[index], self.steps[index])
        try:
            return self.boxes[index]
        except IndexError as error:
            raise IndexError(
                f"box {index} was asked for, but there are {len(self)}: 0 to {len(self) - 1}"
            ) from error

    def to_frame(self) -> pd.DataFrame:
        """Return one row per box with its *in-sample* scores.

        Returns
        -------
        DataFrame of shape (n_boxes, 8)
            On the index ``box``: kind (see `Step`), coverage, density, mass, wracc, n_restricted,
            n (rows inside) and restricted (the input this step changed). The scores are those of
            the rows the boxes were found on, so they flatter; `evaluate` gives those of other rows.
        """
        frame = pd.DataFrame(map(dataclasses.asdict, self.steps)).rename_axis("box")
        frame["n_restricted"] = [box.n_restricted for box in self.boxes]
        base = frame["density"].iloc[0]
        frame["wracc"] = frame["mass"] * (frame["density"] - base)
        order = ["kind", "coverage", "density", "mass", "wracc", "n_restricted", "n", "restricted"]
        return frame[order]

    def evaluate(
        self, X: Any, y: Any, *, data: str = "these runs", sample_weight: Any = None
    ) -> pd.DataFrame:
        """Return the scores of every box on the given rows, in one pass.

        Parameters
        ----------
        X : DataFrame of shape (n, d), or ndarray
        y : array of shape (n,)
        data : str
            What the rows are; kept in ``frame.attrs["data"]``.
        sample_weight : array of shape (n,), optional

        Returns
        -------
        DataFrame of shape (n_boxes, 6)
            coverage, density, mass, wracc, n_restricted, n. `Box.evaluate` adds intervals.
        """
        frame = evaluate_boxes(self.boxes, X, y, sample_weight)
        frame.attrs["data"] = data
        return frame

    def choice(
        self,
        rule: str,
        X: Any,
        y: Any,
        *,
        density: float = 0.9,
        data: str = "runs",
        sample_weight: Any = None,
    ) -> Choice:
        """Return the box a stated rule picks on the given rows, with the reason.

        Parameters
        ----------
        rule : {"wracc", "coverage", "knee", "fewest"}
            ``"wracc"``: the best weighted relative accuracy. ``"coverage"``: the most coverage
            among boxes of at least `density`. ``"knee"``: nearest to coverage 1 and density 1.
            ``"fewest"``: the fewest restricted inputs within one standard error of the best WRAcc.
        X : DataFrame of shape (n, d), or ndarray
            Better not the rows the boxes were found on: in-sample scores flatter small boxes.
        y : array of shape (n,)
        density : float
            Only for ``"coverage"``.
        data : str
            What the rows are, for the reason: ``"held-out runs"``.
        sample_weight : array of shape (n,), optional

        Raises
        ------
        DataError
            No box reaches the asked density, or a rule that needs cases of interest was given a
            real-valued `y`.
        """
        return choose_box(
            self.boxes, rule, X, y, density=density, data=data, sample_weight=sample_weight
        )

    def choose(
        self,
        rule: str,
        X: Any,
        y: Any,
        *,
        density: float = 0.9,
        data: str = "runs",
        sample_weight: Any = None,
    ) -> Box:
        """Return the box of `choice`, without the reason."""
        return self.choice(rule, X, y, density=density, data=data, sample_weight=sample_weight).box

    def pr_auc(self, X: Any, y: Any, *, sample_weight: Any = None) -> float:
        """Return the area under coverage and density of the boxes, above that of no information.

        The boxes in their order, starting with the whole space and ending at coverage 0 with the
        last density, are joined by straight lines (trapezoids); the share of cases of interest is
        subtracted. So 0 says nothing was learnt, and the most is one minus that share [1]_.
        Straight lines flatter short trajectories: compare like with like.

        Raises
        ------
        DataError
            `y` is not made of labels or probabilities, or has no case of interest.

        References
        ----------
        .. [1] V. Arzamasov, K. Boehm, REDS: Rule extraction for discovering scenarios, SIGMOD
           2021, https://doi.org/10.1145/3448016.3457301
        """
        target = read_target(as_frame(X), y, sample_weight)
        if target.kind == "values" or target.base == 0:
            raise DataError(
                "pr_auc needs labels or probabilities with at least one case of interest"
            )
        boxes = self.boxes if self.boxes[0].n_restricted == 0 else (Box({}), *self.boxes)
        scores = evaluate_boxes(boxes, X, y, sample_weight)
        reached = scores[scores["mass"] > 0]
        recall = np.append(reached["coverage"], 0.0)
        precision = np.append(reached["density"], reached["density"].iloc[-1])
        return float(np.trapezoid(precision[::-1], recall[::-1]) - target.base)

    def quasi_p(self, X: Any, y: Any) -> pd.DataFrame:
        """Return the quasi-p-value of every limit of every box on real runs; no p-values.

        See `surrogate.regions.quasi_p_values`, and `limit_evidence` for a chosen box.
        """
        from surrogate.regions.trajectories.evidence import quasi_p_values

        return quasi_p_values(self.boxes, X, y)

    def to_json(self) -> str:
        """Return boxes and steps as JSON text."""
        rows = [
            {"box": box.to_dict(), **dataclasses.asdict(step)}
            for box, step in zip(self.boxes, self.steps, strict=True)
        ]
        for row in rows:
            row["coverage"] = None if math.isnan(row["coverage"]) else row["coverage"]
        return json.dumps({"format": _FORMAT, "version": _VERSION, "steps": rows}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> PeelingTrajectory:
        """Return the trajectory that `to_json` wrote.

        Raises
        ------
        DataError
            The text is damaged, of another kind or of a newer version.
        """
        content = read_document(text, noun="trajectory", form=_FORMAT, version=_VERSION)
        try:
            boxes = tuple(Box.from_dict(row.pop("box")) for row in content["steps"])
            steps = tuple(_step(**row) for row in content["steps"])
        except (TypeError, KeyError, AttributeError) as error:
            raise DataError(f"the content of this trajectory is damaged: {error!r}") from error
        return cls(boxes, steps)

    def __repr__(self) -> str:
        first, last = self.steps[0].density, self.steps[-1].density
        return f"PeelingTrajectory({len(self)} boxes, density {first:.3f} to {last:.3f} in-sample)"


def _step(**fields: Any) -> Step:
    if fields.get("kind") not in get_args(Kind):
        raise DataError(f"a step is one of {get_args(Kind)}; got {fields.get('kind')!r}")
    coverage = fields.pop("coverage")
    return Step(coverage=math.nan if coverage is None else coverage, **fields)
