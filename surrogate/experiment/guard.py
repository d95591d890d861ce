"""When a campaign must not go on."""

from __future__ import annotations

from surrogate.errors import RunError, SimulatorError
from surrogate.experiment.records import Record, Task

__all__ = ["ON_ERROR", "Guard"]

ON_ERROR = ("record", "raise", "continue")
_ENOUGH = 10  # failures of one kind, and nothing else, before giving up


class Guard:
    """Watch the first answers of a campaign.

    The first answers are the smoke run: no run waits for another one's verdict, and none of them is
    asked in the coordinator, which must survive a hang or a crash. Until one run is ok, a breach of
    what the simulator declared stops the campaign, and so do ten failures of one kind.

    Parameters
    ----------
    on_error : {"record", "raise", "continue"}
    proven : bool
        Whether the store holds an ok run already.
    """

    def __init__(self, on_error: str, *, proven: bool) -> None:
        self._on_error = on_error
        self._proven = proven
        self._failures: list[Record] = []

    def judge(self, task: Task, records: list[Record]) -> SimulatorError | RunError | None:
        """Return the error that ends the campaign, if these records do."""
        for row, record in zip(task.rows, records, strict=True):
            if record.ok:
                self._proven = True
                continue
            if not self._proven and record.cause == SimulatorError.__name__:
                return SimulatorError(record.reason.partition(": ")[2])
            if self._on_error == "raise":
                return RunError(
                    f"a run failed ({record.status}: {record.reason}) with inputs {row}; "
                    "on_error='record' keeps failures as data"
                )
            if not self._proven and self._on_error == "record":
                self._failures.append(record)
        return self._hopeless()

    def _hopeless(self) -> RunError | None:
        if self._proven or len(self._failures) < _ENOUGH:
            return None
        first = self._failures[0]
        if {(each.status, each.cause) for each in self._failures} != {(first.status, first.cause)}:
            self._proven = True  # different troubles: not a wrong wrapper
            return None
        return RunError(
            f"the first {len(self._failures)} runs all failed alike ({first.status}: "
            f"{first.reason}); mend the simulator, or pass on_error='continue' if failures are "
            "to be expected"
        )
