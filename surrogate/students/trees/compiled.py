"""Compilation whose cache notices changes in other files."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function; keep the result until it, or what its module imports, has changed.

    numba keeps a result as long as the file of the function is the same, although what was
    compiled holds the functions it calls as well [1]_: after an update of one file callers in
    another would go on as before. The file a result is kept in has the function's qualified name,
    so a digest of the imported compiled functions becomes a part of that name.

    References
    ----------
    .. [1] https://numba.readthedocs.io/en/stable/developer/caching.html#caching-limitations
    """
    digest = hashlib.sha256()
    for value in list(function.__globals__.values()):
        called = getattr(value, "py_func", function)
        if called.__module__ != function.__module__:
            digest.update(called.__qualname__.encode())  # tells of what that one calls
            digest.update(Path(inspect.getfile(called)).read_bytes())
    function.__qualname__ += f"-{digest.hexdigest()[:16]}"
    return njit(cache=True, nogil=True, error_model="numpy")(function)
