"""Runs read back from a store, without the simulator."""

from __future__ import annotations

import json
import os
import warnings
from collections import Counter
from typing import Any

import pandas as pd

from surrogate.errors import StoreError, SurrogateWarning
from surrogate.experiment.records import Record
from surrogate.experiment.store import Store
from surrogate.space import Space

__all__ = ["stored_records"]


def stored_records(
    path: str | os.PathLike[str],
    *,
    simulator: str | None = None,
    version: str | None = None,
    space: Space | None = None,
) -> dict[str, Any]:
    """Return the finished runs of one simulator as `Runs.from_records` takes them."""
    with Store(path, read_only=True) as store:
        table = store.to_frame(name=simulator, version=version)
        campaigns = store.campaigns()
    if table.empty:
        raise StoreError(f"the store {path} holds no finished run of what was asked for")
    name, made = _only_one(table, path)
    campaign = campaigns[(campaigns["name"] == name) & (campaigns["version"] == made)].iloc[-1]
    space = Space.from_json(campaign["space"]) if space is None else space
    rows, replicates = _of_equal_length(_by_row(table), path)
    return {
        "space": space,
        "design": space.check(pd.DataFrame([json.loads(inputs) for inputs in rows])),
        "records": [record for _, records in rows.values() for record in records],
        "outcomes": json.loads(campaign["outcomes"]),
        "replicates": replicates,
        "origin": [origin for origin, _ in rows.values()],
        "provenance": json.loads(campaign["provenance"]),
    }


def _by_row(table: pd.DataFrame) -> dict[str, tuple[str, list[Record]]]:
    """Return the origin and the records of every row of inputs, in the order of the store."""
    rows: dict[str, tuple[str, list[Record]]] = {}
    for run in table.itertuples():
        _, records = rows.setdefault(json.dumps(run.inputs), (run.origin, []))
        records.append(Record(run.status, run.outcomes, run.reason, run.seconds))
    return rows


def _of_equal_length(
    rows: dict[str, tuple[str, list[Record]]], path: str | os.PathLike[str]
) -> tuple[dict[str, tuple[str, list[Record]]], int]:
    """Return rows of as many replicates as most have, and their number."""
    n_records = Counter(len(records) for _, records in rows.values())
    replicates, _ = n_records.most_common(1)[0]
    equal = {
        inputs: (origin, records[:replicates])
        for inputs, (origin, records) in rows.items()
        if len(records) >= replicates
    }
    if len(n_records) > 1:
        n_other = n_records.total() - n_records[replicates]
        warnings.warn(
            f"most rows of the store {path} have {replicates} replicates; of {n_other} rows with "
            f"another number, {n_records.total() - len(equal)} with fewer are left out and the "
            "others keep the first ones; Store.to_frame gives every run",
            SurrogateWarning,
            stacklevel=4,
        )
    return equal, replicates


def _only_one(table: pd.DataFrame, path: str | os.PathLike[str]) -> tuple[str, str]:
    pairs = table[["simulator", "version"]].drop_duplicates()
    if len(pairs) > 1:
        there = ", ".join(f"{name!r} version {version!r}" for name, version in pairs.to_numpy())
        raise StoreError(
            f"the store {path} holds runs of several simulators ({there}); say which one with "
            "simulator= and version="
        )
    name, version = pairs.iloc[0]
    return str(name), str(version)
