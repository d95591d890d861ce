"""What is minimised under which constraints, and what runs say about both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import ArgumentError, did_you_mean
from surrogate.experiment import Runs
from surrogate.expressions import Expression
from surrogate.models import Simulator
from surrogate.optimization.proposing import Ground
from surrogate.space import Space

__all__ = ["Question", "Told"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """What runs say, one row per run.

    Attributes
    ----------
    inputs : DataFrame of shape (n, d)
    ok : bool array of shape (n,)
        Whether the run gave an outcome and the objective is a finite number; what follows is NaN,
        or False, where not.
    objective : ndarray of shape (n,)
    margins : ndarray of shape (n, n_margins)
        Distances to the thresholds of the constraints, positive where they are met.
    feasible : bool array of shape (n,)
    """

    inputs: pd.DataFrame
    ok: NDArray[np.bool_]
    objective: Array
    margins: Array
    feasible: NDArray[np.bool_]

    @property
    def best(self) -> int | None:
        """Row of the least objective among the feasible; None where there is none."""
        if not self.feasible.any():
            return None
        return int(np.argmin(np.where(self.feasible, self.objective, np.inf)))


@dataclass(frozen=True)
class Question:
    """An outcome (or expression) to minimise, and constraints on outcomes and inputs.

    Parameters
    ----------
    objective : Expression
    constraints : tuple of Expression
    """

    objective: Expression
    constraints: tuple[Expression, ...]

    @classmethod
    def of(cls, simulator: Simulator, objective: str, constraints: Sequence[str]) -> Question:
        """Parse and check the names.

        Raises
        ------
        ArgumentError
            If the simulator is none, the constraints are one text, a name is neither an outcome
            nor an input, or the objective is a condition.
        ExpressionError
            If an expression cannot be read, or a constraint is a number.
        """
        if not isinstance(simulator, Simulator):
            raise ArgumentError(
                f"optimize asks a Simulator; got {simulator!r:.80}: wrap a function in "
                f"Simulator(function, space, outcomes=[...])"
            )
        if isinstance(constraints, str):
            raise ArgumentError(f"constraints is a list of texts; got the text {constraints!r}")
        question = cls(Expression(objective), tuple(Expression(each) for each in constraints))
        known = [*simulator.outcomes, *simulator.space.columns]
        for expression in (question.objective, *question.constraints):
            for name in expression.names:
                if name not in known:
                    raise ArgumentError(
                        f"{str(expression)!r} names {name!r}, which is no outcome and no input of "
                        f"{simulator.name}{did_you_mean(name, known)}"
                    )
        if question.objective.is_condition:
            raise ArgumentError(
                f"the objective {objective!r} is a condition; conditions go to constraints="
            )
        numbers = {*simulator.outcomes, *_numeric_inputs(simulator.space)}
        for constraint in question.constraints:
            constraint.require_condition(numbers)
        return question

    def told(self, runs: Runs, ground: Ground) -> Told:
        """Return what runs say about the objective and the constraints, on a ground."""
        ok = runs.design.index.isin(runs.inputs.index)
        columns = pd.concat([runs.inputs, runs.outcomes], axis=1)
        values = self._numbers(columns)
        columns, ok[ok] = columns[np.isfinite(values)], np.isfinite(values)
        objective = np.full(len(ok), np.nan)
        objective[ok] = values[np.isfinite(values)]
        parts = [_margins(each, columns) for each in self.constraints]
        margins = np.full((len(ok), sum(part.shape[1] for part in parts)), np.nan)
        feasible = ok & ground.contains(runs.design)
        for constraint in self.constraints:
            feasible[ok] &= constraint.holds(columns)
        if parts:
            margins[ok] = np.hstack(parts)
        return Told(runs.design, ok, objective, margins, feasible)

    def _numbers(self, columns: pd.DataFrame) -> Array:
        """Return the objective, shape (n,)."""
        values = self.objective.evaluate(columns)
        if values.ndim > 1:
            raise ArgumentError(
                f"the objective {str(self.objective)!r} is a series; take one number of it, for "
                f"instance max({self.objective})"
            )
        if values.dtype.kind not in "iuf":
            raise ArgumentError(
                f"the objective {str(self.objective)!r} is no number but {values.dtype}; "
                f"conditions go to constraints="
            )
        return np.asarray(values, dtype=float)


def _numeric_inputs(space: Space) -> list[str]:
    return [name for name in space.varied if space.parameters[name].kind in ("real", "integer")]


def _margins(constraint: Expression, columns: pd.DataFrame) -> Array:
    """Return distances that must all be positive; 1 and -1 where a constraint has no such."""
    n = constraint.n_margins
    if n and not any(constraint.decide(1.0 - 2.0 * np.eye(n))):
        return constraint.margins(columns)
    return np.where(constraint.holds(columns), 1.0, -1.0)[:, None]
