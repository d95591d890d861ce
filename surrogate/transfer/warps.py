"""Images shifted, turned, scaled, sheared and bent a little: the label stays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate.arguments import check_count
from surrogate.errors import ArgumentError, DataError
from surrogate.randomness import Rng, generator
from surrogate.transfer.recipes import Recipe, Rows

__all__ = ["Warps", "image_sides"]

_CHUNK = 8192  # images warped at a time
_GRID = 5  # points per side at which elastic displacements are drawn


@dataclass(frozen=True)
class Warps(Recipe):
    """Label-preserving image warps: a random affine map and a smooth elastic displacement [1]_.

    Every row is an image of grey values, row by row. Pixels are interpolated linearly; what comes
    in from outside is 0.

    Parameters
    ----------
    n_copies : int
        Warped copies of every image, where no number of rows is asked for.
    shift : float
        Greatest shift either way, in pixels.
    rotate : float
        Greatest turn either way, in degrees.
    scale, shear : float
        Greatest relative change of either side's length, and of its slope.
    elastic : float
        Standard deviation of the displacements, in pixels, drawn on a 5 x 5 grid and interpolated.
    shape : (height, width), optional
        Square by default.
    originals : bool
        Let the images as they are come first.

    References
    ----------
    .. [1] P. Simard, D. Steinkraus, J. Platt, ICDAR (2003),
       https://doi.org/10.1109/ICDAR.2003.1227801

    Examples
    --------
    >>> images = np.random.default_rng(0).integers(0, 256, (10, 64), dtype=np.uint8)
    >>> rows = Warps(n_copies=3)(images, rng=0)
    >>> rows.shape, rows.dtype
    ((40, 64), dtype('uint8'))
    """

    n_copies: int = 8
    shift: float = 0.7
    rotate: float = 6.0
    scale: float = 0.06
    shear: float = 0.06
    elastic: float = 0.7
    shape: tuple[int, int] | None = None
    originals: bool = True

    def __post_init__(self) -> None:
        check_count(self.n_copies, 1, argument="n_copies")
        for name in ("shift", "rotate", "scale", "shear", "elastic"):
            value = getattr(self, name)
            if not 0 <= value < np.inf:
                raise ArgumentError(f"{name} must not be negative; got {value!r}")
        if self.scale >= 1:
            raise ArgumentError(f"scale must be below 1, a relative change; got {self.scale!r}")

    def n_rows(self, X: Any) -> int:
        """Return the number of copies of all images, the originals included."""
        return len(X) * (self.n_copies + self.originals)

    def drawn(self, X: Any, n: int, rng: Rng) -> tuple[Any, Rows]:
        """Return n images, and the position in X of the image each was made from."""
        random = generator(rng)
        images = X.to_numpy() if hasattr(X, "to_numpy") else np.asarray(X)
        height, width = image_sides(images, self.shape)
        plain = min(n, len(images)) if self.originals else 0
        sources = np.resize(np.arange(len(images)), n)
        if n < len(images):
            sources = random.choice(len(images), n, replace=False)
        rows = np.empty((n, images.shape[1]), dtype=images.dtype)
        rows[:plain] = images[sources[:plain]]
        for first in range(plain, n, _CHUNK):
            last = min(first + _CHUNK, n)
            pictures = images[sources[first:last]].reshape(-1, height, width)
            out = rows[first:last].reshape(-1, height, width)
            self._warp(pictures, out, random)
        if hasattr(X, "columns"):
            import pandas as pd

            return pd.DataFrame(rows, columns=X.columns), sources
        return rows, sources

    def _warp(self, images: NDArray[Any], out: NDArray[Any], random: np.random.Generator) -> None:
        from surrogate.transfer._warping import warp

        n = len(images)
        bends = self.elastic * random.standard_normal((n, 2, _GRID, _GRID), dtype=np.float32)
        warp(images, self._maps(n, random), bends, out, 0.0 if out.dtype.kind == "f" else 0.5)

    def _maps(self, n: int, random: np.random.Generator) -> NDArray[np.float64]:
        """Return where output pixels come from: two rows of a matrix and a shift, (n, 2, 3)."""
        angle = np.deg2rad(random.uniform(-self.rotate, self.rotate, n))
        lengths = 1 / (1 + random.uniform(-self.scale, self.scale, (n, 2)))
        slant = random.uniform(-self.shear, self.shear, n)
        sine, cosine = np.sin(angle), np.cos(angle)
        maps = np.empty((n, 2, 3))
        maps[:, 0, 0] = cosine * lengths[:, 0]
        maps[:, 0, 1] = (cosine * slant - sine) * lengths[:, 1]
        maps[:, 1, 0] = sine * lengths[:, 0]
        maps[:, 1, 1] = (sine * slant + cosine) * lengths[:, 1]
        maps[:, :, 2] = random.uniform(-self.shift, self.shift, (n, 2))
        return maps


def image_sides(images: NDArray[Any], shape: tuple[int, int] | None) -> tuple[int, int]:
    """Return height and width of the images that rows are; square where no shape is given.

    Raises
    ------
    DataError
        If the rows are no images of this shape.
    """
    if images.ndim != 2 or not len(images) or images.dtype.kind not in "uif":
        raise DataError(
            "images are rows of grey values, shape (n, height * width); got "
            f"{images.dtype} of shape {images.shape}"
        )
    side = math.isqrt(images.shape[1])
    height, width = shape or (side, side)
    if height * width != images.shape[1]:
        raise DataError(
            f"rows of {images.shape[1]} values are no images of {height} x {width}; "
            "give shape=(height, width)"
        )
    return height, width
