"""What one input may be: a distribution with a unit, seen as a map from [0, 1].

Every parameter turns a number of the unit interval into a value (`from_unit`) and back
(`to_unit`). Integers and categories own bins of equal mass (or of their weights): rounding would
halve the mass of the outermost values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import SpaceError

__all__ = ["Parameter"]


@dataclass(frozen=True)
class Parameter(ABC):
    """One input: a distribution, a unit and a description.

    Attributes
    ----------
    kind : {"real", "integer", "ordinal", "nominal", "constant"}
    low, high : float
        The support; infinite where it is open, NaN for labels.
    unit, description : str
    """

    kind: ClassVar[str] = "real"
    _: KW_ONLY
    unit: str = ""
    description: str = ""

    if TYPE_CHECKING:  # as real properties, dataclasses would take them for defaults

        @property
        def low(self) -> float: ...
        @property
        def high(self) -> float: ...

    @abstractmethod
    def from_unit(self, u: NDArray[np.float64]) -> NDArray[Any]:
        """Return the values at the probabilities `u`, shape (n,)."""

    @abstractmethod
    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the probability below each value; the middle of its bin for a discrete one."""

    def unit_pieces(self, limits: Any) -> NDArray[np.float64]:
        """Return the pieces of the unit interval that map inside `limits`, shape (m, 2).

        Parameters
        ----------
        limits : (low, high) or collection of labels
            A closed interval, or the labels allowed.
        """
        low, high = limits
        return np.array([self.to_unit(np.clip([low, high], self.low, self.high))])

    def invalid(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which values lie outside the support."""
        numbers = np.asarray(values, dtype=float)
        return ~((numbers >= self.low) & (numbers <= self.high))

    def clip(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the value of the support that is nearest to each number."""
        return np.clip(values, self.low, self.high)

    @property
    def support(self) -> str:
        """The support in words, for messages and tables."""
        return f"[{self.low:g}, {self.high:g}]"

    def _require(self, fine: bool, expected: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not fine:
            raise SpaceError(f"{expected}; got {self!r}")
