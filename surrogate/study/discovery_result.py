"""What a study of a case leaves: for the terminal, and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surrogate.study.frame import StudyResult

if TYPE_CHECKING:
    from surrogate.certificates import Certificate
    from surrogate.discovery import Discovery

__all__ = ["DiscoveryResult", "answer", "region"]


@dataclass(frozen=True)
class DiscoveryResult(StudyResult):
    """What a study of a case leaves: what was found, its certificate and its files.

    Attributes
    ----------
    files : mapping of str to Path
        The page, the store, the region as JSON and two pictures.
    found : Discovery
    certificate : Certificate or None
    """

    found: Discovery
    certificate: Certificate | None

    def to_dict(self) -> dict[str, Any]:
        """Return the region as plain values for JSON."""
        return region(self.found, self.certificate)

    def __str__(self) -> str:
        """Return the region and its scores in a few lines."""
        return answer(self.found, self.certificate)


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


def answer(found: Discovery, certificate: Certificate | None = None) -> str:
    """Return the region and its scores in a few lines for a terminal."""
    lines = [f"\n{found.case} where", f"  {found.box.rule(digits=3)}", ""]
    lines += [
        f"  cross-fitted {name:9} {found.scores[name]}"
        for name in ("coverage", "density")
        if name in found.scores
    ]
    if certificate is not None:
        lines += [
            f"  certified    coverage  {certificate.coverage}",
            f"  certified    density   {certificate.density}",
            "",
            *(f"{sentence}." for sentence in certificate.statement().rstrip(".").split(". ")),
        ]
    return "\n".join([*lines, "", f"choice: {found.choice}", f"teacher: {found.teacher_sentence}"])
