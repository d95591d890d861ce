"""Objects that a study names as ``module:attribute``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import StudyError, did_you_mean

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["find_object", "find_simulator"]


def find_object(reference: str, kind: type | tuple[type, ...], noun: str) -> Any:
    """Return the object named ``module:attribute``.

    Parameters
    ----------
    reference : str
        The module is found as Python finds modules, the current folder included.
    kind : type or tuple of types
        What the object must be an instance of.
    noun : str
        How the message calls it.

    Raises
    ------
    StudyError
        If there is no such module or attribute, or it is something else.

    Examples
    --------
    >>> find_object("math:pi", float, "number")
    3.141592653589793
    """
    module_name, _, attribute = reference.partition(":")
    if not module_name or not attribute:
        raise StudyError(
            f"a {noun} is named module:attribute, like "
            f"simulators.grid_stability:four_node_star; got {reference!r}"
        )
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise StudyError(f"the module {module_name!r} cannot be imported: {error}") from error
    found = getattr(module, attribute, None)
    if not isinstance(found, kind):
        there = [name for name, each in vars(module).items() if isinstance(each, kind)]
        raise StudyError(
            f"the module {module_name!r} has no {noun} {attribute!r}"
            f"{did_you_mean(attribute, there)}"
        )
    return found


def find_simulator(reference: str) -> Simulator:
    """Return the simulator named ``module:attribute``.

    Raises
    ------
    StudyError
        If there is no such module or attribute, or it is no simulator.

    Examples
    --------
    >>> find_simulator("simulators.grid_stability:four_node_star").name
    'four_node_star'
    """
    from surrogate.models import Simulator

    found: Simulator = find_object(reference, Simulator, "simulator")
    return found
