"""Who runs the tasks: this process, worker processes, or somebody else's executor.

An engine turns a stream of tasks into records, in the order they finish. No engine decides what a
record contains: a table does not depend on who computed it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from multiprocessing.connection import wait
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING

from surrogate.errors import RunError, SimulatorError
from surrogate.experiment.processes import WorkerProcess
from surrogate.experiment.records import Record, Task
from surrogate.experiment.remote import Answer, Isolation, answer_remotely, digest_of, forget
from surrogate.experiment.worker import answer

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["Engine", "ForeignEngine", "InProcessEngine", "WorkerEngine", "pack"]

Answered = tuple[Task, list[Record]]
_UNKNOWN_WIDTH = 32  # workers of an executor that does not tell
_PER_WORKER = 4  # tasks in flight per worker of a foreign executor
_LOOK_AGAIN = 1.0  # seconds between looks for a worker that died with its pipe held open


class Engine(ABC):
    """A context in which tasks are answered."""

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop(at_once=kind is not None)

    @abstractmethod
    def answers(self, tasks: Iterator[Task]) -> Iterator[Answered]:
        """Yield each task with its records, as they finish; tasks are drawn only when needed."""

    def stop(self, *, at_once: bool) -> None:  # noqa: B027 - nothing to stop in this process
        """Release what the engine holds; `at_once` leaves unfinished runs unfinished."""


class InProcessEngine(Engine):
    """Run one after the other here: the least overhead and no protection."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def answers(self, tasks: Iterator[Task]) -> Iterator[Answered]:
        """Yield in the order of the tasks."""
        for task in tasks:
            yield task, answer(self._simulator, task)


class WorkerEngine(Engine):
    """Run on worker processes of our own, replaced when they crash or hang.

    Parameters
    ----------
    payload : bytes
        From `pack`.
    n_workers : int
    timeout : float, optional
        Seconds per task.
    memory_limit : int, optional
        Bytes a run may allocate.
    """

    def __init__(
        self,
        payload: bytes,
        n_workers: int,
        *,
        timeout: float | None = None,
        memory_limit: int | None = None,
    ) -> None:
        self._payload, self._timeout, self._memory_limit = payload, timeout, memory_limit
        self._workers: list[WorkerProcess] = []
        self._n_workers = n_workers

    def answers(self, tasks: Iterator[Task]) -> Iterator[Answered]:
        """Yield as workers finish; one task is in flight per worker."""
        for _ in range(self._n_workers):
            self._workers.append(self._new_worker())
        again: deque[Task] = deque()  # rows of a block that failed as a block
        while self._feed(again, tasks):
            for worker in self._answering():
                task = worker.task
                if task is None:  # its first word
                    worker.confirm()
                    continue
                records = self._collect(worker)
                if records is None:
                    again.extend(task.split())
                else:
                    yield task, records

    def stop(self, *, at_once: bool) -> None:
        """End the workers; none is left behind."""
        while self._workers:
            worker = self._workers.pop()
            if at_once or not worker.ready or worker.task is not None:
                worker.kill()
            else:
                worker.close()

    def _new_worker(self) -> WorkerProcess:
        return WorkerProcess(self._payload, timeout=self._timeout, memory_limit=self._memory_limit)

    def _feed(self, again: deque[Task], tasks: Iterator[Task]) -> bool:
        """Give every idle worker a task; False when nothing is left to wait for."""
        for i, worker in enumerate(self._workers):
            if worker.task is not None or not worker.ready:
                continue
            if worker.died:  # after its last answer: no run is to blame
                worker.kill()
                self._workers[i] = self._new_worker()
                continue
            task = again.popleft() if again else next(tasks, None)
            if task is None:
                return any(worker.task is not None for worker in self._workers)
            worker.give(task)
        return True

    def _answering(self) -> list[WorkerProcess]:
        """Wait for workers that have spoken, died or run out of time."""
        expected = [w for w in self._workers if w.task is not None or not w.ready]
        limits = [w.time_left for w in expected if w.time_left is not None]
        spoken = wait([w.connection for w in expected], min([*limits, _LOOK_AGAIN]))
        return [w for w in expected if w.connection in spoken or w.time_left == 0 or w.died]

    def _collect(self, worker: WorkerProcess) -> list[Record] | None:
        """Return the records of a worker's task; None for a block that failed as a block."""
        late = worker.time_left == 0 and not worker.connection.poll()
        task = worker.task
        answered = worker.overdue() if late else worker.collect()
        if not isinstance(answered, Record):
            return answered
        self._workers[self._workers.index(worker)] = self._new_worker()
        return [answered] if task is not None and len(task.keys) == 1 else None


class ForeignEngine(Engine):
    """Run on any `concurrent.futures.Executor`, which stays its owner's to shut down.

    Parameters
    ----------
    payload : bytes
        From `pack`; sent with the tasks until the first answer is back, then only where a worker
        asks for it.
    executor : Executor
    n_workers : int, optional
        How many workers it has, where it does not tell; only the number of runs in flight
        depends on it.
    isolation : Isolation, optional
        Ask in a child process on the worker, under these limits.
    """

    def __init__(
        self,
        payload: bytes,
        executor: Executor,
        *,
        n_workers: int | None = None,
        isolation: Isolation | None = None,
    ) -> None:
        self._payload, self._executor, self._isolation = payload, executor, isolation
        self._digest = digest_of(payload)
        width = n_workers or getattr(executor, "_max_workers", None) or _UNKNOWN_WIDTH
        self._window = _PER_WORKER * int(width)
        self._in_flight: set[Future[Answer]] = set()
        self._known = False  # whether some worker holds the simulator by now

    def answers(self, tasks: Iterator[Task]) -> Iterator[Answered]:
        """Yield as futures finish, a bounded window of them in flight."""
        done: SimpleQueue[tuple[Task, Future[Answer]]] = SimpleQueue()
        again: deque[tuple[Task, bool]] = deque()
        while True:
            while len(self._in_flight) < self._window:
                task, with_payload = again.popleft() if again else (next(tasks, None), False)
                if task is None:
                    break
                self._submit(task, done, with_payload=with_payload or not self._known)
            if not self._in_flight:
                return
            task, future = done.get()
            self._in_flight.discard(future)
            records = self._records(task, future)
            if records is not None:
                yield task, records
            elif self._failed_as_block(task, future):
                again.extend((row, False) for row in task.split())
            else:
                again.append((task, True))

    def stop(self, *, at_once: bool) -> None:
        """Take back what has not begun; the executor itself is not ours."""
        if at_once:
            for future in self._in_flight:
                future.cancel()
        forget(self._digest)

    def _submit(
        self, task: Task, done: SimpleQueue[tuple[Task, Future[Answer]]], *, with_payload: bool
    ) -> None:
        payload = self._payload if with_payload else None
        future = self._executor.submit(
            answer_remotely, self._digest, payload, task, self._isolation
        )
        self._in_flight.add(future)
        future.add_done_callback(lambda finished: done.put((task, finished)))

    def _records(self, task: Task, future: Future[Answer]) -> list[Record] | None:
        """Return the task's records; None when it must be asked again."""
        error = future.exception()
        if error is not None:
            return [_of_executor(error)] if len(task.keys) == 1 else None
        answered = future.result()
        if answered is None:
            return None
        self._known = True
        if isinstance(answered, Record):
            return [answered] if len(task.keys) == 1 else None
        return answered

    @staticmethod
    def _failed_as_block(task: Task, future: Future[Answer]) -> bool:
        if len(task.keys) == 1:
            return False
        return future.exception() is not None or future.result() is not None


def pack(simulator: Simulator) -> bytes:
    """Return the simulator by value, as workers get it.

    Raises
    ------
    SimulatorError
        If it holds something that cannot be sent, such as an open file.
    """
    import cloudpickle

    try:
        payload: bytes = cloudpickle.dumps(simulator)
    except Exception as error:  # whatever the objects it refers to may raise
        raise SimulatorError(
            f"simulator {simulator.name!r} cannot be sent to another process "
            f"({type(error).__name__}: {error}); open such things inside the function, "
            "or use n_workers=0 to run it in this process"
        ) from error
    return payload


def _of_executor(error: BaseException) -> Record:
    """Return the record of a run its executor lost, or raise where the executor itself is lost."""
    name = type(error).__name__
    if name == "KilledWorker":  # Dask's word for a task whose workers died
        return Record("crashed", reason=f"KilledWorker: {' '.join(str(error).split())}")
    raise RunError(
        f"the executor failed ({name}: {error}); finished runs are kept in the store. "
        "isolate=True asks in child processes, so that a crash costs one run; without executor= "
        "the package's own workers do the same"
    ) from error
