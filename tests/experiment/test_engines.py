"""One suite for every engine: the same table, whoever runs."""

import multiprocessing
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import surrogate as sg
from surrogate.errors import ArgumentError, RunError


class EngineSuite:
    """What every engine does. A subclass gives the arguments of `run` that choose it."""

    @pytest.fixture
    def engine(self):
        raise NotImplementedError

    def test_the_table_is_that_of_a_serial_loop(self, engine, noisy, design, exact):
        serial = sg.run(noisy, design, n_workers=0, rng=5)
        assert exact(sg.run(noisy, design, rng=5, **engine)) == exact(serial)

    def test_the_order_of_the_rows_changes_no_answer(self, engine, noisy, design, exact):
        shuffled = design.sample(frac=1, random_state=1)
        again = sg.run(noisy, shuffled, **engine).select(design.index)
        assert exact(again) == exact(sg.run(noisy, design, n_workers=0))

    def test_one_failed_run_costs_no_other(self, engine, space, design):
        def simulate(x, k):
            if k == 7:
                raise ValueError(f"no answer for {k}")
            return np.inf if k == 9 else x

        simulator = sg.Simulator(simulate, space, outcomes=["y"])
        runs = sg.run(simulator, design, **engine)
        assert runs.status.drop(["run 7", "run 9"]).eq("ok").all()
        assert runs.status["run 7"] == "error"
        assert runs.failures.reason["run 7"].startswith("ValueError: no answer for 7 (test_engines")
        assert runs.status["run 9"] == "invalid"
        assert runs.failures.reason["run 9"] == "outcome 'y' is inf"
        np.testing.assert_array_equal(runs.outcomes.y, runs.inputs.x)

    def test_the_fault_of_a_block_lands_on_its_row(self, engine, space, exact):
        def simulate(x, k):
            if (k == 7).any():
                raise ValueError("k is 7")
            return np.where(k == 9, np.nan, np.sin(x))

        design = space.sample(256, rng=0)
        design["k"] = np.arange(256)
        simulator = sg.Simulator(simulate, space, outcomes=["y"], vectorized=True)
        runs = sg.run(simulator, design, **engine)
        assert runs.status[7] == "error"
        assert runs.status[9] == "invalid"
        assert (runs.status == "ok").sum() == 254
        assert exact(runs) == exact(sg.run(simulator, design, n_workers=0))


class ProtectedSuite(EngineSuite):
    """What an engine with processes of its own does besides."""

    def test_six_kinds_of_fault_in_200_runs(self, engine, space, faulty):
        design = space.sample(200, rng=0)
        design["k"] = np.arange(200)
        runs = sg.run(faulty, design, timeout=1.5, memory_limit=2 * 2**30, **engine)
        failures = runs.failures.set_index("k")
        assert failures.status.to_dict() == {
            3: "error",
            60: "crashed",
            70: "timeout",
            80: "invalid",
            90: "memory",
            100: "crashed",
        }
        assert failures.reason[60].startswith("SIGSEGV")
        assert failures.reason[70] == "no answer within 1.5 s: the worker was stopped"
        assert failures.reason[90].startswith("MemoryError")
        assert failures.reason[100].startswith("exit code 0")
        assert runs.outcomes.y.tolist() == runs.inputs.k.tolist()

    def test_a_block_that_crashes_is_asked_row_by_row(self, engine, space):
        def simulate(x, k):
            import os

            if (k == 7).any():
                os.abort()
            return x

        design = space.sample(64, rng=0)
        design["k"] = np.arange(64)
        simulator = sg.Simulator(simulate, space, outcomes=["y"], vectorized=True)
        runs = sg.run(simulator, design, timeout=10, **engine)
        assert runs.failures.k.tolist() == [7]
        assert runs.failures.reason[7].startswith("SIGABRT")


class TestInProcess(EngineSuite):
    @pytest.fixture
    def engine(self):
        return {"n_workers": 0}

    @pytest.mark.parametrize("limit", [{"timeout": 1}, {"memory_limit": 2**30}])
    def test_limits_that_it_cannot_keep_are_refused(self, square, design, limit):
        with pytest.raises(ArgumentError, match="n_workers=0 runs in this one"):
            sg.run(square, design, n_workers=0, **limit)


class TestOneWorker(ProtectedSuite):
    @pytest.fixture
    def engine(self):
        return {"n_workers": 1}


class TestTwoWorkers(ProtectedSuite):
    @pytest.fixture
    def engine(self):
        return {"n_workers": 2}

    def test_a_simulator_that_cannot_be_loaded_there_stops_the_campaign(self, space, design):
        class Unloadable:
            def __call__(self, x, k):
                return x

            def __reduce__(self):
                return (int, ("no number",))

        simulator = sg.Simulator(Unloadable(), space, outcomes=["y"])
        with pytest.raises(RunError, match=r"cannot load the simulator .ValueError"):
            sg.run(simulator, design, n_workers=2)

    def test_a_simulator_that_cannot_be_sent_says_so(self, space, design):
        lock = threading.Lock()
        simulator = sg.Simulator(lambda x, k: (lock, x)[1], space, outcomes=["y"], name="locked")
        with pytest.raises(TypeError, match="'locked' cannot be sent to another process"):
            sg.run(simulator, design, n_workers=2)

    def test_a_worker_may_have_children(self, space, design):
        def simulate(x, k):
            import multiprocessing

            child = multiprocessing.get_context("fork").Process(target=int)
            child.start()
            child.join()
            return child.exitcode

        simulator = sg.Simulator(simulate, space, outcomes=["y"])
        assert sg.run(simulator, design[:2], n_workers=1).outcomes.y.tolist() == [0, 0]


class TestThreads(EngineSuite):
    @pytest.fixture
    def engine(self):
        with ThreadPoolExecutor(3) as executor:
            yield {"executor": executor}

    def test_no_more_than_a_window_is_in_flight(self, square, space):
        class Counting(ThreadPoolExecutor):
            in_flight = most = 0

            def submit(self, *args, **kwargs):
                self.in_flight += 1
                self.most = max(self.most, self.in_flight)
                future = super().submit(*args, **kwargs)
                future.add_done_callback(self.count)
                return future

            def count(self, _):
                self.in_flight -= 1

        with Counting(2) as executor:
            sg.run(square, space.sample(100, rng=0), executor=executor)
        assert 1 <= executor.most <= 8

    def test_limits_need_isolation(self, square, design, engine):
        with pytest.raises(ArgumentError, match="isolate=True"):
            sg.run(square, design, timeout=1, **engine)

    def test_an_executor_that_is_shut_down_says_so(self, square, design):
        executor = ThreadPoolExecutor(1)
        executor.shutdown()
        with pytest.raises(RunError, match=r"the executor failed .RuntimeError"):
            sg.run(square, design, executor=executor)


@pytest.fixture(scope="module")
def process_pool():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


class KilledWorker(Exception):
    pass


def test_a_run_that_killed_dasks_workers_is_a_crash(square, design):
    class Dask(ThreadPoolExecutor):
        def submit(self, function, digest, payload, task, isolation):
            if task.rows[0]["k"] != 5:
                return super().submit(function, digest, payload, task, isolation)
            lost = Future()
            lost.set_exception(KilledWorker("4 workers died"))
            return lost

    with Dask(2) as executor:
        runs = sg.run(square, design, executor=executor)
    assert runs.failures.reason.to_dict() == {"run 5": "KilledWorker: 4 workers died"}
    assert runs.status["run 5"] == "crashed"


class TestProcessPool(EngineSuite):
    @pytest.fixture
    def engine(self, process_pool):
        return {"executor": process_pool}

    def test_a_broken_pool_is_no_failed_run(self, faulty, space):
        design = space.sample(4, rng=0)
        design["k"] = 60
        with (
            ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor,
            pytest.raises(RunError, match=r"BrokenProcessPool.*isolate=True"),
        ):
            sg.run(faulty, design, executor=executor)


class TestIsolatedThreads(ProtectedSuite):
    @pytest.fixture
    def engine(self):
        with ThreadPoolExecutor(2) as executor:
            yield {"executor": executor, "isolate": True}

    def test_the_script_is_what_it_was(self, engine, square, design):
        main = sys.modules["__main__"]
        sg.run(square, design, **engine)
        assert sys.modules["__main__"] is main
        assert multiprocessing.current_process().daemon is False


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip(
        "distributed", reason='needs Dask: pip install "ml-metamorphosis[dask]"'
    )
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor(pure=False) as executor,
    ):
        yield executor


class TestDask(EngineSuite):
    @pytest.fixture
    def engine(self, cluster):
        return {"executor": cluster}


class TestIsolatedDask(ProtectedSuite):
    @pytest.fixture
    def engine(self, cluster):
        return {"executor": cluster, "isolate": True}


def test_isolation_is_for_executors(square, design):
    with pytest.raises(ArgumentError, match="isolate=True is for executor"):
        sg.run(square, design, isolate=True)
