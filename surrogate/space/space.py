"""The input space: named parameters, what ties them together, and designs drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import SpaceError, did_you_mean
from surrogate.estimates import Estimate, binomial
from surrogate.expressions import Expression, as_expression
from surrogate.randomness import Rng, generator
from surrogate.space import checks, interchange, sampling, symmetry
from surrogate.space.continuous import ScipyDistribution, Uniform
from surrogate.space.discrete import Constant
from surrogate.space.parameter import Parameter
from surrogate.space.restriction import Restriction

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Space"]


class Space:
    """Named inputs of a model: distributions, constraints, derived inputs, exchangeable blocks.

    Parameters
    ----------
    parameters : mapping of str to Parameter, optional
        For names that are no identifiers; others may be given as keywords. ``(low, high)`` is short
        for `Uniform`, a single number for `Constant`; a frozen scipy distribution will do.
    constraints : sequence of str or callable
        Conditions that every row meets, like ``"gain * delay < 2"``; a callable takes the frame.
        Constrained inputs are sampled by rejection.
    derived : mapping of str to (str or callable)
        Inputs computed from the others: passed and recorded, never sampled; in a design that
        brings them they are checked.
    exchangeable : sequence of sequences of blocks
        Blocks of inputs that may trade places without changing the answer, like
        ``[[("tau2", "g2"), ("tau3", "g3")]]``.

    Attributes
    ----------
    parameters : mapping of str to Parameter
    names : tuple of str
        All parameters.
    varied : tuple of str
        Those that vary: the axes of the unit cube.
    constants : tuple of str
    derived : mapping of str to Expression
    columns : tuple of str
        The columns of a design: parameters, then derived inputs.
    d : int
        Number of varied parameters.

    Raises
    ------
    SpaceError
        If the declarations contradict each other.

    Examples
    --------
    >>> from surrogate.space import LogUniform
    >>> space = Space(gain=LogUniform(0.1, 10), delay=(0, 0.5), derived={"product": "gain * delay"})
    >>> space.sample(2, rng=0).round(3)
        gain  delay  product
    0  0.661  0.482    0.318
    1  2.779  0.054    0.149
    """

    def __init__(
        self,
        parameters: Mapping[str, Any] | None = None,
        /,
        *,
        constraints: Sequence[str | Callable[..., Any]] = (),
        derived: Mapping[str, str | Callable[..., Any]] | None = None,
        exchangeable: Sequence[Sequence[Sequence[str] | str]] = (),
        **named: Any,
    ) -> None:
        declared = {**(parameters or {}), **named}
        if not declared:
            raise SpaceError("a space needs at least one parameter; for instance gain=(0, 1)")
        self.parameters: Mapping[str, Parameter] = MappingProxyType(
            {name: _as_parameter(name, each) for name, each in declared.items()}
        )
        self.names = tuple(self.parameters)
        self.constants = tuple(n for n in self.names if isinstance(self.parameters[n], Constant))
        self.varied = tuple(n for n in self.names if n not in self.constants)
        self.d = len(self.varied)
        self.derived: Mapping[str, Any] = MappingProxyType(
            {name: as_expression(each) for name, each in (derived or {}).items()}
        )
        self.columns = (*self.names, *self.derived)
        sources = [constraints] if isinstance(constraints, str) else constraints
        self.constraints = tuple(as_expression(each) for each in sources)
        checks.check_declarations(self)
        self.exchangeable = symmetry.as_blocks(exchangeable)
        for blocks in self.exchangeable:
            symmetry.check_symmetry(self, blocks)

    def __repr__(self) -> str:
        lines = [
            f"  {name}: {type(each).__name__} {each.support} {each.unit}".rstrip()
            for name, each in self.parameters.items()
        ]
        lines += [f"  {name} = {each}" for name, each in self.derived.items()]
        lines += [f"  where {each}" for each in self.constraints]
        return "\n".join([f"Space of {self.d} varied inputs", *lines])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> Any:
        arguments = {
            "constraints": [_source(each) for each in self.constraints],
            "derived": {name: _source(each) for name, each in self.derived.items()},
            "exchangeable": self.exchangeable,
        }
        return _rebuild, (dict(self.parameters), arguments)

    def sample(
        self,
        n: int,
        method: str = "sobol",
        *,
        rng: Rng = None,
        within: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return a design of n rows.

        Parameters
        ----------
        n : int
            Rows; for ``"grid"`` the levels per input.
        method : {"sobol", "halton", "random", "latin", "latin-optimized", "grid"}
            With sobol, halton and random, a longer design of the same seed begins with the
            shorter one. Only random rows are independent draws.
        rng : int, Generator or None
        within : mapping of str to limits, optional
            Draw from the space's law inside these limits, for instance `Box.limits`.

        Returns
        -------
        DataFrame, shape (n, len(columns))
            ``attrs`` tell the method and the share of candidates that met the constraints.

        Raises
        ------
        SpaceError
            If fewer than one candidate in ten thousand meets the constraints.
        """
        return sampling.sample(self, n, method, random=generator(rng), within=within)

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

    def check(self, design: pd.DataFrame, *, clip: bool = False) -> pd.DataFrame:
        """Return the design checked and completed.

        Parameters
        ----------
        design : DataFrame
            All parameters but constants must be there; derived inputs may be.
        clip : bool, default=False
            Move numbers that lie outside the support onto its edge instead of refusing them.

        Returns
        -------
        DataFrame, shape (n, len(columns))
            With the caller's index.

        Raises
        ------
        SpaceError
            Naming the column, the first row and the value that does not fit.
        """
        return checks.checked_design(self, design, clip=clip)

    def satisfied(self, design: pd.DataFrame) -> NDArray[np.bool_]:
        """Return which rows meet all constraints, shape (n,)."""
        fine = np.ones(len(design), dtype=bool)
        for constraint in self.constraints:
            fine &= constraint.holds(design)
        return fine

    def mass(self, limits: Mapping[str, Any], *, n: int = 2**14, rng: Rng = 0) -> Estimate:
        """Return the probability of a box under the space's law.

        Exact where neither constraints nor limits on derived inputs play a part, else from n
        random draws.

        Examples
        --------
        >>> Space(x=(0, 1), y=(0, 1)).mass({"x": (0.2, 0.4)}).value
        0.2
        """
        part = Restriction(self, limits)
        if not self.constraints and not part.derived:
            exact = round(part.mass, 15)
            return Estimate(exact, exact, exact, 0, "exact", "the space's law")
        draws = self.from_unit(generator(rng).random((n, self.d)))
        allowed = draws[self.satisfied(draws)]
        inside = part.contains(allowed)
        return binomial(int(inside.sum()), len(allowed), data="draws of the space")

    def orbit(
        self, design: pd.DataFrame, *, n_copies: int = 24, rng: Rng = 0
    ) -> list[pd.DataFrame]:
        """Return the design under the permutations of its exchangeable blocks, itself first."""
        return list(
            symmetry.orbit(design, self.exchangeable, n_copies=n_copies, rng=generator(rng))
        )

    def to_json(self) -> str:
        """Return the space as JSON text."""
        return interchange.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Space:
        """Return the space of a JSON text made by `to_json`."""
        return interchange.from_json(text, cls)

    def to_salib(self, *, unit: bool = False) -> dict[str, Any]:
        """Return a SALib problem: with its distributions, or (`unit`) over the unit cube."""
        return interchange.to_salib(self, unit=unit)

    @classmethod
    def from_salib(cls, problem: Mapping[str, Any]) -> Space:
        """Return the space of a SALib problem, which is left as it is."""
        return interchange.from_salib(problem, cls)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parameter, with its bounds, unit and settings."""
        return interchange.to_frame(self)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Space:
        """Return the space of a table made by `to_frame`, or of one with columns low and high."""
        return interchange.from_frame(frame, cls)

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


def _source(expression: Any) -> Any:
    return expression.text if isinstance(expression, Expression) else expression.function


def _rebuild(parameters: Mapping[str, Parameter], arguments: Mapping[str, Any]) -> Space:
    return Space(parameters, **arguments)
