"""How one input becomes numbers between 0 and 1: scaled, ranked, indicated, or by its space."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import DataError
from surrogate.students.arrays import Array

__all__ = ["Column", "Indicators", "Ranked", "Scaled", "Unit", "finite_numbers", "learnt_column"]

_CUSTOMARY = ((0.0, 1.0), (-1.0, 1.0))
_NEAR = 0.1  # how far from the ends of such an interval its outermost values may be


@dataclass(frozen=True)
class Column(ABC):
    """An input's encoding, in one column unless `labels` says more."""

    name: Any

    @property
    def labels(self) -> list[str]:
        """What each encoded column stands for."""
        return [str(self.name)]

    @abstractmethod
    def encode(self, values: pd.Series) -> Array:
        """Return the encoded values, shape (n, len(labels))."""


@dataclass(frozen=True)
class Scaled(Column):
    """Numbers by the range of the training data."""

    low: float
    span: float

    def encode(self, values: pd.Series) -> Array:
        """Return (value - low) / span; a half where training had a single value."""
        numbers = finite_numbers(values)
        if self.span == 0:  # nothing was learnt about this input
            return np.full((len(numbers), 1), 0.5)
        return ((numbers - self.low) / self.span)[:, None]


@dataclass(frozen=True)
class Ranked(Column):
    """Ordered categories by their rank, 0 for the first and 1 for the last."""

    levels: Sequence[Any]

    def encode(self, values: pd.Series) -> Array:
        """Return each value's rank over the greatest."""
        return (_codes(values, self.levels) / max(len(self.levels) - 1, 1))[:, None]


@dataclass(frozen=True)
class Indicators(Column):
    """Unordered categories, one 0/1 column per level; `weights` are their shares, None alike."""

    levels: Sequence[Any]
    weights: Sequence[float] | None = None

    @property
    def labels(self) -> list[str]:
        """What each encoded column stands for."""
        return [f"{self.name}={level}" for level in self.levels]

    def encode(self, values: pd.Series) -> Array:
        """Return a 1 in the column of each value's level."""
        return np.eye(len(self.levels))[_codes(values, self.levels)]


@dataclass(frozen=True)
class Unit(Column):
    """A parameter of a space, by its distribution."""

    parameter: Any

    def encode(self, values: pd.Series) -> Array:
        """Return the probability below each value (see `Space.to_unit`)."""
        if self.parameter.kind == "ordinal":
            outside = np.asarray(self.parameter.invalid(values.to_numpy()))
            _refuse(values, outside, f"must hold values of {self.parameter.support}")
        if self.parameter.kind == "integer":  # beyond the ends they are answered as real ones are
            fractions = finite_numbers(values) % 1 != 0
            mend = "round them, or declare the input a real one, such as Uniform"
            _refuse(values, fractions, "must hold whole numbers", mend)
        with np.errstate(divide="ignore", invalid="ignore"):  # reported as not finite
            unit = np.asarray(self.parameter.to_unit(values.to_numpy()), dtype=float)
        _refuse(values, ~np.isfinite(unit), f"must hold numbers inside {self.parameter.support}")
        return unit[:, None]


def learnt_column(values: pd.Series) -> Column:
    """Return the encoding that fits a column of the training table.

    Raises
    ------
    DataError
        If it holds neither finite numbers nor categories: dates, numbers written as text, lists.
    """
    values = values.infer_objects()
    if isinstance(values.dtype, pd.CategoricalDtype):
        levels = list(values.dtype.categories)
        if values.dtype.ordered:
            return Ranked(values.name, levels)
        present = set(values)
        return Indicators(values.name, [each for each in levels if each in present])
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = finite_numbers(values)
        low, span = _range(float(numbers.min()), float(numbers.max()))
        if not np.isfinite(span):
            raise DataError(
                f"input {values.name!r} spans more than floats can: its range overflows"
            )
        return Scaled(values.name, low, span)
    return Indicators(values.name, _labels(values))


def _labels(values: pd.Series) -> list[Any]:
    """Return the different labels of a column, in the order of their text."""
    if values.dtype.kind in "mM":
        raise DataError(
            f"input {values.name!r} must hold numbers or categories; got dates or times "
            f"({values.dtype}): take seconds or days, say, since the first"
        )
    try:
        labels = sorted(values.dropna().unique(), key=str)
    except TypeError as error:
        raise DataError(
            f"input {values.name!r} must hold numbers or categories; {error}"
        ) from error
    written = [each for each in labels if isinstance(each, str) and _is_number(each)]
    if len(written) > len(labels) / 2:
        other = next((each for each in labels if each not in written), None)
        raise DataError(
            f"input {values.name!r} holds numbers that are written as text, such as {written[0]!r}"
            f"{'' if other is None else f', and {other!r} among them'}; turn them to numbers with "
            f"pandas.to_numeric or, if they are labels, to a category with astype('category')"
        )
    return labels


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _range(lowest: float, highest: float) -> tuple[float, float]:
    """Return the low end and the width of what a column is scaled by.

    Its own range; but a column that fills [0, 1] or [-1, 1] is taken for a design on that interval,
    whose centre matters to polynomials (a response even about 0 has no odd terms).
    """
    for low, high in _CUSTOMARY:
        margin = _NEAR * (high - low)
        if low <= lowest <= low + margin and high - margin <= highest <= high:
            return low, high - low
    return lowest, highest - lowest


def finite_numbers(values: pd.Series) -> Array:
    """Return a column as floats; raise DataError with its name and the first row that is none."""
    if values.dtype.kind in "cmM":
        raise DataError(f"input {values.name!r} must hold real numbers; got {values.dtype}")
    try:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(f"input {values.name!r} must hold numbers; {error}") from error
    _refuse(values, ~np.isfinite(numbers), "must hold finite numbers, neither NaN nor inf")
    return numbers


def _codes(values: pd.Series, levels: Sequence[Any]) -> Any:
    position = {level: code for code, level in enumerate(levels)}
    codes = np.array([position.get(value, -1) for value in values], dtype=int)
    known = ", ".join(map(str, levels))
    _refuse(values, codes < 0, f"must hold one of the categories {known}")
    return codes


def _refuse(
    values: pd.Series, bad: Any, expected: str, mend: str = "leave such rows out or mend them"
) -> None:
    """Raise DataError on the first bad value, if there is one."""
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"input {values.name!r} {expected}; got {int(bad.sum())} others, the first in row "
            f"{values.index[first]}: {values.iloc[[first]].tolist()[0]!r}; {mend}"
        )
