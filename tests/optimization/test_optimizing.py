"""Optimisation: known optima, limits kept, stores resumed, failures and finite spaces survived."""

from __future__ import annotations

import numpy as np
import pytest

import surrogate as sg
from surrogate import plots
from surrogate.errors import ArgumentError, DataError, ExpressionError, SurrogateWarning

SPACE = sg.Space(a=(-1.0, 1.0), b=(-1.0, 1.0))


def bowl(a: float, b: float) -> dict[str, float]:
    return {"loss": (a - 0.2) ** 2 + 2 * (b + 0.1) ** 2, "load": a + b}


SIMULATOR = sg.Simulator(bowl, SPACE, outcomes=["loss", "load"])


def ask(simulator: sg.Simulator = SIMULATOR, objective: str = "loss", **settings) -> sg.Optimum:
    return sg.optimize(simulator, objective, **({"n_runs": 16, "n_workers": 0} | settings))


def test_a_bowl_is_found_to_its_ground() -> None:
    found = ask()
    assert found.value < 1e-4
    assert found.best is not None
    np.testing.assert_allclose(found.best[["a", "b"]].astype(float), [0.2, -0.1], atol=0.02)


def test_an_optimum_on_a_constraint_is_found_from_inside() -> None:
    found = ask(constraints=["load > 0.7"])  # the nearest point of the line a + b = 0.7
    assert found.best is not None
    assert found.best["load"] > 0.7
    assert found.value == pytest.approx(0.6**2 * 2 / 3, rel=0.03)


def test_the_history_tells_runs_best_and_gain() -> None:
    found = ask(constraints=["load > 0"])
    history = found.history
    assert len(history) == found.runs.n == 16
    assert history["origin"].value_counts().to_dict() == {"proposed": 8, "design": 8}
    feasible = history["objective"].where(history["feasible"])
    np.testing.assert_array_equal(history["best"].dropna(), feasible.cummin().ffill().dropna())
    assert history["best"].iloc[-1] == found.value
    assert found.gain.value == history["best"].iloc[7] - found.value
    assert {"a", "load", "best", "origin"} <= set(found.to_frame())
    drawn = plots.convergence(found)
    assert drawn.get_lines()[0].get_ydata()[-1] == found.value


def test_the_same_seed_gives_the_same_runs_and_another_does_not() -> None:
    first, again, other = ask(rng=1, n_runs=10), ask(rng=1, n_runs=10), ask(rng=2, n_runs=10)
    assert first.runs.design.equals(again.runs.design)
    assert not first.runs.design.equals(other.runs.design)


def test_a_stopped_optimisation_goes_on_from_its_store(tmp_path) -> None:
    asked = []

    def counting(a: float, b: float) -> dict[str, float]:
        asked.append((a, b))
        return bowl(a, b)

    simulator = sg.Simulator(counting, SPACE, outcomes=["loss", "load"])
    settings = {"store": tmp_path / "bowl.db", "constraints": ["load > 0"], "n_start": 8}
    shorter = ask(simulator, n_runs=10, **settings)
    longer = ask(simulator, n_runs=12, **settings)
    assert len(asked) == 12
    assert longer.runs.design.iloc[:10].equals(shorter.runs.design)
    unbroken = ask(n_runs=12, **(settings | {"store": None}))
    assert unbroken.runs.design.equals(longer.runs.design)


def test_runs_that_are_there_take_the_place_of_the_first_design() -> None:
    known = sg.run(SIMULATOR, SPACE.sample(12, "random", rng=5), n_workers=0)
    part = {"a": (-1.0, 0.1)}
    found = ask(start=known, n_runs=4, within=part, constraints=["load > -1"])
    assert found.history["origin"].tolist() == ["design"] * 12 + ["proposed"] * 4
    assert found.runs.design.iloc[:12].equals(known.design)
    assert found.runs.design["a"].iloc[12:].le(0.1).all()
    outside = (known.design["a"] > 0.1).to_numpy()
    assert outside.any()
    assert not found.history["feasible"].iloc[:12][outside].any()  # they teach, but are no optimum
    assert found.value == pytest.approx(0.01, abs=2e-3)
    assert "12 runs before the search" in str(found)
    with pytest.raises(ArgumentError, match="take the place of the first design"):
        ask(start=known, n_start=4)
    other = sg.Simulator(lambda a, b: a + b, SPACE, outcomes=["loss"])
    with pytest.raises(DataError, match="with the outcomes loss; they have loss, load"):
        ask(other, start=known)


def test_limits_of_the_space_and_of_a_part_are_kept() -> None:
    space = sg.Space(
        a=(-1.0, 1.0),
        b=(-1.0, 1.0),
        constraints=["a + b < 0"],
        derived={"difference": "a - b"},
    )
    simulator = sg.Simulator(bowl, space, outcomes=["loss", "load"])
    found = ask(simulator, within={"a": (-0.5, 0.1), "difference": (-0.3, 2.0)})
    design = found.runs.design
    assert (design["a"] + design["b"] < 0).all()
    assert design["a"].between(-0.5, 0.1).all()
    assert (design["difference"] >= -0.3).all()
    assert found.value == pytest.approx(0.01, abs=2e-3)  # at a = 0.1, b = -0.1


def test_failed_runs_are_data() -> None:
    def fragile(a: float, b: float) -> float:
        if a > 0.1:
            raise ValueError("diverged")
        return (a - 0.2) ** 2 + b**2

    found = ask(sg.Simulator(fragile, SPACE, outcomes=["loss"]), n_runs=20)
    ok = found.history["ok"]
    assert 0 < (~ok).sum() < 18
    assert found.value == pytest.approx(0.01, abs=4e-3)
    assert not found.history["feasible"][~ok].any()


def test_integers_and_labels_are_searched_as_such_until_all_are_known() -> None:
    space = sg.Space(n=sg.Integer(1, 4), kind=sg.Categorical(["x", "y"], ordered=False))
    simulator = sg.Simulator(lambda n, kind: abs(n - 3) + (kind == "x"), space, outcomes=["loss"])
    found = ask(simulator, n_runs=30, n_start=4)
    assert found.best is not None
    assert (found.best["n"], found.best["kind"], found.value) == (3, "y", 0.0)
    assert found.runs.design.drop_duplicates().shape[0] == 8


def test_a_batch_is_spread() -> None:
    found = ask(n_runs=12, n_start=8, batch_size=4)
    batch = found.runs.design.to_numpy()[8:12]
    gaps = np.linalg.norm(batch[:, None] - batch, axis=2)[np.triu_indices(4, 1)]
    assert gaps.min() > 0.02


def test_without_a_feasible_run_it_says_so() -> None:
    with pytest.warns(SurrogateWarning, match=r"none of 10 runs meets load > 3"):
        found = ask(constraints=["load > 3"], n_runs=10)
    assert found.best is None
    assert np.isnan([found.value, found.gain.value]).all()
    assert "no run of 10 is feasible" in repr(found)


def test_runs_where_the_objective_is_no_number_count_as_failed() -> None:
    with pytest.warns(SurrogateWarning, match=r"'log\(a\)' is no finite number in \d+ of 14 runs"):
        found = ask(objective="log(a)", n_runs=14)
    assert np.isfinite(found.value)
    assert found.history["ok"].sum() == found.history["feasible"].sum() < 14


def test_a_simulator_that_always_fails_is_told_of_by_its_reason() -> None:
    failing = sg.Simulator(lambda a, b: a / 0, SPACE, outcomes=["loss"])
    with pytest.warns(SurrogateWarning, match=r"none of 6 runs gave an answer; .* with: .*Zero"):
        ask(failing, n_runs=6)


def test_a_series_is_no_objective() -> None:
    simulator = sg.Simulator(lambda a, b: np.array([a, b]), SPACE, outcomes=["wave"])
    with pytest.raises(ArgumentError, match=r"'wave' is a series; .* max\(wave\)"):
        ask(simulator, "wave", n_runs=6)
    assert ask(simulator, "max(wave)", n_runs=6).value < 1


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"objective": "los"}, ArgumentError, "did you mean 'loss'"),
        ({"constraints": "load > 1"}, ArgumentError, "a list of texts"),
        ({"constraints": ["lode > 1"]}, ArgumentError, "no outcome and no input .*'load'"),
        ({"constraints": ["load >"]}, ExpressionError, "load >"),
        ({"n_runs": 2}, ArgumentError, "n_runs must be an integer of at least 4"),
        ({"n_runs": "many"}, ArgumentError, "n_runs must be an integer of at least 4"),
        ({"n_start": 2.5}, ArgumentError, "n_start must be an integer of at least 2"),
        ({"objective": "loss > 1"}, ArgumentError, "is a condition; conditions go to"),
        ({"simulator": len}, ArgumentError, "optimize asks a Simulator; got <built-in"),
        ({"n_start": 30}, ArgumentError, "n_start must lie between 2 and n_runs = 16"),
        ({"batch_size": 0}, ArgumentError, "batch_size"),
    ],
)
def test_what_cannot_be_asked_is_refused(settings, error, message) -> None:
    with pytest.raises(error, match=message):
        ask(**settings)
