"""Drawing a design from a space: a sequence on the unit cube, rejection by the constraints."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import AcceptanceWarning, ArgumentError, SpaceError, did_you_mean
from surrogate.space import designs
from surrogate.space.restriction import Restriction

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.space.inputs import Inputs
    from surrogate.space.parameter import Parameter

__all__ = ["sample"]

logger = logging.getLogger("surrogate")

_LEAST_ACCEPTANCE = 1e-4
_LOW_ACCEPTANCE = 1e-2


def sample(
    space: Inputs,
    n: int,
    method: str,
    *,
    random: np.random.Generator,
    within: Mapping[str, Any] | None,
) -> pd.DataFrame:
    """Return a design of n rows; see `Space.sample`."""
    if method not in designs.METHODS:
        known = did_you_mean(str(method), designs.METHODS)
        raise ArgumentError(f"method {method!r} is not known{known}")
    if isinstance(n, bool) or int(n) != n or n < 1:
        raise ArgumentError(f"a design has at least one row; got n={n!r}")
    part = Restriction(space, within) if within else None
    if method == "grid":
        return _grid(space, int(n), part)
    draw = designs.draws(method, space.d, random)
    if not space.constraints and not (part and part.derived):
        return _labelled(_allowed(space, draw(int(n)), part), method, 1.0)
    if method in designs.EXTENDABLE:
        return _along_stream(space, int(n), method, draw, part)
    return _by_whole_designs(space, int(n), method, draw, part)


def _allowed(space: Inputs, u: NDArray[np.float64], part: Restriction | None) -> pd.DataFrame:
    frame = space.from_unit(part.shrink(u) if part else u)
    if part and part.derived:
        frame = frame[part.holds(frame)]
    return frame[space.satisfied(frame)] if space.constraints else frame


def _grid(space: Inputs, levels: int, part: Restriction | None) -> pd.DataFrame:
    varied = [space.parameters[name] for name in space.varied]
    bounded = [math.isfinite(each.low) and math.isfinite(each.high) for each in varied]
    points = designs.grid(levels, bounded, [_n_values(each) for each in varied])
    frame = _allowed(space, points, part)
    if not len(frame):
        raise SpaceError("the constraints accept no row of the grid; take more levels")
    return _labelled(frame, "grid", len(frame) / len(points))


def _along_stream(
    space: Inputs, n: int, method: str, draw: designs.Draw, part: Restriction | None
) -> pd.DataFrame:
    """Reject along one stream, so that a longer design begins with the shorter one."""
    import pandas as pd

    parts: list[pd.DataFrame] = []
    accepted = tried = 0
    while accepted < n:
        size = min(max(256, math.ceil((n - accepted) * 1.1)), 2**20)
        parts.append(_allowed(space, draw(size), part))
        accepted += len(parts[-1])
        tried += size
        _refuse_rarity(accepted, tried)
    return _labelled(pd.concat(parts).iloc[:n], method, accepted / tried)


def _by_whole_designs(
    space: Inputs, n: int, method: str, draw: designs.Draw, part: Restriction | None
) -> pd.DataFrame:
    """Draw whole hypercubes, larger and larger, until one holds n rows that are allowed."""
    size = n
    while True:
        frame = _allowed(space, draw(size), part)
        if len(frame) >= n:
            return _labelled(frame.iloc[:n], method, len(frame) / size)
        _refuse_rarity(len(frame), size)
        size = math.ceil(1.1 * size * n / max(len(frame), 0.5)) + 8


def _refuse_rarity(accepted: int, tried: int) -> None:
    if tried >= 3 / _LEAST_ACCEPTANCE and accepted < _LEAST_ACCEPTANCE * tried:
        raise SpaceError(
            f"the constraints accept {accepted} of {tried:,} candidates, fewer than one in ten "
            "thousand; narrow the parameters' ranges so that they hold more often"
        )


def _labelled(frame: pd.DataFrame, method: str, acceptance: float) -> pd.DataFrame:
    design = frame.reset_index(drop=True)
    design.attrs = {"method": method, "acceptance_rate": acceptance}
    logger.info("constraints accept %.3g of the candidates", acceptance)
    if acceptance < _LOW_ACCEPTANCE:
        warnings.warn(
            f"the constraints accept only {100 * acceptance:.2g} % of the candidates; narrower "
            "ranges would describe the space better",
            AcceptanceWarning,
            stacklevel=5,
        )
    return design


def _n_values(parameter: Parameter) -> int:
    """Return how many separate values a parameter has; 0 where there is no end of them."""
    if parameter.kind == "integer":
        width = parameter.high - parameter.low
        return int(width) + 1 if math.isfinite(width) else 0
    return len(getattr(parameter, "values", ()))
