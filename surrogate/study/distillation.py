"""A study of a metamorphosis: a teacher, a student, how much the student took over, page.

::

    [study]
    title = "One tree instead of a network"
    chain = "simulators.digits_study:readable_tree"     # called with seed and say
    seed = 0

    [settings]              # its further keywords
    n_labels = 1000
    n_copies = 8
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from surrogate.errors import StudyError, did_you_mean
from surrogate.study.frame import Say, Study, StudyResult, write_json
from surrogate.study.references import find_object
from surrogate.study.settings import ANY_KEY, STUDY, TEXT

if TYPE_CHECKING:
    from surrogate.distillation import Distillation

__all__ = ["DistillationResult", "DistillationStudy"]

_GIVEN = ("seed", "say")  # what every such function is called with


@dataclass(frozen=True)
class DistillationResult(StudyResult):
    """What a study of a metamorphosis leaves.

    Attributes
    ----------
    files : mapping of str to Path
        The page, the scores as JSON and, where it is one of our students, the student.
    found : Distillation
    """

    found: Distillation

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as plain values for JSON."""
        rows = self.found.scores.to_dict(orient="index")
        return {
            "format": "surrogate.distillation",
            "version": 1,
            "scores": {name: {k: _plain(v) for k, v in row.items()} for name, row in rows.items()},
            "about": {name: str(text) for name, text in self.found.about.items()},
        }

    def __str__(self) -> str:
        """Return the shares that matter in a few lines."""
        scores = self.found.scores
        shares = scores[scores.index.str.contains("accuracy|fidelity|purity|leaves|Q2")]
        lines = [_line(name, row) for name, row in shares.iterrows()]
        about = [f"{name}: {text}" for name, text in self.found.about.items()]
        return "\n".join(["", *lines, "", *about])


@dataclass(frozen=True)
class DistillationStudy(Study):
    """A study of how much of a teacher a student takes over.

    Parameters
    ----------
    name : str
        Names the files it writes.
    chain : str
        ``module:attribute`` of a function that is called with ``seed`` and ``say``, which it may
        tell how far it is, and returns a `Distillation`.
    title : str
    seed : int
    settings : mapping
        Its further keywords: the table [settings].

    Examples
    --------
    >>> study = DistillationStudy("digits", "simulators.digits_study:readable_tree")
    >>> study.seed
    0
    """

    chain: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    required = ("chain",)
    tables = {"study": STUDY | {"chain": TEXT}, "settings": ANY_KEY}  # noqa: RUF012 - as the base class declares it

    def perform(
        self,
        directory: str | Path = ".",
        *,
        progress: bool | None = None,  # noqa: ARG002 - the function tells `say`
        say: Say = lambda _: None,
    ) -> DistillationResult:
        """Fit the chain, judge it and write the files.

        Parameters
        ----------
        directory : path
            Where the files go; made if it is not there.
        progress : bool, optional
            Not used: the function tells `say` how far it is.
        say : callable
            Told in a few words what is done next.

        Returns
        -------
        DistillationResult

        Raises
        ------
        StudyError
            If there is no such function, or it takes no such keyword.
        """
        from surrogate.pages import write_report

        make = find_object(self.chain, FunctionType, "function")
        self._check_settings(make)
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        found = make(seed=self.seed, say=say, **self.settings)
        say("judging it on unseen rows")
        files = {"page": folder / f"{self.name}.html", "scores": folder / f"{self.name}.json"}
        files |= self._save_student(found.chain.student_, folder)
        result = DistillationResult(files, found)
        write_report(found, files["page"], title=self.title or None)
        write_json(files["scores"], result.to_dict() | {"title": self.title})
        return result

    def _save_student(self, student: Any, folder: Path) -> dict[str, Path]:
        from surrogate.persistence import save
        from surrogate.students.states import STUDENTS

        if STUDENTS.get(type(student).__name__) is not type(student):
            return {}  # another's estimator could only be stored as a pickle
        path = folder / f"{self.name}.surrogate"
        save(student, path)
        return {"student": path}

    def _check_settings(self, make: Callable[..., Any]) -> None:
        known = [name for name in inspect.signature(make).parameters if name not in _GIVEN]
        for name in self.settings:
            if name not in known:
                raise StudyError(
                    f"{self.chain} has no setting {name!r}{did_you_mean(name, known)}; it takes "
                    f"{', '.join(known)}"
                )


def _line(name: object, row: Any) -> str:
    low, high = _plain(row["low"]), _plain(row["high"])
    interval = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    return f"  {name!s:66} {row['value']:.4g}{interval}"


def _plain(value: Any) -> Any:
    """Return a value for JSON: a number that is not known becomes None."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
