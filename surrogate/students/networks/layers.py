"""A trained network as arrays: predictions need numpy alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.errors import DataError

__all__ = ["Convolution", "Dense", "Layers"]

Array = NDArray[Any]

_CHUNK = 1024  # rows passed through at a time


@dataclass(frozen=True)
class Dense:
    """Every output is a weighted sum of all inputs.

    Attributes
    ----------
    weight : ndarray of shape (n_in, n_out)
    bias : ndarray of shape (n_out,)
    """

    weight: Array
    bias: Array

    def __post_init__(self) -> None:
        _check(self, 2)

    def __call__(self, signal: Array) -> Array:
        """Return the outputs, shape (n, n_out)."""
        return signal.reshape(len(signal), -1) @ self.weight + self.bias


@dataclass(frozen=True)
class Convolution:
    """A convolution that keeps the size of the image, then ReLU, then the greatest of each 2 x 2.

    Attributes
    ----------
    weight : ndarray of shape (size, size, n_in, n_out)
    bias : ndarray of shape (n_out,)
    """

    weight: Array
    bias: Array

    def __post_init__(self) -> None:
        _check(self, 4)

    def __call__(self, images: Array) -> Array:
        """Return the outputs, shape (n, height // 2, width // 2, n_out)."""
        n, height, width, _ = images.shape
        size = len(self.weight)
        rim = size // 2
        framed = np.pad(images, ((0, 0), (rim, rim), (rim, rim), (0, 0)))
        sums = np.broadcast_to(self.bias, (n, height, width, len(self.bias))).copy()
        for i in range(size):
            for j in range(size):
                sums += framed[:, i : i + height, j : j + width] @ self.weight[i, j]
        even = np.maximum(sums, 0)[:, : height // 2 * 2, : width // 2 * 2]
        return even.reshape(n, height // 2, 2, width // 2, 2, -1).max(axis=(2, 4))


@dataclass(frozen=True)
class Layers:
    """Scaled inputs, convolutions if there are any, then dense layers with ReLU between them.

    Attributes
    ----------
    offset, scale : ndarray of shape (d,) or (1,)
        Inputs minus `offset`, times `scale`, enter the first layer.
    shape : (height, width) or None
        Of the images that rows are, where there are convolutions.
    convolutions : sequence of Convolution
    dense : sequence of Dense
    """

    offset: Array
    scale: Array
    shape: tuple[int, int] | None
    convolutions: Sequence[Convolution]
    dense: Sequence[Dense]

    def __call__(self, X: Array) -> NDArray[np.float64]:
        """Return what the last layer says of each row, shape (n, n_out)."""
        starts = range(0, max(len(X), 1), _CHUNK)
        parts = [self._passed(X[start : start + _CHUNK]) for start in starts]
        return np.concatenate(parts).astype(np.float64)

    @property
    def n_parameters(self) -> int:
        """Weights and biases of all layers."""
        layers: list[Convolution | Dense] = [*self.convolutions, *self.dense]
        return sum(math.prod(each.weight.shape) + len(each.bias) for each in layers)

    def _passed(self, X: Array) -> Array:
        signal = ((X - self.offset) * self.scale).astype(np.float32)
        if self.shape is not None:
            signal = signal.reshape(len(X), *self.shape, 1)
        for convolution in self.convolutions:
            signal = convolution(signal)
        for layer in self.dense[:-1]:
            signal = np.maximum(layer(signal), 0)
        return self.dense[-1](signal)


def _check(layer: Dense | Convolution, n_dimensions: int) -> None:
    weight, bias = layer.weight, layer.bias
    if weight.ndim != n_dimensions or bias.shape != weight.shape[-1:]:
        raise DataError(
            f"a {type(layer).__name__} of weights {weight.shape} has a bias per output; "
            f"got biases {bias.shape}"
        )
