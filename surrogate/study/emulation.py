"""A study of whether an outcome can be predicted: runs, student, sensitivities, page.

::

    [study]
    title = "The drag of a wing"
    simulator = "simulators.wing:wing"
    outcome = "drag"
    seed = 0

    [design]                # for Space.sample
    n = 100

    [run]                   # for run
    n_workers = 2

    [surrogate]             # for emulate
    confidence_level = 0.9

    [test]                  # a design of its own to test on; leave the table out for none
    n = 100

    [sensitivity]           # for sensitivity; leave the table out for none
    n = 1024
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.study.asking import run_design
from surrogate.study.frame import Say, Study, StudyResult, write_json
from surrogate.study.references import find_simulator
from surrogate.study.settings import COUNT, DESIGN, FLAG, LIST, NUMBER, RUN, STUDY, TEXT

if TYPE_CHECKING:
    from surrogate.emulation import Emulation
    from surrogate.sensitivity_analysis import Sensitivity

__all__ = ["SurrogateResult", "SurrogateStudy"]


@dataclass(frozen=True)
class SurrogateResult(StudyResult):
    """What a study of a surrogate leaves: the student with its scores, sensitivities, files.

    Attributes
    ----------
    files : mapping of str to Path
        The page, the store, the saved student, the scores as JSON and a picture.
    found : Emulation
    sensitivity : Sensitivity or None
    """

    found: Emulation
    sensitivity: Sensitivity | None

    def to_dict(self) -> dict[str, Any]:
        """Return scores and sensitivities as plain values for JSON."""
        found = self.found
        content: dict[str, Any] = {
            "format": "surrogate.emulation",
            "version": 1,
            "outcome": found.outcome,
            "held_out": {name: each.to_dict() for name, each in found.held_out.items()},
            "tested": {name: each.to_dict() for name, each in found.tested.items()},
            "weights": found.student.scores_["weight"].to_dict(),
            "runs": found.runs.status.value_counts().to_dict(),
            "seed": found.seed,
        }
        if self.sensitivity is not None:
            content["sensitivity"] = {
                "method": self.sensitivity.method,
                "interval_of": self.sensitivity.interval_of,
                "indices": self.sensitivity.table.to_dict(orient="index"),
            }
        return content

    def __str__(self) -> str:
        """Return the scores and the inputs that matter in a few lines."""
        found, lines = self.found, [f"\n{self.found.outcome} by a mix of models", ""]
        for kind, scores in (("held-out", found.held_out), ("tested", found.tested)):
            lines += [f"  {kind:9} {name:9} {score}" for name, score in scores.items()]
        if self.sensitivity is not None:
            ranked = self.sensitivity.table[self.sensitivity.ranked_by].sort_values(ascending=False)
            lines += ["", f"  {self.sensitivity.method} index ({ranked.name})"]
            lines += [f"  {name!s:19} {value:.3f}" for name, value in ranked.items()]
        return "\n".join(lines)


@dataclass(frozen=True)
class SurrogateStudy(Study):
    """A study of whether an outcome can be predicted instead of simulated.

    Parameters
    ----------
    name : str
        Names the files it writes.
    simulator : str
        ``module:attribute``, found as Python finds modules, the current folder included.
    outcome : str
    title : str
    seed : int
    design, run, surrogate : mapping
        Keywords of `Space.sample`, `run` and `emulate`.
    test : mapping or None
        Keywords of `Space.sample` for a design to test on, random if nothing else is said; None
        for no test.
    sensitivity : mapping or None
        Keywords of `sensitivity`; None for none.

    Examples
    --------
    >>> study = SurrogateStudy("wing", "simulators.wing:wing", "drag", design={"n": 60})
    >>> study.outcome
    'drag'
    """

    simulator: str
    outcome: str
    design: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)
    surrogate: Mapping[str, Any] = field(default_factory=dict)
    test: Mapping[str, Any] | None = None
    sensitivity: Mapping[str, Any] | None = None

    required = ("simulator", "outcome")
    tables = {  # noqa: RUF012 - as the base class declares it
        "study": STUDY | {"simulator": TEXT, "outcome": TEXT},
        "design": DESIGN,
        "run": RUN,
        "surrogate": {"members": LIST, "cv": COUNT, "confidence_level": NUMBER},
        "test": DESIGN,
        "sensitivity": {"method": TEXT, "n": COUNT, "second_order": FLAG, "n_draws": COUNT},
    }

    def perform(
        self,
        directory: str | Path = ".",
        *,
        progress: bool | None = None,
        say: Say = lambda _: None,
    ) -> SurrogateResult:
        """Run the designs, fit and test the student, ask what matters; see `Study.perform`."""
        from surrogate.emulation import emulate
        from surrogate.sensitivity_analysis import sensitivity

        simulator = find_simulator(self.simulator)
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"store": folder / f"{self.name}.db", "progress": progress} | dict(self.run)

        runs = run_design(simulator, self.design, settings, seed=self.seed, say=say)
        test = None
        if self.test is not None:
            asked, origin = {"method": "random", **self.test}, {"origin": "test"}
            test = run_design(
                simulator, asked, settings | origin, seed=self.seed, say=say, purpose="test"
            )
        say(f"fitting a student of {self.outcome}")
        found = emulate(runs, self.outcome, test=test, rng=self.seed, **self.surrogate)
        matter = None
        if self.sensitivity is not None:
            say("asking which inputs matter to it")
            matter = sensitivity(found.student, rng=self.seed, **self.sensitivity)
        files = {"store": settings["store"]} | self._write(folder, found, matter)
        result = SurrogateResult(files, found, matter)
        write_json(files["scores"], result.to_dict() | {"title": self.title})
        return result

    def _write(self, folder: Path, found: Emulation, matter: Sensitivity | None) -> dict[str, Path]:
        from matplotlib.figure import Figure

        from surrogate import plots
        from surrogate.pages import write_report
        from surrogate.persistence import save

        files = {
            "page": folder / f"{self.name}.html",
            "student": folder / f"{self.name}.surrogate",
            "scores": folder / f"{self.name}.json",
            "picture": folder / f"{self.name}-predictions.png",
        }
        write_report(found, files["page"], sensitivity=matter, title=self.title or None)
        save(found.student, files["student"])
        figure = Figure(figsize=(6.4, 4.8), layout="constrained")
        plots.predictions(found, ax=figure.add_subplot())
        figure.savefig(files["picture"], dpi=150)
        return files
