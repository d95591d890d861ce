"""Runs read back from a store, without the simulator."""

from __future__ import annotations

import json
import os

import pandas as pd

from surrogate.errors import StoreError
from surrogate.experiment.records import Record
from surrogate.experiment.runs import Runs
from surrogate.experiment.store import Store
from surrogate.space import Space

__all__ = ["read_runs"]


def read_runs(
    path: str | os.PathLike[str], *, simulator: str | None = None, version: str | None = None
) -> Runs:
    """Return the finished runs of one simulator; see `Runs.from_store`."""
    with Store(path, read_only=True) as store:
        table = store.to_frame(name=simulator, version=version)
        campaigns = store.campaigns()
    if table.empty:
        raise StoreError(f"the store {path} holds no finished run of what was asked for")
    name, made = _only_one(table, path)
    campaign = campaigns[(campaigns["name"] == name) & (campaigns["version"] == made)].iloc[-1]
    replicates = int(table["replicate"].max()) + 1
    rows = table.groupby(table["inputs"].map(json.dumps), sort=False)
    complete = table[rows["replicate"].transform("size") == replicates]
    complete = complete.sort_values("replicate", kind="stable")
    first = complete[complete["replicate"] == 0]
    order = {json.dumps(inputs): place for place, inputs in enumerate(first["inputs"])}
    places = complete["inputs"].map(lambda inputs: order[json.dumps(inputs)])
    complete = complete.iloc[places.argsort(kind="stable").to_numpy()]
    space = Space.from_json(campaign["space"])
    design = space.check(pd.DataFrame(list(first["inputs"])))
    records = [
        Record(row.status, row.outcomes, row.reason, row.seconds) for row in complete.itertuples()
    ]
    runs = Runs.from_records(
        space,
        design,
        records,
        outcomes=json.loads(campaign["outcomes"]),
        replicates=replicates,
        provenance=json.loads(campaign["provenance"]),
    )
    runs.origin[:] = first["origin"].to_numpy()
    return runs


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
