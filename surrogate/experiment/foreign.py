"""Running on an executor that somebody else made: threads, processes, a cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from queue import SimpleQueue

from surrogate.errors import RunError
from surrogate.experiment.engines import Answered, Engine
from surrogate.experiment.records import Record, Task
from surrogate.experiment.remote import Answer, Isolation, answer_remotely, digest_of, forget

__all__ = ["ForeignEngine"]

_UNKNOWN_WIDTH = 32  # workers of an executor that does not tell
_PER_WORKER = 4  # tasks in flight per worker


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
        try:
            future = self._executor.submit(
                answer_remotely, self._digest, payload, task, self._isolation
            )
        except Exception as error:  # shut down, broken, disconnected: every library has its own
            raise _lost(error) from error
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


def _of_executor(error: BaseException) -> Record:
    """Return the record of a run its executor lost, or raise where the executor itself is lost."""
    if type(error).__name__ == "KilledWorker":  # Dask's word for a task whose workers died
        return Record("crashed", reason=f"KilledWorker: {' '.join(str(error).split())}")
    raise _lost(error) from error


def _lost(error: BaseException) -> RunError:
    return RunError(
        f"the executor failed ({type(error).__name__}: {error}); finished runs are kept in the "
        "store. isolate=True asks in child processes, so that a crash costs one run; without "
        "executor= the package's own workers do the same"
    )
