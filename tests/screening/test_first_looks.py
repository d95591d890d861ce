"""A first look at runs names the inputs that matter, and no others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning, TeacherWarning

SPACE = sg.Space(
    gain=sg.LogUniform(0.1, 10),
    delay=(0.0, 0.5),
    nodes=sg.Integer(2, 8),
    policy=sg.Categorical(["a", "b", "c"], ordered=False),
    idle=(0.0, 1.0),
    horizon=50,
    derived={"product": "gain * delay"},
)
CASE = "growth < 0"


def runs_of(growth, n=256, space=SPACE):
    design = space.sample(n, rng=0)
    return sg.Runs.from_frame(design.assign(growth=growth(design)), space, outcomes=["growth"])


def growth(design):
    return np.log10(design["gain"]) + 2 * (design["policy"] == "b") - design["delay"]


@pytest.fixture(scope="module")
def runs():
    return runs_of(growth)


@pytest.fixture(scope="module")
def failed(runs):
    """The same runs, of which those of high gain failed."""
    outcome = runs.outcomes["growth"].where(runs.inputs["gain"] < 8)
    table = runs.inputs.assign(growth=outcome)
    return sg.Runs.from_frame(table, SPACE, outcomes=["growth"])


class TestFeatureScores:
    @pytest.mark.parametrize("target", ["growth", CASE])
    @pytest.mark.parametrize("method", ["permutation", "impurity"])
    def test_the_inputs_that_matter_come_first(self, runs, target, method):
        found = sg.feature_scores(runs, target, method=method, n_resamples=6, n_trees=30, rng=0)
        assert set(found.table.index[:2]) == {"gain", "policy"}
        assert sorted(found.table.index) == sorted(SPACE.varied)
        assert (found.table["low"] <= found.table["score"]).all()
        assert (found.table["score"] <= found.table["high"]).all()
        assert found.table["first"].sum() == pytest.approx(1)
        assert found.forest["value"] > 0.5

    def test_a_permutation_score_of_an_idle_input_is_nought(self, runs):
        table = sg.feature_scores(runs, "growth", n_resamples=6, n_trees=30, rng=0).table
        assert table["low"]["idle"] <= 0.01
        assert abs(table["score"]["idle"]) < 0.02 < table["low"]["gain"]

    def test_impurities_sum_to_one(self, runs):
        found = sg.feature_scores(runs, CASE, method="impurity", n_resamples=3, n_trees=20, rng=0)
        assert found.table["score"].sum() == pytest.approx(1)

    def test_a_seed_fixes_the_answer(self, runs):
        one, same, other = (
            sg.feature_scores(runs, CASE, n_resamples=2, n_trees=5, rng=seed).table
            for seed in (0, 0, 1)
        )
        pd.testing.assert_frame_equal(one, same)
        assert not one.equals(other)

    def test_forests_that_know_nothing_are_reported(self):
        noise = runs_of(lambda design: np.random.default_rng(0).normal(size=len(design)))
        with pytest.warns(TeacherWarning, match=r"mean nothing; 256 runs are too few"):
            sg.feature_scores(noise, "growth", n_resamples=3, n_trees=20, rng=0)

    def test_failed_runs_are_left_out_of_an_outcome_and_counted_as_asked_for_a_case(self, failed):
        with pytest.warns(FailedRunsWarning, match="13 of 256 runs failed"):
            found = sg.feature_scores(failed, "growth", n_resamples=2, n_trees=10, rng=0)
        assert found.n_runs == 243
        found = sg.feature_scores(failed, CASE, failed="not", n_resamples=2, n_trees=10, rng=0)
        assert found.n_runs == 256

    def test_a_constant_outcome_and_too_few_cases_are_refused(self, runs):
        with pytest.raises(DataError, match="does not vary over 256 runs"):
            sg.feature_scores(runs_of(lambda design: 0.0 * design["gain"]), "growth")
        with pytest.raises(DataError, match="at least 4 runs of each kind"):
            sg.feature_scores(runs, f"growth >= {runs.outcomes['growth'].nlargest(3).iloc[-1]}")

    def test_other_methods_are_refused(self, runs):
        with pytest.raises(ArgumentError, match="'permutation' or 'impurity'"):
            sg.feature_scores(runs, CASE, method="gini")


class TestRegionalSensitivity:
    def test_distances_are_those_of_the_two_distributions(self):
        runs = runs_of(lambda design: np.where(design["policy"] == "b", -1.0, 1.0))
        table = sg.regional_sensitivity(runs, CASE)
        assert table["distance"]["policy"] == 1
        assert table["p_adjusted"]["policy"] < 1e-9
        assert table["distance"].drop("policy").max() < 0.2
        assert (table["p_adjusted"] >= table["p"]).all()
        assert (table["n_cases"] + table["n_others"] == 256).all()

    def test_a_half_line_is_told_apart_whatever_the_scale_of_the_input(self):
        runs = runs_of(lambda design: design["gain"] - 1)
        table = sg.regional_sensitivity(runs, CASE)
        assert table.index[0] == "gain"
        assert table["distance"]["gain"] == 1

    def test_the_correction_keeps_the_share_of_false_alarms(self):
        space = sg.Space({f"x{k}": (0.0, 1.0) for k in range(20)})
        rng, alarms = np.random.default_rng(0), []
        for _ in range(40):
            table = space.sample(100, method="random", rng=rng).assign(y=rng.normal(size=100))
            found = sg.regional_sensitivity(
                sg.Runs.from_frame(table, space, outcomes=["y"]), "y < 0"
            )
            alarms.append((found["p_adjusted"] < 0.05).any())
        assert np.mean(alarms) < 0.15  # 0.05 and chance; without the correction 0.64

    def test_nothing_to_tell_apart_is_refused(self, runs):
        with pytest.raises(DataError, match="0 of 256 runs are cases of 'growth < -9'"):
            sg.regional_sensitivity(runs, "growth < -9")

    def test_failed_runs_are_what_they_are_said_to_be(self, failed):
        with pytest.warns(FailedRunsWarning):
            assert sg.regional_sensitivity(failed, CASE)["n_cases"].iloc[0] == 107
        counts = [
            sg.regional_sensitivity(failed, CASE, failed=what)["n_cases"].iloc[0]
            for what in ("not", "case")
        ]
        assert counts == [107, 120]


class TestDimensionalStacking:
    def test_each_cell_holds_its_share_of_cases(self):
        runs = runs_of(lambda design: design["delay"] - 0.25)
        cells = sg.dimensional_stacking(runs, CASE, inputs=["policy", "delay", "idle"], n_bins=2)
        assert cells.shares.index.names == ["policy", "idle"]
        assert cells.shares.columns.tolist() == ["≤ 0.25", "> 0.25"]
        assert (cells.shares["≤ 0.25"] == 1).all()
        assert (cells.shares["> 0.25"] == 0).all()
        assert cells.counts.to_numpy().sum() == 256

    def test_the_most_telling_inputs_are_taken_by_default(self, runs):
        cells = sg.dimensional_stacking(runs, CASE)
        outer = {cells.shares.index.names[0], cells.shares.columns.names[0]}
        assert outer == {"gain", "policy"}

    def test_an_empty_cell_is_not_known(self):
        runs = runs_of(growth, n=8)
        cells = sg.dimensional_stacking(runs, CASE, inputs=["gain", "delay", "idle", "nodes"])
        empty = cells.counts.to_numpy() == 0
        assert empty.any()
        assert (cells.shares.isna().to_numpy() == empty).all()

    def test_bins_in_words_differ_however_narrow_they_are(self):
        space = sg.Space(x=(1e6, 1e6 + 1), y=(0.0, 1.0))
        runs = runs_of(lambda design: design["y"] - 0.5, space=space)
        cells = sg.dimensional_stacking(runs, CASE, inputs=["x", "y"], n_bins=4)
        assert cells.shares.shape == (4, 4)
        assert cells.counts.to_numpy().min() >= 15

    @pytest.mark.parametrize(
        ("inputs", "message"),
        [
            (["gain"], "two or more different inputs"),
            (["gain", "gain"], "two or more different inputs"),
            (["gain", "dealy"], "did you mean 'delay'"),
            (["gain", "product"], "no input that varies is named 'product'"),
        ],
    )
    def test_other_inputs_are_refused(self, runs, inputs, message):
        with pytest.raises(ArgumentError, match=message):
            sg.dimensional_stacking(runs, CASE, inputs=inputs)
