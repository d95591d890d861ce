"""Where the rows of the transfer set come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from surrogate.randomness import Rng

__all__ = ["DEFAULT_ROWS", "draw_rows", "stacked"]

DEFAULT_ROWS = 20_000


def draw_rows(source: Any, n: int | None, X: Any, *, rng: Rng) -> Any:
    """Return the rows to be labelled by the teacher.

    Parameters
    ----------
    source : Space, callable or None
        A space gives n low-discrepancy rows of its law; a callable is asked
        ``source(X, n, rng)``; None gives the rows `X` as they are.
    n : int, optional
        20,000 by default for a space or callable.
    X : DataFrame or ndarray, optional
        The real rows.
    rng : int, Generator or None

    Raises
    ------
    DataError
        If there are no rows, or the source gives none.
    """
    if n is not None and n < 1:
        raise ArgumentError(f"a transfer set has at least one row; got n_transfer={n}")
    if source is None:
        if X is None:
            raise DataError(
                "there are no rows for the teacher to label: give X or pool, or a transfer source "
                "such as the simulator's space"
            )
        return X
    if hasattr(source, "sample"):
        return source.sample(n or DEFAULT_ROWS, rng=rng)
    if not callable(source):
        raise ArgumentError(
            f"transfer must be a Space, a callable (X, n, rng) -> rows or None; got {source!r}"
        )
    rows = source(X, n or DEFAULT_ROWS, rng)
    if not len(rows):
        raise DataError(f"the transfer source {source!r} gave no rows")
    return rows


def stacked(X: Any, pool: Any) -> Any:
    """Return the rows of `X` and `pool` in one table; either may be None."""
    if X is None or pool is None:
        return pool if X is None else X
    if hasattr(X, "columns"):
        import pandas as pd

        if list(X.columns) != list(pool.columns):
            raise DataError(
                f"pool must have the columns of X, {list(X.columns)}; got {list(pool.columns)}"
            )
        return pd.concat([X, pool], ignore_index=True)
    return np.concatenate([X, pool])
