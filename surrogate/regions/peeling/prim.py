"""PRIM, the patient rule induction method, as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.arguments import check_count, check_share
from surrogate.errors import ArgumentError, did_you_mean
from surrogate.regions.boxes.box import Box
from surrogate.regions.boxes.limits import Missing, check_missing
from surrogate.regions.finder import RegionFinder
from surrogate.regions.tables.targets import Target
from surrogate.regions.trajectories.trajectory import PeelingTrajectory

__all__ = ["PRIM"]

Floats = NDArray[np.float64]


class PRIM(RegionFinder):
    """Patient rule induction: peel thin slabs off the space, then paste some back [1]_.

    Every peel takes at most the share `peel_alpha` of the runs in the box off one side of one
    input (or one label off a categorical input), the slab with the best `objective`. The boxes on
    the way, from everything to a small dense one, are the trajectory a person chooses from [2]_.

    Parameters
    ----------
    peel_alpha : float
        Share of the box one peel may take, in (0, 1). Smaller is more patient. Runs of equal value
        leave together; a slab has at least one value.
    paste_alpha : float
        Share of the box one paste may add, in [0, 1); 0 for no pasting.
    mass_min : float
        Peeling goes on, plateaus included, as long as the box keeps this share of all runs (or
        until all runs in it have the largest y).
    objective : {"lenient", "original"} or callable
        ``"original"``: the mean of y in the new box. ``"lenient"``: its gain per share of the box
        removed (or added), which is fairer between thin slabs and whole labels. A callable gets
        ``(mean_before, mean_after, mass_before, mass_after)``, where *after* are arrays over the
        candidates, and returns an array; larger is better.
    max_restricted : int, optional
        The most inputs a box may restrict.
    initial_box : Box, optional
        Where peeling begins, instead of everything. All boxes lie in it, pasted ones too; shares
        are of all runs all the same.
    missing : {"error", "outside", "inside"}
        What a missing value in `X` means (an input a simulator did not use, say). ``"error"``: the
        table is refused. ``"outside"``: a box that restricts an input holds no run without it; the
        first limit on it takes all of them off at once, however many. ``"inside"``: no limit on an
        input keeps out a run without it. Every box found carries the answer as ``box.missing``.

    Attributes
    ----------
    trajectory_ : PeelingTrajectory
        All boxes: everything, the initial box if there is one, peels, pastes.
    box_ : Box
        The box of best *in-sample* WRAcc, for lack of other data; its scores flatter. Choose with
        ``trajectory_.choose(rule, X, y)`` on runs that were held out. It is never simply the last
        box, whose smallness is an artefact of `mass_min`.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if `X` was a DataFrame with text names.

    Raises
    ------
    ArgumentError
        A parameter out of its range.
    DataError
        Missing values with ``missing="error"``, infinite values, no rows, another index in `y`
        than in `X`, an `initial_box` that holds no row.

    Warns
    -----
    FewCasesWarning
        Fewer than 10 cases of interest, or nothing but cases.

    Notes
    -----
    Columns of `X` may be floats, integers of any width, booleans, text and pandas categories,
    ordered (peeled from their ends) or not (peeled label by label). Limits are closed: the middle
    of the last value outside and the first inside for real numbers, with both kept in
    ``box.gaps``; values that occur for whole numbers. `y` is booleans, 0 and 1, probabilities of
    being a case, or real values, whose mean is then maximised and called density; negate it to
    minimise. The answer does not depend on the order of rows or columns, nor on threads.

    References
    ----------
    .. [1] J. H. Friedman, N. I. Fisher, Bump hunting in high-dimensional data, Statistics and
       Computing 9 (1999), https://doi.org/10.1023/A:1008894516817
    .. [2] B. P. Bryant, R. J. Lempert, Thinking inside the box, Technological Forecasting and
       Social Change 77 (2010), https://doi.org/10.1016/j.techfore.2009.08.002

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame(rng.random((1000, 3)), columns=["gain", "delay", "load"])
    >>> y = (X["gain"] < 0.5) & (X["delay"] > 0.3)
    >>> PRIM().fit(X, y).box_.rule(digits=2)
    'delay >= 0.31 and gain <= 0.5'
    """

    def __init__(
        self,
        *,
        peel_alpha: float = 0.05,
        paste_alpha: float = 0.05,
        mass_min: float = 0.05,
        objective: Literal["lenient", "original"] | Callable[..., Floats] = "lenient",
        max_restricted: int | None = None,
        initial_box: Box | None = None,
        missing: Missing = "error",
    ) -> None:
        self.peel_alpha = peel_alpha
        self.paste_alpha = paste_alpha
        self.mass_min = mass_min
        self.objective = objective
        self.max_restricted = max_restricted
        self.initial_box = initial_box
        self.missing = missing

    @property
    def _missing(self) -> Missing:
        return self.missing

    def _search(self, frame: pd.DataFrame, target: Target) -> PeelingTrajectory:
        from surrogate.regions.peeling.search import Search  # numba is loaded here

        search = Search(
            peel_alpha=self.peel_alpha,
            paste_alpha=self.paste_alpha,
            mass_min=self.mass_min,
            objective=self._objective(),
            max_restricted=self.max_restricted,
            initial_box=replace(self.initial_box or Box({}), missing=self.missing),
        )
        return search.run(frame, target)

    def _objective(self) -> Callable[..., Floats]:
        return self.objective if callable(self.objective) else _OBJECTIVES[self.objective]

    def _check_parameters(self) -> None:
        check_share(self.peel_alpha, argument="peel_alpha")
        check_share(self.paste_alpha, argument="paste_alpha", or_zero=True)
        check_share(self.mass_min, argument="mass_min", or_zero=True)
        if not callable(self.objective) and self.objective not in _OBJECTIVES:
            raise ArgumentError(
                f"objective must be a callable or one of {sorted(_OBJECTIVES)}; got "
                f"{self.objective!r}{did_you_mean(str(self.objective), _OBJECTIVES)}"
            )
        check_count(self.max_restricted, 1, argument="max_restricted", optional=True)
        check_missing(self.missing)
        if not isinstance(self.initial_box, Box | None):
            raise ArgumentError(f"initial_box must be a Box or None; got {self.initial_box!r:.200}")
        most, given = self.max_restricted, self.initial_box
        if most is not None and given is not None and given.n_restricted > most:
            raise ArgumentError(
                f"max_restricted is {most}, but initial_box restricts {given.n_restricted} inputs"
            )


def _original(_mean_before: float, mean: Floats, _mass_before: float, _mass: Floats) -> Floats:
    return mean


def _lenient(mean_before: float, mean: Floats, mass_before: float, mass: Floats) -> Floats:
    return (mean - mean_before) * mass_before / np.abs(mass - mass_before)


_OBJECTIVES: dict[str, Callable[..., Floats]] = {"lenient": _lenient, "original": _original}
