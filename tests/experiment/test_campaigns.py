"""run(): resume, seeds, smoke runs, when to stop."""

import numpy as np
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, RunError, SimulatorError, SpaceError, StoreError


@pytest.fixture
def counted(space):
    """A simulator that counts how often it is asked; k = 5 fails until it is mended."""
    asked = []

    def simulate(x, k):
        asked.append(k)
        if k == 5 and asked.count(5) == 1:
            raise ValueError("not yet")
        return x

    simulator = sg.Simulator(simulate, space, outcomes=["y"], name="counted")
    simulator.asked = asked
    return simulator


def of_kind(space, function, **options):
    return sg.Simulator(function, space, outcomes=["y"], name="same", **options)


def test_the_same_call_asks_nothing_again(tmp_path, counted, design, exact):
    first = sg.run(counted, design, store=tmp_path / "s.db", n_workers=0)
    again = sg.run(counted, design, store=tmp_path / "s.db", n_workers=0)
    assert len(counted.asked) == 48
    assert exact(again) == exact(first)
    assert again.provenance["n_reused"] == 48


def test_a_larger_design_asks_only_what_is_new(tmp_path, counted, design):
    sg.run(counted, design[:20], store=tmp_path / "s.db", n_workers=0)
    runs = sg.run(counted, design, store=tmp_path / "s.db", n_workers=0)
    assert counted.asked == list(range(48))
    assert runs.provenance["n_reused"] == 20


def test_failed_runs_are_kept_unless_retried(tmp_path, counted, design):
    options = {"store": tmp_path / "s.db", "n_workers": 0}
    assert sg.run(counted, design, **options).status["run 5"] == "error"
    assert sg.run(counted, design, retry=["timeout"], **options).status["run 5"] == "error"
    assert sg.run(counted, design, retry=["error"], **options).status["run 5"] == "ok"
    with sg.experiment.Store(tmp_path / "s.db", read_only=True) as store:
        assert store.to_frame().attempt.tolist() == [1] * 5 + [2] + [1] * 42


def test_retry_takes_statuses_only(square, design):
    with pytest.raises(ArgumentError, match="'crash'; did you mean 'crashed'"):
        sg.run(square, design, retry=["crash"])


def test_equal_rows_run_once_and_answer_twice(counted, design):
    twice = design.iloc[[0, 1, 0, 0]]
    runs = sg.run(counted, twice, n_workers=0)
    assert counted.asked == [0, 1]
    assert runs.outcomes.y.tolist() == twice.x.tolist()
    assert runs.outcomes.index.tolist() == twice.index.tolist()


def test_the_seed_matters_to_noisy_simulators_only(tmp_path, noisy, counted, design, exact):
    assert exact(sg.run(noisy, design, n_workers=0, rng=1)) != exact(
        sg.run(noisy, design, n_workers=0, rng=2)
    )
    for seed in (1, 2):
        sg.run(counted, design, n_workers=0, rng=seed, store=tmp_path / "s.db")
    assert len(counted.asked) == 48


def test_more_replicates_keep_the_ones_there_are(tmp_path, noisy, design):
    options = {"store": tmp_path / "s.db", "n_workers": 0}
    one = sg.run(noisy, design, **options)
    three = sg.run(noisy, design, replicates=3, **options)
    levels = three.to_frame().level.to_numpy().reshape(48, 3)
    np.testing.assert_array_equal(levels[:, 0], one.outcomes.level)
    assert three.provenance["n_reused"] == 48
    assert len(np.unique(levels)) == 144


def test_changed_source_is_noticed(tmp_path, space, design):
    options = {"store": tmp_path / "s.db", "n_workers": 0}
    sg.run(of_kind(space, lambda x, k: x), design, **options)
    changed = of_kind(space, lambda x, k: 2 * x)
    with pytest.raises(StoreError, match="'same' has changed since 48 runs of version ''"):
        sg.run(changed, design, **options)
    kept = sg.run(changed, design, accept_changed_source=True, **options)
    assert kept.outcomes.y.tolist() == design.x.tolist()
    bumped = sg.run(of_kind(space, lambda x, k: 2 * x, version="2"), design, **options)
    assert bumped.outcomes.y.tolist() == (2 * design.x).tolist()


def test_failures_of_a_source_that_is_no_more_are_forgotten(tmp_path, space, design):
    options = {"store": tmp_path / "s.db", "n_workers": 0}
    with pytest.raises(RunError, match=r"first 10 runs all failed alike .error: ZeroDivisionError"):
        sg.run(of_kind(space, lambda x, k: 1 / 0), design, **options)
    mended = sg.run(of_kind(space, lambda x, k: x), design, **options)
    assert mended.status.eq("ok").all()


@pytest.mark.parametrize("n_workers", [0, 2])
def test_what_was_not_declared_stops_at_once(tmp_path, space, design, n_workers):
    simulator = sg.Simulator(lambda x, k: {"z": x}, space, outcomes=["y"])
    with pytest.raises(SimulatorError, match="'y'"):
        sg.run(simulator, design, n_workers=n_workers, store=tmp_path / "s.db")
    with sg.experiment.Store(tmp_path / "s.db") as store:
        assert store.to_frame().empty


def test_what_was_not_declared_later_is_a_failed_run(space, design):
    simulator = sg.Simulator(lambda x, k: {"z" if k == 20 else "y": x}, space, outcomes=["y"])
    runs = sg.run(simulator, design, n_workers=0)
    assert runs.status["run 20"] == "error"
    assert runs.failures.reason["run 20"].startswith("SimulatorError: ")


def test_a_series_among_scalars_is_invalid(space, design):
    simulator = sg.Simulator(
        lambda x, k: np.ones(3) if k == 20 else x, space, outcomes=["y"], name="mixed"
    )
    runs = sg.run(simulator, design, n_workers=0)
    assert runs.failures.reason.to_dict() == {
        "run 20": "outcome 'y' is a series here and a scalar in the first run that is ok"
    }


def test_ten_failures_of_one_kind_can_be_expected(space, design):
    def simulate(x, k):
        if k < 20:
            raise ValueError(f"infeasible at {k}")
        return x

    simulator = sg.Simulator(simulate, space, outcomes=["y"])
    with pytest.raises(RunError, match="on_error='continue'"):
        sg.run(simulator, design, n_workers=0)
    runs = sg.run(simulator, design, n_workers=0, on_error="continue")
    assert (runs.status == "error").sum() == 20


def test_failures_of_several_kinds_are_data(space, design):
    def simulate(x, k):
        raise (ValueError if k % 2 else KeyError)("no")

    runs = sg.run(sg.Simulator(simulate, space, outcomes=["y"]), design, n_workers=0)
    assert repr(runs).startswith("Runs(48 rows: 48 error;")


def test_on_error_raise_stops_at_the_first(tmp_path, counted, design):
    with pytest.raises(RunError, match=r"ValueError: not yet.*inputs \{'x': .*'k': 5\}"):
        sg.run(counted, design, n_workers=0, on_error="raise", store=tmp_path / "s.db")
    assert counted.asked == [0, 1, 2, 3, 4, 5]
    with sg.experiment.Store(tmp_path / "s.db") as store:
        assert store.to_frame().status.tolist() == ["ok"] * 5 + ["error"]


def test_sys_exit_ends_one_run(space, design):
    def simulate(x, k):
        raise SystemExit(3) if k == 4 else StopIteration("odd")

    runs = sg.run(sg.Simulator(simulate, space, outcomes=["y"]), design, n_workers=0)
    assert runs.failures.reason["run 4"].startswith("SystemExit: 3")


def test_a_design_that_does_not_fit_is_refused(square, design):
    with pytest.raises(SpaceError):
        sg.run(square, design.assign(x=2.0), n_workers=0)


def test_an_empty_design_gives_empty_runs(square, design):
    runs = sg.run(square, design[:0])
    assert (len(runs), list(runs.outcomes)) == (0, ["y"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_workers": -1}, "n_workers must be an integer"),
        ({"replicates": 0}, "replicates must be an integer"),
        ({"timeout": 0}, "timeout must be positive"),
        ({"on_error": "rise"}, "did you mean 'raise'"),
        ({"rng": -1}, "rng must be"),
    ],
)
def test_options_are_checked(square, design, options, message):
    with pytest.raises(ArgumentError, match=message):
        sg.run(square, design, **options)


def test_names_of_the_tables_are_taken(space, design):
    simulator = sg.Simulator(lambda x, k: x, space, outcomes=["status"])
    with pytest.raises(SimulatorError, match="'status'"):
        sg.run(simulator, design)


def test_progress_counts_failures_on_stderr(capsys, counted, design):
    sg.run(counted, design, n_workers=0, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "48/48" in shown.err
    assert "failed=1" in shown.err


def test_progress_is_silent_when_nobody_watches(capsys, square, design):
    sg.run(square, design, n_workers=0)
    assert capsys.readouterr().err == ""
