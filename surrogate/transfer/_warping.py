"""The compiled inner loop of image warps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["warp"]


@njit(cache=True, nogil=True)
def _bent(bend: Any, row: float, column: float) -> float:
    """Return the displacement between grid points, interpolated linearly."""
    size = len(bend)
    i, j = min(int(row), size - 2), min(int(column), size - 2)
    down, right = row - i, column - j
    upper = bend[i, j] * (1 - right) + bend[i, j + 1] * right
    lower = bend[i + 1, j] * (1 - right) + bend[i + 1, j + 1] * right
    return upper * (1 - down) + lower * down


@njit(cache=True, nogil=True)
def _pixel(image: Any, y: float, x: float) -> float:
    """Return the grey value between pixels, interpolated linearly; outside it is 0."""
    height, width = image.shape
    i, j = int(np.floor(y)), int(np.floor(x))
    if i < -1 or j < -1 or i >= height or j >= width:
        return 0.0
    down, right = y - i, x - j
    value = 0.0
    for a in range(2):
        for b in range(2):
            if 0 <= i + a < height and 0 <= j + b < width:
                share = (down if a else 1 - down) * (right if b else 1 - right)
                value += share * float(image[i + a, j + b])
    return value


@njit(cache=True, nogil=True)
def warp(images: Any, maps: Any, bends: Any, out: Any, half: float) -> None:
    """Fill `out` with warped images.

    Parameters
    ----------
    images, out : ndarray of shape (n, height, width)
    maps : ndarray of shape (n, 2, 3)
        Where an output pixel, measured from the centre, comes from.
    bends : ndarray of shape (n, 2, g, g)
        Further displacements on a grid, in pixels.
    half : float
        Added to every grey value: 0.5 rounds those that are cut to whole numbers.
    """
    n, height, width = images.shape
    grid = bends.shape[2] - 1
    for k in range(n):
        for row in range(height):
            for column in range(width):
                y, x = row - (height - 1) / 2, column - (width - 1) / 2
                down, right = row * grid / max(height - 1, 1), column * grid / max(width - 1, 1)
                from_y = maps[k, 0, 0] * y + maps[k, 0, 1] * x + maps[k, 0, 2]
                from_x = maps[k, 1, 0] * y + maps[k, 1, 1] * x + maps[k, 1, 2]
                from_y += (height - 1) / 2 + _bent(bends[k, 0], down, right)
                from_x += (width - 1) / 2 + _bent(bends[k, 1], down, right)
                out[k, row, column] = _pixel(images[k], from_y, from_x) + half
