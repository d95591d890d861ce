"""A process that asks the simulator for us, and may die doing so.

One worker, one pipe, one task at a time: when it crashes, hangs or runs out of memory, the run at
fault is known exactly and nothing else is lost. A shared queue cannot promise that: pebble (5.2.3),
the best of the pools we tried, waits for ever for a run that leaves with ``os._exit(0)``.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from surrogate.errors import RunError
from surrogate.experiment.records import Record, Task
from surrogate.experiment.worker import answer, failure

__all__ = ["WorkerProcess"]

_starting = threading.Lock()  # workers are started by several threads at once
_GRACE = 5.0  # seconds a process may take to go once its pipe is closed


class WorkerProcess:
    """A child process that holds one simulator.

    Parameters
    ----------
    payload : bytes
        The simulator, from cloudpickle; sent once.
    timeout : float, optional
        Seconds one task may take.
    memory_limit : int, optional
        Bytes a run may allocate on top of what the worker holds once the simulator is loaded.
    """

    def __init__(
        self, payload: bytes, *, timeout: float | None = None, memory_limit: int | None = None
    ) -> None:
        self.timeout = timeout
        self.ready = False
        self.task: Task | None = None
        self._started = 0.0
        self.connection, theirs = _CONTEXT.Pipe()
        arguments = (theirs, payload, memory_limit)
        self._process = _CONTEXT.Process(target=_serve, args=arguments, name="surrogate-worker")
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the pipe

    @property
    def time_left(self) -> float | None:
        """Seconds until the task at hand is overdue; None when nothing can be."""
        if self.task is None or self.timeout is None:
            return None
        return max(0.0, self._started + self.timeout - time.monotonic())

    @property
    def died(self) -> bool:
        """Whether the process is gone (a grandchild may hold its pipe open)."""
        return not self._process.is_alive()

    def give(self, task: Task) -> None:
        """Send a task to an idle worker."""
        self.task, self._started = task, time.monotonic()
        # A worker that died idle is noticed by collect(), as one that died over the task.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send_bytes(pickle.dumps(task))

    def collect(self) -> list[Record] | Record:
        """Receive the records of the task, or the one record of the end of this worker."""
        seconds = time.monotonic() - self._started
        try:
            # Dead and silent: a grandchild holds the pipe open.
            message = self.connection.recv_bytes() if self.connection.poll() else b""
        except (EOFError, ConnectionResetError):
            message = b""
        if not message:
            self._process.join(_GRACE)
            self.kill()
            return Record("crashed", reason=_how_it_ended(self._process.exitcode), seconds=seconds)
        self.task = None
        records: list[Record] = pickle.loads(message)  # noqa: S301 - our own child
        return records

    def overdue(self) -> Record:
        """Kill a worker whose time is over and return the record of its task."""
        self.kill()
        reason = f"no answer within {self.timeout:g} s: the worker was stopped"
        return Record("timeout", reason=reason, seconds=float(self.timeout or 0))

    def ask(self, task: Task) -> list[Record] | Record:
        """Give a task and wait for what comes of it."""
        if not self.ready:
            self.confirm()
        self.give(task)
        while not self.connection.poll(self.time_left if self.timeout is not None else 1.0):
            if self.timeout is not None:
                return self.overdue()
            if self.died:
                break
        return self.collect()

    def confirm(self) -> None:
        """Receive the worker's first word: the simulator is loaded, or why it cannot be."""
        try:
            trouble = self.connection.recv_bytes().decode()
        except (EOFError, ConnectionResetError):
            self._process.join(_GRACE)
            trouble = _how_it_ended(self._process.exitcode)
        if trouble:
            self.kill()
            raise RunError(
                f"a worker process cannot load the simulator ({trouble}); make what it imports "
                "importable there, or use n_workers=0 to run it in this process"
            )
        self.ready = True

    def dismiss(self) -> None:
        """Tell an idle worker that there is no more to do."""
        self.connection.close()

    def join(self) -> None:
        """Wait until a dismissed worker has ended."""
        self._process.join(_GRACE)
        self.kill()

    def kill(self) -> None:
        """End the process, and the programs it started, now."""
        self.connection.close()
        if self._process.is_alive():
            _kill_group(self._process.pid)
            self._process.kill()
            self._process.join()


def _serve(connection: Connection, payload: bytes, memory_limit: int | None) -> None:
    """Answer tasks until the pipe closes (runs in the child)."""
    _live_apart()
    import cloudpickle

    try:
        simulator = cloudpickle.loads(payload)
        if memory_limit is not None:
            _limit_memory(memory_limit)
    except Exception as error:  # whatever an import may raise: the coordinator says it
        connection.send_bytes(failure(error).reason.encode())
        return
    # The coordinator closes the pipe when it has finished.
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send_bytes(b"")
        while True:
            task: Task = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own parent
            try:
                message = pickle.dumps(answer(simulator, task))
            except MemoryError as error:  # while packing the answer
                message = pickle.dumps([failure(error)] * len(task.keys))
            connection.send_bytes(message)


def _live_apart() -> None:
    """Leave the terminal's process group (Ctrl-C is the coordinator's), and end with the parent."""
    if hasattr(os, "setsid"):
        os.setsid()
    else:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _kill_group(os.getpid())
        os._exit(1)


def _kill_group(pid: int | None) -> None:
    """Kill a worker and the programs it started; it leads its own group once it runs."""
    if pid is None or not hasattr(os, "killpg"):
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):  # gone, or not yet a leader
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)


def _limit_memory(limit: int) -> None:
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + limit, hard))


def _how_it_ended(exitcode: int | None) -> str:
    if exitcode is None or exitcode >= 0:
        return f"exit code {exitcode}: the process of the run ended without an answer"
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = f"signal {-exitcode}"
    hint = " (perhaps the system ran out of memory)" if name == "SIGKILL" else ""
    return f"{name}: the process of the run was killed by signal {-exitcode}{hint}"


class _Process(SpawnProcess):
    """A spawned process that needs nothing of the user's script, and may have a daemon as parent.

    Spawning imports the script again in the child, which is why scripts need ``if __name__ ==
    "__main__"``. Our workers get functions by value, so the script is hidden while one starts.
    Dask's workers are daemons, which multiprocessing forbids to have children because these could
    outlive them; ours end with their parent.
    """

    def start(self) -> None:
        configuration: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
        with _starting:
            main = sys.modules["__main__"]
            daemon = configuration.get("daemon", False)
            sys.modules["__main__"] = ModuleType("__main__")
            configuration["daemon"] = False
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main
                configuration["daemon"] = daemon


class _Context(SpawnContext):
    Process = _Process


_CONTEXT = _Context()
