"""Where runs are kept: one SQLite file per store.

The coordinator of a campaign is the only writer and commits every finished run, so a kill loses no
more than the runs in flight. SQLite in WAL mode with ``synchronous=NORMAL`` [1]_: safe against a
killed process; after a power failure the last commits may be missing, the file stays sound.

References
----------
.. [1] https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from surrogate.errors import StoreError
from surrogate.experiment.files import connect, lock_for_writing, lock_path
from surrogate.experiment.keys import decode_inputs, encode_inputs
from surrogate.experiment.memory import Campaign, Planned
from surrogate.experiment.records import OK, Outcome, Record
from surrogate.experiment.schema import PLANNED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Store", "now"]

_AT_ONCE = 500  # keys per query


class Store:
    """A file of runs.

    Parameters
    ----------
    path : str or path
    read_only : bool
        Reading needs no lock: a campaign may go on meanwhile.

    Raises
    ------
    StoreError
        For a file that is no store, is another version's, or is being written by another process.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "star.db"
    >>> with Store(path) as store:
    ...     len(store.to_frame())
    0
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        self.path = Path(path)
        self._campaign: int | None = None
        if read_only and not self.path.is_file():
            raise StoreError(f"there is no store at {self.path}; run(..., store=...) makes one")
        self._lock = None if read_only else lock_for_writing(self.path)
        try:
            self._database = connect(self.path, read_only=read_only)
        except BaseException:
            self._unlock()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let others write."""
        self._database.close()
        self._unlock()

    def begin(self, campaign: Campaign, *, accept_changed_source: bool = False) -> None:
        """Open a campaign; its earlier runs are reused unless the simulator's source changed.

        Raises
        ------
        StoreError
            If runs of the same simulator and version were made by another source.
        """
        if not accept_changed_source:
            self._refuse_changed_source(campaign)
        with self._writing() as database:
            cursor = database.execute(
                "INSERT INTO campaigns (name, version, fingerprint, outcomes, space, seed, "
                "provenance, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    campaign.name,
                    campaign.version,
                    campaign.fingerprint,
                    json.dumps(campaign.outcomes),
                    campaign.space,
                    str(campaign.seed),
                    json.dumps(dict(campaign.provenance)),
                    now(),
                ),
            )
            self._campaign = cursor.lastrowid
            database.execute(  # failures of a source that is no more say nothing about this one
                "UPDATE runs SET status = ?, reason = '' WHERE status NOT IN (?, ?) AND campaign "
                "IN (SELECT id FROM campaigns WHERE name = ? AND version = ? AND fingerprint <> ?)",
                (PLANNED, OK, PLANNED, campaign.name, campaign.version, campaign.fingerprint),
            )

    def plan(self, planned: Iterable[Planned]) -> None:
        """Note runs to be made, in this order; those already noted keep their place."""
        rows = (
            (each.key, self._campaign, encode_inputs(each.row), each.replicate, each.origin)
            for each in planned
        )
        with self._writing() as database:
            database.executemany(
                "INSERT OR IGNORE INTO runs (key, campaign, inputs, replicate, origin) "
                "VALUES (?, ?, ?, ?, ?)",
                rows,
            )

    def known(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records of the finished runs among `keys`."""
        found: dict[str, Record] = {}
        for first in range(0, len(keys), _AT_ONCE):
            some = keys[first : first + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._database.execute(
                "SELECT key, status, reason, shapes, outcomes, seconds FROM runs "  # noqa: S608 - question marks only
                f"WHERE key IN ({marks}) AND status <> ?",
                (*some, PLANNED),
            )
            found.update((key, _record(*rest)) for key, *rest in rows)
        return found

    def keep(self, keys: Sequence[str], records: Sequence[Record]) -> None:
        """Keep finished runs in one commit: when this returns, they are safe."""
        rows = [
            (each.status, each.reason, *_pack(each.outcomes), each.seconds, self._campaign, key)
            for key, each in zip(keys, records, strict=True)
        ]
        with self._writing() as database:
            database.executemany(
                "UPDATE runs SET status = ?, reason = ?, shapes = ?, outcomes = ?, seconds = ?, "
                "campaign = ?, attempt = attempt + 1 WHERE key = ?",
                rows,
            )

    def end(self) -> None:
        """Note when the campaign was complete."""
        with self._writing() as database:
            database.execute("UPDATE campaigns SET ended = ? WHERE id = ?", (now(), self._campaign))

    def campaigns(self) -> pd.DataFrame:
        """Return one row per campaign: simulator, space, seed, provenance, start and end."""
        import pandas as pd

        return pd.read_sql_query("SELECT * FROM campaigns ORDER BY id", self._database)

    def to_frame(self, *, name: str | None = None, version: str | None = None) -> pd.DataFrame:
        """Return every finished run in the order they were planned.

        Parameters
        ----------
        name, version : str, optional
            Only the runs of this simulator, of this version.

        Returns
        -------
        DataFrame
            Columns ``simulator``, ``version``, ``origin``, ``replicate``, ``status``, ``reason``,
            ``seconds``, ``attempt``, then ``inputs`` and ``outcomes`` (one mapping a run).
        """
        import pandas as pd

        rows = self._database.execute(
            "SELECT name, version, origin, replicate, status, reason, seconds, attempt, inputs, "
            "shapes, runs.outcomes FROM runs JOIN campaigns ON campaigns.id = runs.campaign "
            "WHERE status <> ? AND name = coalesce(?, name) AND version = coalesce(?, version) "
            "ORDER BY runs.id",
            (PLANNED, name, version),
        )
        table = [
            (*rest, decode_inputs(inputs), _unpack(shapes, blob))
            for *rest, inputs, shapes, blob in rows
        ]
        columns = ["simulator", "version", "origin", "replicate", "status", "reason", "seconds"]
        return pd.DataFrame(table, columns=[*columns, "attempt", "inputs", "outcomes"])

    def _refuse_changed_source(self, campaign: Campaign) -> None:
        row = self._database.execute(
            "SELECT count(*), min(started) FROM runs JOIN campaigns ON campaigns.id = campaign "
            "WHERE status = ? AND name = ? AND version = ? AND fingerprint <> ?",
            (OK, campaign.name, campaign.version, campaign.fingerprint),
        ).fetchone()
        if row[0]:
            raise StoreError(
                f"the source of simulator {campaign.name!r} has changed since {row[0]} runs of "
                f"version {campaign.version!r} were stored in {self.path} (from {row[1]}); give "
                "the changed simulator another version=, use another store, or, if its answers "
                "are the same, pass accept_changed_source=True"
            )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database:
                yield self._database
        except sqlite3.Error as error:
            raise StoreError(f"cannot write to the store {self.path}: {error}") from error

    def _unlock(self) -> None:
        if self._lock is not None:
            with suppress(PermissionError):  # Windows: another process is looking at it
                lock_path(self.path).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None


def _pack(outcomes: Mapping[str, Outcome]) -> tuple[str, bytes]:
    """Return the lengths of the outcomes (0 for a scalar) as JSON, and their float64 bytes."""
    shapes = {name: int(np.size(each)) if np.ndim(each) else 0 for name, each in outcomes.items()}
    values = [np.asarray(each, dtype="<f8").reshape(-1) for each in outcomes.values()]
    return json.dumps(shapes), np.concatenate(values).tobytes() if values else b""


def _unpack(shapes: str, blob: bytes) -> dict[str, Outcome]:
    values = np.frombuffer(blob, dtype="<f8")
    outcomes: dict[str, Outcome] = {}
    first = 0
    for name, length in json.loads(shapes).items():
        if length == 0:
            outcomes[name] = float(values[first])
        else:
            outcomes[name] = values[first : first + length].astype(float)
        first += length or 1
    return outcomes


def _record(status: str, reason: str, shapes: str, blob: bytes, seconds: float) -> Record:
    return Record(status, _unpack(shapes, blob), reason, seconds)


def now() -> str:
    """Return the time, to the second, as stores note it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
