"""An exponential that the compiler vectorises, where a call of the library is not.

``exp(-r) = 2^k 2^f`` with a whole k, whose power is a number written by its bits, and a polynomial
in f between -1/2 and 1/2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

__all__ = ["DOUBLE", "SINGLE", "split_exponential"]


@njit(fastmath=True, cache=True)
def split_exponential(  # pragma: no cover - compiled
    decay: Any, part: Any, bits: Any, form: Any
) -> None:
    """Enter exp(-decay) as a part times a power of two, the latter by its bits."""
    powers, log2e, half, least, bias, shift = form
    for j in range(len(decay)):
        exponent = max(-decay[j] * log2e, least)
        nearest = np.floor(exponent + half)
        rest = exponent - nearest
        value = powers[-1]
        for k in range(len(powers) - 2, -1, -1):
            value = value * rest + powers[k]
        part[j] = value
        bits[j] = nearest
        bits[j] = (bits[j] + bias) << shift


def _form(number: type, whole: type, *, degree: int, bias: int, shift: int) -> tuple[Any, ...]:
    """Return the constants of one precision.

    `bias` and `shift` are those of the exponent in a number's bits, `degree` that of the
    polynomial for 2^f, as exact as the precision is.
    """
    powers = tuple(number(math.log(2) ** k / math.factorial(k)) for k in range(degree + 1))
    constants = map(number, (1 / math.log(2), 0.5, 2 - bias))
    return (powers, *constants, whole(bias), whole(shift))


DOUBLE = _form(np.float64, np.int64, degree=13, bias=1023, shift=52)
SINGLE = _form(np.float32, np.int32, degree=7, bias=127, shift=23)
