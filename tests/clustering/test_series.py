"""Courses of one kind come into one cluster, which is a case on any run."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, FailedRunsWarning

TIMES = np.linspace(0, 1, 40)
SPACE = sg.Space(speed=(-3.0, 3.0), wave=sg.Categorical(["none", "fast"]))


def course(speed, wave):
    """Growth, decline or nothing, smooth or not."""
    if speed > 2.9:
        raise ValueError("too fast")
    kind = np.sign(np.trunc(speed))
    return (kind + speed / 50) * TIMES + 0.02 * (wave == "fast") * np.sin(200 * TIMES)


SIMULATOR = sg.Simulator(course, SPACE, outcomes=["level"])


def runs_of(design):
    return sg.run(SIMULATOR, design, n_workers=0, progress=False)


@pytest.fixture(scope="module")
def runs():
    design = SPACE.sample(96, rng=0)
    return runs_of(design[design["speed"] < 2.9])


def test_kinds_of_course_are_found_and_counted(runs):
    found = sg.cluster_series(runs, "level")
    assert found.silhouettes.idxmax() == len(found.table) == 3
    assert found.silhouettes.index.tolist() == list(range(2, 9))
    kinds = np.sign(np.trunc(runs.inputs["speed"]))
    for _, members in found.labels.groupby(kinds):
        assert members.nunique() == 1
    assert found.labels.index.equals(runs.inputs.index)
    assert found.labels.value_counts().sort_index().tolist() == found.table["n"].tolist()
    assert found.table["n"].is_monotonic_decreasing
    assert found.table["silhouette"].min() > 0.8
    assert found.agreement == 1


def test_a_medoid_is_a_run_of_its_own_cluster(runs):
    found = sg.cluster_series(runs, "level")
    for cluster, name in found.table["medoid"].items():
        assert found.labels[name] == cluster
        np.testing.assert_array_equal(found.medoids[cluster], runs.outcomes["level"][name])


def test_complexity_parts_what_stays_close(runs):
    still = runs.select(np.asarray(np.trunc(runs.inputs["speed"]) == 0))
    found = sg.cluster_series(still, "level", distance="complexity_invariant", n_clusters=2)
    for _, members in found.labels.groupby(still.inputs["wave"], observed=True):
        assert members.nunique() == 1


def test_a_cluster_is_a_case_of_these_runs_and_of_fresh_ones(runs):
    found = sg.cluster_series(runs, "level", n_clusters=3)
    growing = int(found.labels[runs.inputs["speed"].idxmax()])
    case = found.case(growing)
    assert runs.label(case).equals((found.labels == growing).rename(f"level in cluster {growing}"))
    fresh = runs_of(SPACE.sample(40, method="random", rng=1).query("speed < 2.9"))
    assert fresh.label(case).equals(fresh.label("last(level) > 0.5").rename(case.__name__))
    both = found.case(*{0, 1, 2} - {growing})
    assert (fresh.label(both) == ~fresh.label(case)).all()


def test_the_case_travels_to_other_processes(runs):
    case = sg.cluster_series(runs, "level", n_clusters=3).case(0, 2)
    twin = pickle.loads(pickle.dumps(case))
    np.testing.assert_array_equal(case(runs.outcomes), twin(runs.outcomes))


def test_discover_asks_where_a_cluster_is(runs):
    found = sg.cluster_series(runs, "level", n_clusters=3)
    growing = int(found.labels[runs.inputs["speed"].idxmax()])
    teacher = sg.StepwiseLogistic(space=SPACE)
    found = sg.discover(
        runs, found.case(growing), teacher=teacher, n_transfer=2000, n_folds=0, rng=0
    )
    assert str(found.case) == f"level in cluster {growing}"
    assert found.box.names == ("speed",)
    assert 0.7 < found.box.limits["speed"].low < 1.3


def test_failed_runs_are_in_no_cluster():
    runs = runs_of(SPACE.sample(96, rng=0))
    with pytest.warns(FailedRunsWarning, match="2 of 96 runs failed and are in no cluster"):
        assert len(sg.cluster_series(runs, "level").labels) == 94


def test_what_is_no_series_of_one_length_is_refused():
    space = sg.Space(n=sg.Integer(2, 5))
    simulator = sg.Simulator(lambda n: (n, np.arange(n)), space, outcomes=["size", "steps"])
    runs = sg.run(simulator, space.sample(8, rng=0), n_workers=0, progress=False)
    with pytest.raises(DataError, match="'size' is one number per run"):
        sg.cluster_series(runs, "size")
    with pytest.raises(DataError, match="series of one length; 'steps' has 4 different"):
        sg.cluster_series(runs, "steps")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"outcome": "levle"}, "did you mean 'level'"),
        ({"distance": "euclid"}, "did you mean 'euclidean'"),
        ({"n_clusters": 1}, "n_clusters must lie from 2 to"),
    ],
)
def test_other_arguments_are_refused(runs, options, message):
    with pytest.raises(ArgumentError, match=message):
        sg.cluster_series(runs, **{"outcome": "level", **options})


def test_a_cluster_that_is_not_there_is_refused(runs):
    found = sg.cluster_series(runs, "level", n_clusters=2)
    with pytest.raises(ArgumentError, match=r"clusters from 0 to 1; got \[2\]"):
        found.case(2)
