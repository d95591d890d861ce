"""Cases of interest, checked against the simulator they will be asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surrogate.errors import ExpressionError, did_you_mean
from surrogate.expressions import Expression, as_expression

if TYPE_CHECKING:
    from surrogate.models.simulator import Simulator

__all__ = ["checked_case"]


def checked_case(case: Any, simulator: Simulator) -> Any:
    """Return a case as an expression, or refuse it before the first run is paid for.

    Parameters
    ----------
    case : str, Expression or callable
        Of a callable only its runs can tell.
    simulator : Simulator

    Raises
    ------
    ExpressionError
        If it reads what is no outcome, or will be a number.

    Examples
    --------
    >>> import surrogate as sg
    >>> line = sg.Simulator(lambda x: x, sg.Space(x=(0.0, 1.0)), outcomes=["y"], name="line")
    >>> checked_case("y < 0.5", line)
    Expression('y < 0.5')
    """
    expression = as_expression(case)
    for name in expression.names:
        if name not in simulator.outcomes:
            raise ExpressionError(
                f"the case {str(expression)!r} reads {name!r}, which is no outcome of "
                f"{simulator.name!r}{did_you_mean(name, simulator.outcomes)}"
            )
    if isinstance(expression, Expression):
        expression.require_condition(simulator.outcomes)
    return expression
