"""What a study of a surrogate leaves: for the terminal, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surrogate.study.frame import StudyResult

if TYPE_CHECKING:
    from surrogate.emulation import Emulation
    from surrogate.optimization import Optimum
    from surrogate.sensitivity_analysis import Sensitivity
    from surrogate.study.discovery_result import DiscoveryResult

__all__ = ["SurrogateResult"]


@dataclass(frozen=True)
class SurrogateResult(StudyResult):
    """What a study of a surrogate leaves: the student with its scores, sensitivities, files.

    Attributes
    ----------
    files : mapping of str to Path
        The page, the store, the saved student, the scores as JSON and pictures; those of the
        region by their names in `DiscoveryResult`, with ``region`` before them.
    found : Emulation
    sensitivity : Sensitivity or None
    region : DiscoveryResult or None
        Where the case holds.
    optimum : Optimum or None
    """

    found: Emulation
    sensitivity: Sensitivity | None = None
    region: DiscoveryResult | None = None
    optimum: Optimum | None = None

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
        if self.region is not None:
            content["region"] = self.region.to_dict()
        if self.optimum is not None:
            content["optimum"] = self.optimum.to_dict()
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
        if self.region is not None:
            lines.append(str(self.region))
        if self.optimum is not None:
            lines += ["", f"{self.optimum!r}"]
        return "\n".join(lines)
