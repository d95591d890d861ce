"""How many threads linear algebra takes while a student learns."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from threadpoolctl import threadpool_limits

__all__ = ["threads_for"]

_SMALL = 500  # rows


def threads_for(n_rows: int) -> AbstractContextManager[Any]:
    """Return a context of one thread where matrices are small, and of all that there are elsewhere.

    On small matrices, waiting for each other costs threads more than they gain; where another
    process wants the cores too, forty times more was measured.
    """
    return threadpool_limits(1) if n_rows <= _SMALL else nullcontext()
