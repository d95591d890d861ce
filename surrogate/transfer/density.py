"""New rows from the density around real ones: MUNGE, kernel density, interpolation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surrogate.arguments import check_count, check_positive
from surrogate.errors import ArgumentError
from surrogate.transfer.recipes import Move, Rows, TableRecipe
from surrogate.transfer.table import Codes, Floats, Table

__all__ = ["KDE", "MUNGE", "Interpolation"]


@dataclass(frozen=True)
class MUNGE(TableRecipe):
    """Swap cells with the nearest neighbour, numbers with some noise [1]_.

    Parameters
    ----------
    swap_probability : float
        That a cell takes the neighbour's value.
    local_variance : float
        A swapped number is normal about the neighbour's with standard deviation
        ``|difference| / local_variance``.
    space : Space, optional
        See `TableRecipe`.

    References
    ----------
    .. [1] C. Bucila, R. Caruana, A. Niculescu-Mizil, KDD (2006),
       https://doi.org/10.1145/1150402.1150464

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> MUNGE()(X, 200, rng=0).shape
    (200, 3)
    """

    swap_probability: float = 0.5
    local_variance: float = 5.0

    def __post_init__(self) -> None:
        if not 0 < self.swap_probability <= 1:
            raise ArgumentError(
                f"swap_probability must lie above 0 and up to 1; got {self.swap_probability!r}"
            )
        check_positive(self.local_variance, argument="local_variance")

    def _moves(self, table: Table) -> Move:
        nearest = table.neighbours(1)[:, 0]

        def move(picks: Rows, random: np.random.Generator) -> tuple[Floats, Codes]:
            here, there = table.numbers[picks], table.numbers[nearest[picks]]
            noise = random.standard_normal(here.shape) * np.abs(here - there) / self.local_variance
            swapped = random.random(here.shape) < self.swap_probability
            numbers = np.where(swapped, there + noise, here)
            codes, others = table.codes[picks], table.codes[nearest[picks]]
            return numbers, np.where(
                random.random(codes.shape) < self.swap_probability, others, codes
            )

        return move


@dataclass(frozen=True)
class KDE(TableRecipe):
    """Draw from a Gaussian kernel density with a bandwidth for every input.

    Half of Silverman's bandwidth did best on average on nine small tables; `choose_source` picks
    among several by cross-validation.

    Parameters
    ----------
    bandwidth : float
        As a multiple of Silverman's rule of thumb [1]_. A category is replaced by any, all
        equally probable, with this multiple of the rule's factor as its probability [2]_.
    space : Space, optional
        See `TableRecipe`.

    References
    ----------
    .. [1] B. W. Silverman, Density Estimation for Statistics and Data Analysis (1986),
       https://doi.org/10.1201/9781315140919
    .. [2] J. Aitchison, C. Aitken, Biometrika 63 (1976), https://doi.org/10.1093/biomet/63.3.413

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> rows = KDE(0.5)(X, 200, rng=0)
    >>> bool((rows >= X.min(axis=0)).all())
    True
    """

    bandwidth: float = 0.5

    def __post_init__(self) -> None:
        check_positive(self.bandwidth, argument="bandwidth")

    def _moves(self, table: Table) -> Move:
        n, d = len(table), max(table.numbers.shape[1] + table.codes.shape[1], 1)
        factor = self.bandwidth * (4 / ((d + 2) * n)) ** (1 / (d + 4))
        quartiles = np.percentile(table.numbers, [25, 75], axis=0)
        robust = (quartiles[1] - quartiles[0]) / 1.349
        spread = table.numbers.std(axis=0)
        widths = factor * np.where(robust > 0, np.minimum(robust, spread), spread)

        def move(picks: Rows, random: np.random.Generator) -> tuple[Floats, Codes]:
            numbers = table.numbers[picks]
            numbers = numbers + widths * random.standard_normal(numbers.shape)
            codes = table.codes[picks]
            anything = random.integers(np.asarray(table.n_levels, dtype=np.int64), size=codes.shape)
            return numbers, np.where(random.random(codes.shape) < factor, anything, codes)

        return move


@dataclass(frozen=True)
class Interpolation(TableRecipe):
    """Draw between a row and one of its nearest neighbours, as SMOTE does [1]_.

    Parameters
    ----------
    n_neighbours : int
    space : Space, optional
        See `TableRecipe`.

    References
    ----------
    .. [1] N. Chawla et al., J. Artif. Intell. Res. 16 (2002), https://doi.org/10.1613/jair.953

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> Interpolation(3)(X, 200, rng=0).shape
    (200, 3)
    """

    n_neighbours: int = 5

    def __post_init__(self) -> None:
        check_count(self.n_neighbours, 1, argument="n_neighbours")

    def _moves(self, table: Table) -> Move:
        neighbours = table.neighbours(self.n_neighbours)

        def move(picks: Rows, random: np.random.Generator) -> tuple[Floats, Codes]:
            chosen = random.integers(self.n_neighbours, size=len(picks))
            others = neighbours[picks, chosen]
            share = random.random((len(picks), 1))
            here, there = table.numbers[picks], table.numbers[others]
            codes = table.codes[picks]
            taken = random.random(codes.shape) < share
            return here + share * (there - here), np.where(taken, table.codes[others], codes)

        return move
