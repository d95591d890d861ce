"""What an executor's worker does: hold the simulator, answer tasks, in a child if asked to."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cloudpickle

from surrogate.experiment.processes import WorkerProcess
from surrogate.experiment.records import Record, Task
from surrogate.experiment.worker import answer

if TYPE_CHECKING:
    from surrogate.models import Simulator

__all__ = ["Answer", "Isolation", "answer_remotely", "digest_of", "forget"]

Answer = list[Record] | Record | None
"""Records; the one record of a child process that ended; None asks for the simulator."""

_LARGEST_NUMBER_HELD = 8  # simulators one worker keeps


@dataclass(frozen=True, slots=True)
class Isolation:
    """The limits under which a child process on the worker asks the simulator."""

    timeout: float | None = None
    memory_limit: int | None = None


_payloads: dict[str, bytes] = {}
_simulators: dict[str, Simulator] = {}
_idle_children: dict[tuple[str, Isolation], list[WorkerProcess]] = {}
_lock = threading.Lock()  # an executor's workers may be threads of one process


def digest_of(payload: bytes) -> str:
    """Return the name under which workers hold a simulator."""
    return hashlib.blake2b(payload, digest_size=16).hexdigest()


def answer_remotely(
    digest: str, payload: bytes | None, task: Task, isolation: Isolation | None
) -> Answer:
    """Answer a task where the executor put it."""
    held = _hold(digest, payload)
    if held is None:
        return None
    if isolation is not None:
        return _answer_in_child(digest, held, task, isolation)
    with _lock:
        if digest not in _simulators:
            _simulators[digest] = cloudpickle.loads(held)
        simulator = _simulators[digest]
    return answer(simulator, task)


def forget(digest: str) -> None:
    """Let go of a simulator in this process, children included."""
    with _lock:
        _payloads.pop(digest, None)
        _simulators.pop(digest, None)
        children = [_idle_children.pop(key) for key in list(_idle_children) if key[0] == digest]
    for child in (each for group in children for each in group):
        child.dismiss()
        child.join()


def _hold(digest: str, payload: bytes | None) -> bytes | None:
    with _lock:
        if payload is not None:
            _payloads[digest] = payload
        held = _payloads.get(digest)
        oldest = next(iter(_payloads)) if len(_payloads) > _LARGEST_NUMBER_HELD else None
    if oldest is not None and oldest != digest:
        forget(oldest)
    return held


def _answer_in_child(digest: str, payload: bytes, task: Task, isolation: Isolation) -> Answer:
    with _lock:
        idle = _idle_children.setdefault((digest, isolation), [])
        child = idle.pop() if idle else None
    if child is None:
        child = WorkerProcess(
            payload, timeout=isolation.timeout, memory_limit=isolation.memory_limit
        )
    answered = child.ask(task)
    if not isinstance(answered, Record):
        with _lock:
            _idle_children.setdefault((digest, isolation), []).append(child)
    return answered
