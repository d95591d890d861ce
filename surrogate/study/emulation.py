"""A study of whether an outcome can be predicted: runs, student, sensitivities, optimum, page.

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

    [optimize]              # for optimize, beginning with the same runs; leave it out for none
    constraints = ["lift > 0.5"]
    n_runs = 30

A ``case`` in [study] is another question to the same runs: a `DiscoveryStudy` with its tables
[discover] and [certify] answers it, and the optimum is then looked for inside its region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import StudyError
from surrogate.regions.trajectories.choosing import check_rule
from surrogate.study.asking import Asking
from surrogate.study.discovery import DiscoveryStudy
from surrogate.study.emulation_result import SurrogateResult
from surrogate.study.frame import Say, Study, save_picture, write_json
from surrogate.study.settings import (
    CERTIFY,
    COUNT,
    DESIGN,
    DISCOVER,
    FLAG,
    LIST,
    NUMBER,
    OPTIMIZE,
    RUN,
    STUDY,
    TEXT,
)

if TYPE_CHECKING:
    from surrogate.emulation import Emulation
    from surrogate.experiment import Runs
    from surrogate.optimization import Optimum
    from surrogate.sensitivity_analysis import Sensitivity
    from surrogate.study.discovery_result import DiscoveryResult

__all__ = ["SurrogateStudy"]


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
    case : str, optional
        Another question to the same runs: where does this hold?
    discover, certify : mapping
        Keywords of `discover` and `certify`, for the case; None for no certificate.
    optimize : mapping or None
        Keywords of `optimize`, which begins with the runs of the design; the outcome is minimised
        if no other objective is named, with the case as a constraint, inside its region. None for
        no optimum.

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
    case: str | None = None
    discover: Mapping[str, Any] = field(default_factory=dict)
    certify: Mapping[str, Any] | None = None
    optimize: Mapping[str, Any] | None = None

    required = ("simulator", "outcome")
    tables = {  # noqa: RUF012 - as the base class declares it
        "study": STUDY | {"simulator": TEXT, "outcome": TEXT, "case": TEXT},
        "design": DESIGN,
        "run": RUN,
        "surrogate": {"members": LIST, "cv": COUNT, "confidence_level": NUMBER},
        "test": DESIGN,
        "sensitivity": {"method": TEXT, "n": COUNT, "second_order": FLAG, "n_draws": COUNT},
        "discover": DISCOVER,
        "certify": CERTIFY,
        "optimize": OPTIMIZE,
    }

    def __post_init__(self) -> None:
        if self.case is None and (self.discover or self.certify is not None):
            raise StudyError(
                f"the study {self.name!r} has a table [discover] or [certify], but no case to "
                f'look for; name it in [study], like case = "{self.outcome} < 0"'
            )

    def perform(
        self,
        directory: str | Path = ".",
        *,
        progress: bool | None = None,
        say: Say = lambda _: None,
    ) -> SurrogateResult:
        """Run the designs, fit the student, ask it and the simulator; see `Study.perform`."""
        asking = Asking.of(self, directory, progress=progress, say=say)
        asking.check([self.outcome])
        if self.case is not None:
            asking.check_case(self.case)
        self._check(asking)
        runs = asking.runs(self.design)
        found = self._emulated(asking, runs)
        matter = self._sensitivity(asking, found)
        region = self._region(asking, runs)
        optimum = self._optimum(asking, runs, region)
        files = self._files(asking, region, optimum)
        result = SurrogateResult(files, found, matter, region, optimum)
        self._write(result)
        return result

    def _check(self, asking: Asking) -> None:
        """Refuse what the later steps would refuse, before the first run is paid for."""
        from surrogate.arguments import check_members
        from surrogate.optimization.question import Question
        from surrogate.sensitivity_analysis import SensitivityDesign
        from surrogate.sensitivity_analysis.analyses import GIVEN_DATA, STRUCTURED
        from surrogate.sensitivity_analysis.checks import check_method
        from surrogate.students.members.regressors import REGRESSORS

        check_members(self.surrogate.get("members"), tuple(REGRESSORS))
        check_rule(self.discover.get("rule", "wracc"))
        if self.sensitivity is not None:
            method, n = self.sensitivity.get("method", "sobol"), self.sensitivity.get("n", 1024)
            check_method(method, (*STRUCTURED, *GIVEN_DATA))
            if method in STRUCTURED:  # which refuses numbers and spaces that it cannot serve
                SensitivityDesign.sample(asking.simulator.space, method, n, rng=0)
        if self.optimize is not None:
            constraints = self.optimize.get("constraints", [])
            Question.of(asking.simulator, self.optimize.get("objective", self.outcome), constraints)

    def _emulated(self, asking: Asking, runs: Runs) -> Emulation:
        from surrogate.emulation import emulate

        test = None
        if self.test is not None:
            test = asking.runs({"method": "random", **self.test}, purpose="test")
        asking.say(f"fitting a student of {self.outcome}")
        return emulate(runs, self.outcome, test=test, rng=self.seed, **self.surrogate)

    def _sensitivity(self, asking: Asking, found: Emulation) -> Sensitivity | None:
        from surrogate.sensitivity_analysis import sensitivity

        if self.sensitivity is None:
            return None
        asking.say("asking which inputs matter to it")
        return sensitivity(found.student, rng=self.seed, **self.sensitivity)

    def _region(self, asking: Asking, runs: Runs) -> DiscoveryResult | None:
        if self.case is None:
            return None
        question = DiscoveryStudy(
            f"{self.name}-region",
            self.simulator,
            self.case,
            discover=self.discover,
            certify=self.certify,
            seed=self.seed,
        )
        return question.answer(asking, runs)

    def _optimum(
        self, asking: Asking, runs: Runs, region: DiscoveryResult | None
    ) -> Optimum | None:
        from surrogate.optimization import optimize

        if self.optimize is None:
            return None
        asked = {"objective": self.outcome, "constraints": [], **self.optimize}
        if region is not None:
            asked["constraints"] = [self.case, *asked["constraints"]]
            asked["within"] = region.found.box.limits
        asking.say(f"looking for the least {asked['objective']}")
        return optimize(asking.simulator, start=runs, rng=self.seed, **asked, **asking.settings)

    def _files(
        self, asking: Asking, region: DiscoveryResult | None, optimum: Optimum | None
    ) -> dict[str, Path]:
        start = asking.folder
        files = {
            "store": asking.settings["store"],
            "page": start / f"{self.name}.html",
            "student": start / f"{self.name}.surrogate",
            "scores": start / f"{self.name}.json",
            "picture": start / f"{self.name}-predictions.png",
        }
        if region is not None:
            own = {key: path for key, path in region.files.items() if key != "store"}
            files["region"] = own.pop("region")
            files |= {f"region {key}": path for key, path in own.items()}
        if optimum is not None:
            files["convergence"] = start / f"{self.name}-convergence.png"
        return files

    def _write(self, result: SurrogateResult) -> None:
        from surrogate import plots
        from surrogate.pages import write_report
        from surrogate.persistence import save

        files, region, optimum = result.files, result.region, result.optimum
        write_report(
            result.found,
            files["page"],
            sensitivity=result.sensitivity,
            discovery=region.found if region else None,
            certificate=region.certificate if region else None,
            optimum=optimum,
            title=self.title or None,
        )
        save(result.found.student, files["student"])
        save_picture(partial(plots.predictions, result.found), files["picture"])
        if optimum is not None:
            save_picture(partial(plots.convergence, optimum), files["convergence"])
        write_json(files["scores"], result.to_dict() | {"title": self.title})
