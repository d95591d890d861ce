"""What is saved predicts the same in a fresh process; what is damaged is refused."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import surrogate as sg
from surrogate.errors import DataError
from surrogate.persistence.files import _MAGIC
from surrogate.students.members.regressors import REGRESSORS
from tests.students.problems import mixed_table, smooth

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).parent / "version_1.surrogate"


def spaced():
    space = sg.Space(
        x=sg.Normal(0, 1),
        y=sg.LogUniform(0.1, 10),
        n=sg.Integer(2, 6),
        mode=sg.Categorical(["a", "b"]),
    )
    design = space.sample(40, rng=0)
    return space, design, np.asarray(design["x"] + np.log(design["y"]) * (design["mode"] == "a"))


def fitted(name):
    X, y = smooth(30)
    if name == "mixed":
        table, y = mixed_table(40)
        return sg.GaussianProcess(random_state=0).fit(table, y), table
    if name == "spaced":
        space, X, y = spaced()
        return sg.AutoSurrogate(space=space, random_state=0, cv=3).fit(X, y), X
    if name == "chaos":
        space, X, y = spaced()
        return sg.PolynomialChaos(space=space).fit(X, y), X
    if name == "process":
        return sg.GaussianProcess(kernel="squared_exponential", random_state=0).fit(X, y), X
    return sg.AutoSurrogate(random_state=0, cv=3).fit(X, np.where(y > 0.6, 1 + y, y)), X


@pytest.fixture(params=["mixed", "spaced", "chaos", "process", "auto"])
def student(request):
    return fitted(request.param)


@pytest.fixture(scope="module")
def every_member():
    return fitted("auto")


def _answers(student, X):
    if isinstance(student, sg.PolynomialChaos):
        return np.array([student.predict(X), student.predict(X)])
    return np.array(student.predict(X, return_std=True))


def test_a_loaded_student_predicts_the_same_to_the_last_bit(student, tmp_path):
    original, X = student
    sg.save(original, tmp_path / "a.surrogate")
    loaded = sg.load(tmp_path / "a.surrogate")
    np.testing.assert_array_equal(_answers(loaded, X), _answers(original, X))
    if isinstance(original, sg.AutoSurrogate):
        np.testing.assert_array_equal(loaded.predict_interval(X), original.predict_interval(X))
        assert loaded.scores_.equals(original.scores_)
        assert loaded.q2_ == original.q2_
    sg.save(loaded, tmp_path / "b.surrogate")
    assert (tmp_path / "a.surrogate").read_bytes() == (tmp_path / "b.surrogate").read_bytes()


@pytest.mark.parametrize("member", REGRESSORS)
@pytest.mark.filterwarnings("ignore::surrogate.errors.TeacherWarning")
def test_every_member_travels(member, tmp_path):
    X, y = smooth(60)
    original = sg.AutoSurrogate(members=[member], cv=2, random_state=0)
    original.fit(X, np.where(X[:, 0] > 0.5, y, y + 2))
    sg.save(original, tmp_path / "s")
    np.testing.assert_array_equal(_answers(sg.load(tmp_path / "s"), X), _answers(original, X))


def test_a_fresh_process_without_the_data_predicts_the_same(every_member, tmp_path):
    original, X = every_member
    sg.save(original, tmp_path / "s")
    np.save(tmp_path / "X.npy", X)
    code = (
        "import numpy as np, surrogate as sg; student = sg.load('s');"
        "np.save('y.npy', student.predict(np.load('X.npy'), return_std=True))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, env=_environment())
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), _answers(original, X))


def _environment():
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_polynomial_that_was_loaded_says_why_it_has_no_folds(tmp_path):
    original, _ = fitted("chaos")
    sg.save(original, tmp_path / "s")
    loaded = sg.load(tmp_path / "s")
    assert loaded.sobol_indices_.equals(original.sobol_indices_)
    with pytest.raises(DataError, match="holds no training data"):
        loaded.cross_validated_predict()


@pytest.mark.parametrize(
    "thing",
    [
        sg.Box({"gain": (0.0, 4.2), "policy": ["a", "b"]}),
        sg.Space(x=(0, 1), n=sg.Integer(1, 3), g=stats.gamma(2.0), constraints=["x < n"]),
        sg.PRIM().fit(*smooth(60)[:1], smooth(60)[1] > 1).trajectory_,
    ],
    ids=["box", "space", "trajectory"],
)
def test_regions_and_spaces_are_the_same_again(thing, tmp_path):
    sg.save(thing, tmp_path / "s")
    again = sg.load(tmp_path / "s")
    assert type(again) is type(thing)
    assert again.to_json() == thing.to_json()


def test_the_header_tells_version_ranges_and_scores(every_member, tmp_path):
    original, X = every_member
    sg.save(original, tmp_path / "s")
    header = _header(tmp_path / "s")
    assert (header["schema"], header["package"], header["kind"]) == (1, "0.1.0", "AutoSurrogate")
    assert header["scores"] == {"q2_": original.q2_.value}
    assert header["training_ranges"]["0"] == [X[:, 0].min(), X[:, 0].max()]


def test_a_file_of_an_earlier_day_is_read():
    student = sg.load(STORED)
    assert isinstance(student, sg.AutoSurrogate)
    stored = json.loads(STORED.with_suffix(".json").read_text())
    mean, std = student.predict(stored["X"], return_std=True)
    np.testing.assert_allclose([mean, std], [stored["mean"], stored["std"]], rtol=1e-9)


def test_a_hundred_damaged_files_are_refused_with_the_reason(tmp_path):
    rng = np.random.default_rng(0)
    whole = STORED.read_bytes()
    path = tmp_path / "damaged"
    for attempt in range(100):
        damaged = bytearray(whole)
        place = int(rng.integers(len(whole)))
        if attempt % 4 == 0:
            damaged = damaged[:place]
        elif attempt % 4 == 1:
            damaged[place] ^= 1 << int(rng.integers(8))
        elif attempt % 4 == 2:
            del damaged[place : place + int(rng.integers(1, 50))]
        else:
            damaged += bytes(rng.integers(256, size=5, dtype=np.uint8))
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"cannot be loaded: it is (damaged|no file)"):
            sg.load(path)


def _header(path):
    with zipfile.ZipFile(io.BytesIO(Path(path).read_bytes()[len(_MAGIC) + 32 :])) as members:
        return json.loads(members.read("header.json"))


def _forged(path, change, arrays=None):
    """Write the stored file with a changed header, or arrays, and a digest that fits."""
    with zipfile.ZipFile(io.BytesIO(STORED.read_bytes()[len(_MAGIC) + 32 :])) as members:
        content = {name: members.read(name) for name in members.namelist()}
    header = json.loads(content["header.json"])
    change(header)
    content["header.json"] = json.dumps(header).encode()
    content |= arrays or {}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        for name, data in content.items():
            members.writestr(name, data)
    body = archive.getvalue()
    path.write_bytes(_MAGIC + hashlib.sha256(body).digest() + body)


def _npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda h: h.update(schema=2), "schema 2 .* reads 1"),
        (lambda h: h.update(content={"Popen": {}}), "names 'Popen', which is not known"),
        (lambda h: h.update(content={"Box": "nonsense"}), "the text is not"),
        (lambda h: h.update(content={"Estimate": {"value": 1e999}}), "not finite"),
        (lambda h: h.update(content={"Mix": {"__class__": 1}}), "no name of an attribute"),
        (lambda h: h.update(content={"a": 1, "b": 2}), "one tag"),
        (lambda h: h.pop("content"), "content is not that"),
        (lambda h: h.update(content={"array": 10**6}), "asks for array 1000000 of"),
        (lambda h: h.update(content={"array": -1}), "asks for array -1 of"),
        (lambda h: h.update(content={"GaussianProcess": {"predict": 1}}), "is a method of"),
    ],
)
def test_forged_headers_are_refused_with_the_reason(change, reason, tmp_path):
    _forged(tmp_path / "forged", change)
    with pytest.raises(DataError, match=reason):
        sg.load(tmp_path / "forged")


def test_forged_arrays_are_refused_with_the_reason(tmp_path):
    _forged(tmp_path / "nan", lambda _: None, {"0.npy": _npy(np.array([np.nan]))})
    with pytest.raises(DataError, match="array 0 holds values that are not finite"):
        sg.load(tmp_path / "nan")
    _forged(tmp_path / "pickle", lambda _: None, {"0.npy": _npy(np.array([{}], dtype=object))})
    with pytest.raises(DataError, match="array 0 holds object, not numbers"):
        sg.load(tmp_path / "pickle")


def _claiming(shape, n_bytes=0):
    """Return an array's file that claims a shape and holds so many zeros."""
    buffer = io.BytesIO()
    described = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, described)
    return buffer.getvalue() + bytes(n_bytes)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("0.npy", _claiming((10**12,)), "says that its shape is"),
        ("0.npy", _claiming((-2, -3), 48), "content is not that"),
        ("0.npy", b"", "content is not that"),
        ("header.json", b"[" * 10**5, "RecursionError"),
        ("header.json", b" " * (2 * 10**8), "bytes would unpack to 200"),
        ("../evil.npy", b"", r"it holds '\.\./evil\.npy'"),
    ],
)
def test_archives_that_claim_too_much_are_refused_before_they_are_read(
    name, content, reason, tmp_path
):
    _forged(tmp_path / "forged", lambda _: None, {name: content})
    with pytest.raises(DataError, match=reason):
        sg.load(tmp_path / "forged")


def test_what_cannot_travel_is_refused_when_saving(tmp_path):
    with pytest.raises(DataError, match="not fitted"):
        sg.save(sg.GaussianProcess(), tmp_path / "s")
    with pytest.raises(DataError, match="a set cannot be saved"):
        sg.save({1}, tmp_path / "s")
    space = sg.Space(x=(0, 1), constraints=[lambda frame: frame["x"] < 1])
    with pytest.raises(DataError, match="holds a callable"):
        sg.save(space, tmp_path / "s")
