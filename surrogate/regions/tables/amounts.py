"""Weights and labels as integers, so that sums are exact in any order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.regions.tables.targets import Target

__all__ = ["Amounts"]

_FEW_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Amounts:
    """Weight and weighted y of every row in fixed point.

    Floating-point sums depend on the order of their terms, so equal scores would be told apart by
    rounding: by the order of rows, or of peels. Integers cannot. Labels, and weights that are
    whole numbers, are held exactly; anything else to about 1e-13 of the total.

    Parameters
    ----------
    integers : ndarray of int64 or int8, shape (n, 2)
        Weight, and weight times y above `floor`. Labels of many rows without weights take one byte
        each: rows are read in any order, and their amounts should stay near the processor. Those
        of few do anyway, and what is compiled for real values serves them too.
    exponent : int
        The second column is in units of ``2 ** -exponent``.
    floor : float
        What is subtracted from y: 0, or the least of real values.
    """

    integers: NDArray[np.signedinteger[Any]]
    exponent: int
    floor: float

    @classmethod
    def of(cls, target: Target) -> Amounts:
        """Convert the labels and weights of `target`; sums of n rows stay within 62 bits."""
        n = len(target.y)
        if target.kind == "labels" and target.weights is None:
            number: type[np.signedinteger[Any]] = np.int64 if n <= _FEW_ROWS else np.int8
            labels = np.stack([np.ones(n), target.y], axis=1, dtype=number, casting="unsafe")
            return cls(labels, exponent=0, floor=0.0)
        floor = float(target.y.min()) if target.kind == "values" else 0.0
        weights = target.mass
        if target.weights is not None:
            shift = 60 - math.frexp(n * float(weights.max()))[1]
            weights = np.maximum(1.0, np.rint(np.ldexp(weights, shift)))
        sums = weights * (target.y - floor)
        exponent = 62 - math.frexp(n * float(sums.max()))[1]
        sums = np.rint(np.ldexp(sums, exponent))
        return cls(np.stack([weights, sums], axis=1).astype(np.int64), exponent, floor)

    def mean(self, weight: Any, total: Any) -> Any:
        """Return the mean y of points with this weight and weighted sum."""
        return self.floor + np.ldexp(np.asarray(total, dtype=np.float64), -self.exponent) / weight
