"""Exported trees and rule lists answer as the original does, on 10,000 rows full of traps."""

from __future__ import annotations

import ctypes
import shutil
import sqlite3
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import surrogate as sg
from surrogate.errors import ArgumentError, DataError, MissingExtraError
from surrogate.exports.reading import plain_tree, single_precision_limits

N = 10_000
NAMES = ['a "b"; --', "o'clock", "*/ x", "naïve\nname"]
CLASSES = np.array(["it's", 'say "no"\n', "back\\slash"])
RANDOM = np.random.default_rng(0)
X_TRAIN = np.column_stack(
    [RANDOM.normal(size=(400, 2)), RANDOM.integers(0, 9, 400), RANDOM.choice([0.1, 0.3, 1e6], 400)]
)
CODES = (X_TRAIN[:, 0] + (X_TRAIN[:, 2] > 4) + (X_TRAIN[:, 3] > 1)).round().clip(0, 2).astype(int)
VALUES = X_TRAIN[:, 0] * X_TRAIN[:, 1] + X_TRAIN[:, 2] / 7
GAPPY = np.where(RANDOM.random(X_TRAIN.shape) < 0.1, np.nan, X_TRAIN)

ORIGINALS = {
    "distilled": sg.DistilledTree(shrinkage=3.0).fit(X_TRAIN, CLASSES[CODES]),
    "distilled values": sg.DistilledTree(criterion="squared_error").fit(X_TRAIN, VALUES),
    "exact": DecisionTreeClassifier(random_state=0).fit(X_TRAIN, CLASSES[CODES]),
    "exact codes": DecisionTreeClassifier(max_leaf_nodes=9, random_state=0).fit(X_TRAIN, CODES),
    "exact yes or no": DecisionTreeClassifier(max_depth=3).fit(X_TRAIN, CODES > 0),
    "exact values": DecisionTreeRegressor(max_leaf_nodes=60, random_state=0).fit(X_TRAIN, VALUES),
    "exact with gaps": DecisionTreeClassifier(random_state=0).fit(GAPPY, CODES),
    "rules": sg.RuleList().fit(X_TRAIN, CLASSES[CODES]),
    "one leaf": sg.DistilledTree(max_leaf_nodes=1).fit(X_TRAIN, CODES),
}
GAPS = ("exact", "exact values", "exact with gaps")


@pytest.fixture(params=ORIGINALS, ids=str)
def name(request):
    return request.param


@pytest.fixture(params=["plain tree", "json", "sql", "python", "c", "onnx"])
def ask(request, tmp_path):
    """Return what answers rows by the exported form: labels or values, and probabilities."""
    if request.param == "c" and shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    return lambda tree, X: RUN[request.param](tree, X, tmp_path)


def hard_rows(original):
    """Return rows on thresholds, beside them in both precisions, whole, great and ordinary ones."""
    rng = np.random.default_rng(1)
    questions = [node for node in plain_tree(original).nodes if hasattr(node, "conditions")]
    limits = [c.value for node in questions for c in node.conditions] or [0.0]
    tree = getattr(original, "tree_", None)
    limits = np.array([*limits, *getattr(tree, "threshold", [])])
    limits = limits[np.abs(limits) < 1e30]
    single = limits.astype(np.float32)
    near = [np.nextafter(limits, np.inf), np.nextafter(limits, -np.inf), single.astype(float)]
    near += [np.nextafter(single, np.float32(each)).astype(float) for each in (np.inf, -np.inf)]
    ordinary = [X_TRAIN.ravel(), rng.integers(-3, 12, 500), rng.normal(size=500), [-0.0, 1e30]]
    rows = rng.choice(np.concatenate([limits, *near, *ordinary]), (N, 4))
    rows[:500] = np.round(rows[:500])
    return rows


def by_plain_tree(original, X, folder):
    tree = plain_tree(original, NAMES)
    return tree.predict(X), tree.predict_proba(X) if tree.classes else None


def by_json(original, X, folder):
    tree = sg.PlainTree.from_json(sg.export(original, "json", feature_names=NAMES))
    return tree.predict(X), tree.predict_proba(X) if tree.classes else None


def by_sql(original, X, folder):
    tree = plain_tree(original, NAMES)
    questions = [sg.export(tree, "sql")]
    questions += [sg.export(tree.probability_of(each), "sql") for each in tree.classes]
    with sqlite3.connect(":memory:") as base:
        columns = ", ".join('"' + name.replace('"', '""') + '" REAL' for name in NAMES)
        base.execute(f"CREATE TABLE runs ({columns})")
        rows = pd.DataFrame(X).astype(object).where(~np.isnan(X), None).to_numpy().tolist()
        base.executemany("INSERT INTO runs VALUES (?, ?, ?, ?)", rows)
        found = base.execute(f"SELECT {', '.join(questions)} FROM runs ORDER BY rowid").fetchall()
    base.close()
    answers = np.array([row[0] for row in found])
    return answers, np.array([row[1:] for row in found]) if tree.classes else None


def by_python(original, X, folder):
    scope = {"__builtins__": {}}
    exec(sg.export(original, "python", feature_names=NAMES), scope)
    rows = [dict(zip(NAMES, row, strict=True)) for row in X.tolist()]
    answers = np.array([scope["predict"](row) for row in rows])
    if "CLASSES" not in scope:
        return answers, None
    return answers, np.array([scope["predict_proba"](row) for row in rows])


def by_c(original, X, folder):
    source, binary = folder / "tree.c", folder / "tree.so"
    source.write_text(sg.export(original, "c", feature_names=NAMES), encoding="utf-8")
    flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-std=c99", "-pedantic", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, str(source), "-o", str(binary)], check=True)
    library, rows = ctypes.CDLL(str(binary)), np.ascontiguousarray(X)
    starts = [rows.ctypes.data + i * rows.strides[0] for i in range(len(rows))]
    classes = plain_tree(original).classes
    kinds = {str: ctypes.c_char_p, float: ctypes.c_double}
    library.predict.restype = kinds.get(
        type(plain_tree(original).leaves[0].answer), ctypes.c_longlong
    )
    library.predict.argtypes = [ctypes.c_void_p]
    answers = [library.predict(start) for start in starts]
    answers = np.array([each.decode() if isinstance(each, bytes) else each for each in answers])
    if not classes:
        return answers, None
    library.predict_proba.restype = ctypes.POINTER(ctypes.c_double)
    library.predict_proba.argtypes = [ctypes.c_void_p]
    return answers, np.array([library.predict_proba(each)[: len(classes)] for each in starts])


def by_onnx(original, X, folder):
    pytest.importorskip("onnx", reason="the extra onnx is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    model = sg.export(original, "onnx", feature_names=NAMES)
    found = runtime.InferenceSession(model).run(None, {"X": X})
    return found[0], found[1] if len(found) > 1 else None


RUN = {
    "plain tree": by_plain_tree, "json": by_json, "sql": by_sql, "python": by_python, "c": by_c,
    "onnx": by_onnx,
}  # fmt: skip


def test_all_rows_get_the_answer_of_the_original(name, ask):
    original = ORIGINALS[name]
    X = hard_rows(original)
    if name in GAPS:
        X = np.where(np.random.default_rng(2).random(X.shape) < 0.1, np.nan, X)
    answers, probabilities = ask(original, X)
    np.testing.assert_array_equal(answers, original.predict(X))
    if probabilities is not None:
        np.testing.assert_array_equal(probabilities, original.predict_proba(X))


@pytest.mark.parametrize("form", ["python", "c"])
def test_code_of_a_deep_tree_is_not_deep(form, tmp_path):
    X = np.arange(600.0)[:, None]
    staircase = DecisionTreeRegressor(random_state=0).fit(X, 3.0 ** (X[:, 0] - 300))
    assert staircase.get_depth() > 300
    source = sg.export(staircase, form)
    assert max(len(line) - len(line.lstrip()) for line in source.splitlines()) <= 4 * 11
    if form == "python":
        scope = {}
        exec(source, scope)
        assert scope["predict"]({"x0": 599.0}) == staircase.predict([[599.0]])[0]


def test_single_precision_limits_part_doubles_as_rounding_does():
    rng = np.random.default_rng(0)
    thresholds = np.concatenate([rng.normal(size=500), [0.0, -0.0, 0.5, 1e-45, -1e-40, 3e38]])
    limits = single_precision_limits(thresholds)
    for side in (limits, np.nextafter(limits, np.inf)):
        np.testing.assert_array_equal(side.astype(np.float32) <= thresholds, side <= limits)


def test_text_reads_from_the_top():
    X, y = [[0.0], [1.0], [2.0], [2.0]], ["a", "b", "c", "c"]
    tree = DecisionTreeClassifier(random_state=0).fit(X, y)
    assert sg.export(tree, "text", feature_names=["gain"]).splitlines() == [
        "if gain > 1.5: c (probability 1.00, 2 rows)",
        "else if gain <= 0.5: a (probability 1.00, 1 rows)",
        "else: b (probability 1.00, 1 rows)",
    ]


@pytest.mark.parametrize(
    ("region", "frame"),
    [
        (sg.Box({"x": (0.1, 2), "n": [1, 3]}), {"x": [0.1, 0.05, 2.0, 1.0], "n": [1, 1, 2, 3]}),
        (
            sg.Covering((sg.Box({"x": (0, 1)}), sg.Box({"n": (2, np.inf)}))),
            {"x": [1.0, 1.5, 3.0], "n": [0, 0, 2]},
        ),
        (sg.Box({}), {"x": [1.0]}),
        (
            sg.Box({"x": (0, 1), "n": [1, 2]}, missing="inside"),
            {"x": [0.5, np.nan, 0.5, 2.0], "n": [3.0, 1.0, np.nan, np.nan]},
        ),
        (
            sg.Box({"x": (0, 1), "n": [1, 2]}, missing="outside"),
            {"x": [0.5, np.nan, 0.5, 0.5], "n": [3.0, 1.0, np.nan, 1.0]},
        ),
    ],
)
def test_boxes_of_numbers_are_exported_to_c_and_onnx(region, frame, tmp_path):
    frame = pd.DataFrame(frame)
    X = frame[list(plain_tree(region).inputs)].to_numpy(dtype=float)
    inside = region.contains(frame).tolist()
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    session = runtime.InferenceSession(sg.export(region, "onnx"))
    assert session.run(None, {"X": X})[0].tolist() == inside
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    (tmp_path / "box.c").write_text(sg.export(region, "c"))
    command = ["gcc", "-Wall", "-Werror", "-shared", "-fPIC", "box.c", "-o", "box.so"]
    subprocess.run(command, check=True, cwd=tmp_path)
    contains = ctypes.CDLL(str(tmp_path / "box.so")).contains
    contains.restype = ctypes.c_longlong
    assert [contains(np.append(row, 0.0).ctypes) == 1 for row in X] == inside


def test_categories_do_not_fit_into_forms_for_numbers():
    box = sg.Box({"policy": ["a"]})
    for form in ("c", "onnx"):
        with pytest.raises(DataError, match="'policy' is compared with the text 'a'"):
            sg.export(box, form)


def test_without_onnx_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=r'pip install "ml-metamorphosis\[onnx\]"'):
        sg.export(ORIGINALS["exact"], "onnx")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: sg.export(ORIGINALS["exact"], "pandas"), ArgumentError, "is for boxes"),
        (lambda: sg.export(ORIGINALS["exact"], "slq"), ArgumentError, "did you mean 'sql'"),
        (
            lambda: sg.export(ORIGINALS["exact"], "sql", feature_names=["a", "a", "b", "c"]),
            ArgumentError,
            "4 different names",
        ),
        (
            lambda: sg.export(DecisionTreeRegressor().fit(X_TRAIN, X_TRAIN[:, :2]), "sql"),
            ArgumentError,
            "one outcome; this one has 2",
        ),
        (
            lambda: sg.export(ORIGINALS["exact"], "sql", feature_names=["a\0", "b", "c", "d"]),
            DataError,
            "NUL",
        ),
        (
            lambda: plain_tree(ORIGINALS["exact"]).probability_of("maybe"),
            ArgumentError,
            "none of the classes",
        ),
        (
            lambda: plain_tree(ORIGINALS["exact values"]).predict_proba(X_TRAIN),
            ArgumentError,
            "values",
        ),
        (lambda: plain_tree(ORIGINALS["exact"]).predict(X_TRAIN[:, :2]), DataError, "4 inputs"),
        (
            lambda: plain_tree(ORIGINALS["exact"]).predict(pd.DataFrame({"x0": [1]})),
            DataError,
            "'x1', which X has not",
        ),
    ],
)
def test_what_cannot_be_exported_or_asked_says_why(make, error, message):
    with pytest.raises(error, match=message):
        make()


GOOD = plain_tree(ORIGINALS["exact codes"]).to_json()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": 1', '"version": 2'),
        ('"format": "surrogate.PlainTree"', '"format": "surrogate.Box"'),
        ('"then": 1', '"then": 0'),
        ('"else": ', '"else": 100'),
        ('"relation": "<="', '"relation": "=="'),
        ('"relation": "<="', '"relation": "in"'),
        ('"input": "x0"', '"input": "os.system"'),
        ('"nodes"', '"knots"'),
        ("{", ""),
    ],
)
def test_a_damaged_file_is_refused(old, new):
    assert old in GOOD
    with pytest.raises(DataError):
        sg.PlainTree.from_json(GOOD.replace(old, new, 1))
