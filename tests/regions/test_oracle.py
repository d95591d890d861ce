"""The compiled search equals a slow PRIM written from the definitions, in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.regions import PRIM, Box
from surrogate.regions.peeling import table

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")


class Oracle:
    """PRIM on whole columns, with fractions: no ranks, no tally, no rounding."""

    def __init__(self, frame, y, weights, *, peel_alpha, paste_alpha, mass_min, max_restricted):
        self.frame = frame
        self.y = [Fraction(each) for each in np.asarray(y, dtype=float)]
        self.w = [Fraction(int(each)) for each in weights]
        self.peel_alpha, self.paste_alpha = Fraction(peel_alpha), Fraction(paste_alpha)
        self.mass_min, self.max_restricted = Fraction(mass_min), max_restricted
        self.limits = {}
        self.steps = []

    def run(self):
        self.record("start")
        while any(self.y[i] < max(self.y) for i in self.inside()):
            options = [each for each in self.options(outward=False) if self.may_peel(each)]
            if not options:
                break
            self.take(min(options, key=self.order), "peel")
        while self.paste_alpha:
            options = [each for each in self.options(outward=True) if each["mean"] > self.mean()]
            if not options:
                break
            self.take(min(options, key=self.order), "paste")
        return self.steps

    def keeps(self, i, name):
        value, limits = self.frame[name].iloc[i], self.limits.get(name)
        if limits is None:
            return True
        if isinstance(limits, tuple):
            return limits[0] <= value <= limits[1]
        return value in limits

    def inside(self):
        return [i for i in range(len(self.y)) if all(self.keeps(i, n) for n in self.limits)]

    def weight(self, rows):
        return sum((self.w[i] for i in rows), Fraction(0))

    def mean(self, rows=None):
        rows = self.inside() if rows is None else rows
        return sum(self.w[i] * self.y[i] for i in rows) / self.weight(rows)

    def options(self, *, outward):
        box = self.inside()
        for name in self.frame:
            if outward:
                others = [n for n in self.limits if n != name]
                pool = [i for i in range(len(self.y)) if all(self.keeps(i, n) for n in others)]
                pool = [i for i in pool if i not in set(box)]
            else:
                pool = box
            if pd.api.types.is_string_dtype(self.frame[name].dtype):
                slabs = self.label_slabs(name, pool, outward)
            else:
                slabs = self.number_slabs(name, pool, box, outward)
            for side, rows, limits in slabs:
                after = box + rows if outward else [i for i in box if i not in set(rows)]
                if after:
                    yield {
                        "name": name,
                        "side": side,
                        "limits": limits,
                        "rows": rows,
                        "mean": self.mean(after),
                        "weight": self.weight(after),
                    }

    def label_slabs(self, name, pool, outward):
        labels = sorted(set(self.frame[name]))
        now = set(self.limits.get(name, labels))
        for position, label in enumerate(labels):
            rows = [i for i in pool if self.frame[name].iloc[i] == label]
            new = now | {label} if outward else now - {label}
            if rows:
                yield position, rows, None if len(new) == len(labels) else frozenset(new)

    def number_slabs(self, name, pool, box, outward):
        column = self.frame[name].tolist()
        low, high = self.limits.get(name, (-math.inf, math.inf))
        alpha = self.paste_alpha if outward else self.peel_alpha
        room = alpha * self.weight(box)
        for side in (0, 1):
            towards = 1 if (side == 0) != outward else -1
            if outward:
                mine = [i for i in pool if (column[i] < low if side == 0 else column[i] > high)]
            else:
                mine = pool
            values = sorted({column[i] for i in mine})[::towards]
            taken, rows = [], []
            for value in values:
                more = [i for i in mine if column[i] == value]
                if taken and self.weight(rows + more) > room:
                    break
                taken, rows = [*taken, value], rows + more
            if not taken or (not outward and len(taken) == len(values)):
                continue
            following = values[len(taken)] if len(taken) < len(values) else None
            inside, outside = (taken[-1], following) if outward else (following, taken[-1])
            limit = self.cut(name, inside, outside, side)
            limits = (limit, high) if side == 0 else (low, limit)
            yield side, rows, None if limits == (-math.inf, math.inf) else limits

    def cut(self, name, inside, outside, side):
        if outside is None:
            return -math.inf if side == 0 else math.inf
        if self.frame[name].dtype.kind in "iu":
            return float(inside)
        return outside / 2 + inside / 2

    def may_peel(self, option):
        new = set(self.limits) | {option["name"]}
        within = self.max_restricted is None or len(new) <= self.max_restricted
        return within and option["weight"] / sum(self.w) >= self.mass_min

    def order(self, option):
        box = self.weight(self.inside())
        gain = (option["mean"] - self.mean()) * box / abs(option["weight"] - box)
        new = option["name"] not in self.limits
        return -gain, new, -option["weight"], option["name"], option["side"]

    def take(self, option, kind):
        self.limits = {n: each for n, each in self.limits.items() if n != option["name"]}
        if option["limits"] is not None:
            self.limits[option["name"]] = option["limits"]
        self.record(kind)

    def record(self, kind):
        rows = self.inside()
        self.steps.append((kind, dict(self.limits), len(rows), float(self.mean(rows))))


@st.composite
def problems(draw):
    n = draw(st.integers(2, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    frame = pd.DataFrame(
        {
            "real": rng.integers(0, 64, n) / 64,
            "tied": rng.integers(0, 5, n) / 4,
            "whole": rng.integers(0, 6, n).astype(np.int8),
            "label": np.array(["a", "b", "c"])[rng.integers(0, 3, n)],
        }
    )
    names = draw(st.lists(st.sampled_from(list(frame)), min_size=1, unique=True))
    y = rng.integers(0, 2, n) if draw(st.booleans()) else rng.integers(0, 9, n) / 8
    weights = rng.integers(1, 4, n) if draw(st.booleans()) else np.ones(n, dtype=int)
    options = {
        "peel_alpha": draw(st.sampled_from([0.0625, 0.125, 0.5])),
        "paste_alpha": draw(st.sampled_from([0.0, 0.125, 0.25])),
        "mass_min": draw(st.sampled_from([0.0, 0.125])),
        "max_restricted": draw(st.sampled_from([None, 1, 2])),
    }
    return frame[names], y, weights, options


@given(problems(), st.sampled_from([1000, 2, 5]))
@settings(max_examples=80, deadline=None)
def test_the_search_equals_the_oracle(problem, n_blocks):
    """Few blocks have many levels each, as those of a large table have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_N_BLOCKS", n_blocks)
        equals_the_oracle(problem)


def equals_the_oracle(problem):
    frame, y, weights, options = problem
    expected = Oracle(frame, y, weights, **options).run()
    trajectory = PRIM(**options).fit(frame, y, sample_weight=weights).trajectory_
    steps = trajectory.to_frame()
    assert len(steps) == len(expected)
    for box, row, (kind, limits, n, mean) in zip(
        trajectory, steps.itertuples(), expected, strict=True
    ):
        assert Box(box.limits) == Box(limits_as_given(limits))
        assert (row.kind, row.n) == (kind, n)
        assert row.density == pytest.approx(mean, abs=1e-12)


def limits_as_given(limits):
    return {n: each if isinstance(each, tuple) else sorted(each) for n, each in limits.items()}
