"""Where MNIST is looked for, and both chains on scikit-learn's small digits."""

import gzip
import os

import numpy as np
import pytest

import surrogate as sg
from simulators import mnist
from simulators.digits import (
    article_chain,
    article_reproduction,
    chain_without_pool,
    few_labels,
    load_mnist,
)

FIRST = {"train": mnist._FIRST_LABELS[0], "t10k": mnist._FIRST_LABELS[1]}
SIZES = {"train": 30, "t10k": 20}


@pytest.fixture
def small(monkeypatch):
    """A tiny MNIST: its right labels first, a recognisable pixel in each image."""
    monkeypatch.setattr(mnist, "_SIZES", tuple(SIZES.values()))
    parts = {}
    for part, n in SIZES.items():
        labels = np.resize(FIRST[part], n).astype(np.uint8)
        images = np.zeros((n, 784), dtype=np.uint8)
        images[:, 100] = np.arange(n)
        parts[part] = images, labels
    return parts


@pytest.fixture(autouse=True)
def no_other_copy(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for name in ("MNIST_DIR", "KERAS_HOME", "SCIKIT_LEARN_DATA"):
        monkeypatch.delenv(name, raising=False)


def write_idx(folder, parts, *, dot="-", zipped=True):
    folder.mkdir(parents=True)
    for part, (images, labels) in parts.items():
        for what, values, n_dimensions in (("images", images, 3), ("labels", labels, 1)):
            content = bytes(16 if n_dimensions == 3 else 8) + values.tobytes()
            name = f"{part}-{what}{dot}idx{n_dimensions}-ubyte" + (".gz" if zipped else "")
            (folder / name).write_bytes(gzip.compress(content) if zipped else content)


def write_keras(file, parts):
    file.parent.mkdir(parents=True)
    (X, y), (X_test, y_test) = parts.values()
    np.savez(
        file,
        x_train=X.reshape(-1, 28, 28),
        y_train=y,
        x_test=X_test.reshape(-1, 28, 28),
        y_test=y_test,
    )


def write_openml(folder, parts):
    folder.mkdir(parents=True)
    rows = [
        ",".join(map(str, image)) + f",'{label}'\n"
        for images, labels in parts.values()
        for image, label in zip(images, labels, strict=True)
    ]
    text = "@RELATION mnist_784\n@DATA\n" + "".join(rows)
    (folder / "52667.arff.gz").write_bytes(gzip.compress(text.encode()))


LAYOUTS = {
    "torchvision": lambda home, parts: write_idx(home / "data/MNIST/raw", parts),
    "old torchvision": lambda home, parts: write_idx(home / ".torch/MNIST/raw", parts),
    "unpacked": lambda home, parts: write_idx(home / "data", parts, zipped=False),
    "dots": lambda home, parts: write_idx(home / "data", parts, dot=".", zipped=False),
    "keras": lambda home, parts: write_keras(home / ".keras/datasets/mnist.npz", parts),
    "openml": lambda home, parts: write_openml(
        home / "scikit_learn_data/openml/openml.org/data/v1/download", parts
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_copies_people_have_are_found(small, tmp_path, layout):
    LAYOUTS[layout](tmp_path / "home", small)
    images = load_mnist()
    for found, made in zip(images[:4], [*small["train"], *small["t10k"]], strict=True):
        np.testing.assert_array_equal(found, made)
        assert found.dtype == np.uint8


def test_a_named_folder_comes_first(small, tmp_path, monkeypatch):
    write_idx(tmp_path / "home/data", small)
    write_idx(tmp_path / "here", small)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "here"))
    assert load_mnist().source == str(tmp_path / "here")


def test_only_the_path_given_is_looked_at(small, tmp_path):
    write_idx(tmp_path / "home/data", small)
    with pytest.raises(mnist.MNISTNotFoundError, match="empty"):
        load_mnist(tmp_path / "empty")


def test_without_a_copy_every_place_is_named(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist()
    for place in ("home/data", ".pytorch/MNIST_data", "mnist.npz", "scikit_learn_data"):
        assert place in str(caught.value)


@pytest.mark.parametrize(
    "place",
    [
        ".cache/huggingface/datasets/mnist",
        "tensorflow_datasets/mnist",
        "data/MNIST/processed/training.pt",
    ],
)
def test_a_copy_that_cannot_be_read_is_named_with_the_way_out(tmp_path, place):
    (tmp_path / "home" / place).mkdir(parents=True)
    with pytest.raises(mnist.MNISTNotFoundError, match=rf"(?s){place}.*numpy\.savez"):
        load_mnist()


def test_files_that_are_not_mnist_are_refused(small, tmp_path):
    small["train"][1][:] = 3
    write_idx(tmp_path / "here", small)
    with pytest.raises(sg.SurrogateError, match="is not MNIST"):
        load_mnist(tmp_path / "here")


REAL = os.environ.get("MNIST_DIR")


@pytest.mark.skipif(not REAL, reason="needs MNIST in the folder that MNIST_DIR names")
def test_the_real_one_is_read():
    images = load_mnist(REAL)
    assert images.X.shape == (60_000, 784)
    assert np.bincount(images.y_test).tolist()[:3] == [980, 1135, 1032]


@pytest.fixture(scope="module")
def digits():
    images = load_mnist("/nowhere", or_digits=True)
    return images, few_labels(images, 200, rng=0)


def test_the_article_is_one_call(digits):
    pytest.importorskip("torch", reason="the extra torch is not installed")
    images, (X, y, pool) = digits
    chain = article_reproduction(X, y, pool, 0, n_epochs=60)
    table = chain.evaluate(images.X_test, images.y_test)["value"]
    alone = table["accuracy of the student fitted on the original rows alone"]
    assert table["accuracy of the teacher"] > 0.9
    assert table["accuracy of the student"] > alone + 0.03
    assert 200 < chain.n_transfer_ < 200 + len(pool)


def test_the_chain_ends_in_one_better_tree(digits):
    pytest.importorskip("torch", reason="the extra torch is not installed")
    images, (X, y, pool) = digits
    chain = article_chain(X, y, pool, 0, n_epochs=10, n_copies=3)
    alone = sg.DistilledTree().fit(X, y).score(images.X_test, images.y_test)
    assert chain.student_.score(images.X_test, images.y_test) > alone + 0.05
    teacher = chain.teacher_
    small = article_chain(X, y, pool, 0, teacher=teacher, n_copies=0, max_leaf_nodes=30)
    assert small.student_.get_n_leaves() <= 30
    upright = article_chain(X, y, pool, 0, teacher=teacher, n_copies=1, deskew=True)
    assert [name for name, _ in upright.student_.steps] == ["deskew", "distilledtree"]
    assert upright.student_.score(images.X_test, images.y_test) > alone
    poolless = chain_without_pool(X, y, 0, teacher=teacher, n_copies=4)
    assert poolless.student_.score(images.X_test, images.y_test) > alone


def test_the_same_seed_trains_the_same_network_and_leaves_global_state_alone(digits):
    torch = pytest.importorskip("torch", reason="the extra torch is not installed")
    from simulators.digits import convolutional_teacher

    _, (X, y, pool) = digits
    before = torch.random.get_rng_state()
    first, second = (convolutional_teacher(X, y, n_epochs=1, random_state=3) for _ in range(2))
    np.testing.assert_array_equal(first.ask(pool), second.ask(pool))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_article_s_network_has_its_number_of_parameters():
    pytest.importorskip("torch", reason="the extra torch is not installed")
    from simulators.digits_network import _network

    assert sum(each.numel() for each in _network("article", 28, 10).parameters()) == 225_034
    with pytest.raises(ValueError, match="kind must be"):
        _network("deep", 28, 10)


def test_the_study_says_what_it_fell_back_on_and_how_far_it_is(tmp_path):
    pytest.importorskip("torch", reason="the extra torch is not installed")
    from simulators.digits_study import readable_tree

    told = []
    found = readable_tree(seed=0, say=told.append, n_epochs=3, n_copies=1)
    assert any("no copy of MNIST was found" in line for line in told)
    assert "no copy of MNIST was found" in found.about["note"]
    assert any(line.startswith("epoch 3 of 3: loss") for line in told)
    assert len(found.learning["loss"]) == 3
    assert found.shape == (8, 8)
    assert found.sizes["fidelity"].notna().all()
    assert "note" not in readable_tree(seed=0, small=True, n_epochs=1, n_copies=1).about
