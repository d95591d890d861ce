"""Where the rows of the transfer set come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from surrogate.errors import ArgumentError, DataError
from surrogate.transfer.recipes import DEFAULT_ROWS, Recipe

if TYPE_CHECKING:
    from surrogate.models import Teacher
    from surrogate.randomness import Rng

__all__ = ["bound", "draw_rows", "drawn_with_sources", "stacked"]


def bound(source: Any, teacher: Teacher) -> Any:
    """Return the source with the teacher it asks, if it asks one."""
    return source.with_teacher(teacher) if hasattr(source, "with_teacher") else source


def drawn_with_sources(source: Any, n: int | None, X: Any, *, rng: Rng) -> tuple[Any, Any]:
    """Return rows for the teacher, and the position in X of the row each was made from.

    Parameters
    ----------
    source, n, X, rng
        As for `draw_rows`; the source is a recipe of this package or None.

    Raises
    ------
    ArgumentError
        If the source does not know which row it made a row from.
    """
    if source is None:
        rows = draw_rows(None, n, X, rng=rng)
        return rows, np.arange(len(rows))
    if not hasattr(source, "drawn"):
        raise ArgumentError(
            f"the rows of {source!r} have no source row to inherit a label from; inherited labels "
            "need Warps, KDE, MUNGE, Interpolation, Augmentation or Gated"
        )
    return source.drawn(X, source.n_rows(X) if n is None else n, rng)


def draw_rows(source: Any, n: int | None, X: Any, *, rng: Rng) -> Any:
    """Return the rows to be labelled by the teacher.

    Parameters
    ----------
    source : Space, callable or None
        A space gives n low-discrepancy rows of its law; a callable is asked
        ``source(X, n, rng)``; None gives the rows `X` as they are.
    n : int, optional
        By default what a recipe wants, 20,000 for a space or callable.
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
    wanted = source.n_rows(X) if isinstance(source, Recipe) else DEFAULT_ROWS
    rows = source(X, n or wanted, rng)
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
