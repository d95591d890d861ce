"""A Gaussian process of a logarithm as a member: outcomes that are skewed or multiply up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from surrogate.randomness import stream
from surrogate.students.arrays import Array
from surrogate.students.members.member import HeldOut, RegressionMember
from surrogate.students.members.processes import ProcessMember, likelihood_on
from surrogate.students.members.training_data import TrainingData
from surrogate.students.processes.search import find_optimum, polish, subset

__all__ = ["Warp", "WarpedProcessMember"]

_SIDES = (1, -1)
_MARGINS = (0.01, 0.03, 0.1, 0.3, 1.0)  # between the bound and the outcomes, over their range
_TRIAL_ITERATIONS = 15
_FAR = 100  # times the largest distance to the bound
_CLEARLY_LIKELIER = 2.0  # units of log likelihood


@dataclass(frozen=True)
class Warp:
    """The logarithm of the distance of outcomes to a bound that they do not reach.

    Attributes
    ----------
    side : {1, -1}
        Whether the bound lies below the outcomes or above.
    bound : float
    farthest : float
        What distances are cut to, so that they are finite: a hundred times the largest seen.

    Examples
    --------
    >>> warp = Warp.beside(np.array([0.0, 3.0, 10.0]), side=1, margin=0.1)
    >>> warp.bound
    -1.0
    >>> warp.outcomes(warp.logarithms(np.array([3.0, 9999.0])))
    array([   3., 1099.])
    """

    side: int
    bound: float
    farthest: float

    @classmethod
    def beside(cls, y: Array, *, side: int, margin: float) -> Warp:
        """Return the warp whose bound lies off these outcomes by a margin, relative to their range.

        Parameters
        ----------
        y : ndarray of shape (n,)
        side : {1, -1}
        margin : float
        """
        gap = margin * float(np.ptp(y))
        nearest = float(y.min() if side > 0 else y.max())
        return cls(side, nearest - side * gap, _FAR * (float(np.ptp(y)) + gap))

    def logarithms(self, y: Array) -> Array:
        """Return the logarithms of the distances of outcomes to the bound."""
        return np.asarray(np.log(self.side * (y - self.bound)))

    def distances(self, logarithms: Array) -> Array:
        """Return the distances to the bound, cut to the farthest."""
        return np.asarray(np.exp(np.minimum(logarithms, np.log(self.farthest))))

    def outcomes(self, logarithms: Array) -> Array:
        """Return the outcomes behind such logarithms."""
        return self.bound + self.side * self.distances(logarithms)


class WarpedProcessMember(RegressionMember):
    """A Gaussian process of the logarithm of the distance to a bound [1]_.

    A product of effects is a sum in its logarithm, and a skewed outcome lies evenly there: both are
    easier to learn. The likelihood of all rows says on which side the bound lies, and how far off.
    Where the outcome itself is as likely, the member leaves it to the others.

    References
    ----------
    .. [1] E. Snelson, C. E. Rasmussen, Z. Ghahramani, Warped Gaussian processes, NIPS 16 (2003)
    """

    def fit(self, data: TrainingData, seed: int, rival: Array | None = None) -> HeldOut:
        """Fit all rows, fit without each fold, and return the held-out predictions."""
        self._warp, gain = _likeliest(data, stream(seed, "warp"))
        if gain < _CLEARLY_LIKELIER and rival is not None:
            return HeldOut(np.full(len(data.y), np.nan))
        self._process = ProcessMember("anova", n_restarts=2)
        held = self._process.fit(replace(data, y=self._warp.logarithms(data.y)), seed)
        _, std = self._in_outcomes(held.mean, held.std)
        return replace(held.transformed(self._warp.outcomes), std=std)

    def predict(self, X: Array, *, return_std: bool = False) -> tuple[Array, Array | None]:
        """Return the median and, if asked, the standard deviation of new outcomes."""
        return self._in_outcomes(*self._process.predict(X, return_std=return_std))

    def _in_outcomes(self, mean: Array, std: Array | None) -> tuple[Array, Array | None]:
        """Return median and, to first order, standard deviation behind those of logarithms."""
        outcomes = self._warp.outcomes(mean)
        return outcomes, None if std is None else self._warp.distances(mean) * std


def _likeliest(data: TrainingData, rng: np.random.Generator) -> tuple[Warp, float]:
    """Return the likeliest warp and the log likelihood it gains."""
    plain = subset(likelihood_on(data, np.arange(len(data.y)), "squared_exponential"), rng)
    start = find_optimum(plain, n_restarts=2, rng=rng)
    trials = []
    for side, margin in product(_SIDES, _MARGINS):
        warp = Warp.beside(data.y, side=side, margin=margin)
        logarithms = warp.logarithms(plain.y)
        warped = replace(plain, y=logarithms)
        found = polish(warped, start.theta, max_iterations=_TRIAL_ITERATIONS)
        # the density of an outcome is that of its logarithm over its distance to the bound
        gain = start.objective - found.objective - float(logarithms.sum())
        trials.append((warp, gain))
    return max(trials, key=lambda trial: trial[1])
