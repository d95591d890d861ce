"""Save and load students, boxes, trajectories and spaces without pickle.

A file is a digest followed by a zip archive of one JSON header and plain numpy arrays. Loading
reads numbers and texts into classes of a closed table: it imports nothing the file names and runs
nothing it holds. A file whose digest, structure or numbers are not those of a saved object is
refused with the reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from surrogate.errors import DataError
from surrogate.persistence.codec import Reader, Writer
from surrogate.version import __version__

__all__ = ["load", "save"]

_MAGIC = b"surrogate file 1\n"
_SCHEMA = 1
# What parts that do not fit together provoke, in zlib, JSON (too deep, too large) and our classes.
_MISFITS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_UNSUSPICIOUS = 10**8  # bytes; more than so many may be
_MOST_PACKED = 100  # times those of the file: zlib packs zeros 1000 times
_DIGEST = 32  # bytes of SHA-256


def save(thing: Any, path: str | Path, *, teacher: bool = True) -> None:
    """Write a fitted student, a chain, an answer, a region, runs or a space to a file.

    Parameters
    ----------
    thing : object
        Any of our students (AutoSurrogate, AutoClassifier, GaussianProcess, DistilledTree ...), a
        Metamorphosis, Box, Covering, PeelingTrajectory, Space or Runs, or what `discover`,
        `certify`, `emulate`, `diagnose`, `sensitivity` or `optimize` return. Students are kept as
        they predict; a Gaussian process holds its training data, most others do not. A chain is
        kept without real rows, transfer set and recipe. A `random_state` is not kept.
    path : str or Path
    teacher : bool
        Whether the teacher of a chain is kept. One of our students can be; another model could
        only be stored as a pickle, and is refused.

    Raises
    ------
    DataError
        If it is none of these, is not fitted, or holds what JSON and arrays cannot (a callable).

    Examples
    --------
    >>> import tempfile
    >>> from surrogate.regions import Box
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Box({"gain": (0.0, 4.2)}), Path(folder) / "star.surrogate")
    ...     load(Path(folder) / "star.surrogate")
    Box(0 <= gain <= 4.2)
    """
    writer = Writer(teacher=teacher)
    content = writer.encode(thing)
    header = {
        "schema": _SCHEMA,
        "package": __version__,
        "kind": type(thing).__name__,
        **_told(thing),
        "content": content,
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr(_member("header.json"), json.dumps(header, allow_nan=False))
        for number, array in enumerate(writer.arrays):
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            members.writestr(_member(f"{number}.npy"), buffer.getvalue())
    body = archive.getvalue()
    Path(path).write_bytes(_MAGIC + hashlib.sha256(body).digest() + body)


def load(path: str | Path) -> Any:
    """Return what `save` wrote; predictions are the same to the last bit on the same machine.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    DataError
        If the file is damaged, of a newer version, or holds anything unknown or not finite; the
        message says which.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "note.txt"
    ...     n_characters = path.write_text("no surrogate")
    ...     try:
    ...         load(path)
    ...     except DataError as error:
    ...         str(error).split(": ")[1]
    'it is no file of surrogate.save'
    """
    whole = Path(path).read_bytes()
    try:
        header, arrays = _unpacked(whole)
        return Reader(arrays).decode(header["content"])
    except DataError as error:
        raise DataError(f"{path} cannot be loaded: {error}") from error
    except _MISFITS as error:
        raise DataError(
            f"{path} cannot be loaded: its content is not that of a saved object ({error!r})"
        ) from error


def _unpacked(whole: bytes) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
    if not whole.startswith(_MAGIC):
        raise DataError("it is no file of surrogate.save")
    start = len(_MAGIC) + _DIGEST
    digest, body = whole[len(_MAGIC) : start], whole[start:]
    if hashlib.sha256(body).digest() != digest:
        raise DataError("it is damaged or cut short: the digest does not fit the content")
    with zipfile.ZipFile(io.BytesIO(body)) as members:
        _refuse_what_save_never_writes(members, len(body))
        header = json.loads(members.read("header.json"))
        if header["schema"] != _SCHEMA:
            raise DataError(
                f"it has schema {header['schema']!r} (written by version {header['package']}); "
                f"this version reads {_SCHEMA}"
            )
        arrays = [_array(members, number) for number in range(len(members.namelist()) - 1)]
    return header, arrays


def _refuse_what_save_never_writes(members: zipfile.ZipFile, n_bytes: int) -> None:
    """Raise DataError where members are not those of a saved object, or unpack to far too much."""
    names = members.namelist()
    expected = ["header.json", *(f"{number}.npy" for number in range(len(names) - 1))]
    if names != expected:
        odd = next((one for one, other in zip(names, expected, strict=False) if one != other), None)
        raise DataError(f"it holds {odd!r}; a header and numbered arrays were expected")
    unpacked = sum(each.file_size for each in members.infolist())
    if unpacked > max(_UNSUSPICIOUS, _MOST_PACKED * n_bytes):
        raise DataError(f"its {n_bytes} bytes would unpack to {unpacked}")


def _array(members: zipfile.ZipFile, number: int) -> np.ndarray[Any, Any]:
    content = io.BytesIO(members.read(f"{number}.npy"))
    if np.lib.format.read_magic(content) != (1, 0):
        raise DataError(f"array {number} is of a format that save never writes")
    shape, _, dtype = np.lib.format.read_array_header_1_0(content)
    if dtype.kind not in "fiub":
        raise DataError(f"array {number} holds {dtype}, not numbers")
    n_bytes = len(content.getvalue()) - content.tell()
    if math.prod(shape) * dtype.itemsize != n_bytes:  # before memory is asked for
        raise DataError(f"array {number} says that its shape is {shape}, and holds {n_bytes} bytes")
    content.seek(0)
    array = np.lib.format.read_array(content, allow_pickle=False)
    if not np.isfinite(array).all():
        raise DataError(f"array {number} holds values that are not finite")
    return array


def _member(name: str) -> zipfile.ZipInfo:
    """Return an entry without the time of writing: the same object makes the same file."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _told(thing: Any) -> dict[str, Any]:
    """Return what a reader of the header wants to know of a student."""
    thing = getattr(thing, "student_", thing)
    told: dict[str, Any] = {}
    if hasattr(thing, "encoder_"):
        told["training_ranges"] = thing.encoder_.ranges_
    elif hasattr(thing, "ranges_"):
        told["training_ranges"] = thing.ranges_
    scores: dict[str, float] = {}
    for name in ("q2_", "q2_leave_one_out_", "accuracy_", "log_loss_", "fidelity_"):
        score = getattr(thing, name, None)
        if isinstance(score, Mapping):  # of several outcomes
            scores |= {f"{name} {of}": each.value for of, each in score.items()}
        elif score is not None:
            scores[name] = float(getattr(score, "value", score))
    return told | {"scores": _finite(scores)}


def _finite(scores: Mapping[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in scores.items()}
