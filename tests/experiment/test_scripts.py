"""Campaigns as people start them: scripts without a guard, kills, Ctrl-C, notebooks."""

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import surrogate as sg
from surrogate.experiment import Store

ROOT = Path(__file__).parents[2]

# No `if __name__ == "__main__"`, and a function that needs a global of the script.
SCRIPT = """
import sys, time
from pathlib import Path
import numpy as np
import surrogate as sg
from surrogate.experiment import Store

store, n_workers, pause, log = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
space = sg.Space(x=(0.0, 1.0), k=sg.Integer(0, 999))
factor = 2.0

class Acknowledging(Store):
    def keep(self, keys, records):
        super().keep(keys, records)
        with log.open("a") as file:
            file.write("".join(f"{key}\\n" for key in keys))

@sg.simulator(space, outcomes=["y", "s"])
def slow(x, k, rng):
    time.sleep(pause)
    if k % 10 == 3:
        raise ValueError(f"no answer for {k}")
    return {"y": factor * x + rng.normal(), "s": np.arange(3) * x}

design = space.sample(60, rng=0)
design["k"] = np.arange(60)
with Acknowledging(store) as opened:
    runs = sg.run(slow, design, store=opened, n_workers=n_workers, rng=3)
for row in runs.to_frame().itertuples():
    print(row.Index, row.x.hex(), row.k, row.status, row.reason, float(row.y).hex(), row.s)
"""


@pytest.fixture
def start(tmp_path):
    """Start the script in a process group of its own; whatever is left of it is killed."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    started = []

    def start(store, *, n_workers, pause=0.0):
        process = subprocess.Popen(
            [sys.executable, path, tmp_path / store, str(n_workers), str(pause), tmp_path / "log"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def acknowledged(folder):
    log = folder / "log"
    return log.read_text().split() if log.exists() else []


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the script did not get there")
        time.sleep(0.01)


def workers_of(process):
    """Return the living processes that the script started."""
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == process.pid and fields[0] != "Z":
            children.append(int(status.parent.name))
    return children


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_killed_campaign_goes_on_as_if_nothing_had_been(start, tmp_path):
    output, errors = start("whole.db", n_workers=0).communicate()
    assert errors == ""
    assert output.count("ValueError") == 6
    (tmp_path / "log").unlink()

    for n_more in (10, 10):  # kill it twice, with two workers and with one
        n_before = len(acknowledged(tmp_path))
        process = start("killed.db", n_workers=2 if not n_before else 1, pause=0.02)
        wait_for(lambda least=n_before + n_more: len(acknowledged(tmp_path)) >= least)
        workers = workers_of(process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        wait_for(lambda pids=workers: not any(map(alive, pids)))
        with Store(tmp_path / "killed.db") as store:
            found = store.known(acknowledged(tmp_path))
        assert len(found) == len(acknowledged(tmp_path)) < 60

    resumed, errors = start("killed.db", n_workers=2).communicate()
    assert (resumed, errors) == (output, "")
    assert len(acknowledged(tmp_path)) <= 60
    with Store(tmp_path / "killed.db") as store:
        table = store.to_frame()
    assert table.attempt.tolist() == [1] * 60  # what was kept was not asked again


def test_ctrl_c_stops_the_workers_and_keeps_what_is_done(start, tmp_path):
    process = start("stopped.db", n_workers=2, pause=0.05)
    wait_for(lambda: len(acknowledged(tmp_path)) >= 5)
    workers = workers_of(process)
    assert len(workers) >= 2
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert errors.count("Traceback") == 1
    wait_for(lambda: not any(map(alive, workers)))
    with Store(tmp_path / "stopped.db") as store:
        assert len(store.known(acknowledged(tmp_path))) == len(acknowledged(tmp_path)) >= 5


def test_a_hanging_run_takes_its_programs_with_it(tmp_path, space, design):
    def simulate(x, k):
        program = subprocess.Popen(["sleep", "60"])
        (tmp_path / "pid").write_text(str(program.pid))
        return program.wait()

    simulator = sg.Simulator(simulate, space, outcomes=["y"])
    runs = sg.run(simulator, design[:1], n_workers=1, timeout=0.5)
    assert runs.status.tolist() == ["timeout"]
    wait_for(lambda: not alive(int((tmp_path / "pid").read_text())))


def test_whatever_can_be_called_travels(space, design):
    class Local:
        def __init__(self, scale):
            self.scale = scale

        def __call__(self, x, k):
            return self.scale * x

        def method(self, x, k):
            return self.scale * x

    def plain(x, k, scale):
        return scale * x

    scale = 3.0
    for function in (
        lambda x, k: 3.0 * x,
        lambda x, k: scale * x,
        functools.partial(plain, scale=3.0),
        Local(3.0).method,
        Local(3.0),
    ):
        simulator = sg.Simulator(function, space, outcomes=["y"], name="scaled")
        runs = sg.run(simulator, design[:2], n_workers=1)
        assert runs.outcomes.y.tolist() == (3.0 * design.x[:2]).tolist()


def test_a_notebook_needs_nothing_special(tmp_path, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel", reason="needs a kernel: pip install ipykernel")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cells = [
        "import surrogate as sg\nspace = sg.Space(x=(0.0, 1.0))\ntwo = 2.0",
        "@sg.simulator(space, outcomes=['y'])\ndef double(x):\n    return two * x",
        "runs = sg.run(double, space.sample(4, rng=0), n_workers=2, progress=False)",
        "print((runs.outcomes.y == 2 * runs.inputs.x).all(), len(runs.outcomes))",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    done = nbclient.NotebookClient(book, timeout=60, resources={"metadata": {"path": tmp_path}})
    done.execute()
    assert book.cells[-1].outputs[0].text == "True 4\n"
