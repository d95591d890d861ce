"""Turn any slow or opaque model into something fast and readable.

Data 1 -> Model A -> Data 2 -> Model B: ask a simulator or a trained model a well-chosen set of
inputs and fit on its answers the model you really want, one that is fast (students) or readable
(regions). Names are loaded on first use, so importing the package costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# The public face: where each name lives. Sorted within its floor, floors in the order of imports.
_EXPORTS: dict[str, str] = {
    "SurrogateError": "surrogate.errors",
    "SurrogateWarning": "surrogate.errors",
    "Expression": "surrogate.expressions",
    "Estimate": "surrogate.estimates",
}

__all__ = ["__version__", *sorted(_EXPORTS)]

if TYPE_CHECKING:
    from surrogate.errors import SurrogateError as SurrogateError
    from surrogate.errors import SurrogateWarning as SurrogateWarning
    from surrogate.estimates import Estimate as Estimate
    from surrogate.expressions import Expression as Expression


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'surrogate' has no attribute {name!r}")
    value = getattr(importlib.import_module(_EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_EXPORTS])
