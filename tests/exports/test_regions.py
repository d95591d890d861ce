"""Exported rules admit the rows that the box admits, whatever names and labels are."""

from __future__ import annotations

import math
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surrogate.errors import ArgumentError, DataError
from surrogate.exports import export
from surrogate.regions import Box, Covering

NAMES = [
    "gain", "a b", 'a "quoted" name', "o'clock", "x; DROP TABLE runs; --", "select", "ünï",
    "back\\slash", "{brace}", "%s", "#hash", "class", "1st", "row", "index",
]  # fmt: skip
LABELS = ["a", "it's", 'say "no"', "back\\slash", "new\nline", "{b}", "%s", "a`b", "", "NULL"]


def by_sql(region, frame):
    with sqlite3.connect(":memory:") as base:
        columns = ", ".join('"' + name.replace('"', '""') + '"' for name in frame.columns)
        base.execute(f"CREATE TABLE runs ({columns})")
        marks = ", ".join("?" * len(frame.columns))
        base.executemany(f"INSERT INTO runs VALUES ({marks})", frame.astype(object).values.tolist())
        found = base.execute(f"SELECT rowid FROM runs WHERE {export(region, 'sql')}").fetchall()
    base.close()
    inside = np.zeros(len(frame), dtype=bool)
    inside[[row - 1 for (row,) in found]] = True
    return inside.tolist()


def by_pandas(region, frame):
    return frame.index.isin(frame.query(export(region, "pandas")).index).tolist()


def by_python(region, frame):
    scope = {"__builtins__": {}}
    exec(export(region, "python"), scope)
    return [scope["contains"](row) for row in frame.to_dict("records")]


def by_json(region, frame):
    return type(region).from_json(export(region, "json")).contains(frame).tolist()


every_form = pytest.mark.parametrize("run", [by_sql, by_pandas, by_python, by_json])


@st.composite
def boxes(draw, names):
    limits = {}
    for name, kind in names.items():
        if kind == "labels":
            limits[name] = draw(st.lists(st.sampled_from(LABELS), min_size=1, unique=True))
            continue
        low, high = sorted(draw(st.tuples(*[st.sampled_from([0, 1 / 3, 2, 2.5, 7])] * 2)))
        limits[name] = draw(st.sampled_from([(low, high), (low, math.inf), (-math.inf, high)]))
    return Box(limits)


@st.composite
def problems(draw):
    chosen = draw(st.lists(st.sampled_from(NAMES), min_size=3, max_size=3, unique=True))
    kinds = dict(zip(chosen, ("real", "whole", "labels"), strict=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = 30
    columns = {
        "real": rng.choice([0.0, 1 / 3, 2.0, 2.5, 7.0, -1.0, np.inf, -np.inf, 1e-7, 1e300], n),
        "whole": rng.integers(-1, 9, n),
        "labels": rng.choice(np.array(LABELS, dtype=object), n),
    }
    frame = pd.DataFrame({name: columns[kind] for name, kind in kinds.items()})
    some = draw(st.lists(st.sampled_from(chosen), unique=True))
    box = boxes({name: kinds[name] for name in some})
    region = draw(st.one_of(box, st.lists(box, max_size=3).map(lambda each: Covering(tuple(each)))))
    return region, frame


@every_form
@given(problems())
@settings(max_examples=60, deadline=None)
def test_a_rule_admits_the_rows_of_its_region(run, problem):
    region, frame = problem
    assert run(region, frame) == region.contains(frame).tolist()


@every_form
@pytest.mark.parametrize("dtype", ["category", "bool", "int8", "float32"])
def test_columns_of_other_types_are_admitted_alike(run, dtype):
    labels = {"category": ["a", "b", "a", "it's"], "bool": [True, False, True, True]}
    values = pd.Series(labels.get(dtype, [1, 2, 3, 4])).astype(dtype)
    limits = {"category": ["it's", "b"], "bool": [True]}.get(dtype, (2, 3))
    frame, box = pd.DataFrame({"x": values}), Box({"x": limits})
    assert run(box, frame) == box.contains(frame).tolist()


@every_form
@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=40, deadline=None)
def test_numbers_are_written_in_full(run, limit):
    if run is by_sql:  # SQLite reads 15 digits for sure, and not at the ends of the range
        assume(limit == 0 or 1e-200 < abs(limit) < 1e200)
        limit = float(f"{limit:.12g}")
    frame, box = pd.DataFrame({"x": [limit]}), Box({"x": (limit, limit)})
    assert run(box, frame) == [True]


def test_text_is_the_rule():
    box = Box({"gain": (1 / 3, math.inf)})
    assert export(box, "text") == "gain >= 0.3333"
    assert export(Covering((box, box)), "text") == "(gain >= 0.3333) or (gain >= 0.3333)"


def test_the_python_function_needs_nothing():
    source = export(Box({"o'clock": (2, 3), "p": ["it's"]}), "python")
    program = source + "print(contains({\"o'clock\": 2.5, 'p': \"it's\"}))"
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "True\n"


@pytest.mark.parametrize("name", ["a`b", "new\nline", "tab\t", "inf"])
def test_a_name_that_pandas_cannot_quote_is_refused(name):
    with pytest.raises(DataError, match="cannot be written in a pandas query"):
        export(Box({name: (0, 1)}), "pandas")


@pytest.mark.parametrize("box", [Box({"a\0b": (0, 1)}), Box({"a": ["b\0"]})])
def test_a_nul_is_refused_in_sql(box):
    with pytest.raises(DataError, match="holds a NUL"):
        export(box, "sql")


STORED = Box(
    {
        "gain": (-math.inf, 1 / 3),
        "o'clock; --": ["it's", 'say "no"'],
        "nodes": (3, 7),
        "on": [True],
        "level": [1, 2.5],
    },
    {"gain": (None, (0.34, 0.33)), "nodes": ((2, 3), None)},
)


def stored(name):
    return (Path(__file__).parent / f"{name}_version_1.json").read_text(encoding="utf-8")


def test_rules_of_version_1_stay_readable():
    box, covering = Box.from_json(stored("box")), Covering.from_json(stored("covering"))
    assert box == STORED
    assert covering.boxes == (STORED, Box({"ünï": (0.1, math.inf)}))


@pytest.mark.parametrize("form", ["text", "sql", "pandas", "python", "json"])
def test_what_was_read_back_is_written_the_same(form):
    assert export(Box.from_json(stored("box")), form) == export(STORED, form)


def test_conditions_stay_as_they_were_first_written():
    assert export(STORED, "sql") == (
        "\"gain\" <= 0.3333333333333333 AND \"o'clock; --\" IN ('it''s', 'say \"no\"') "
        'AND "nodes" >= 3 AND "nodes" <= 7 AND "on" IN (TRUE) AND "level" IN (1, 2.5)'
    )
    assert export(STORED, "python") == (
        "def contains(row):\n    return row['gain'] <= 0.3333333333333333 and "
        "row[\"o'clock; --\"] in [\"it's\", 'say \"no\"'] and row['nodes'] >= 3 and "
        "row['nodes'] <= 7 and row['on'] in [True] and row['level'] in [1, 2.5]\n"
    )


@every_form
@pytest.mark.parametrize("labels", [[1, 2], [2.5, 10**15], [True]])
def test_labels_that_are_numbers_are_admitted_alike(run, labels):
    frame, box = pd.DataFrame({"x": [*labels, 7]}, dtype=object), Box({"x": labels})
    assert run(box, frame) == box.contains(frame).tolist()


@every_form
def test_names_that_would_be_code_are_names(run):
    evil = '"] or True or row["'
    frame = pd.DataFrame({evil: [0.0, 9.0], "1 = 1); DROP TABLE runs; --": ["x' OR '1'='1", "x"]})
    box = Box({evil: (1.0, 10.0), "1 = 1); DROP TABLE runs; --": ["x"]})
    assert run(Covering((box,)), frame) == [False, True]


def test_another_form_is_refused_with_a_hint():
    with pytest.raises(ArgumentError, match="did you mean 'pandas'"):
        export(Box({}), "panda")
    with pytest.raises(ArgumentError, match=r"takes a Box, .*; got dict"):
        export({}, "sql")


@pytest.mark.parametrize("run", [by_sql, by_pandas, by_python])
@pytest.mark.parametrize("missing", ["outside", "inside"])
def test_a_rule_treats_missing_values_as_its_box_does(run, missing):
    frame = pd.DataFrame({"gain": [0.1, 0.9, np.nan, 0.2], "policy": ["a", "a", "a", None]})
    box = Box({"gain": (-math.inf, 0.5), "policy": ["a"]}, missing=missing)
    assert run(box, frame) == box.contains(frame).tolist()
