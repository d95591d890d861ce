"""What the scores mean, in plain sentences, and the words of the page."""

from __future__ import annotations

import math

from surrogate.estimates import Estimate

__all__ = ["GLOSSARY", "LABELS", "certified_meaning", "cross_fitted_meaning", "percent"]

GLOSSARY = {
    "Coverage": "The share of all cases of interest that lie inside the region (recall).",
    "Density": "The share of the points inside the region that are cases of interest (precision).",
    "Mass": "The share of all points that lie inside the region: how much of the space it takes.",
    "WRAcc": "Weighted relative accuracy: mass times (density minus the share of cases overall). "
    "Zero is no better than the whole space.",
    "Restricted input": "An input the region limits. All other inputs may take any value.",
    "In-sample": "Measured on the data the region was made from: too good, by construction.",
    "Teacher": "A model fitted on the runs that labels new points so that the region can be "
    "sought among many more of them. Its estimates are as good as the teacher.",
    "Cross-fitted": "The whole search is repeated on parts of the runs and scored on the runs "
    "left out. It judges the way the region was found, not this one region.",
    "Certified": "Measured by fresh, independent runs of the simulator itself, drawn after the "
    "region was fixed. It judges exactly this region.",
    "Gap": "How far a limit could move without passing an observation: the limit is known no "
    "better than that.",
}

LABELS = {"wracc": "WRAcc"}

_CROSS_FITTED = {
    "coverage": "Regions found this way hold about {share} of the cases in unseen runs{range}.",
    "density": "About {share} of unseen runs inside such regions are cases{range}.",
    "mass": "Such regions take up about {share} of the space.",
    "wracc": "Gain over taking the whole space, which has 0.",
}
_CERTIFIED = {
    "coverage": "Of all cases in the space about {share} lie inside.",
    "density": "Of the fresh runs inside the region {share} were cases.",
}


def percent(value: float) -> str:
    r"""Return a share as text, e.g. ``'97.3 %'``.

    Examples
    --------
    >>> percent(0.9734)
    '97.3\xa0%'
    """
    return f"{100 * value:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%"


def cross_fitted_meaning(name: str, estimate: Estimate) -> str:
    """Return one sentence about a cross-fitted score."""
    return _meaning(_CROSS_FITTED.get(name, ""), estimate)


def certified_meaning(name: str, estimate: Estimate) -> str:
    """Return one sentence about a certified score; the statement says what is proved."""
    return _meaning(_CERTIFIED[name], estimate)


def _meaning(sentence: str, estimate: Estimate) -> str:
    if math.isnan(estimate.value):
        return "There was nothing to measure it on."
    return sentence.format(share=percent(estimate.value), range=_range(estimate))


def _range(estimate: Estimate) -> str:
    if math.isnan(estimate.low):
        return ""
    level = f"{100 * estimate.confidence_level:g}\N{NO-BREAK SPACE}% confidence"
    if estimate.is_bound:
        return f"; at least {percent(estimate.low)} with {level}"
    return f"; {percent(estimate.low)} to {percent(estimate.high)} with {level}"
