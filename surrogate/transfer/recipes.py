"""What every source near real rows has in common: rows made from rows, and which from which."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import DataError
from surrogate.randomness import Rng, generator
from surrogate.transfer.table import Codes, Floats, Table, as_table

if TYPE_CHECKING:
    from surrogate.space import Space

__all__ = [
    "DEFAULT_ROWS",
    "Move",
    "Recipe",
    "TableRecipe",
    "balanced_picks",
    "joined",
    "row_subset",
]

DEFAULT_ROWS = 20_000

_MAX_ROUNDS = 50  # of drawing again what constraints refuse

Rows = NDArray[np.intp]
# Takes numbers of real rows and a Generator; returns moved numbers and codes.
Move = Callable[[Rows, np.random.Generator], tuple[Floats, Codes]]


class Recipe(ABC):
    """A source of transfer rows that lie near real ones; callable as ``(X, n, rng) -> rows``."""

    def __call__(self, X: Any, n: int | None = None, rng: Rng = None) -> Any:
        """Return n rows like those of X."""
        return self.drawn(X, self.n_rows(X) if n is None else n, rng)[0]

    def n_rows(self, X: Any) -> int:  # noqa: ARG002 - Warps count by them
        """Return how many rows are drawn where nobody says: 20,000."""
        return DEFAULT_ROWS

    @abstractmethod
    def drawn(self, X: Any, n: int, rng: Rng) -> tuple[Any, Rows]:
        """Return n rows, and the position in X of the row each was made from.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n_real, d)
        n : int
        rng : int, Generator or None
        """


@dataclass(frozen=True)
class TableRecipe(Recipe):
    """A recipe for tables: moves numbers and categories, draws again what constraints refuse.

    Parameters
    ----------
    space : Space, optional
        Keeps integers, listed values, categories, constraints and derived inputs of a DataFrame
        valid. Without it integer columns stay whole, categories known, and numbers in the range of
        the real rows.
    """

    _: KW_ONLY
    space: Space | None = None

    @abstractmethod
    def _moves(self, table: Table) -> Move:
        """Return what makes new rows of picked ones."""

    def drawn(self, X: Any, n: int, rng: Rng) -> tuple[Any, Rows]:
        """Return n valid rows, and the position in X of the row each was made from.

        Raises
        ------
        DataError
            If the constraints refuse nearly all.
        """
        random = generator(rng)
        table = as_table(X, self.space)
        move = self._moves(table)
        parts, sources, missing, tried = [], [], n, 0
        for _ in range(_MAX_ROUNDS):
            picks = balanced_picks(len(table), missing, random)
            rows, valid = table.rebuild(*move(picks, random))
            parts.append(rows if valid.all() else row_subset(rows, np.flatnonzero(valid)))
            sources.append(picks[valid])
            tried += len(picks)
            missing -= int(valid.sum())
            if not missing:
                return joined(parts), np.concatenate(sources)
        raise DataError(
            f"{self!r} found {n - missing} of {n} rows that meet the constraints in {tried} tries; "
            "ask for fewer rows or sample the space itself"
        )


def balanced_picks(n_real: int, n: int, random: np.random.Generator) -> Rows:
    """Return n positions of real rows in random order, each equally often, give or take one."""
    whole, rest = divmod(n, n_real)
    parts = [np.arange(n_real) for _ in range(whole)]
    picks = np.concatenate([*parts, random.choice(n_real, rest, replace=False)])
    return random.permutation(picks).astype(np.intp)


def row_subset(X: Any, rows: Any) -> Any:
    """Return rows of a DataFrame or array by position."""
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


def joined(parts: list[Any]) -> Any:
    """Return parts of rows as one table or array."""
    if len(parts) == 1:
        return parts[0]
    if hasattr(parts[0], "iloc"):
        import pandas as pd

        return pd.concat(parts, ignore_index=True)
    return np.concatenate(parts)
