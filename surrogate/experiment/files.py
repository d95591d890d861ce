"""Opening a store's file: one writer at a time, and no file that is something else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from surrogate.errors import StoreError
from surrogate.experiment.schema import APPLICATION, SCHEMA, VERSION

__all__ = ["connect", "lock_for_writing", "lock_path"]

_PATIENCE = 5.0  # seconds to wait for another process's lock


def lock_path(path: Path) -> Path:
    """Return the file whose lock makes a writer of the store."""
    return path.with_name(path.name + "-lock")


def lock_for_writing(path: Path) -> sqlite3.Connection:
    """Return a held lock that the system releases when this process ends, however it ends.

    The lock is on a file beside the store, so that the store can be read meanwhile.
    """
    if not path.parent.is_dir():
        raise StoreError(f"the folder {path.parent} of the store {path.name} does not exist")
    try:
        lock = sqlite3.connect(lock_path(path), timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if "locked" not in str(error):
            raise StoreError(f"cannot write in the folder of {path}: {error}") from error
        raise StoreError(
            f"another process is writing to the store {path}; wait for it or use another store"
        ) from error
    return lock


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open the file, make its tables if it is new, and refuse what is no store of ours."""
    mode = "ro" if read_only else "rwc"
    try:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)
    except sqlite3.Error as error:
        raise StoreError(f"cannot open the store {path}: {error}") from error
    try:
        database.execute(f"PRAGMA busy_timeout = {int(_PATIENCE * 1000)}")
        _check(database, path)
        if not read_only:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.executescript(SCHEMA)
    except sqlite3.Error as error:
        database.close()
        hint = (
            "it is locked by another process"
            if "locked" in str(error)
            else "it is not a store; give another path"
        )
        raise StoreError(f"cannot use {path} as a store: {hint} ({error})") from error
    except StoreError:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection, path: Path) -> None:
    (n_tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if n_tables and application != APPLICATION:
        raise StoreError(
            f"{path} is a SQLite file of another program ({n_tables} tables and indices), "
            "not a store; give another path"
        )
    if n_tables and version != VERSION:
        raise StoreError(
            f"the store {path} has schema version {version}, this package reads version "
            f"{VERSION}; use the package that wrote it, or another path"
        )
