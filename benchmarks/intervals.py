"""How often do the intervals stated for density and coverage hold what they are about?

Run ``OMP_NUM_THREADS=1 python benchmarks/intervals.py [repetitions] [boxes] [certificates]
[folds]``. Every line is one kind of interval over at least 2,000 repetitions with known truth: the
share that held it, and the mean width (of a bound: the distance to the measured value). Asked: the
stated level less 1.5 points.

Fixed boxes are scored on fresh rows. Cross-fitted scores judge a procedure, so each of their
intervals is held against two truths: the mean score of boxes found on the share of the runs a fold
leaves (*procedure*), and the mean score of just the boxes that were scored (*these boxes*). The
procedure here is PRIM and the choice by WRAcc on its own rows. Certificates are their own rule on
tosses of a known density; benchmarks/certificates.py runs whole ones.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

import surrogate as sg
from surrogate.certificates import Plan
from surrogate.discovery.cross_fitting import Boxes, Fold
from surrogate.discovery.held_out import scores_of
from surrogate.errors import FewCasesWarning
from surrogate.estimates import Estimate, binomial_bound

BOX = sg.Box({"a": (0.0, 0.5), "b": (0.0, 0.5)})
DENSITY, COVERAGE, MASS = 0.8, 0.2 / 0.275, 0.25
LEVEL = 0.95

Row = tuple[str, float, Estimate]


def labelled(n: int, random: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Return rows whose chance to be a case is 0.8 in the box and 0.1 outside."""
    X = pd.DataFrame(random.random((n, 3)), columns=["a", "b", "c"])
    chance = np.where(BOX.contains(X), 0.8, 0.1)
    return X, random.random(n) < chance


def fixed_box(n: int, random: np.random.Generator) -> Iterator[Row]:
    X, y = labelled(n, random)
    scores = BOX.evaluate(X, y)
    yield f"fixed box, {n} rows: density", DENSITY, scores.density
    yield f"fixed box, {n} rows: coverage", COVERAGE, scores.coverage
    yield f"fixed box, {n} rows: mass", MASS, scores.mass


def weighted_box(n: int, random: np.random.Generator) -> Iterator[Row]:
    X, y = labelled(n, random)
    scores = BOX.evaluate(X, y, sample_weight=random.exponential(size=n))
    yield f"fixed box, {n} weighted rows: density", DENSITY, scores.density
    yield f"fixed box, {n} weighted rows: coverage", COVERAGE, scores.coverage


def soft_box(n: int, random: np.random.Generator) -> Iterator[Row]:
    X, _ = labelled(n, random)
    soft = random.beta(*np.where(BOX.contains(X), [[4.0], [1.0]], [[1.0], [9.0]]))
    scores = BOX.evaluate(X, soft)
    yield f"fixed box, {n} soft labels: density", DENSITY, scores.density
    yield f"fixed box, {n} soft labels: coverage", COVERAGE, scores.coverage


def true_scores(box: sg.Box) -> tuple[float, float]:
    """Return the mass of a box, and how much of the space is in it and a case."""
    ends = {name: box.limits.get(name, (0.0, 1.0)) for name in ("a", "b", "c")}
    whole = np.prod([min(high, 1.0) - max(low, 0.0) for low, high in ends.values()])
    both = min(ends["c"][1], 1.0) - max(ends["c"][0], 0.0)
    for name in ("a", "b"):
        both *= max(min(ends[name][1], 0.5) - max(ends[name][0], 0.0), 0.0)
    return float(whole), float(0.8 * both + 0.1 * (whole - both))


def cross_fitted(n: int, n_folds: int, random: np.random.Generator) -> tuple[dict, np.ndarray]:
    """Return cross-fitted scores, and mass and cases of the boxes scored, shape (n_folds, 2)."""
    X, y = labelled(n, random)
    folds, truths = [], []
    for rows in np.array_split(random.permutation(n), n_folds):
        kept = np.setdiff1d(np.arange(n), rows)
        box = sg.PRIM(mass_min=0.1).fit(X.iloc[kept], y[kept]).box_
        truths.append(true_scores(box))
        inside = box.contains(X.iloc[rows]).to_numpy()[None]
        scored = Boxes(inside, np.array(truths[-1][:1]), 0, 0)
        folds.append(Fold(rows, None, scored, scored))
    return scores_of(folds, y, 0), np.array(truths)


def print_cross_fitted(n: int, n_folds: int, repetitions: int) -> None:
    random = np.random.default_rng(n)
    found = [cross_fitted(n, n_folds, random) for _ in range(repetitions)]
    masses = np.array([truths.mean(axis=0) for _, truths in found])  # of these boxes
    overall = masses.mean(axis=0)
    for name, of in (
        ("density", lambda mass: mass[..., 1] / mass[..., 0]),
        ("coverage", lambda mass: mass[..., 1] / 0.275),
    ):
        estimates = [scores[name] for scores, _ in found]
        report(
            f"cross-fitted, {n} runs, {n_folds} folds: {name}, procedure", of(overall), estimates
        )
        report(
            f"cross-fitted, {n} runs, {n_folds} folds: {name}, these boxes", of(masses), estimates
        )


def certificate(density: float, options: dict, random: np.random.Generator) -> Estimate:
    plan = Plan.of(300, LEVEL, **options)
    tosses, low = random.random(300) < density, 0.0
    for n in plan.schedule:
        bound = plan.bound(int(tosses[:n].sum()), n)
        low = max(low, bound.low)
        if plan.is_over(int(tosses[:n].sum()), n, low):
            break
    return Estimate(bound.value, low, 1.0, n, bound.method)


def nested(random: np.random.Generator) -> float:
    """Return the density that was claimed wrongly, or 0.

    The boxes share draws as those of certify_nested do. Of 0.9, which is declared, the second from
    the innermost falls just short.
    """
    densities, share = (0.95, 0.8999, 0.88, 0.85), 0.8
    hits = random.random(300) < densities[0]
    for index, density in enumerate(densities):
        if index:
            shell = (density - share * densities[index - 1]) / (1 - share)
            known = random.random(300) < share
            fresh = random.random(300) < shell
            hits = np.where(known, hits[np.maximum(np.cumsum(known) - 1, 0)], fresh)
        if binomial_bound(int(hits.sum()), 300, confidence_level=LEVEL).low < 0.9:
            return 0.0
        if density < 0.9:
            return density
    return 0.0


def report(name: str, truth: float | np.ndarray, estimates: list[Estimate]) -> None:
    low, high, value = (
        np.array([getattr(each, end) for each in estimates]) for end in ("low", "high", "value")
    )
    held = float(np.mean((low <= truth) & (truth <= high)))
    bound = estimates[0].is_bound
    width = float(np.mean(value - low if bound else high - low))
    n = f", {np.mean([each.n for each in estimates]):.0f} runs" if bound else ""
    verdict = "" if held >= LEVEL - 0.015 else "  BELOW"
    print(f"{name:62} held {held:.4f}, width {width:.3f}{n}{verdict}", flush=True)


def print_boxes(rows: Callable[[np.random.Generator], Iterator[Row]], repetitions: int) -> None:
    random = np.random.default_rng(0)
    found: dict[str, tuple[float, list[Estimate]]] = {}
    for _ in range(repetitions):
        for name, truth, estimate in rows(random):
            if not np.isnan(estimate.value):
                found.setdefault(name, (truth, []))[1].append(estimate)
    for name, (truth, estimates) in found.items():
        report(name, truth, estimates)


def boxes(repetitions: int) -> None:
    for n in (50, 200, 1000):
        for rows in (fixed_box, weighted_box, soft_box):
            print_boxes(lambda random, n=n, rows=rows: rows(n, random), repetitions)


def certificates(repetitions: int) -> None:
    for density in (0.9, 0.97):
        for name, options in {
            "one look at 300": {},
            "any look": {"stop_at": density - 0.03},
            "3 declared looks": {"stop_at": density - 0.03, "looks": [100, 200, 300]},
        }.items():
            random = np.random.default_rng(1)
            estimates = [certificate(density, options, random) for _ in range(repetitions)]
            report(f"certificate of density {density}, {name}", density, estimates)
    random = np.random.default_rng(2)
    wrong = np.mean([nested(random) > 0 for _ in range(repetitions)])
    print(f"{'nested certificate, no box wrongly proved':62} held {1 - wrong:.4f}", flush=True)


def folds(repetitions: int) -> None:
    warnings.simplefilter("ignore", FewCasesWarning)
    for n in (100, 400):
        print_cross_fitted(n, 5, repetitions)


def main(repetitions: int = 2000, *parts: str) -> None:
    print(f"{repetitions} repetitions, stated level {LEVEL}, asked {LEVEL - 0.015:.3f}")
    for part in (boxes, certificates, folds):
        if not parts or part.__name__ in parts:
            part(repetitions)


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:2]], *sys.argv[2:])
