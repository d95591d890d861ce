"""Missing inputs: refused, outside or inside, as declared; the boxes say which."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import PRIM, Box, limit_evidence, quasi_p_values, simplify

pytestmark = pytest.mark.filterwarnings("ignore::surrogate.errors.FewCasesWarning")
POLICIES = ["outside", "inside"]
every_policy = pytest.mark.parametrize("missing", POLICIES)


@st.composite
def tables(draw):
    """Return inputs of every kind with holes, and targets."""
    n = draw(st.integers(10, 80))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    X = pd.DataFrame(
        {
            "real": rng.random(n),
            "tied": rng.integers(0, 4, n) / 4,
            "whole": pd.array(rng.integers(0, 6, n), dtype="Int64"),
            "label": np.array(["x", "y", "z"])[rng.integers(0, 3, n)],
            "grade": pd.Categorical(
                np.array(["lo", "mid", "hi"])[rng.integers(0, 3, n)],
                ["lo", "mid", "hi"],
                ordered=True,
            ),
        }
    )
    for name in X.columns:
        X.loc[rng.random(n) < draw(st.sampled_from([0.0, 0.3, 0.8])), name] = None
        X.loc[0, name] = X[name].dropna().iloc[0] if X[name].notna().any() else X[name].iloc[0]
    X = X.loc[:, X.notna().any()]
    y = draw(st.sampled_from([rng.random(n), rng.integers(0, 2, n).astype(float)]))
    return X, y, rng


def test_the_box_says_what_a_missing_value_means():
    X = pd.DataFrame({"gain": [0.1, 0.9, np.nan], "policy": ["a", None, "b"]})
    limits = {"gain": (0.0, 0.5), "policy": ["a", "b"]}
    assert Box(limits, missing="outside").contains(X).tolist() == [True, False, False]
    assert Box(limits, missing="inside").contains(X).tolist() == [True, False, True]
    with pytest.raises(DataError, match=r"'gain' has 1 missing .* row 2"):
        Box(limits).contains(X)
    with pytest.raises(ArgumentError, match="did you mean 'inside'"):
        Box(limits, missing="insid")


def test_the_rule_the_json_and_edits_keep_the_answer():
    box = Box({"gain": (-np.inf, 4.1837), "policy": ["a"]}, missing="inside")
    assert box.rule() == "(gain <= 4.184 or missing) and (policy in {a} or missing)"
    assert Box.from_json(box.to_json()) == box
    assert Box.from_json(Box(box.limits).to_json()).missing == "error"
    for edited in (
        box.drop("policy"), box.replace("gain", (0, 1)), box.add("delay", (0, 1)),
        box.loosen("gain", high=5.0), box.round(2),
    ):  # fmt: skip
        assert edited.missing == "inside"


@every_policy
@given(tables())
@settings(max_examples=40, deadline=None)
def test_every_step_counts_the_rows_its_box_contains(missing, table):
    X, y, rng = table
    prim = PRIM(peel_alpha=0.15, paste_alpha=0.3, mass_min=0.02, missing=missing).fit(X, y)
    trajectory = prim.trajectory_
    steps, again = trajectory.to_frame(), trajectory.evaluate(X, y)
    assert steps["n"].tolist() == again["n"].tolist()
    assert steps["density"].to_numpy() == pytest.approx(again["density"].to_numpy())
    assert {box.missing for box in trajectory} == {missing}
    for i in np.flatnonzero(steps["kind"] == "peel"):
        before, after = (trajectory[int(k)].contains(X) for k in (i - 1, i))
        assert (after <= before).all()
        assert after.sum() < before.sum()
    order = rng.permutation(len(X))
    assert prim.fit(X.iloc[order], y[order]).trajectory_ == trajectory


@every_policy
def test_without_missing_values_the_policy_changes_nothing_but_its_name(missing, uniform):
    X = uniform(500)
    y = X["u0"] < 0.5
    boxes = PRIM(missing=missing).fit(X, y).trajectory_
    assert [box.limits for box in boxes] == [box.limits for box in PRIM().fit(X, y).trajectory_]


@pytest.mark.parametrize(("missing", "inside"), [("outside", 0.0), ("inside", 1.0)])
def test_a_region_is_found_among_runs_with_holes(missing, inside, uniform):
    X = uniform(3000)
    y = X["u0"].between(0.2, 0.7) & (X["u1"] > 0.4)
    hole = np.random.default_rng(1).random(3000) < 0.1
    X.loc[hole, "u0"] = np.nan
    y = y & (X["u0"].notna() | (missing == "inside"))
    prim = PRIM(missing=missing).fit(X, y)
    assert prim.box_.limits["u0"] == pytest.approx((0.2, 0.7), abs=0.02)
    assert prim.predict(X.assign(u1=0.9)[hole]).mean() == inside


def test_missing_values_are_refused_unless_declared(uniform):
    X = uniform(100)
    X.loc[7, "u0"] = np.nan
    with pytest.raises(DataError, match=r"'u0' has 1 missing .* row 7"):
        PRIM().fit(X, X["u1"] < 0.5)
    with pytest.raises(ArgumentError, match="missing must be one of"):
        PRIM(missing="drop").fit(X, X["u1"] < 0.5)
    with pytest.raises(DataError, match="'u0' has no value in any row"):
        PRIM(missing="inside").fit(X.assign(u0=np.nan), X["u1"] < 0.5)


@every_policy
def test_evidence_and_simplification_follow_the_declared_answer(missing, uniform):
    X = uniform(400)
    y = X["u0"] < 0.5
    X.loc[::9, "u0"] = np.nan
    X.loc[::7, "u1"] = np.nan
    box = Box({"u0": (-np.inf, 0.5), "u1": (-np.inf, 0.97)}, missing=missing)
    table = quasi_p_values([box], X, y).droplevel("box")
    for name in ("u0", "u1"):
        larger = box.drop(name).contains(X)
        row = table.loc[name].iloc[0]
        assert (row["n"], row["n_without"]) == (box.contains(X).sum(), larger.sum())
    assert limit_evidence(box, X, y, held_out=(X, y))["held_out_p"].notna().all()
    assert simplify(box, X, y).box == box.drop("u1")
