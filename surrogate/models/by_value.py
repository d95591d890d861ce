"""Functions and simulators as bytes, by value, with the names of the files they come from.

cloudpickle from 3.1.3 on leaves these names out; what failed where is then told by line alone, and
otherwise than in the process that the function was written in.
"""

from __future__ import annotations

import io
import types
from typing import Any

import cloudpickle

__all__ = ["dumped"]


def dumped(thing: Any) -> bytes:
    """Return an object as bytes that `cloudpickle.loads` reads.

    Examples
    --------
    >>> def double(x):
    ...     return 2 * x
    >>> copy = cloudpickle.loads(dumped(double))
    >>> copy(3), copy.__code__.co_filename == double.__code__.co_filename
    (6, True)
    """
    buffer = io.BytesIO()
    _Pickler(buffer).dump(thing)
    return buffer.getvalue()


class _Pickler(cloudpickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, types.CodeType):
            _, arguments = self.dispatch_table[types.CodeType](obj)
            return _code, (obj.co_filename, *arguments)
        return super().reducer_override(obj)


def _code(filename: str, *arguments: Any) -> types.CodeType:
    return types.CodeType(*arguments).replace(co_filename=filename)
