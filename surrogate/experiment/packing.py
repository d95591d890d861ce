"""A simulator as bytes, by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.errors import SimulatorError

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["pack"]


def pack(simulator: Simulator) -> bytes:
    """Return the simulator by value, as workers get it.

    Raises
    ------
    SimulatorError
        If it holds something that cannot be sent, such as an open file.
    """
    from surrogate.models.by_value import dumped

    try:
        payload = dumped(simulator)
    except Exception as error:  # whatever the objects it refers to may raise
        raise SimulatorError(
            f"simulator {simulator.name!r} cannot be sent to another process "
            f"({type(error).__name__}: {error}); open such things inside the function, "
            "or use n_workers=0 to run it in this process"
        ) from error
    return payload
