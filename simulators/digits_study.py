"""The study of digits: one readable tree instead of a network, and everything a page shows of it.

``surrogate study simulators/digits.toml`` runs it on MNIST where there is a copy, and else on the
small digits that come with scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import surrogate as sg
from simulators.digits import article_chain
from simulators.digits_network import warped_teacher
from simulators.mnist import Images, bundled_digits, load_mnist

__all__ = ["readable_tree"]

Say = Callable[[str], None]

_MOST_LABELLED = 1 / 4  # of the training images


def readable_tree(
    *,
    seed: int,
    say: Say = lambda _: None,
    path: str | None = None,
    small: bool = False,
    n_labels: int = 1000,
    n_epochs: int = 60,
    n_copies: int = 8,
    max_leaf_nodes: int | None = None,
    deskew: bool = False,
) -> sg.Distillation:
    """Return the chain of `article_chain` with its learning curve, sizes and test images.

    Parameters
    ----------
    seed : int
        Of the drawing of labels, the network and the warps.
    say : callable
        Told what is done next.
    path : str, optional
        Where MNIST is; by default looked for, see `load_mnist`.
    small : bool
        Use scikit-learn's digits even if there is a copy of MNIST.
    n_labels : int
        Labelled images; at most a quarter of all training images.
    n_epochs, n_copies, max_leaf_nodes, deskew
        As for `article_chain`.

    Returns
    -------
    Distillation
    """
    images, about = _images(path, small=small, say=say)
    order = np.random.default_rng(seed).permutation(len(images.X))
    X, y = images.X[order], images.y[order]
    n = min(n_labels, int(len(X) * _MOST_LABELLED))
    say(f"training a network on {n:,} labelled images of {images.source}")
    teacher, learning = _watched_teacher(X[:n], y[:n], n_epochs, seed, say)
    say(f"fitting a tree on {n_copies + 1} copies of each image")
    chain = article_chain(
        X[:n], y[:n], X[n:], seed, teacher=teacher,
        n_copies=n_copies, max_leaf_nodes=max_leaf_nodes, deskew=deskew,
    )  # fmt: skip
    side = math.isqrt(X.shape[1])
    about |= {
        "labelled images": n,
        "images without labels": len(X) - n,
        "unseen images": len(images.X_test),
        "teacher": "a convolutional network trained on warped labelled images",
        "seed": seed,
    }
    return sg.Distillation(
        chain,
        images.X_test,
        images.y_test,
        learning=learning,
        sizes=(chain.student_[-1] if deskew else chain.student_).path_,
        shape=(side, side),
        about=about,
    )


def _images(path: str | None, *, small: bool, say: Say) -> tuple[Images, dict[str, Any]]:
    """Return the images and where they come from."""
    images = bundled_digits() if small else load_mnist(path, or_digits=True)
    about: dict[str, Any] = {"images": images.source}
    if images.X.shape[1] != 784 and not small:
        about["note"] = "Note: no copy of MNIST was found; these are scikit-learn's small digits."
        say(about["note"])
    return images, about


def _watched_teacher(X: Any, y: Any, n_epochs: int, seed: int, say: Say) -> tuple[Any, Any]:
    """Return the network, and its loss and share told right by epoch."""
    learning: dict[str, list[float]] = {"loss": [], "share told right": []}

    def watch(epoch: int, loss: float, share: float) -> None:
        learning["loss"].append(loss)
        learning["share told right"].append(share)
        if (epoch + 1) % max(n_epochs // 10, 1) == 0:
            say(f"epoch {epoch + 1} of {n_epochs}: loss {loss:.3f}, {share:.3f} told right")

    teacher = warped_teacher(X, y, n_epochs=n_epochs, random_state=seed, watch=watch)
    return teacher, learning
