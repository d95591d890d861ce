"""EMA Workbench's PRIM on real inputs, restated, and where our answers are measured against it.

The restatement has EMA's choices: quantiles between neighbours, limits that begin at the range of
the data, peels and pastes by gain per row, an end at no gain. Where it can be imported, EMA itself
is shown to agree; ours differs on purpose (see the notes of `PRIM`), but not in how it counts.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from surrogate.regions import PRIM, Box, quasi_p_values
from surrogate.regions.peeling import _peeling as kernel
from surrogate.regions.peeling.state import State

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


def quantile(values, share):
    """Return the middle between the ranked neighbours, moved past values that are equal."""
    values, position = np.sort(values), (len(values) - 1) * share
    low, high = math.floor(position), math.ceil(position)
    if share > 0.5:
        while values[low] == values[high] and low > 0:
            low -= 1
    else:
        while values[low] == values[high] and high < len(values) - 1:
            high += 1
    return (values[low] + values[high]) / 2


class EmaPrim:
    """The whole trajectory of one box: limits (d, 2), density and quasi-p-values of each step."""

    def __init__(self, X, y, *, alpha, mass_min, paste=True):
        self.X, self.y, self.alpha, self.mass_min = X, y, alpha, mass_min
        self.whole = np.stack([X.min(axis=0), X.max(axis=0)], axis=1)
        self.steps = [self.whole.copy()]
        while self.move(self.peels(), smaller=True):
            pass
        while paste and self.move(self.pastes(), smaller=False):
            pass

    def inside(self, limits):
        return ((limits[:, 0] <= self.X) & (limits[:, 1] >= self.X)).all(axis=1)

    def peels(self):
        rows = self.X[self.inside(self.steps[-1])]
        for j in range(self.X.shape[1]):
            for end, share in ((1, 1 - self.alpha), (0, self.alpha)):
                yield j, end, quantile(rows[:, j], share)

    def pastes(self):
        now = self.steps[-1]
        for j in np.flatnonzero((now != self.whole).any(axis=1)):
            for end, share in ((0, 1 - self.alpha), (1, self.alpha)):
                slab = now.copy()
                slab[j] = sorted((now[j, end], self.whole[j, end]))
                rows = self.X[self.inside(slab)]
                yield j, end, quantile(rows[:, j], share) if len(rows) else self.whole[j, end]

    def move(self, options, *, smaller):
        now = self.steps[-1]
        old, best = self.y[self.inside(now)], None
        for j, end, limit in options:
            limits = now.copy()
            limits[j, end] = limit
            new = self.y[self.inside(limits)]
            gain = (new.mean() if len(new) else 0) - old.mean()
            score = gain / abs(len(old) - len(new)) if gain else 0
            free = (limits == self.whole).all(axis=1).sum()
            if best is None or (score, free) > best[0]:
                best = (score, free), limits, len(new)
        if best is None:
            return False
        (score, _), limits, n = best
        moved = n < len(old) if smaller else n > len(old)
        if not (moved and n / len(self.y) >= self.mass_min and score > 0):
            return False
        self.steps.append(limits)
        return True

    def density(self, limits):
        return self.y[self.inside(limits)].mean()

    def quasi_p(self, limits):
        inside, found = self.y[self.inside(limits)], {}
        for j, end in zip(*np.nonzero(limits != self.whole), strict=True):
            freed = limits.copy()
            freed[j, end] = self.whole[j, end]
            chance = self.y[self.inside(freed)].mean()
            test = binomtest(int(inside.sum()), len(inside), chance, alternative="greater")
            found[f"x{j}", ("low", "high")[end]] = test.pvalue
        return found


def problem(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(60, 250)), int(rng.integers(2, 6))
    X = rng.random((n, d))
    if seed % 3 == 0:
        X = np.round(X, 1)
    y = (X[:, 0] < 0.6) & (X[:, 1] > 0.3) ^ (rng.random(n) < 0.1)
    return X, y, {"alpha": float(rng.choice([0.03, 0.05, 0.1])), "mass_min": 0.05}


def ema_steps(X, y, alpha, mass_min):
    from ema_workbench.analysis.prim import Prim

    old = importlib.metadata.version("ema_workbench").startswith("2")
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    search = Prim(frame, y, peel_alpha=alpha, paste_alpha=alpha, mass_min=mass_min,
                  **({"threshold": 0.5} if old else {}))  # fmt: skip
    box = search.find_box()
    densities = box.peeling_trajectory["density"]
    return [each.to_numpy(float).T for each in box.box_lims], densities, box


def test_the_restatement_equals_ema_workbench_on_50_problems():
    if importlib.util.find_spec("ema_workbench") is None:
        pytest.skip('EMA Workbench is absent; install it with: pip install "ema-workbench>=3"')
    for X, y, options in map(problem, range(50)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            limits, densities, box = ema_steps(X, y, **options)
        restated = EmaPrim(X, y, **options)
        assert np.array_equal(np.array(restated.steps), np.array(limits))
        assert [restated.density(each) for each in restated.steps] == pytest.approx(
            densities.tolist()
        )
        for step, theirs in zip(restated.steps, box.p_values, strict=True):
            expected = {
                (name, ("low", "high")[end]): p
                for name, both in theirs.items()
                for end, p in enumerate(both)
                if p != -1
            }
            assert restated.quasi_p(step) == pytest.approx(expected)


@pytest.mark.parametrize("seed", [each for each in range(30) if each % 3])
def test_our_kernel_with_emas_choices_peels_as_ema_does(seed, monkeypatch):
    """Its room for a slab, no ties in the data, and a mirror: it looks at upper ends first."""
    X, y, options = problem(seed)
    restated = EmaPrim(-X, y, **options, paste=False)

    def candidates(state, alpha, *, outward):
        room = math.floor(alpha * (state.n - 1)) + 1
        scale = state.whole[0] // len(y)  # the weight of one row
        ends, inward = state.outline.ends, -1 if outward else 1
        return kernel.candidates(state.table, state.counts, ends, room * scale, inward)

    monkeypatch.setattr(State, "candidates", candidates)
    prim = PRIM(peel_alpha=options["alpha"], paste_alpha=0, mass_min=options["mass_min"])
    trajectory = prim.fit(pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])]), y)
    boxes = trajectory.trajectory_[: len(restated.steps)]
    assert len(boxes) == len(restated.steps) > 2
    for box, limits in zip(boxes, restated.steps, strict=True):
        expected = np.where(limits == restated.whole, [-math.inf, math.inf], limits)
        for j, (low, high) in enumerate(expected):
            found = box.limits.get(f"x{j}", (-math.inf, math.inf))
            assert found == pytest.approx((-high, -low))


@pytest.mark.parametrize("seed", range(8))
def test_our_quasi_p_values_are_those_of_ema_on_its_boxes(seed):
    X, y, options = problem(seed)
    oracle = EmaPrim(X, y, **options)
    boxes = []
    for limits in oracle.steps:
        ends = np.where(limits == oracle.whole, [-math.inf, math.inf], limits)
        restricted = np.flatnonzero(np.isfinite(ends).any(axis=1))
        boxes.append(Box({f"x{j}": tuple(ends[j].tolist()) for j in restricted}))
    table = quasi_p_values(boxes, X, y)["quasi_p"]
    for index, limits in enumerate(oracle.steps):
        expected = oracle.quasi_p(limits)
        found = table.xs(index, level="box").to_dict() if expected else {}
        assert found == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(8))
def test_our_best_box_is_no_worse_than_emas(seed):
    """Peeling on through plateaus, and choosing afterwards, costs nothing in-sample."""
    X, y, options = problem(seed)
    oracle = EmaPrim(X, y, **options)
    best = max(
        oracle.inside(each).mean() * (oracle.density(each) - y.mean()) for each in oracle.steps
    )
    alpha = options["alpha"]
    ours = PRIM(peel_alpha=alpha, paste_alpha=alpha, mass_min=0.05).fit(X, y).trajectory_
    assert ours.to_frame()["wracc"].max() >= best - 0.01
