"""The input space: named parameters, what ties them together, and designs drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from surrogate.estimates import Estimate, binomial
from surrogate.expressions import Expression
from surrogate.randomness import Rng, generator
from surrogate.space import checks, interchange, sampling, symmetry
from surrogate.space.inputs import Inputs
from surrogate.space.parameter import Parameter
from surrogate.space.restriction import Restriction

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Space"]


class Space(Inputs):
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
        super().__init__({**(parameters or {}), **named}, constraints, derived or {})
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

    def check(self, design: pd.DataFrame, *, clip: bool = False) -> pd.DataFrame:
        """Return the design checked and completed.

        Parameters
        ----------
        design : DataFrame
            All parameters but constants must be there; derived inputs may be.
        clip : bool, default=False
            Move numbers that lie outside the support to its nearest value, an edge or a whole
            number, instead of refusing them.

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


def _source(expression: Any) -> Any:
    return expression.text if isinstance(expression, Expression) else expression.function


def _rebuild(parameters: Mapping[str, Parameter], arguments: Mapping[str, Any]) -> Space:
    return Space(parameters, **arguments)
