"""The tables of a store."""

from __future__ import annotations

__all__ = ["APPLICATION", "PLANNED", "SCHEMA", "VERSION"]

APPLICATION = 0x53474154  # "SGAT", in the header of the file
VERSION = 1

PLANNED = "planned"
"""Status of a run that is noted and not yet made."""

# Runs are inserted when they are planned, so that their order is the design's whatever finishes
# first. outcomes: float64, little-endian, one after the other; shapes: {name: length, 0 = scalar}.
SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE IF NOT EXISTS campaigns (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcomes TEXT NOT NULL,
    space TEXT NOT NULL,
    seed TEXT NOT NULL,
    provenance TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT
);
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    campaign INTEGER NOT NULL REFERENCES campaigns (id),
    inputs TEXT NOT NULL,
    replicate INTEGER NOT NULL,
    origin TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT '{PLANNED}',
    reason TEXT NOT NULL DEFAULT '',
    shapes TEXT NOT NULL DEFAULT '{{}}',
    outcomes BLOB NOT NULL DEFAULT x'',
    seconds REAL NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0
);
"""
