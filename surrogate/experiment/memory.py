"""The store of a campaign nobody wants to keep: it lives as long as the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from surrogate.experiment.records import Record

__all__ = ["Campaign", "MemoryStore", "Planned", "RunStore"]


@dataclass(frozen=True)
class Campaign:
    """Who is asked what: a simulator on a space, from a seed.

    Parameters
    ----------
    name, version, fingerprint : str
        The simulator's; the fingerprint tells its source.
    outcomes : tuple of str
    space : str
        JSON.
    seed : int
    provenance : mapping
        Versions, platform, start.
    """

    name: str
    version: str
    fingerprint: str
    outcomes: tuple[str, ...]
    space: str
    seed: int
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """One run to be made."""

    key: str
    row: dict[str, Any]
    replicate: int = 0
    origin: str = ""


class RunStore(Protocol):
    """Where records are kept. The coordinator of a campaign is its only writer."""

    def begin(self, campaign: Campaign, *, accept_changed_source: bool = False) -> None:
        """Open a campaign, new or to be continued."""

    def plan(self, planned: Iterable[Planned]) -> None:
        """Note runs to be made; those already known stay as they are."""

    def known(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records of the finished runs among `keys`."""

    def keep(self, keys: Sequence[str], records: Sequence[Record]) -> None:
        """Keep finished runs, all or none: when this returns, they are safe."""

    def end(self) -> None:
        """Note that the campaign is complete."""


class MemoryStore:
    """A `RunStore` without a file."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def begin(self, campaign: Campaign, *, accept_changed_source: bool = False) -> None:
        """Nothing to compare a campaign with."""

    def plan(self, planned: Iterable[Planned]) -> None:
        """Nothing to note."""

    def known(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records there are."""
        return {key: self._records[key] for key in keys if key in self._records}

    def keep(self, keys: Sequence[str], records: Sequence[Record]) -> None:
        """Keep finished runs."""
        self._records.update(zip(keys, records, strict=True))

    def end(self) -> None:
        """Nothing to note."""
