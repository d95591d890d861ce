"""Handwritten digits: a convolutional network teaches one readable decision tree.

Of 60,000 images only 1,000 have labels. A network learns from these, labels the others, and a
decision tree on raw pixels is fitted on what it says. `article_reproduction` is the recipe the
principle of this project was first tried with: one threshold on the network's confidence.
`article_chain` is what the same parts can do: the network learns from warped images, labels all of
them, and a histogram tree is fitted on warped copies that inherit the labels; its size is chosen
by its fidelity on images held out from the pool. The same with images made upright first, and
`chain_without_pool`, which has nothing but the labelled images.

Known answers, means on MNIST's 10,000 test images: a tree on the 1,000 labels alone is right on
0.67 of them, the reproduction on 0.86, scikit-learn's CART on all 60,000 true labels on 0.88 to
0.89, and the chain on more than 0.915.

References
----------
.. [1] C. Bucila, R. Caruana, A. Niculescu-Mizil, KDD (2006),
   https://doi.org/10.1145/1150402.1150464
.. [2] D.-H. Lee, "Pseudo-label", ICML workshop on representation learning (2013)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline, make_pipeline

import surrogate as sg
from simulators.digits_network import convolutional_teacher, strong_warps, warped_teacher
from simulators.mnist import Images, bundled_digits, load_mnist

__all__ = [
    "Images",
    "article_chain",
    "article_reproduction",
    "bundled_digits",
    "chain_without_pool",
    "convolutional_teacher",
    "few_labels",
    "load_mnist",
    "warped_teacher",
]

Bytes = NDArray[np.uint8]

N_HELD_OUT = 5000  # images of the pool on which the size of the tree is chosen


def few_labels(images: Images, n: int = 1000, *, rng: Any = None) -> tuple[Bytes, Bytes, Bytes]:
    """Return n labelled images, their labels, and all other training images without labels.

    Examples
    --------
    >>> X, y, pool = few_labels(bundled_digits(), 100, rng=0)
    >>> X.shape, y.shape, pool.shape
    ((100, 64), (100,), (1197, 64))
    """
    order = np.random.default_rng(rng).permutation(len(images.X))
    return images.X[order[:n]], images.y[order[:n]], images.X[order[n:]]


def article_reproduction(
    X: Bytes, y: Bytes, pool: Bytes, random_state: int, *, n_epochs: int = 10
) -> Any:
    """Return the fitted chain of the article: a network, a threshold of 0.98, CART.

    Parameters
    ----------
    X, y : ndarray of shape (n, height * width) and (n,)
        The labelled images, grey values from 0 to 255.
    pool : ndarray of shape (n_pool, height * width)
        Images without labels.
    random_state : int
    n_epochs : int
        Passes of the network over the labelled images.

    Returns
    -------
    Metamorphosis
        Its ``teacher_`` is the network, its ``student_`` scikit-learn's tree.
    """
    from sklearn.tree import DecisionTreeClassifier

    teacher = convolutional_teacher(
        X, y, kind="article", n_epochs=n_epochs, random_state=random_state
    )
    chain = sg.Metamorphosis(
        teacher,
        DecisionTreeClassifier(random_state=random_state),
        labels="thresholded",
        threshold=0.98,
        true_labels=True,
        random_state=random_state,
    )
    return chain.fit(X, y, pool=pool)


def article_chain(
    X: Bytes,
    y: Bytes,
    pool: Bytes,
    random_state: int,
    *,
    teacher: Any = None,
    n_epochs: int = 60,
    n_copies: int = 20,
    max_leaf_nodes: int | None = None,
    deskew: bool = False,
) -> Any:
    """Return the fitted chain that ends in one axis-aligned tree on raw pixels.

    Parameters
    ----------
    X, y, pool
        As for `article_reproduction`.
    random_state : int
    teacher : Teacher, optional
        A network trained before; by default `warped_teacher` on X and y.
    n_epochs : int
        Passes of the network over the labelled images, warped anew each time.
    n_copies : int
        Warped copies of every image the tree is fitted on. Many help a large tree and harm a small
        one: up to 1,000 leaves take 0 or 1.
    max_leaf_nodes : int, optional
        The tree has no more leaves than this.
    deskew : bool
        Make images upright before the tree: another student, a pipeline that says so.

    Returns
    -------
    Metamorphosis
        Its ``student_`` is a `DistilledTree` of the size most faithful on held-out images of the
        pool; no test data are looked at.
    """
    if teacher is None:
        teacher = warped_teacher(X, y, n_epochs=n_epochs, random_state=random_state)
    n_held_out = min(N_HELD_OUT, len(pool) // 10)
    chain = sg.Metamorphosis(
        teacher,
        _student(deskew=deskew),
        transfer=_mild_warps(math.isqrt(X.shape[1]), n_copies) if n_copies else None,
        labels="inherited",
        true_labels=True,
        keep_transfer=False,
        random_state=random_state,
    )
    chain.fit(X, y, pool=pool[n_held_out:])
    held_out = pool[:n_held_out]
    chain.student_ = _cut(chain.student_, held_out, teacher.labels(held_out), max_leaf_nodes)
    return chain


def chain_without_pool(
    X: Bytes,
    y: Bytes,
    random_state: int,
    *,
    teacher: Any = None,
    n_epochs: int = 60,
    n_copies: int = 60,
) -> Any:
    """Return the fitted chain of a tree on raw pixels from the labelled images alone.

    Parameters
    ----------
    X, y, random_state, teacher, n_epochs
        As for `article_chain`.
    n_copies : int
        Strongly warped copies of every image, labelled by the network.

    Returns
    -------
    Metamorphosis
        The size of its tree was most faithful on copies of a fifth of the images, for a tree that
        had seen no copy of these.
    """
    if teacher is None:
        teacher = warped_teacher(X, y, n_epochs=n_epochs, random_state=random_state)
    warps = strong_warps(math.isqrt(X.shape[1]), n_copies)
    chain = sg.Metamorphosis(
        teacher,
        _student(deskew=False),
        transfer=warps,
        labels="hard",
        true_labels=True,
        keep_transfer=False,
        random_state=random_state,
    )
    n_held_out = len(X) // 5
    held_out = warps(X[:n_held_out], rng=random_state)
    chain.fit(X[n_held_out:], y[n_held_out:])
    size = _cut(chain.student_, held_out, teacher.labels(held_out), None).get_n_leaves()
    chain.fit(X, y)
    chain.student_ = chain.student_.pruned(size)
    return chain


def _student(*, deskew: bool) -> Any:
    tree = sg.DistilledTree(n_bins=16, shrinkage=30.0)
    return make_pipeline(sg.Deskew(), tree) if deskew else tree


def _cut(student: Any, X: Bytes, y: Any, max_leaf_nodes: int | None) -> Any:
    """Return the student with its tree at the size most faithful on these rows, or at the limit."""
    if isinstance(student, Pipeline):
        tree = _cut(student[-1], student[:-1].transform(X), y, max_leaf_nodes)
        return Pipeline([*student.steps[:-1], ("distilledtree", tree)])
    tree = student.smallest_faithful(X, y, tolerance=0.0)
    if max_leaf_nodes is not None and tree.get_n_leaves() > max_leaf_nodes:
        return tree.pruned(max_leaf_nodes)
    return tree


def _mild_warps(side: int, n_copies: int) -> sg.Warps:
    pixel = side / 28  # warps are said in pixels of MNIST
    return sg.Warps(n_copies, shift=0.7 * pixel, elastic=0.7 * pixel)
