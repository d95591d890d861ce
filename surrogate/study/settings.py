"""Settings of a study: read from TOML, replaced from outside, checked by name and type."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from surrogate.errors import StudyError, did_you_mean

__all__ = [
    "ANY_KEY",
    "CERTIFY",
    "COUNT",
    "DESIGN",
    "DISCOVER",
    "FLAG",
    "LIST",
    "NUMBER",
    "OPTIMIZE",
    "RUN",
    "STUDY",
    "TEXT",
    "Settings",
    "Tables",
    "check_settings",
    "read_settings",
]

Settings = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, tuple[type, ...]]]
"""What a kind of study knows: by table and key, the types a value may have."""

TEXT, COUNT, NUMBER, LIST, FLAG = (str,), (int,), (int, float), (list,), (bool,)

ANY_KEY: Mapping[str, tuple[type, ...]] = {}
"""Of a table whose keys only the function they are handed to knows."""

STUDY = {"title": TEXT, "seed": COUNT}
"""Of every study."""

DESIGN = {"n": COUNT, "method": TEXT}
"""Of `Space.sample`."""

RUN = {
    "n_workers": COUNT,
    "timeout": NUMBER,
    "memory_limit": COUNT,
    "replicates": COUNT,
    "retry": LIST,
}
"""Of `run`."""

DISCOVER = {
    "n_transfer": COUNT,
    "n_transfer_max": COUNT,
    "rule": TEXT,
    "density": NUMBER,
    "max_restricted": COUNT,
    "n_folds": COUNT,
    "n_jobs": COUNT,
}
"""Of `discover`."""

CERTIFY = {
    "n_box": COUNT,
    "n_space": COUNT,
    "confidence_level": NUMBER,
    "stop_at": NUMBER,
    "looks": LIST,
}
"""Of `certify`."""

OPTIMIZE = {"objective": TEXT, "constraints": LIST, "n_runs": COUNT, "batch_size": COUNT}
"""Of `optimize`."""

# What values may be, whatever the table.
_LEAST = dict.fromkeys(("n", "n_box", "n_space", "n_runs", "batch_size"), 1) | {"cv": 2}
_SHARES = {"confidence_level": 1.0 - 1e-15, "density": 1.0}


def read_settings(path: str | Path, changes: Sequence[str] = ()) -> dict[str, Any]:
    """Return the content of a TOML file with settings replaced.

    Parameters
    ----------
    path : path
    changes : sequence of str
        Each ``table.key=value``; the value is TOML, or else a text.

    Raises
    ------
    StudyError
        If the file cannot be read or is no TOML, or a change is no such setting.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyError(
            f"the study file {str(path)!r} cannot be read: {error.strerror}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"the study file {str(path)!r} is no TOML: {error}") from error
    for change in changes:
        _apply(content, change)
    return content


def check_settings(
    content: Settings, tables: Tables, required: Sequence[str], path: str | Path
) -> None:
    """Raise StudyError naming the setting that is unknown, missing or of the wrong type.

    Parameters
    ----------
    content : mapping
        What the file holds.
    tables : mapping
        What it may hold.
    required : sequence of str
        Keys that the table [study] must have.
    path : path
        For the message.
    """
    for table, settings in content.items():
        if table not in tables:
            raise StudyError(
                f"{path}: the table [{table}] is not known{did_you_mean(table, tables)}"
            )
        if not isinstance(settings, dict):
            raise StudyError(f"{path}: {table} must be a table, [{table}]; got {settings!r}")
        if tables[table] is ANY_KEY:
            continue
        for key, value in settings.items():
            _check_value(path, table, tables[table], key, value)
    for key in required:
        if key not in content.get("study", {}):
            raise StudyError(f"{path}: the table [study] must say the {key}")


def _apply(content: dict[str, Any], change: str) -> None:
    place, equals, text = change.partition("=")
    table, dot, key = place.strip().partition(".")
    if not equals or not dot or not key:
        raise StudyError(f"a setting is table.key=value, like design.n=128; got {change!r}")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    content.setdefault(table, {})[key] = value


def _check_value(
    path: str | Path, table: str, known: Mapping[str, tuple[type, ...]], key: str, value: Any
) -> None:
    if key not in known:
        raise StudyError(f"{path}: [{table}] has no setting {key!r}{did_you_mean(key, known)}")
    kinds = known[key]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise StudyError(f"{path}: [{table}] {key} must be of type {names}; got {value!r}")
    _check_range(path, table, key, value)


def _check_range(path: str | Path, table: str, key: str, value: Any) -> None:
    if key in _LEAST and value < _LEAST[key]:
        raise StudyError(f"{path}: [{table}] {key} must be at least {_LEAST[key]}; got {value!r}")
    if key in _SHARES and not 0 < value <= _SHARES[key]:
        raise StudyError(f"{path}: [{table}] {key} must lie between 0 and 1; got {value!r}")
