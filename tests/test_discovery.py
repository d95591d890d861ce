import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, FewCasesWarning, TeacherWarning

SPACE = sg.Space({f"x{k}": (0.0, 1.0) for k in range(5)})
FEW = {"n_transfer": 4000, "n_folds": 2}


def smooth(**x):
    """Below 0 in the corner box x0 < 0.5, x1 < 0.6 (nearly)."""
    return np.maximum(x["x0"] - 0.5, x["x1"] - 0.6)


def runs_of(function, n=80, space=SPACE, outcomes=("growth",)):
    simulator = sg.Simulator(function, space, outcomes=outcomes, vectorized=True, name="f")
    return sg.run(simulator, space.sample(n, rng=1), n_workers=0)


@pytest.fixture(scope="module")
def found() -> sg.Discovery:
    return sg.discover(runs_of(smooth), "growth < 0", rng=0, **FEW)


def test_a_known_box_is_found_from_few_runs(found):
    limits = found.box.limits
    assert set(limits) == {"x0", "x1"}
    assert limits["x0"][1] == pytest.approx(0.5, abs=0.06)
    assert limits["x1"][1] == pytest.approx(0.6, abs=0.06)
    assert found.trajectory[found.index] == found.box


def test_the_teacher_learns_from_the_continuous_outcome(found):
    assert found.teacher.route_ == "margins"
    assert found.teacher_scores.loc["margin", "q2"].max() > 0.9
    assert "held-out folds" in found.teacher_sentence


def test_cross_fitted_scores_judge_the_procedure_on_real_runs(found):
    labels = found.runs.label("growth < 0")
    assert found.scores["mass"].n == len(labels)
    assert found.scores["coverage"].n == labels.sum()
    assert "2 held-out folds" in found.scores["density"].data
    fresh = runs_of(smooth, n=4000)
    truth = found.box.evaluate(fresh.inputs, fresh.label("growth < 0"))
    for name in ("coverage", "density"):
        assert found.scores[name].low - 0.1 <= getattr(truth, name).value


def test_the_curve_has_a_row_for_every_box_and_keeps_its_two_sources_apart(found):
    assert len(found.curve) == len(found.trajectory)
    in_sample = found.trajectory.evaluate(found.runs.inputs, found.runs.label("growth < 0"))
    assert found.curve["density_runs"].equals(in_sample["density"])
    assert not found.curve["density"].equals(found.curve["density_runs"])


def test_the_same_seed_gives_the_same_answer_for_any_number_of_jobs(found):
    again = sg.discover(runs_of(smooth), "growth < 0", rng=0, n_jobs=2, **FEW)
    assert again.box == found.box
    assert again.scores == found.scores


def test_the_text_tells_rule_scores_and_data(found):
    text = repr(found)
    assert found.box.rule() in text
    assert "held-out" in text
    assert "coverage" in text


def test_labels_only_are_learnt_by_classifiers():
    runs = runs_of(lambda **x: (smooth(**x) < 0).astype(float), n=150)
    found = sg.discover(runs, "growth > 0.5", rng=0, n_transfer=4000, n_folds=0)
    assert found.teacher.route_ == "labels"
    assert set(found.box.limits) >= {"x0", "x1"}
    assert found.scores == {}


def test_a_conjunction_uses_joint_draws():
    def two(**x):
        return x["x0"], x["x1"]

    runs = runs_of(two, outcomes=("a", "b"))
    found = sg.discover(runs, "a < 0.5 and b < 0.5", rng=0, n_transfer=4000, n_folds=0)
    assert len(found.teacher.surrogates_) == 2
    corner = pd.DataFrame({f"x{k}": [0.1, 0.9] for k in range(5)})
    probability = found.teacher.predict_proba(corner)[:, 1]
    assert probability[0] > 0.9 > 0.1 > probability[1]
    # on the edge of both, opposite sides of one outcome exclude each other
    chained = sg.discover(runs, "0.3 < a < 0.6", rng=0, n_transfer=4000, n_folds=0)
    middle = pd.DataFrame({f"x{k}": [0.45] for k in range(5)})
    assert chained.teacher.predict_proba(middle)[0, 1] > 0.9


def test_shares_of_replicates_are_learnt_as_they_are():
    simulator = sg.Simulator(
        lambda x, rng: x + rng.normal(), sg.Space(x=(-3, 3)), outcomes=["y"], name="noisy"
    )
    runs = sg.run(simulator, simulator.space.sample(40, rng=0), replicates=5, n_workers=0)
    found = sg.discover(runs, "y < 0", rng=0, n_transfer=2000, n_folds=2)
    assert found.teacher.route_ == "shares"
    assert found.box.limits["x"][1] == pytest.approx(0, abs=1)


def test_a_teacher_of_the_users_own_is_asked():
    forest = RandomForestClassifier(50, random_state=0)
    found = sg.discover(runs_of(smooth, n=200), "growth < 0", rng=0, teacher=forest, **FEW)
    assert found.teacher is not forest
    assert "given by the user" in found.teacher_sentence


def test_a_teacher_of_the_users_own_is_made_symmetric_where_blocks_are_declared():
    space = sg.Space(a=(0.0, 1.0), b=(0.0, 1.0), exchangeable=[["a", "b"]])
    runs = runs_of(lambda a, b: np.maximum(a, b) - 0.6, n=60, space=space)
    forest = RandomForestClassifier(20, random_state=0)
    options = {"rng": 0, "n_transfer": 2000, "n_folds": 0}
    found = sg.discover(runs, "growth < 0", teacher=forest, **options)
    asked, exchanged = (
        pd.DataFrame({"a": [0.2], "b": [0.7]}),
        pd.DataFrame({"a": [0.7], "b": [0.2]}),
    )
    assert (found.teacher.predict_proba(asked) == found.teacher.predict_proba(exchanged)).all()
    assert "RandomForestClassifier, given by the user, made symmetric" in found.teacher_sentence

    fitted = FrozenEstimator(forest.fit(runs.inputs, runs.label("growth < 0")))
    only_asked = sg.discover(runs, "growth < 0", teacher=fitted, **options)
    assert only_asked.teacher.estimator is forest


def test_a_teacher_that_fails_is_set_aside_and_said_so():
    runs = runs_of(smooth, n=200)
    knows_nothing = DummyClassifier(strategy="prior")
    with pytest.warns(TeacherWarning, match=r"the teacher failed: on 2 held-out folds of 200 runs"):
        found = sg.discover(runs, "growth < 0", rng=0, teacher=knows_nothing, **FEW)
    assert found.teacher_sentence.startswith("set aside, the boxes are those of PRIM on the runs")
    assert set(found.box.limits) >= {"x0", "x1"}
    assert "in-sample" in found.choice
    alone = sg.PRIM(mass_min=0.05).fit(runs.inputs, runs.label("growth < 0"))
    assert found.trajectory == alone.trajectory_
    assert found.scores["wracc"].value > 0.1


def test_the_curve_has_held_out_scores_with_folds_only(found):
    names = ["coverage_held_out", "density_held_out", "mass_held_out"]
    assert found.curve[names].iloc[0].tolist() == pytest.approx(
        [1, found.runs.label("growth < 0").mean(), 1]
    )
    assert found.curve["mass_held_out"].corr(found.curve["mass"]) > 0.9


def test_the_ceiling_is_part_of_the_answer(found):
    assert str(found.ceiling) in repr(found)
    assert found.ceiling.n_transfer == FEW["n_transfer"]
    assert found.ceiling.perfect >= found.ceiling.expected - 0.01


def test_exchangeable_blocks_derived_inputs_and_constraints_go_together():
    space = sg.Space(
        {f"{s}{k}": (0.0, 1.0) for k in (1, 2) for s in "tg"},
        derived={"p1": "t1 * g1", "p2": "t2 * g2"},
        constraints=["p1 + p2 < 1.2"],
        exchangeable=[[("t1", "g1", "p1"), ("t2", "g2", "p2")]],
    )
    runs = runs_of(lambda t1, g1, t2, g2: np.maximum(t1 * g1, t2 * g2) - 0.4, n=60, space=space)
    found = sg.discover(runs, "growth < 0", rng=0, n_transfer=4000, n_folds=0)
    assert set(found.box.limits) == {"p1", "p2"}
    for name in ("p1", "p2"):
        assert found.box.limits[name][1] == pytest.approx(0.4, abs=0.05)


def test_derived_inputs_and_constants_take_part():
    space = sg.Space(a=(0, 1), b=(0, 1), c=2.0, derived={"s": "a + b"})
    runs = runs_of(lambda a, b, c: a + b - c / 2, space=space)
    found = sg.discover(runs, "growth < 0", rng=0, **FEW)
    assert "s" in found.box.limits
    assert "c" not in found.box.limits


def test_a_callable_asks_the_question_all_the_way_to_the_page(tmp_path):
    found = sg.discover(runs_of(smooth), is_stable, rng=0, n_transfer=2000, n_folds=0)
    assert str(found.case) == "is_stable"
    assert "is_stable" in sg.write_report(found, tmp_path / "page.html").read_text()


def is_stable(outcomes):
    return outcomes["growth"] < 0


def test_a_fold_that_finds_no_box_so_dense_holds_no_run():
    runs = runs_of(lambda **x: x["x0"] - 0.5 + 0.3 * np.sin(40 * x["x1"]), n=60)
    forest = RandomForestClassifier(20, max_depth=3, random_state=1)
    settings = {"rng": 0, "n_transfer": 2000, "rule": "coverage", "teacher": forest}
    dense = sg.discover(runs, "growth < 0", n_folds=0, **settings, density=0.5).curve["density"]
    with pytest.raises(DataError, match=r"no box of .* has density"):
        sg.discover(runs, "growth < 0", n_folds=0, **settings, density=dense.max() + 1e-3)
    found = sg.discover(runs, "growth < 0", n_folds=5, **settings, density=dense.max())
    assert any(fold.taught.chosen == -1 for fold in found.folds)
    assert found.scores["mass"].n == 60


def test_questions_without_an_answer_are_refused():
    runs = runs_of(smooth)
    with pytest.raises(DataError, match=r"0 of 80 runs are cases of 'growth < -9'"):
        sg.discover(runs, "growth < -9", rng=0)
    with pytest.raises(DataError, match="80 of 80"):
        sg.discover(runs, "growth < 9", rng=0)
    with pytest.raises(ArgumentError, match="n_folds must be"):
        sg.discover(runs, "growth < 0", rng=0, n_transfer=500, n_folds=1)


def test_few_cases_are_warned_about_with_numbers():
    runs = runs_of(smooth)
    threshold = float(np.sort(runs.outcomes["growth"])[5])
    with pytest.warns(FewCasesWarning, match="5 cases"):
        sg.discover(runs, f"growth < {threshold}", rng=0, n_transfer=2000, n_folds=0)
