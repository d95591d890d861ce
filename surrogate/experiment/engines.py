"""Who runs the tasks: this process or worker processes (`foreign`: somebody else's executor).

An engine turns a stream of tasks into records, in the order they finish. No engine decides what a
record contains: a table does not depend on who computed it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait
from types import TracebackType
from typing import TYPE_CHECKING

from surrogate.experiment.processes import WorkerProcess
from surrogate.experiment.records import Record, Task
from surrogate.experiment.worker import answer

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["Answered", "Engine", "InProcessEngine", "WorkerEngine"]

Answered = tuple[Task, list[Record]]
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
        while len(self._workers) < self._n_workers:  # those of an earlier stream are taken over
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
        working = [w for w in self._workers if at_once or not w.ready or w.task is not None]
        for worker in self._workers:
            worker.kill() if worker in working else worker.dismiss()
        for worker in self._workers:
            worker.join()
        self._workers = []

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
