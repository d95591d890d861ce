"""MNIST from the copies people have: nothing is ever downloaded.

60,000 training and 10,000 test images of handwritten digits, 28 x 28 grey values from 0 to 255
[1]_. Looked for, in this order: the folder named by ``MNIST_DIR``; torchvision's folders; plain IDX
files in ``./data`` and ``~/data``; Keras' ``mnist.npz``; scikit-learn's cache of OpenML. When
nothing is found, copies are named that only their own library reads: Hugging Face's, TensorFlow's,
and torchvision's of before 0.10.

References
----------
.. [1] Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Proc. IEEE 86 (1998),
   https://doi.org/10.1109/5.726791
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import surrogate as sg

__all__ = ["Images", "bundled_digits", "load_mnist"]

Bytes = NDArray[np.uint8]

_FIRST_LABELS = ((5, 0, 4, 1, 9, 2, 1, 3, 1, 4), (7, 2, 1, 0, 4, 1, 4, 9, 5, 9))
_SIZES = (60_000, 10_000)
_HEADER = {3: 16, 1: 8}  # bytes before the data, by the number of dimensions


class Images(NamedTuple):
    """Grey values from 0 to 255, row by row, and labels.

    Attributes
    ----------
    X, X_test : ndarray of uint8, shape (n, height * width)
    y, y_test : ndarray of uint8, shape (n,)
    source : str
        Where they come from.
    """

    X: Bytes
    y: Bytes
    X_test: Bytes
    y_test: Bytes
    source: str


class MNISTNotFoundError(sg.SurrogateError, FileNotFoundError):
    """There is no copy of MNIST where one was looked for."""


def load_mnist(path: str | Path | None = None, *, or_digits: bool = False) -> Images:
    """Return MNIST from a copy on this machine.

    Parameters
    ----------
    path : path, optional
        A folder or a ``mnist.npz``; then no other place is looked at.
    or_digits : bool
        Where there is no copy, return `bundled_digits`; ``source`` says so.

    Raises
    ------
    MNISTNotFoundError
        Naming every place looked at.

    Examples
    --------
    >>> images = load_mnist("/nowhere", or_digits=True)
    >>> images.X.shape, images.source
    ((1297, 64), "scikit-learn's bundled digits")
    """
    places = list(_places()) if path is None else [Path(path).expanduser()]
    for place in places:
        if (found := _read(place)) is not None:
            return _checked(found)
    if or_digits:
        return bundled_digits()
    looked = "\n  ".join(map(str, places))
    raise MNISTNotFoundError(
        f"no copy of MNIST was found. Looked at:\n  {looked}\n{_found_unread(path is None)}"
        "Set MNIST_DIR to a folder with train-images-idx3-ubyte.gz and its three companions or "
        "with Keras' mnist.npz, or pass or_digits=True for scikit-learn's small digits"
    )


def _places() -> Iterator[Path]:
    home = Path.home()
    if named := os.environ.get("MNIST_DIR"):
        yield Path(named).expanduser()
    for root in (Path("data"), home / "data", home / ".torch", home / ".pytorch/MNIST_data"):
        yield root.absolute()
    yield Path(os.environ.get("KERAS_HOME", home / ".keras")) / "datasets" / "mnist.npz"
    yield Path(os.environ.get("SCIKIT_LEARN_DATA", home / "scikit_learn_data")) / "openml"


def _found_unread(look: bool) -> str:  # noqa: FBT001 - said at the one call
    """Return a line about copies that only their own library reads; empty where there is none."""
    home = Path.home()
    patterns = {
        home / ".cache/huggingface/datasets": "mnist*",
        home / "tensorflow_datasets": "mnist",
        home / "data": "MNIST/processed/training.pt",
        Path("data").absolute(): "MNIST/processed/training.pt",
    }
    found = (
        [str(each) for root, name in patterns.items() for each in root.glob(name)] if look else []
    )
    if not found:
        return ""
    return (
        f"Found but not readable without its own library: {', '.join(found)}; load it there and "
        "save it with numpy.savez('mnist.npz', x_train=..., y_train=..., x_test=..., y_test=...)\n"
    )


def _read(place: Path) -> Images | None:
    """Return the images in a folder or file of any known layout, or None."""
    if place.is_file():
        return _read_keras(place) if place.suffix == ".npz" else None
    for folder in (place, place / "MNIST" / "raw", place / "raw"):
        if (found := _read_idx(folder)) is not None:
            return found
    if (place / "mnist.npz").is_file():
        return _read_keras(place / "mnist.npz")
    tables = sorted(place.glob("openml.org/**/52667*")) + sorted(place.glob("**/mnist_784.arff*"))
    files = [each for each in tables if each.is_file()]
    return _read_openml(files[0]) if files else None


def _read_idx(folder: Path) -> Images | None:
    arrays = []
    for part in ("train", "t10k"):
        for what, n_dimensions in (("images", 3), ("labels", 1)):
            stem = f"{part}-{what}"
            names = [
                f"{stem}{dot}idx{n_dimensions}-ubyte{end}" for dot in "-." for end in ("", ".gz")
            ]
            paths = [folder / name for name in names if (folder / name).is_file()]
            if not paths:
                return None
            opened = gzip.open if paths[0].suffix == ".gz" else open
            with opened(paths[0], "rb") as file:
                values = np.frombuffer(file.read(), np.uint8, offset=_HEADER[n_dimensions]).copy()
            arrays.append(values.reshape(-1, 784) if n_dimensions == 3 else values)
    X, y, X_test, y_test = arrays
    return Images(X, y, X_test, y_test, str(folder))


def _read_keras(file: Path) -> Images:
    with np.load(file, allow_pickle=False) as archive:
        parts = [archive[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    X, y, X_test, y_test = (np.asarray(each, dtype=np.uint8) for each in parts)
    return Images(X.reshape(len(X), -1), y, X_test.reshape(len(X_test), -1), y_test, str(file))


def _read_openml(file: Path) -> Images:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt") as lines:
        for line in lines:
            if line.strip().lower() == "@data":
                break
        cells = np.loadtxt((line.replace("'", "") for line in lines), np.uint8, delimiter=",")
    X, y = np.ascontiguousarray(cells[:, :-1]), cells[:, -1].copy()
    n = _SIZES[0]
    return Images(X[:n], y[:n], X[n:], y[n:], str(file))


def _checked(images: Images) -> Images:
    labels = (images.y, images.y_test)
    sizes = tuple(map(len, labels))
    begins = tuple(tuple(map(int, each[:10])) for each in labels)
    if sizes != _SIZES or begins != _FIRST_LABELS or images.X.shape[1] != 784:
        raise sg.SurrogateError(
            f"{images.source} is not MNIST: expected {_SIZES} labels that begin with "
            f"{_FIRST_LABELS}; got {sizes} that begin with {begins}"
        )
    return images


def bundled_digits() -> Images:
    """Return scikit-learn's 1797 digits of 8 x 8 pixels, stretched to 0 to 255.

    Examples
    --------
    >>> images = bundled_digits()
    >>> images.X.shape, images.source
    ((1297, 64), "scikit-learn's bundled digits")
    """
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    X, y = np.rint(X * (255 / 16)).astype(np.uint8), y.astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(X))
    train, test = order[500:], order[:500]
    return Images(X[train], y[train], X[test], y[test], "scikit-learn's bundled digits")
