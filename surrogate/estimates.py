"""Numbers that say how sure they are.

Every score of the package is an `Estimate`: a value with its interval, the number of observations,
the method and the data it was measured on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.arguments import checked_level
from surrogate.errors import ArgumentError
from surrogate.randomness import Rng, generator

__all__ = [
    "Estimate",
    "binomial",
    "binomial_bound",
    "bootstrap",
    "confidence_sequence",
    "mean_estimate",
    "sequential_bound",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured number with its interval.

    Parameters
    ----------
    value : float
        The measured value; NaN where there was nothing to measure.
    low, high : float
        The interval at `confidence_level`; NaN where none is known.
    n : int
        Number of observations behind it.
    method : str
        How the interval was made, e.g. ``"Clopper-Pearson"``.
    data : str
        On which data, e.g. ``"held-out runs"``.
    confidence_level : float

    Examples
    --------
    >>> print(binomial(45, 50, data="held-out runs"))
    0.900 [0.782, 0.967] (95 %, n=50, held-out runs)
    >>> print(binomial_bound(45, 50, data="fresh runs"))
    0.900, at least 0.801 (95 %, n=50, fresh runs)
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    n: int = 0
    method: str = ""
    data: str = ""
    confidence_level: float = 0.95

    @property
    def is_bound(self) -> bool:
        """Whether only a lower bound is stated; `high` is then the end of the scale."""
        return "lower bound" in self.method

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else str(self)

    def __str__(self) -> str:
        interval = f", at least {self.low:.3f}" if self.is_bound else ""
        if not self.is_bound and not math.isnan(self.low):
            interval = f" [{self.low:.3f}, {self.high:.3f}]"
        about = "about " if "approximate" in self.method else ""
        notes = [f"{about}{100 * self.confidence_level:g} %"] if interval else []
        notes += [f"n={self.n}"] + ([self.data] if self.data else [])
        return f"{self.value:.3f}{interval} ({', '.join(notes)})"

    def to_dict(self) -> dict[str, float | int | str | None]:
        """Return the fields as plain values for JSON; a number that is not known becomes None."""
        return {
            "value": _finite(self.value),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "n": self.n,
            "method": self.method,
            "data": self.data,
            "confidence_level": self.confidence_level,
        }


def binomial(
    k: int, n: int, *, confidence_level: float = 0.95, data: str = "", method: str = "exact"
) -> Estimate:
    """Return the share ``k / n`` with a two-sided interval.

    Parameters
    ----------
    k, n : int
        Successes and trials, ``0 <= k <= n``; ``n = 0`` gives NaN in ``[0, 1]``.
    confidence_level : float
    data : str
        On which data.
    method : {"exact", "wilson"}
        Clopper and Pearson's exact interval, never too short [1]_, or Wilson's.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, Biometrika 26 (1934), https://doi.org/10.1093/biomet/26.4.404

    Examples
    --------
    >>> round(binomial(0, 10).high, 4)
    0.3085
    """
    k, n = _counts(k, n)
    alpha = 1 - checked_level(confidence_level)
    if method == "exact":
        low = _beta_quantile(k, n - k + 1, alpha / 2)
        high = _beta_quantile(k + 1, n - k, 1 - alpha / 2)
        name = "Clopper-Pearson"
    elif method == "wilson":
        low, high = _wilson(k, n, alpha)
        name = "Wilson"
    else:
        raise ArgumentError(f"method must be 'exact' or 'wilson'; got {method!r}")
    value = k / n if n else math.nan
    return Estimate(value, low, high, n, name, data, confidence_level)


def binomial_bound(k: int, n: int, *, confidence_level: float = 0.95, data: str = "") -> Estimate:
    """Return ``k / n`` with Clopper and Pearson's exact *lower bound*, as ``[low, 1]``.

    Examples
    --------
    >>> round(binomial_bound(297, 300).low, 3)
    0.974
    """
    k, n = _counts(k, n)
    low = _beta_quantile(k, n - k + 1, 1 - checked_level(confidence_level))
    value = k / n if n else math.nan
    return Estimate(value, low, 1.0, n, "Clopper-Pearson lower bound", data, confidence_level)


def confidence_sequence(
    k: int, n: int, *, confidence_level: float = 0.95, data: str = ""
) -> Estimate:
    """Return ``k / n`` with an interval that stays valid however often one looks.

    The beta-binomial mixture martingale with a uniform prior [1]_: with probability at least
    `confidence_level` the truth lies in the interval at *every* n at once, so a campaign may stop
    whenever it likes.

    References
    ----------
    .. [1] H. Robbins, Ann. Math. Statist. 41 (1970), https://doi.org/10.1214/aoms/1177696786

    Examples
    --------
    >>> wide, fixed = confidence_sequence(297, 300), binomial_bound(297, 300)
    >>> wide.low < fixed.low
    True
    """
    from scipy.optimize import brentq
    from scipy.special import betaln, xlog1py, xlogy

    k, n = _counts(k, n)
    limit = -math.log(1 - checked_level(confidence_level))
    value = k / n if n else math.nan

    def evidence(p: float) -> float:  # log of the martingale at p; p is refuted above `limit`
        likelihood = xlogy(k, p) + xlog1py(n - k, -p)
        return float(betaln(k + 1, n - k + 1) - likelihood) - limit

    low = brentq(evidence, 1e-300, value) if k else 0.0
    high = brentq(evidence, value, 1 - 1e-16) if k < n else 1.0
    return Estimate(value, low, high, n, "confidence sequence", data, confidence_level)


def sequential_bound(k: int, n: int, *, confidence_level: float = 0.95, data: str = "") -> Estimate:
    """Return ``k / n`` with a lower bound that stays valid however often one looks.

    A share p is refuted once the likelihood of what was seen, averaged over all shares above p,
    exceeds that at p by one over the error: a mixture martingale [1]_ [2]_ that bets on one side
    only, so its bound lies well above the low end of `confidence_sequence`.

    References
    ----------
    .. [1] H. Robbins, Ann. Math. Statist. 41 (1970), https://doi.org/10.1214/aoms/1177696786
    .. [2] I. Waudby-Smith, A. Ramdas, Estimating means of bounded random variables by betting,
       J. R. Stat. Soc. B 86 (2024), https://doi.org/10.1093/jrsssb/qkad009

    Examples
    --------
    >>> any_look, both_sides = sequential_bound(297, 300), confidence_sequence(297, 300)
    >>> one_look = binomial_bound(297, 300)
    >>> both_sides.low < any_look.low < one_look.low
    True
    """
    from scipy.optimize import brentq
    from scipy.special import betaincc, betaln, xlog1py, xlogy

    k, n = _counts(k, n)
    limit = -math.log(1 - checked_level(confidence_level))

    def evidence(p: float) -> float:  # log of the martingale at p; p is refuted above `limit`
        above = betaln(k + 1, n - k + 1) + math.log(betaincc(k + 1, n - k + 1, p) / (1 - p))
        return float(above - xlogy(k, p) - xlog1py(n - k, -p)) - limit

    most = k / (n + 1)  # the martingale falls with p up to here, so all shares below are refuted
    low = 0.0
    if k:
        low = most if evidence(most) >= 0 else brentq(evidence, 1e-300, most)
    value = k / n if n else math.nan
    method = "sequential lower bound"
    return Estimate(value, low, 1.0, n, method, data, confidence_level)


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float],
    n: int,
    *,
    n_resamples: int = 400,
    confidence_level: float = 0.95,
    data: str = "",
    rng: Rng = None,
) -> Estimate:
    """Return a statistic of n rows with a percentile bootstrap interval.

    Parameters
    ----------
    statistic : callable
        Takes row numbers, shape (n,), and returns the value on those rows.
    n : int
        Number of rows.
    n_resamples : int
    rng : int, Generator or None

    Examples
    --------
    >>> y = np.arange(20.0)
    >>> bootstrap(lambda rows: y[rows].mean(), 20, rng=0).value
    9.5
    """
    if n < 1:
        raise ArgumentError(f"bootstrap needs at least one row; got n={n}")
    random = generator(rng)
    draws = np.array([statistic(random.integers(n, size=n)) for _ in range(n_resamples)])
    tail = 50 * (1 - checked_level(confidence_level))
    low, high = np.nanpercentile(draws, [tail, 100 - tail])
    value = float(statistic(np.arange(n)))
    return Estimate(value, float(low), float(high), n, "bootstrap", data, confidence_level)


def mean_estimate(values: ArrayLike, *, confidence_level: float = 0.95, data: str = "") -> Estimate:
    """Return the mean of independent values with Student's interval.

    Examples
    --------
    >>> mean_estimate([1.0, 2.0, 3.0]).value
    2.0
    """
    from scipy.special import stdtrit

    sample = np.asarray(values, dtype=float)
    n = sample.size
    value = float(sample.mean()) if n else math.nan
    if n < 2:
        return Estimate(value, n=n, method="mean", data=data, confidence_level=confidence_level)
    quantile = float(stdtrit(n - 1, (1 + checked_level(confidence_level)) / 2))
    half = quantile * sample.std(ddof=1) / n**0.5
    return Estimate(value, value - half, value + half, n, "Student", data, confidence_level)


def _counts(k: int, n: int) -> tuple[int, int]:
    if not (0 <= k <= n and int(k) == k and int(n) == n):
        raise ArgumentError(f"counts must be whole numbers with 0 <= k <= n; got k={k}, n={n}")
    return int(k), int(n)


def _beta_quantile(a: int, b: int, probability: float) -> float:
    from scipy.special import betaincinv

    if a <= 0:
        return 0.0
    if b <= 0:
        return 1.0
    return float(betaincinv(a, b, probability))


def _wilson(k: int, n: int, alpha: float) -> tuple[float, float]:
    from scipy.special import ndtri

    if n == 0:
        return 0.0, 1.0
    z = float(ndtri(1 - alpha / 2))
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
