"""Every exception and warning of the package.

::

    SurrogateError
    ├── ArgumentError      (ValueError)    an argument is out of its range or of the wrong kind
    ├── SpaceError         (ValueError)    a space, or a design that does not fit its space
    ├── ExpressionError    (ValueError)    a case, constraint or derived input that cannot be read
    ├── SimulatorError     (TypeError)     a function that cannot take or give what was declared
    ├── RunError           (RuntimeError)  a campaign that cannot go on
    ├── StoreError         (RuntimeError)  a store that does not fit the campaign
    ├── DataError          (ValueError)    a table of inputs or labels that cannot be learnt from
    ├── StudyError         (ValueError)    a study file that cannot be run
    └── MissingExtraError  (ImportError)   an optional library is absent; names the command

    SurrogateWarning (UserWarning)
    ├── FewCasesWarning          too few cases of interest for a stable answer
    ├── FailedRunsWarning        runs were left out because they failed
    ├── TeacherWarning           a surrogate that does not deserve trust
    └── AcceptanceWarning        constraints reject most of the space

A message says what was asked, what was expected, what was given (name, row, value) and what to do.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from types import ModuleType

__all__ = [
    "AcceptanceWarning",
    "ArgumentError",
    "DataError",
    "ExpressionError",
    "FailedRunsWarning",
    "FewCasesWarning",
    "MissingExtraError",
    "RunError",
    "SimulatorError",
    "SpaceError",
    "StoreError",
    "StudyError",
    "SurrogateError",
    "SurrogateWarning",
    "TeacherWarning",
    "did_you_mean",
    "import_extra",
]


class SurrogateError(Exception):
    """Base of every error the package raises on purpose."""


class ArgumentError(SurrogateError, ValueError):
    """An argument is out of its range or of the wrong kind."""


class SpaceError(SurrogateError, ValueError):
    """A space that contradicts itself, or a design that does not fit its space."""


class ExpressionError(SurrogateError, ValueError):
    """A case, constraint or derived input that cannot be read or computed."""


class SimulatorError(SurrogateError, TypeError):
    """A wrapped function that cannot take or give what was declared."""


class RunError(SurrogateError, RuntimeError):
    """A campaign that cannot go on."""


class StoreError(SurrogateError, RuntimeError):
    """A store that does not fit the campaign."""


class DataError(SurrogateError, ValueError):
    """A table of inputs or labels that cannot be learnt from."""


class StudyError(SurrogateError, ValueError):
    """A study file that cannot be run."""


class MissingExtraError(SurrogateError, ImportError):
    """An optional library is absent."""


class SurrogateWarning(UserWarning):
    """Base of every warning the package gives."""


class FewCasesWarning(SurrogateWarning):
    """Too few cases of interest for a stable answer."""


class FailedRunsWarning(SurrogateWarning):
    """Runs were left out because they failed."""


class TeacherWarning(SurrogateWarning):
    """A surrogate that does not deserve trust."""


class AcceptanceWarning(SurrogateWarning):
    """Constraints reject most of the space."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'delay'?"`` for a near miss, else the names there are.

    Examples
    --------
    >>> did_you_mean("dealy", ["gain", "delay"])
    "; did you mean 'delay'?"
    >>> did_you_mean("x", ["gain", "delay"])
    '; there are gain, delay'
    """
    known = [str(each) for each in known]
    close = difflib.get_close_matches(str(name), known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(known)}" if known else "; there are none"


def import_extra(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional library, or say how to install it.

    Parameters
    ----------
    module : str
        What to import, e.g. ``"torch"``.
    extra : str
        The extra of this distribution that brings it.
    purpose : str
        What it is needed for; opens the message.

    Raises
    ------
    MissingExtraError
        With the install command.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs {module}, which cannot be imported ({error}). "
            f'Install it with: pip install "ml-metamorphosis[{extra}]"'
        ) from error
