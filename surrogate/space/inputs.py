"""Named inputs: what varies, what is computed from it, and the way to the unit cube and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import SpaceError, did_you_mean
from surrogate.expressions import as_expression
from surrogate.space.continuous import ScipyDistribution, Uniform
from surrogate.space.discrete import Constant
from surrogate.space.parameter import Parameter

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Blocks", "Inputs"]

Blocks = tuple[tuple[str, ...], ...]  # one set of exchangeable blocks, each of the same length


class Inputs:
    """Parameters, derived inputs and constraints: what a `Space` is made of.

    What draws from a space, checks designs or writes it down needs no more than this.
    """

    exchangeable: tuple[Blocks, ...] = ()

    def __init__(
        self,
        parameters: Mapping[str, Any],
        constraints: Sequence[str | Callable[..., Any]] = (),
        derived: Mapping[str, str | Callable[..., Any]] = MappingProxyType({}),
    ) -> None:
        if not parameters:
            raise SpaceError("a space needs at least one parameter; for instance gain=(0, 1)")
        self.parameters: Mapping[str, Parameter] = MappingProxyType(
            {name: _as_parameter(name, each) for name, each in parameters.items()}
        )
        self.names = tuple(self.parameters)
        self.constants = tuple(n for n in self.names if isinstance(self.parameters[n], Constant))
        self.varied = tuple(n for n in self.names if n not in self.constants)
        self.d = len(self.varied)
        self.derived: Mapping[str, Any] = MappingProxyType(
            {name: as_expression(each) for name, each in derived.items()}
        )
        self.columns = (*self.names, *self.derived)
        sources = [constraints] if isinstance(constraints, str) else constraints
        self.constraints = tuple(as_expression(each) for each in sources)

    def from_unit(self, u: ArrayLike) -> pd.DataFrame:
        """Return the design at points of the unit cube.

        Parameters
        ----------
        u : array_like, shape (n, d)
            In the order of `varied`.

        Returns
        -------
        DataFrame, shape (n, len(columns))
        """
        import pandas as pd

        points = np.asarray(u, dtype=float)
        if points.ndim != 2 or points.shape[1] != self.d:
            raise SpaceError(
                f"points of the unit cube have shape (n, {self.d}); got shape {points.shape}"
            )
        if not (np.all(points >= 0) and np.all(points <= 1)):
            raise SpaceError("points of the unit cube lie in [0, 1]; some do not")
        axis = {name: k for k, name in enumerate(self.varied)}
        columns = {
            name: each.from_unit(points[:, axis[name]] if name in axis else np.zeros(len(points)))
            for name, each in self.parameters.items()
        }
        # copy=False: gathering the columns in one block would double the memory
        return self._with_derived(pd.DataFrame(columns, copy=False))

    def to_unit(self, design: pd.DataFrame) -> NDArray[np.float64]:
        """Return the design's rows as points of the unit cube, shape (n, d)."""
        absent = [name for name in self.varied if name not in design]
        if absent:
            raise SpaceError(
                f"the table lacks the input {absent[0]!r}{did_you_mean(absent[0], design.columns)}"
            )
        if not self.varied:
            return np.empty((len(design), 0))
        return np.stack(
            [self.parameters[name].to_unit(design[name].to_numpy()) for name in self.varied], axis=1
        )

    def complete(self, design: pd.DataFrame) -> pd.DataFrame:
        """Return the design with constants and derived inputs filled in, columns in order."""
        full = design.copy(deep=False)
        for name in self.constants:
            if name not in full:
                full[name] = self.parameters[name].from_unit(np.zeros(len(full)))
        return self._with_derived(full[list(self.names)])

    def satisfied(self, design: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows meet all constraints, shape (n,)."""
        fine = np.ones(len(design), dtype=bool)
        for constraint in self.constraints:
            fine &= constraint.holds(design)
        return fine

    def _with_derived(self, frame: pd.DataFrame) -> pd.DataFrame:
        for name, expression in self.derived.items():
            values = expression.evaluate(frame)
            bad = np.flatnonzero(~np.isfinite(values.astype(float)))
            if len(bad):
                row = frame.iloc[int(bad[0])].to_dict()
                raise SpaceError(
                    f"the derived input {name!r} = {expression} is not finite in "
                    f"{len(bad)} rows (first: {row})"
                )
            frame[name] = values
        return frame


def _as_parameter(name: str, declared: Any) -> Parameter:
    if not isinstance(name, str) or not name or "`" in name:
        raise SpaceError(f"inputs are named by non-empty texts without backticks; got {name!r}")
    if isinstance(declared, Parameter):
        return declared
    if isinstance(declared, tuple) and len(declared) == 2 and all(map(_is_number, declared)):
        return Uniform(float(declared[0]), float(declared[1]))
    if _is_number(declared) or isinstance(declared, str):
        return Constant(declared.item() if isinstance(declared, np.generic) else declared)
    if hasattr(declared, "ppf") and hasattr(declared, "dist"):
        return ScipyDistribution(declared)
    raise SpaceError(
        f"input {name!r} must be a distribution like Uniform(0, 1), a pair (low, high) or a "
        f"number; got {declared!r}; a list of values is Discrete([...]) or Categorical([...])"
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
