"""Choosing one box of many: stated rules on stated data, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import ArgumentError, DataError, did_you_mean
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.scores import evaluate_boxes, wracc_error
from surrogate.regions.tables.columns import as_frame

__all__ = ["Choice", "check_rule", "choose_box"]

_RULES = ("wracc", "coverage", "knee", "fewest")


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen box and why.

    Parameters
    ----------
    box : Box
    index : int
        Its place on the trajectory.
    rule : str
    reason : str
        One sentence with numbers, and on which data.
    """

    box: Box
    index: int
    rule: str
    reason: str


def check_rule(rule: str) -> None:
    """Raise ArgumentError for a rule that is not known."""
    if rule not in _RULES:
        raise ArgumentError(f"rule {rule!r} is not known{did_you_mean(str(rule), _RULES)}")


def choose_box(
    boxes: Sequence[Box],
    rule: str,
    X: Any,
    y: Any,
    *,
    density: float = 0.9,
    data: str = "runs",
    sample_weight: Any = None,
) -> Choice:
    """Pick one box; see `PeelingTrajectory.choice`."""
    rules: dict[str, Callable[[pd.DataFrame], tuple[int, str]]] = {
        "wracc": _best_wracc,
        "coverage": lambda scores: _most_coverage(scores, density),
        "knee": _knee,
        "fewest": lambda scores: _fewest(scores, boxes, X, y, sample_weight),
    }
    check_rule(rule)
    scores = evaluate_boxes(boxes, X, y, sample_weight)
    if rule in ("coverage", "knee") and scores["coverage"].isna().all():
        raise DataError(
            f"rule {rule!r} needs cases of interest, and y has none (or is no label); "
            "use rule='wracc'"
        )
    index, why = rules[rule](scores)
    row = scores.loc[index]
    kept = f"density {row['density']:.2f}"
    if not math.isnan(row["coverage"]):
        kept = f"coverage {row['coverage']:.2f}, {kept}"
    reason = f"box {index} of {len(boxes)}: {why} on {len(as_frame(X)):,} {data}; {kept}"
    return Choice(boxes[index], index, rule, reason)


def _best_wracc(scores: pd.DataFrame) -> tuple[int, str]:
    best = _first(scores, "wracc", "n_restricted")
    return best, f"best WRAcc {scores['wracc'][best]:.2g}"


def _most_coverage(scores: pd.DataFrame, density: float) -> tuple[int, str]:
    if not 0 <= density <= 1:
        raise ArgumentError(f"density must lie between 0 and 1; got {density}")
    dense = scores[scores["density"] >= density]
    if dense.empty:
        best = scores["density"].idxmax()
        raise DataError(
            f"no box of {len(scores)} has density {density:g}; the densest is box {best} with "
            f"{scores['density'][best]:.3f}. Ask for less, or gather more runs"
        )
    return _first(dense, "coverage", "n_restricted"), f"most coverage at density >= {density:g}"


def _knee(scores: pd.DataFrame) -> tuple[int, str]:
    distance = np.hypot(1 - scores["coverage"], 1 - scores["density"])
    best = _first(scores.assign(nearness=-distance).dropna(), "nearness", "n_restricted")
    return best, f"nearest to coverage 1 and density 1 (distance {distance[best]:.2f})"


def _fewest(
    scores: pd.DataFrame, boxes: Sequence[Box], X: Any, y: Any, sample_weight: Any
) -> tuple[int, str]:
    best = _first(scores, "wracc", "n_restricted")
    error = wracc_error(boxes[best], X, y, sample_weight)
    near = scores[scores["wracc"] >= scores["wracc"][best] - error]
    fewest = near[near["n_restricted"] == near["n_restricted"].min()]
    index = _first(fewest, "wracc", "n_restricted")
    return index, (
        f"fewest restricted inputs ({scores['n_restricted'][index]}) within one standard error "
        f"({error:.2g}) of the best WRAcc {scores['wracc'][best]:.2g}"
    )


def _first(scores: pd.DataFrame, most: str, fewest: str) -> int:
    """Return the box with the most of one score; among equals fewest of another, then the first."""
    equals = scores[scores[most] == scores[most].max()]
    return int(equals[fewest].idxmin())
