"""A whole study from one TOML file: runs, region, certificate, page.

::

    [study]
    title = "When is the grid stable?"
    simulator = "simulators.grid_stability:four_node_star"
    case = "stability < 0"
    seed = 0

    [design]                # for Space.sample
    n = 512

    [run]                   # for run
    n_workers = 2

    [discover]              # for discover
    rule = "coverage"
    density = 0.9

    [certify]               # for certify; leave the table out for no certificate
    n_box = 300
    n_space = 300
"""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import StudyError, did_you_mean

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.models import Simulator

__all__ = ["Study", "StudyResult", "find_simulator", "region"]

_TEXT, _COUNT, _NUMBER, _LIST = (str,), (int,), (int, float), (list,)
_KEYS: dict[str, dict[str, tuple[type, ...]]] = {
    "study": {"title": _TEXT, "simulator": _TEXT, "case": _TEXT, "seed": _COUNT},
    "design": {"n": _COUNT, "method": _TEXT},
    "run": {
        "n_workers": _COUNT,
        "timeout": _NUMBER,
        "memory_limit": _COUNT,
        "replicates": _COUNT,
        "retry": _LIST,
    },
    "discover": {
        "n_transfer": _COUNT,
        "rule": _TEXT,
        "density": _NUMBER,
        "max_restricted": _COUNT,
        "n_folds": _COUNT,
        "n_jobs": _COUNT,
    },
    "certify": {
        "n_box": _COUNT,
        "n_space": _COUNT,
        "confidence_level": _NUMBER,
        "stop_at": _NUMBER,
        "looks": _LIST,
    },
}
_DEFAULT_RUNS = 256


@dataclass(frozen=True)
class StudyResult:
    """What a study leaves: its answer, its certificate and its files.

    Attributes
    ----------
    found : Discovery
    certificate : Certificate or None
    files : dict of str to Path
        By what they hold: page, store, region, pictures.
    """

    found: Discovery
    certificate: Certificate | None
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Study:
    """A question about a simulator, and how to answer it.

    Parameters
    ----------
    name : str
        Names the files it writes.
    simulator : str
        ``module:attribute``, found as Python finds modules, the current folder included.
    case : str
    title : str
    seed : int
    design, run, discover : mapping
        Keywords of `Space.sample`, `run` and `discover`.
    certify : mapping or None
        Keywords of `certify`; None for no certificate.

    Examples
    --------
    >>> study = Study("grid", "simulators.grid_stability:four_node_star", "stability < 0")
    >>> study.design["n"]
    256
    """

    name: str
    simulator: str
    case: str
    title: str = ""
    seed: int = 0
    design: Mapping[str, Any] = field(default_factory=lambda: {"n": _DEFAULT_RUNS})
    run: Mapping[str, Any] = field(default_factory=dict)
    discover: Mapping[str, Any] = field(default_factory=dict)
    certify: Mapping[str, Any] | None = None

    @classmethod
    def from_file(cls, path: str | Path, *, changes: Sequence[str] = ()) -> Study:
        """Return the study of a TOML file.

        Parameters
        ----------
        path : path
        changes : sequence of str
            Settings that replace the file's, like ``"design.n=128"``.

        Raises
        ------
        StudyError
            Naming the key that is unknown, missing or of the wrong type.
        """
        source = Path(path)
        try:
            content = tomllib.loads(source.read_text(encoding="utf-8"))
        except OSError as error:
            raise StudyError(
                f"the study file {str(path)!r} cannot be read: {error.strerror}"
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise StudyError(f"the study file {str(path)!r} is no TOML: {error}") from error
        for change in changes:
            _apply(content, change)
        _check(content, str(path))
        tables = {
            key: content[key] for key in ("design", "run", "discover", "certify") if key in content
        }
        tables["design"] = {"n": _DEFAULT_RUNS} | tables.get("design", {})
        return cls(name=source.stem, **content["study"], **tables)

    def perform(
        self,
        directory: str | Path = ".",
        *,
        progress: bool | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> StudyResult:
        """Run the study and write its files.

        Runs already in the store are not run again, so the same call goes on after an
        interruption.

        Parameters
        ----------
        directory : path
            Where the files go.
        progress : bool, optional
        say : callable
            Told in a few words what is done next.

        Returns
        -------
        StudyResult
        """
        from surrogate.certificates import certify
        from surrogate.discovery import discover
        from surrogate.experiment import run
        from surrogate.randomness import stream

        simulator = find_simulator(self.simulator)
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        store = folder / f"{self.name}.db"
        settings = {"store": store, "progress": progress} | dict(self.run)

        design = simulator.space.sample(**self.design, rng=stream(self.seed, "design"))
        say(f"running {len(design)} rows of {simulator.name}")
        runs = run(simulator, design, rng=self.seed, **settings)
        say(f"looking for the region where {self.case}")
        found = discover(runs, self.case, rng=self.seed, **self.discover)
        certificate = None
        if self.certify is not None:
            say("certifying it with fresh runs")
            certificate = certify(
                found.box, simulator, self.case, rng=self.seed, **self.certify, **settings
            )
        files = {"store": store} | self._write(folder, found, certificate)
        return StudyResult(found, certificate, files)

    def _write(
        self, folder: Path, found: Discovery, certificate: Certificate | None
    ) -> dict[str, Path]:
        from matplotlib.figure import Figure

        from surrogate import plots
        from surrogate.pages import write_report

        files = {"page": folder / f"{self.name}.html", "region": folder / f"{self.name}.json"}
        write_report(found, files["page"], certificate=certificate, title=self.title or None)
        content = region(found, certificate) | {"title": self.title}
        files["region"].write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
        for name, draw in (("trade-off", plots.trade_off), ("region", plots.region)):
            files[f"{name} picture"] = folder / f"{self.name}-{name}.png"
            figure = Figure(figsize=(6.4, 4.8), layout="constrained")
            draw(found, ax=figure.add_subplot())
            figure.savefig(files[f"{name} picture"], dpi=150)
        return files


def find_simulator(reference: str) -> Simulator:
    """Return the simulator named ``module:attribute``.

    Raises
    ------
    StudyError
        If there is no such module or attribute, or it is no simulator.
    """
    from surrogate.models import Simulator

    module_name, _, attribute = reference.partition(":")
    if not module_name or not attribute:
        raise StudyError(
            f"a simulator is named module:attribute, like "
            f"simulators.grid_stability:four_node_star; got {reference!r}"
        )
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise StudyError(f"the module {module_name!r} cannot be imported: {error}") from error
    found = getattr(module, attribute, None)
    if not isinstance(found, Simulator):
        there = [name for name, each in vars(module).items() if isinstance(each, Simulator)]
        raise StudyError(
            f"the module {module_name!r} has no simulator {attribute!r}"
            f"{did_you_mean(attribute, there)}"
        )
    return found


def region(found: Discovery, certificate: Certificate | None = None) -> dict[str, Any]:
    """Return the answer as plain values for JSON: rule, box, scores, certificate, seed."""
    content: dict[str, Any] = {
        "format": "surrogate.region",
        "version": 1,
        "case": str(found.case),
        "rule": found.box.rule(),
        "box": json.loads(found.box.to_json()),
        "choice": found.choice,
        "teacher": found.teacher_sentence,
        "cross_fitted": {name: each.to_dict() for name, each in found.scores.items()},
        "runs": found.runs.status.value_counts().to_dict(),
        "seed": found.seed,
    }
    if certificate is not None:
        content["certificate"] = {
            "statement": certificate.statement(),
            "density": certificate.density.to_dict(),
            "coverage": certificate.coverage.to_dict(),
            "mass": certificate.mass.to_dict(),
            "n_failed": certificate.n_failed,
            "seed": certificate.seed,
        }
    return content


def _apply(content: dict[str, Any], change: str) -> None:
    """Set one ``table.key=value``; the value is TOML, or else a text."""
    place, equals, text = change.partition("=")
    table, dot, key = place.strip().partition(".")
    if not equals or not dot or not key:
        raise StudyError(f"a setting is table.key=value, like design.n=128; got {change!r}")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    content.setdefault(table, {})[key] = value


def _check(content: Mapping[str, Any], path: str) -> None:
    for table, settings in content.items():
        if table not in _KEYS:
            raise StudyError(
                f"{path}: the table [{table}] is not known{did_you_mean(table, _KEYS)}"
            )
        if not isinstance(settings, dict):
            raise StudyError(f"{path}: {table} must be a table, [{table}]; got {settings!r}")
        for key, value in settings.items():
            _check_value(path, table, key, value)
    for key in ("simulator", "case"):
        if key not in content.get("study", {}):
            raise StudyError(f"{path}: the table [study] must say the {key}")


def _check_value(path: str, table: str, key: str, value: Any) -> None:
    known = _KEYS[table]
    if key not in known:
        raise StudyError(f"{path}: [{table}] has no setting {key!r}{did_you_mean(key, known)}")
    kinds = known[key]
    if not isinstance(value, kinds) or isinstance(value, bool):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise StudyError(f"{path}: [{table}] {key} must be of type {names}; got {value!r}")
