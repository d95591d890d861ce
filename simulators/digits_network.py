"""The convolutional networks that teach digits, trained with torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import surrogate as sg

__all__ = ["convolutional_teacher", "ensemble", "warped_teacher"]

Bytes = NDArray[np.uint8]
# Told the epoch, its mean loss, and the share of its images told right while learning.
Watch = Callable[[int, float, float], None]


def warped_teacher(
    X: Bytes, y: Bytes, *, n_epochs: int = 60, random_state: int = 0, watch: Watch | None = None
) -> Any:
    """Return the network that learns from labelled images warped anew in every epoch.

    Parameters
    ----------
    X, y, n_epochs, random_state, watch
        As for `convolutional_teacher`.

    Returns
    -------
    Teacher
    """
    warps = strong_warps(math.isqrt(X.shape[1]), 1, originals=False)
    return convolutional_teacher(
        X, y, n_epochs=n_epochs, warps=warps, random_state=random_state, watch=watch
    )


def strong_warps(side: int, n_copies: int, *, originals: bool = True) -> sg.Warps:
    """Return the warps that few labelled images are seen through; said in pixels of MNIST."""
    pixel = side / 28
    return sg.Warps(
        n_copies,
        shift=2.0 * pixel,
        rotate=12.0,
        scale=0.12,
        shear=0.12,
        elastic=0.8 * pixel,
        originals=originals,
    )


def ensemble(teachers: list[Any]) -> Any:
    """Return one teacher of the mean probabilities of several with the same classes."""

    def mean_probabilities(X: Any) -> NDArray[np.float64]:
        return np.mean([each.probabilities(X) for each in teachers], axis=0)

    return sg.Teacher(mean_probabilities, gives="probabilities", classes=teachers[0].classes)


def convolutional_teacher(
    X: Bytes,
    y: Bytes,
    *,
    kind: str = "compact",
    n_epochs: int = 60,
    warps: Any = None,
    batch_size: int = 64,
    random_state: int = 0,
    watch: Watch | None = None,
) -> Any:
    """Return a convolutional network trained on labelled images, as a teacher of logits.

    Parameters
    ----------
    X : ndarray of shape (n, side * side)
        Grey values from 0 to 255.
    y : ndarray of shape (n,)
    kind : {"compact", "article"}
        Three convolutions with batch normalisation, or the article's two without (225,034
        parameters for 28 x 28 pixels).
    n_epochs, batch_size : int
    warps : Warps, optional
        Makes the images of every epoch out of those of X.
    random_state : int
    watch : callable, optional
        Called after every epoch with its number, mean loss and share of images told right.

    Returns
    -------
    Teacher
    """
    import torch

    classes, codes = np.unique(y, return_inverse=True)
    random = np.random.default_rng(random_state)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(random_state)
        network = _network(kind, math.isqrt(X.shape[1]), len(classes))
        n_steps = n_epochs * math.ceil(len(X) / batch_size)
        optimizer, schedule = _schedule(kind, network, n_steps)
        for epoch in range(n_epochs):
            images, labels = X, codes
            if warps is not None:
                images, sources = warps.drawn(X, len(X), random)
                labels = codes[sources]
            order = random.permutation(len(images))
            batches = np.array_split(order, math.ceil(len(images) / batch_size))
            smoothing = 0.05 if warps is not None else 0.0
            steps = optimizer, schedule, smoothing
            come_to = np.array(
                [_learnt(network, steps, images[rows], labels[rows]) for rows in batches]
            )
            if watch is not None:
                watch(epoch, *(come_to.sum(axis=0) / len(order)))
    network.eval()
    return sg.Teacher(network, gives="logits", classes=classes.tolist(), batch_size=128)


def _learnt(network: Any, steps: Any, images: Bytes, labels: Any) -> tuple[float, int]:
    """Learn from one batch; return the sum of its losses and how many images were told right."""
    import torch
    from torch.nn.functional import cross_entropy

    optimizer, schedule, smoothing = steps
    outputs = network(torch.from_numpy(images.astype(np.float32)))
    truth = torch.from_numpy(labels)
    loss = cross_entropy(outputs, truth, label_smoothing=smoothing)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    schedule.step()
    right = int((outputs.detach().argmax(dim=1) == truth).sum())
    return float(loss.detach()) * len(images), right


def _schedule(kind: str, network: Any, n_steps: int) -> tuple[Any, Any]:
    """Return Adam at a constant rate as in the article, or a rate that rises and falls once."""
    from torch.optim import Adam, AdamW, lr_scheduler

    if kind == "article":
        optimizer = Adam(network.parameters(), lr=1e-3)
        return optimizer, lr_scheduler.ConstantLR(optimizer, factor=1.0)
    optimizer = AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    return optimizer, lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=n_steps)


def _network(kind: str, side: int, n_classes: int) -> Any:
    """Return an untrained network; batch normalisation of the input scales its grey values."""
    from torch import nn

    def block(n_in: int, n_out: int, size: int) -> list[Any]:
        convolution = nn.Conv2d(n_in, n_out, size, padding=size // 2, bias=False)
        return [convolution, nn.BatchNorm2d(n_out), nn.ReLU()]

    start = [nn.Unflatten(1, (1, side, side)), nn.BatchNorm2d(1, affine=False)]
    if kind == "compact":
        body = [*block(1, 16, 5), nn.MaxPool2d(2), *block(16, 32, 3), nn.MaxPool2d(2)]
        body += [*block(32, 48, 3), nn.Flatten(), nn.Dropout(0.3)]
        return nn.Sequential(*start, *body, nn.Linear(48 * (side // 4) ** 2, n_classes))
    if kind == "article":
        edge = 0 if side >= 16 else 1  # small images would vanish without a rim
        body = [nn.Conv2d(1, 32, 3, padding=edge), nn.ReLU(), nn.MaxPool2d(2)]
        body += [nn.Conv2d(32, 64, 3, padding=edge), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
        lost = 2 - 2 * edge
        width = 64 * (((side - lost) // 2 - lost) // 2) ** 2
        head = [nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, n_classes)]
        return nn.Sequential(*start, *body, *head)
    raise ValueError(f"kind must be 'compact' or 'article'; got {kind!r}")
