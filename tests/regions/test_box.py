"""A box: immutable limits that select rows, read as text and survive JSON."""

from __future__ import annotations

import copy
import json
import math
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surrogate.errors import ArgumentError, DataError
from surrogate.regions import Box

INF = math.inf


@pytest.fixture
def box():
    return Box(
        {"gain": (-INF, 4.2), "delay": (0.1, 0.3), "policy": ("a", "b")},
        gaps={"delay": ((0.09, 0.11), None)},
    )


def test_limits_are_closed_and_free_inputs_may_hold_anything(box):
    X = pd.DataFrame(
        {
            "gain": [4.2, 4.2001, -1e300, 0],
            "delay": [0.1, 0.2, 0.3, 0.30001],
            "policy": ["a", "a", "b", "a"],
            "free": [None, np.nan, "x", 3],
        },
        index=["r", "s", "t", "u"],
    )
    inside = box.contains(X)
    assert inside.tolist() == [True, False, True, False]
    assert inside.index.equals(X.index)


def test_the_columns_of_an_array_are_called_x0_x1():
    assert Box({"x1": (0.5, INF)}).contains(np.array([[0.0, 1.0], [1.0, 0.0]])).tolist() == [
        True,
        False,
    ]


def test_a_32_bit_column_is_compared_with_the_full_limit():
    limit = 0.1  # float32(0.1) is larger than 0.1
    assert not Box({"x0": (-INF, limit)}).contains(np.array([[0.1]], dtype=np.float32))[0]


def test_labels_keep_their_order_and_a_list_of_two_numbers_is_labels():
    assert Box({"policy": ["b", "a"]}).limits["policy"] == ("b", "a")
    nodes = Box({"nodes": [2, 8]})
    assert nodes.contains(pd.DataFrame({"nodes": [2, 4, 8]})).tolist() == [True, False, True]
    assert Box({"flag": [True]}).contains(pd.DataFrame({"flag": [True, False]})).tolist() == [
        True,
        False,
    ]


def test_a_box_cannot_be_changed(box):
    with pytest.raises(AttributeError):
        box.limits = {}
    with pytest.raises(TypeError):
        box.limits["gain"] = (0, 1)


def test_equality_and_hash_are_by_content():
    one, other = Box({"a": (0, 1), "b": ["x"]}), Box({"b": ["x"], "a": (0.0, 1.0)})
    assert one == other
    assert hash(one) == hash(other)
    assert one != Box({"a": (0, 1)})
    assert len({one, other}) == 1


def test_rules_read_like_text(box):
    assert box.rule() == "gain <= 4.2 and 0.1 <= delay <= 0.3 and policy in {a, b}"
    assert Box({"nodes": (1234567, INF)}).rule() == "nodes >= 1234567"
    assert Box({"gain": (math.pi, 4)}).rule(digits=2) == "3.1 <= gain <= 4"
    assert Box({"nodes": (3, 3)}).rule() == "nodes = 3"
    assert Box({"p": ["two words", "x,y"]}).rule() == "p in {'two words', 'x,y'}"
    assert Box({}).rule() == "everything"
    assert "&lt;=" in box._repr_html_()


def test_drop_and_replace_return_new_boxes(box):
    assert box.drop("delay").names == ("gain", "policy")
    assert not box.drop("delay").gaps
    assert box.replace("delay", (0.1, 0.4)).limits["delay"] == (0.1, 0.4)
    assert not box.replace("delay", (0.1, 0.4)).gaps
    assert box.replace("load", (0, 1)).n_restricted == 4
    assert box.n_restricted == 3
    with pytest.raises(ArgumentError, match="did you mean 'delay'"):
        box.drop("dealy")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"gain": (2, 1)}, "low <= high"),
        ({"gain": (math.nan, 1)}, "low <= high"),
        ({"gain": (INF, INF)}, "low <= high"),
        ({"gain": (-INF, INF)}, "restricts nothing"),
        ({"gain": ()}, "allow no label"),
        ({"gain": "ab"}, "pair"),
        ({"gain": 3}, "pair"),
        ({"gain": ["a", "a"]}, "must differ"),
        ({"gain": [None]}, "text, numbers or booleans"),
        ({3: (0, 1)}, "mapping of input names"),
        ([("gain", (0, 1))], "mapping of input names"),
    ],
)
def test_wrong_limits_are_refused(limits, message):
    with pytest.raises(ArgumentError, match=message):
        Box(limits)


@pytest.mark.parametrize(
    ("gaps", "message"),
    [
        ({"gian": (None, None)}, "did you mean 'gain'"),
        ({"gain": ((0.5, 1.0), None)}, "lie around"),
        ({"gain": (None, (0.5, 1.0))}, "lie around"),
        ({"gain": 3}, "outside, inside"),
        ({"policy": (None, None)}, "limited to labels"),
    ],
)
def test_wrong_gaps_are_refused(gaps, message):
    with pytest.raises(ArgumentError, match=message):
        Box({"gain": (0, 1), "policy": ["a"]}, gaps=gaps)


def test_contains_names_what_is_wrong_with_the_table(box):
    good = pd.DataFrame({"gain": [1.0], "delay": [0.2], "policy": ["a"]}, index=[17])
    with pytest.raises(DataError, match="'gain', which X has not; did you mean 'gian'"):
        box.contains(good.rename(columns={"gain": "gian"}))
    with pytest.raises(DataError, match=r"'delay' has 1 missing values .* row 17"):
        box.contains(good.assign(delay=np.nan))
    with pytest.raises(DataError, match="'policy' has 1 missing"):
        box.contains(good.assign(policy=None))
    with pytest.raises(DataError, match="'gain' is limited to an interval"):
        box.contains(good.assign(gain="much"))
    with pytest.raises(DataError, match="shape"):
        box.contains([1, 2, 3])
    with pytest.raises(DataError, match="more than once"):
        box.contains(pd.DataFrame([[1, 2]], columns=["gain", "gain"]))


ends = st.floats(allow_nan=False)
intervals = (
    st.tuples(ends, ends)
    .map(sorted)
    .map(tuple)
    .filter(
        lambda each: each[0] < INF and each[1] > -INF and not (each[0] == -INF and each[1] == INF)
    )
)
labels = st.lists(st.text() | st.booleans(), min_size=1, unique=True)


@given(st.dictionaries(st.text(), intervals | labels))
def test_json_gives_the_same_box_back(limits):
    box = Box(limits)
    again = Box.from_json(box.to_json())
    assert again == box
    assert again.to_json() == box.to_json()


def test_json_keeps_gaps_and_copies_are_equal(box):
    assert Box.from_json(box.to_json()).gaps == box.gaps
    assert pickle.loads(pickle.dumps(box)) == box == copy.deepcopy(box)
    assert json.loads(box.to_json())["limits"]["gain"] == {"low": None, "high": 4.2}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(version=2), "version 1; got .* version 2"),
        (lambda c: c.update(format="other"), "'other'"),
        (lambda c: c.update(extra=1), "keys"),
        (lambda c: c.pop("gaps"), "keys"),
        (lambda c: c.update(limits={"gain": {"low": 3, "high": 1}}), "damaged.*low <= high"),
        (lambda c: c.update(limits={"gain": {"low": 3}}), "damaged"),
        (lambda c: c.update(limits=[1]), "damaged"),
        (lambda c: c.update(limits={"gain": {"low": "x", "high": None}}), "damaged"),
    ],
)
def test_damaged_json_is_refused_with_the_reason(box, change, message):
    content = json.loads(box.to_json())
    change(content)
    with pytest.raises(DataError, match=message):
        Box.from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{", "3", "null", "[]"])
def test_text_that_is_no_box_is_refused(text):
    with pytest.raises(DataError):
        Box.from_json(text)


def test_a_box_needs_neither_numba_nor_scikit_learn():
    code = (
        "import sys, pandas as pd; from surrogate.regions import Box; "
        "Box({'a': (0, 1)}).evaluate(pd.DataFrame({'a': [0.5]}), [1]); "
        "sys.exit('numba' in sys.modules or 'sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
