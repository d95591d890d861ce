"""What a watching person sees of a campaign."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm

from surrogate.experiment.records import Record

__all__ = ["Progress"]


class Progress:
    """A line on stderr: done, failed, rate and time left.

    Parameters
    ----------
    n_runs : int
        Runs of the campaign.
    n_done : int
        Of them, already known from the store.
    show : bool or None
        None shows it when a person watches: on a terminal or in a notebook.
    """

    def __init__(self, n_runs: int, n_done: int, *, show: bool | None) -> None:
        watched = sys.stderr.isatty() or _in_notebook()
        self._bar = tqdm(
            total=n_runs,
            initial=n_done,
            unit="run",
            file=sys.stderr,
            disable=not (watched if show is None else show),
        )
        self._n_failed = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def count(self, records: list[Record]) -> None:
        """Count finished runs."""
        n_failed = sum(not record.ok for record in records)
        if n_failed:
            self._n_failed += n_failed
            self._bar.set_postfix(failed=self._n_failed, refresh=False)
        self._bar.update(len(records))


def _in_notebook() -> bool:
    """Return whether this code runs in a kernel (which only then has IPython loaded)."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel")
