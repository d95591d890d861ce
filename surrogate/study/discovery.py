"""A study of where a case holds: runs, region, certificate, page.

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

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.regions.trajectories.choosing import check_rule
from surrogate.study.asking import Asking
from surrogate.study.discovery_result import DiscoveryResult, region
from surrogate.study.frame import Say, Study, save_picture, write_json
from surrogate.study.settings import CERTIFY, DESIGN, DISCOVER, RUN, STUDY, TEXT

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery
    from surrogate.experiment import Runs

__all__ = ["DiscoveryStudy"]


@dataclass(frozen=True)
class DiscoveryStudy(Study):
    """A study of where a case holds.

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
    >>> study = DiscoveryStudy("grid", "simulators.grid_stability:four_node_star", "stability < 0")
    >>> study.seed
    0
    """

    simulator: str
    case: str
    design: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)
    discover: Mapping[str, Any] = field(default_factory=dict)
    certify: Mapping[str, Any] | None = None

    required = ("simulator", "case")
    tables = {  # noqa: RUF012 - as the base class declares it
        "study": STUDY | {"simulator": TEXT, "case": TEXT},
        "design": DESIGN,
        "run": RUN,
        "discover": DISCOVER,
        "certify": CERTIFY,
    }

    def perform(
        self,
        directory: str | Path = ".",
        *,
        progress: bool | None = None,
        say: Say = lambda _: None,
    ) -> DiscoveryResult:
        """Run the design, find the region, certify it and write the files; see `Study.perform`."""
        asking = Asking.of(self, directory, progress=progress, say=say)
        asking.check_case(self.case)
        check_rule(self.discover.get("rule", "wracc"))
        return self.answer(asking, asking.runs(self.design))

    def answer(self, asking: Asking, runs: Runs) -> DiscoveryResult:
        """Find the region in runs that are there, certify it and write the files."""
        from surrogate.certificates import certify
        from surrogate.discovery import discover

        asking.say(f"looking for the region where {self.case}")
        found = discover(runs, self.case, rng=self.seed, **self.discover)
        certificate = None
        if self.certify is not None:
            asking.say("certifying it with fresh runs")
            settings = {"rng": self.seed, **self.certify, **asking.settings}
            certificate = certify(found.box, asking.simulator, self.case, **settings)
        files = {"store": asking.settings["store"]}
        return DiscoveryResult(
            files | self._write(asking.folder, found, certificate), found, certificate
        )

    def _write(
        self, folder: Path, found: Discovery, certificate: Certificate | None
    ) -> dict[str, Path]:
        from surrogate import plots
        from surrogate.pages import write_report

        files = {"page": folder / f"{self.name}.html", "region": folder / f"{self.name}.json"}
        write_report(found, files["page"], certificate=certificate, title=self.title or None)
        write_json(files["region"], region(found, certificate) | {"title": self.title})
        for name, draw in (("trade-off", plots.trade_off), ("region", plots.region)):
            files[f"{name} picture"] = folder / f"{self.name}-{name}.png"
            save_picture(partial(draw, found), files[f"{name} picture"])
        return files
