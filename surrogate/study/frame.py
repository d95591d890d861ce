"""What all studies share: they come from a file, are performed, and leave an answer and files."""

from __future__ import annotations

import importlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from surrogate.errors import StudyError
from surrogate.study.settings import Settings, Tables, check_settings, read_settings

__all__ = ["Say", "Study", "StudyResult", "save_picture", "write_json"]

Say = Callable[[str], None]

# The key of [study] that asks a question: the module and the class of the studies that answer it.
_KINDS = {
    "case": ("surrogate.study.discovery", "DiscoveryStudy"),
    "outcome": ("surrogate.study.emulation", "SurrogateStudy"),
    "chain": ("surrogate.study.distillation", "DistillationStudy"),
}


@dataclass(frozen=True)
class StudyResult(ABC):
    """What a study leaves: its answer, as text and as plain values, and its files.

    Attributes
    ----------
    files : mapping of str to Path
        By what they hold: page, store, pictures and what else the kind of study writes.
    """

    files: Mapping[str, Path]

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""

    @abstractmethod
    def __str__(self) -> str:
        """Return the answer in a few lines for a terminal."""


@dataclass(frozen=True)
class Study(ABC):
    """A question and how to answer it, from one TOML file.

    The table [study] holds a title, a seed and the question; what it asks decides the kind of
    study, a subclass of this one. The other tables hold keywords of the functions that answer.

    Parameters
    ----------
    name : str
        Names the files it writes.
    title : str
        Heads its page.
    seed : int

    Examples
    --------
    >>> study = Study.from_file("grid.toml")  # doctest: +SKIP
    >>> study.perform("out")  # doctest: +SKIP
    """

    name: str
    title: str = field(default="", kw_only=True)
    seed: int = field(default=0, kw_only=True)

    tables: ClassVar[Tables]
    """What its file may hold."""
    required: ClassVar[Sequence[str]]
    """What [study] must hold."""

    @staticmethod
    def from_file(path: str | Path, *, changes: Sequence[str] = ()) -> Study:
        """Return the study of a TOML file.

        Parameters
        ----------
        path : path
        changes : sequence of str
            Settings that replace the file's, like ``"design.n=128"``.

        Raises
        ------
        StudyError
            Naming the setting that is unknown, missing or of the wrong type.
        """
        content = read_settings(path, changes)
        kind = _kind_of(content, path)
        check_settings(content, kind.tables, kind.required, path)
        tables = {name: settings for name, settings in content.items() if name != "study"}
        return kind(name=Path(path).stem, **content["study"], **tables)

    @abstractmethod
    def perform(
        self,
        directory: str | Path = ".",
        *,
        progress: bool | None = None,
        say: Say = lambda _: None,
    ) -> StudyResult:
        """Answer the question and write the files.

        Runs already in the store are not run again, so the same call goes on after an
        interruption.

        Parameters
        ----------
        directory : path
            Where the files go; made if it is not there.
        progress : bool, optional
            Whether a bar counts the runs; None shows it where a person watches.
        say : callable
            Told in a few words what is done next.

        Returns
        -------
        StudyResult
        """


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain values as a JSON file."""
    path.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def save_picture(draw: Callable[..., Any], path: Path) -> None:
    """Draw on the axes of a new figure, given as ``ax``, and write it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    draw(ax=figure.add_subplot())
    figure.savefig(path, dpi=150)


def _kind_of(content: Settings, path: str | Path) -> type[Study]:
    """Return the kind of study that answers what the file asks."""
    study = content.get("study", {})
    if not isinstance(study, dict):
        raise StudyError(f"{path}: study must be a table, [study]; got {study!r}")
    asked = [key for key in _KINDS if key in study]
    if asked == ["case", "outcome"]:  # an outcome is replaced, and a region found on the way
        asked = ["outcome"]
    if len(asked) != 1:
        found = " and ".join(asked) or "none of them"
        raise StudyError(
            f"{path}: the table [study] must say one of {', '.join(_KINDS)}, which decides what "
            f"is asked; got {found}"
        )
    module, name = _KINDS[asked[0]]
    kind: type[Study] = getattr(importlib.import_module(module), name)
    return kind
