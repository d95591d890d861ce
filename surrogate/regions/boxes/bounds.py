"""Limits on some inputs: which rows keep them, how they read, how one of them is replaced."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
import pandas as pd

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.regions.boxes.limits import (
    Gap,
    Interval,
    Limits,
    Missing,
    check_missing,
    read_gap,
    read_limits,
)
from surrogate.regions.boxes.text import conditions
from surrogate.regions.tables.columns import as_frame, numbers, restricted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["AnyBounds", "Bounds"]

AnyBounds = TypeVar("AnyBounds", bound="Bounds")


@dataclass(frozen=True, slots=True, repr=False)
class Bounds:
    """What a `Box` is made of: all that scoring it, editing it and writing it down need."""

    limits: Mapping[str, Any]  # after construction: Limits
    gaps: Mapping[str, Any] = field(default_factory=dict)
    missing: Missing = "error"

    def __post_init__(self) -> None:
        check_missing(self.missing)
        limits = {name: read_limits(name, each) for name, each in _named(self.limits).items()}
        for name in self.gaps:
            if name not in limits:
                raise ArgumentError(
                    f"gaps name {name!r}, which the box does not restrict"
                    f"{did_you_mean(name, limits)}"
                )
        gaps = {name: read_gap(name, limits[name], each) for name, each in self.gaps.items()}
        object.__setattr__(self, "limits", MappingProxyType(limits))
        object.__setattr__(self, "gaps", MappingProxyType(gaps))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the restricted inputs."""
        return tuple(self.limits)

    @property
    def n_restricted(self) -> int:
        """Number of restricted inputs."""
        return len(self.limits)

    def contains(self, X: Any) -> pd.Series:
        """Return which rows lie in the box; limits belong to it.

        Parameters
        ----------
        X : DataFrame of shape (n, d), or ndarray whose columns are called x0, x1, ...

        Returns
        -------
        Series of bool, shape (n,)
            On the index of `X`.

        Raises
        ------
        DataError
            A restricted input is absent, does not hold numbers, or has missing values and the box
            does not say what they mean.
        """
        frame = as_frame(X)
        inside = np.ones(len(frame), dtype=bool)
        for name in self.limits:
            inside &= self.satisfied(name, frame)
        return pd.Series(inside, index=frame.index, name="inside")

    def satisfied(self, name: str, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows keep the limits of one restricted input, shape (n,)."""
        values = restricted(name, frame, allow_missing=self.missing != "error")
        limits = self.limits[name]
        if isinstance(limits, Interval):
            array = numbers(name, values)
            inside = np.ones(len(array), dtype=bool)
            if limits.low > -math.inf:
                inside &= array >= limits.low
            if limits.high < math.inf:
                inside &= array <= limits.high
        else:
            inside = np.asarray(values.isin(limits))
        return inside | values.isna().to_numpy() if self.missing == "inside" else inside

    def rule(self, digits: int = 4) -> str:
        """Return the box as text; numbers have `digits` significant digits, whole ones all.

        With ``missing="inside"`` each limit says so: ``gain <= 4.2 or missing``.

        Examples
        --------
        >>> from surrogate.regions import Box
        >>> Box({"delay": (0.1, 1 / 3), "nodes": (3, math.inf)}).rule()
        '0.1 <= delay <= 0.3333 and nodes >= 3'
        >>> Box({}).rule()
        'everything'
        """
        stated = conditions(self.limits, self.missing, digits)
        if self.missing == "inside" and len(stated) > 1:
            stated = [f"({each})" for each in stated]
        return " and ".join(stated) or "everything"

    def drop(self, name: str) -> Self:
        """Return the box without its restriction of one input."""
        if name not in self.limits:
            raise ArgumentError(
                f"the box does not restrict {name!r}{did_you_mean(name, self.limits)}"
            )
        return self._with(_without(self.limits, name), _without(self.gaps, name))

    def replace(self, name: str, limits: Any, *, gap: Any = None) -> Self:
        """Return the box with other limits, and another gap, of one input.

        Examples
        --------
        >>> from surrogate.regions import Box
        >>> Box({"gain": (0.0, 4.1837)}).replace("gain", (0.0, 4.2))
        Box(0 <= gain <= 4.2)
        """
        new = read_limits(name, limits)
        gaps = _without(self.gaps, name)
        if gap is not None:
            gaps[name] = read_gap(name, new, gap)
        return self._with({**self.limits, name: new}, gaps)

    def _with(self, limits: dict[str, Limits], gaps: dict[str, Gap]) -> Self:
        """Return the box with limits and gaps that have been checked already."""
        box = object.__new__(type(self))
        object.__setattr__(box, "limits", MappingProxyType(limits))
        object.__setattr__(box, "gaps", MappingProxyType(gaps))
        object.__setattr__(box, "missing", self.missing)
        return box

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.rule()})"

    def __hash__(self) -> int:
        return hash((frozenset(self.limits.items()), frozenset(self.gaps.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self.limits), dict(self.gaps), self.missing)


def _named(limits: Any) -> Mapping[str, Any]:
    if not isinstance(limits, dict | Mapping) or not all(isinstance(name, str) for name in limits):
        raise ArgumentError(
            f"a box needs a mapping of input names to limits, like {{'gain': (0.0, 4.2)}}; "
            f"got {limits!r}"
        )
    return limits


def _without(mapping: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}
