"""Parameters of real values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.space.parameter import Parameter

__all__ = [
    "Beta",
    "LogNormal",
    "LogUniform",
    "Normal",
    "ScipyDistribution",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
]

# An open end of an unbounded distribution would be infinite: the unit interval stops just short.
_EDGE = 2.0**-53


@dataclass(frozen=True)
class Uniform(Parameter):
    """Every value of [low, high] alike.

    Examples
    --------
    >>> Uniform(0.0, 10.0, unit="s").from_unit(np.array([0.25]))
    array([2.5])
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        fine = math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high
        self._require(fine, "a Uniform needs finite low < high")

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.low + (self.high - self.low) * u

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        return (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class LogUniform(Parameter):
    """A uniform logarithm between log(low) and log(high): every decade alike.

    Examples
    --------
    >>> LogUniform(0.1, 10.0).from_unit(np.array([0.5]))
    array([1.])
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        fine = math.isfinite(self.high) and 0 < self.low < self.high
        self._require(fine, "a LogUniform needs finite 0 < low < high")

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        width = math.log(self.high / self.low)
        return np.clip(self.low * np.exp(u * width), self.low, self.high)

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        return np.log(np.asarray(values, dtype=float) / self.low) / math.log(self.high / self.low)


@dataclass(frozen=True)
class Normal(Parameter):
    """The normal distribution of a mean and a standard deviation.

    Examples
    --------
    >>> Normal(20.0, 5.0).from_unit(np.array([0.5, 0.975])).round(1)
    array([20. , 29.8])
    """

    mean: float
    std: float
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf

    def __post_init__(self) -> None:
        fine = math.isfinite(self.mean) and 0 < self.std < math.inf
        self._require(fine, "a Normal needs a finite mean and std > 0")

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import ndtri

        values: NDArray[np.float64] = ndtri(np.clip(u, _EDGE, 1 - _EDGE))
        values *= self.std
        values += self.mean
        return values

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        from scipy.special import ndtr

        return ndtr((np.asarray(values, dtype=float) - self.mean) / self.std)


@dataclass(frozen=True)
class TruncatedNormal(Parameter):
    """A normal distribution cut to [low, high] and rescaled.

    `mean` and `std` are those before the cut.

    Examples
    --------
    >>> TruncatedNormal(20.0, 5.0, low=15.0, high=30.0).from_unit(np.array([0.0, 0.5])).round(1)
    array([15. , 20.9])
    """

    mean: float
    std: float
    low: float
    high: float

    def __post_init__(self) -> None:
        fine = math.isfinite(self.mean) and 0 < self.std < math.inf and self.low < self.high
        self._require(fine, "a TruncatedNormal needs a finite mean, std > 0 and low < high")
        below, above = self._ends
        self._require(above > below, "a TruncatedNormal must keep some mass between low and high")

    @property
    def _ends(self) -> NDArray[np.float64]:
        return Normal(self.mean, self.std).to_unit([self.low, self.high])

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        below, above = self._ends
        whole = Normal(self.mean, self.std).from_unit(below + (above - below) * u)
        return np.clip(whole, self.low, self.high)

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        below, above = self._ends
        return (Normal(self.mean, self.std).to_unit(values) - below) / (above - below)


@dataclass(frozen=True)
class LogNormal(Parameter):
    """A value whose natural logarithm is normal with mean `mu` and standard deviation `sigma`.

    Examples
    --------
    >>> LogNormal(0.0, 1.0).from_unit(np.array([0.5]))
    array([1.])
    """

    mu: float
    sigma: float
    low: ClassVar[float] = 0.0
    high: ClassVar[float] = math.inf

    def __post_init__(self) -> None:
        fine = math.isfinite(self.mu) and 0 < self.sigma < math.inf
        self._require(fine, "a LogNormal needs a finite mu and sigma > 0")

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.exp(Normal(self.mu, self.sigma).from_unit(u))

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        with np.errstate(divide="ignore"):  # log(0) is -inf: probability 0
            logarithm = np.log(np.asarray(values, dtype=float))
        return Normal(self.mu, self.sigma).to_unit(logarithm)


@dataclass(frozen=True)
class Triangular(Parameter):
    """A triangle over [low, high] with its peak at `mode`, in units.

    Examples
    --------
    >>> Triangular(0.0, 1.0, 4.0).from_unit(np.array([0.25]))
    array([1.])
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        fine = math.isfinite(self.high - self.low) and self.low <= self.mode <= self.high
        self._require(fine and self.low < self.high, "a Triangular needs low <= mode <= high")

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1 - u) * width * right)
        return np.where(u * width < left, rising, falling)

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        x = np.asarray(values, dtype=float)
        width, left, right = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = (x - self.low) ** 2 / (width * (left or 1.0))
        falling = 1 - (self.high - x) ** 2 / (width * (right or 1.0))
        return np.where(x < self.mode, rising, falling)


@dataclass(frozen=True)
class Beta(Parameter):
    """The beta distribution of shapes `a` and `b`, stretched over [low, high].

    Examples
    --------
    >>> Beta(2, 2, low=10.0, high=20.0).from_unit(np.array([0.5]))
    array([15.])
    """

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        fine = self.a > 0 and self.b > 0 and math.isfinite(self.high - self.low)
        self._require(fine and self.low < self.high, "a Beta needs a > 0, b > 0 and low < high")

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import betaincinv

        return self.low + (self.high - self.low) * betaincinv(self.a, self.b, u)

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        from scipy.special import betainc

        x = (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)
        return betainc(self.a, self.b, np.clip(x, 0, 1))


@dataclass(frozen=True)
class ScipyDistribution(Parameter):
    """Any frozen distribution of ``scipy.stats``; made by passing one to a space.

    Examples
    --------
    >>> from scipy import stats
    >>> ScipyDistribution(stats.gamma(2.0)).support
    '[0, inf]'
    """

    distribution: Any

    def __post_init__(self) -> None:
        fine = all(hasattr(self.distribution, name) for name in ("ppf", "cdf", "support", "dist"))
        self._require(fine, "a distribution must be a frozen one of scipy.stats")

    @property
    def kind(self) -> str:  # type: ignore[override]  # depends on the distribution here
        return "integer" if hasattr(self.distribution, "pmf") else "real"

    @property
    def low(self) -> float:
        return float(self.distribution.support()[0])

    @property
    def high(self) -> float:
        return float(self.distribution.support()[1])

    def from_unit(self, u: NDArray[np.float64]) -> NDArray[Any]:
        values = self.distribution.ppf(np.clip(u, _EDGE, 1 - _EDGE))
        return values.astype(np.int64) if self.kind == "integer" else values

    def to_unit(self, values: ArrayLike) -> NDArray[np.float64]:
        x = np.asarray(values, dtype=float)
        above = np.asarray(self.distribution.cdf(x))
        if self.kind == "real":
            return above
        return (above + self.distribution.cdf(x - 1)) / 2

    def unit_pieces(self, limits: Any) -> NDArray[np.float64]:
        low, high = limits
        step = 1 if self.kind == "integer" else 0
        low, high = (math.ceil(low), math.floor(high)) if step else (low, high)
        return np.array([[self.distribution.cdf(low - step), self.distribution.cdf(high)]])

    def invalid(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        fraction = np.asarray(values, dtype=float) % 1 != 0
        return super().invalid(values) | (fraction if self.kind == "integer" else False)

    def clip(self, values: NDArray[Any]) -> NDArray[Any]:
        inside = super().clip(values)
        return np.rint(inside) if self.kind == "integer" else inside
