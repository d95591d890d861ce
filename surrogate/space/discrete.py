"""Parameters of separate values: whole numbers, lists of numbers or labels, constants."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import SpaceError
from surrogate.space.parameter import Parameter

__all__ = ["Categorical", "Constant", "Discrete", "Integer"]


@dataclass(frozen=True)
class Integer(Parameter):
    """Every whole number from `low` to `high`, both included, alike.

    Examples
    --------
    >>> Integer(2, 4).from_unit(np.array([0.0, 0.34, 0.99]))
    array([2, 3, 4])
    """

    kind: ClassVar[str] = "integer"
    low: int
    high: int

    def __post_init__(self) -> None:
        fine = int(self.low) == self.low and int(self.high) == self.high and self.low <= self.high
        self._require(fine, "an Integer needs whole numbers low <= high")

    @property
    def _n_values(self) -> int:
        return int(self.high) - int(self.low) + 1

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.int64]:
        steps = np.minimum((u * self._n_values).astype(np.int64), self._n_values - 1)
        return int(self.low) + steps

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        return (np.asarray(values, dtype=float) - self.low + 0.5) / self._n_values

    def unit_pieces(self, limits: Any) -> NDArray[np.float64]:
        first, last = math.ceil(max(limits[0], self.low)), math.floor(min(limits[1], self.high))
        edges = np.array([[first - self.low, last + 1 - self.low]]) / self._n_values
        return edges if last >= first else np.zeros((1, 2))

    def invalid(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return super().invalid(values) | (np.asarray(values, dtype=float) % 1 != 0)

    def clip(self, values: NDArray[Any]) -> NDArray[Any]:
        return np.rint(super().clip(values))


class _Listed(Parameter):
    """Shared by parameters that list their values: bins of the values' weights."""

    values: tuple[Any, ...]
    weights: tuple[float, ...] | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _plain(self.values))
        object.__setattr__(self, "weights", None if self.weights is None else _plain(self.weights))
        self._require(len(self.values) > 0, "at least one value is needed")
        self._require(len(set(self.values)) == len(self.values), "values must differ")
        if self.weights is not None:
            fine = len(self.weights) == len(self.values) and all(w >= 0 for w in self.weights)
            self._require(fine and sum(self.weights) > 0, "one weight >= 0 for each value")

    @property
    def occurring(self) -> dict[Any, float]:
        """The values that occur, with their weights: one of weight 0 is outside the support."""
        weights = self.weights or (1.0,) * len(self.values)
        return {value: each for value, each in zip(self.values, weights, strict=True) if each > 0}

    @property
    def _edges(self) -> NDArray[np.float64]:
        weights = self.weights or (1.0,) * len(self.values)
        edges = np.concatenate([[0.0], np.cumsum(np.asarray(weights, dtype=float))])
        return edges / edges[-1]

    def _codes(self, u: NDArray[np.float64]) -> NDArray[np.intp]:
        edges = self._edges
        last = int(np.searchsorted(edges, edges[-1])) - 1  # of those that occur
        return np.minimum(np.searchsorted(edges[1:-1], u, side="right"), last)

    def _midpoints(self, codes: NDArray[np.intp]) -> NDArray[np.float64]:
        edges = self._edges
        return ((edges[:-1] + edges[1:]) / 2)[codes]

    def _pieces(self, allowed: Sequence[bool]) -> NDArray[np.float64]:
        edges = self._edges
        pieces = np.stack([edges[:-1], edges[1:]], axis=1)[np.asarray(allowed, dtype=bool)]
        return pieces if len(pieces) else np.zeros((1, 2))


@dataclass(frozen=True)
class Discrete(_Listed):
    """A list of numbers, alike or by weight.

    Examples
    --------
    >>> Discrete([1, 2, 5]).from_unit(np.array([0.5]))
    array([2])
    """

    kind: ClassVar[str] = "ordinal"
    values: tuple[float, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        numbers = all(isinstance(v, (int, float)) and math.isfinite(v) for v in self.values)
        rising = numbers and list(self.values) == sorted(self.values)
        self._require(rising, "a Discrete needs finite numbers in rising order")

    @property
    def low(self) -> float:
        return next(iter(self.occurring))

    @property
    def high(self) -> float:
        return next(reversed(self.occurring))

    @property
    def support(self) -> str:
        return "{" + ", ".join(f"{value:g}" for value in self.occurring) + "}"

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[Any]:
        return np.asarray(self.values)[self._codes(u)]

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        codes = np.searchsorted(np.asarray(self.values), np.asarray(values, dtype=float))
        return self._midpoints(np.minimum(codes, len(self.values) - 1))

    def unit_pieces(self, limits: Any) -> NDArray[np.float64]:
        return self._pieces([limits[0] <= value <= limits[1] for value in self.values])

    def invalid(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return ~np.isin(np.asarray(values, dtype=float), list(self.occurring))

    def clip(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the listed value nearest to each number."""
        listed = np.array(list(self.occurring))
        nearest = np.abs(np.asarray(values, dtype=float)[:, None] - listed).argmin(axis=1)
        return listed[nearest]


@dataclass(frozen=True)
class Categorical(_Listed):
    """A list of labels, alike or by weight; in a design, a pandas categorical column.

    Parameters
    ----------
    values : sequence of str, int, float or bool
    weights : sequence of float, optional
        One of weight 0 is a label that does not occur: a design that holds it is refused.
    ordered : bool, optional
        Whether the order of the labels means something; then boxes restrict them by ranges.

    Examples
    --------
    >>> list(Categorical(["low", "high"], ordered=True).from_unit(np.array([0.2, 0.7])))
    ['low', 'high']
    """

    values: tuple[Any, ...]
    weights: tuple[float, ...] | None = None
    _: KW_ONLY
    ordered: bool = False
    low: ClassVar[float] = math.nan
    high: ClassVar[float] = math.nan

    def __post_init__(self) -> None:
        super().__post_init__()
        labels = all(isinstance(value, (str, int, float, bool)) for value in self.values)
        self._require(labels, "labels are texts, numbers or booleans")

    @property
    def kind(self) -> str:  # type: ignore[override]  # depends on the instance here
        return "ordinal" if self.ordered else "nominal"

    @property
    def labels(self) -> tuple[Any, ...]:
        """The labels, in their order."""
        return self.values

    @property
    def support(self) -> str:
        return "{" + ", ".join(map(str, self.occurring)) + "}"

    def from_unit(self, u: NDArray[np.float64]) -> Any:
        import pandas as pd

        return pd.Categorical.from_codes(
            self._codes(u), categories=list(self.values), ordered=self.ordered
        )

    def codes(self, values: ArrayLike) -> NDArray[np.intp]:
        """Return the position of each label in the list, -1 for a label that is not there."""
        position = {value: code for code, value in enumerate(self.values)}
        return np.array(
            [position.get(value, -1) for value in np.asarray(values, dtype=object)], int
        )

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        return self._midpoints(self.codes(values))

    def unit_pieces(self, limits: Any) -> NDArray[np.float64]:
        allowed = set(limits)
        return self._pieces([value in allowed for value in self.values])

    def invalid(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        occurs = np.array([value in self.occurring for value in self.values] + [False])
        return ~occurs[self.codes(values)]

    def clip(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the labels unchanged: there is nothing between labels."""
        return values


@dataclass(frozen=True)
class Constant(Parameter):
    """A value that does not vary: passed and recorded, never sampled.

    Examples
    --------
    >>> Constant(230.0).from_unit(np.zeros(2))
    array([230., 230.])
    """

    kind: ClassVar[str] = "constant"
    value: Any

    @property
    def low(self) -> float:
        return float(self.value) if isinstance(self.value, (int, float)) else math.nan

    @property
    def high(self) -> float:
        return self.low

    @property
    def support(self) -> str:
        return "{" + str(self.value) + "}"

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[Any]:
        return np.full(len(u), self.value)

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        return np.full(len(np.asarray(values)), 0.5)

    def unit_pieces(self, limits: Any) -> NDArray[np.float64]:
        numeric = isinstance(self.value, (int, float))
        inside = limits[0] <= self.value <= limits[1] if numeric else self.value in limits
        return np.array([[0.0, 1.0 if inside else 0.0]])

    def invalid(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(values) != self.value

    def clip(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the constant."""
        return np.full(len(values), self.value)


def _plain(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return python values: numpy scalars would not survive JSON."""
    if isinstance(values, str):
        raise SpaceError(f"a list of values is needed; got the text {values!r}")
    return tuple(value.item() if isinstance(value, np.generic) else value for value in values)
