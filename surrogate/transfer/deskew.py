"""Upright, centred images: a step that a student declares."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import validate_data

from surrogate.transfer.warps import image_sides

__all__ = ["Deskew"]

_DTYPES = [np.float64, np.float32, np.uint8]  # what is none of them becomes the first


class Deskew(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Shears every image by its own slant and moves its centre of mass to the middle.

    Slant and centre are the moments of the grey values [1]_, so nothing is learnt. A tree after
    this step is another student than a tree on raw pixels, and a pipeline says so:
    ``make_pipeline(Deskew(), DistilledTree())``. A pixel of the upright image is a known place of
    the image as it was, and `restore` goes back.

    Parameters
    ----------
    shape : (height, width), optional
        Of the images that rows are; square by default.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Proc. IEEE 86 (1998),
       https://doi.org/10.1109/5.726791

    Examples
    --------
    >>> slanted = np.eye(8)[None].repeat(2, axis=0).reshape(2, 64)  # a stroke from corner to corner
    >>> upright = Deskew().fit_transform(slanted).reshape(2, 8, 8)
    >>> upright[0].sum(axis=0)  # all of it in the two middle columns
    array([0., 0., 0., 4., 4., 0., 0., 0.])
    """

    def __init__(self, *, shape: tuple[int, int] | None = None) -> None:
        self.shape = shape

    def fit(self, X: Any, y: Any = None) -> Deskew:  # noqa: ARG002 - there is nothing to learn
        """Check that rows are images.

        Raises
        ------
        DataError
            If they are not of this shape.
        """
        image_sides(validate_data(self, X, dtype=_DTYPES), self.shape)
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the upright images, of the shape and type of X."""
        images = validate_data(self, X, reset=False, dtype=_DTYPES, order="C")
        return self._moved(images, _maps(self.geometry(images)))

    def geometry(self, X: Any) -> NDArray[np.float64]:
        """Return slant (columns per row), and rows and columns off the middle, shape (n, 3)."""
        images = validate_data(self, X, reset=False, dtype=_DTYPES)
        height, width = image_sides(images, self.shape)
        grey = images.reshape(-1, height, width)
        by_row, by_column = grey.sum(axis=2, dtype=float), grey.sum(axis=1, dtype=float)
        y, x = np.arange(height) - (height - 1) / 2, np.arange(width) - (width - 1) / 2
        mass = by_row.sum(axis=1)
        mass[mass == 0] = 1.0  # a blank image is upright
        down, right = by_row @ y / mass, by_column @ x / mass
        mixed = np.einsum("nij,i,j->n", grey, y, x, optimize=True) / mass - down * right
        spread = by_row @ y**2 / mass - down**2
        slant = np.divide(mixed, spread, out=np.zeros_like(mixed), where=spread > 1e-9)
        return np.stack([slant, down, right], axis=1)

    def restore(self, X: Any, geometry: NDArray[np.float64]) -> NDArray[Any]:
        """Return upright images put back to the slant and place they had.

        Parameters
        ----------
        X : array-like of shape (n, height * width)
            From `transform`. What it moved out of the frame is lost, and pixels are interpolated.
        geometry : ndarray of shape (n, 3)
            Of the images as they were, from `geometry`.
        """
        slant, down, right = np.asarray(geometry).T
        back = np.stack([-slant, -down, slant * down - right], axis=1)
        images = validate_data(self, X, reset=False, dtype=_DTYPES, order="C")
        return self._moved(images, _maps(back))

    def _moved(self, images: NDArray[Any], maps: NDArray[np.float64]) -> NDArray[Any]:
        from surrogate.transfer._warping import warp

        height, width = image_sides(images, self.shape)
        out = np.empty((len(images), height, width), dtype=images.dtype)
        still = np.zeros((len(images), 2, 2, 2), dtype=np.float32)
        half = 0.0 if out.dtype.kind == "f" else 0.5
        warp(images.reshape(-1, height, width), maps, still, out, half)
        return out.reshape(len(images), -1)


def _maps(geometry: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the pixels of moved images come from: a matrix and a shift, (n, 2, 3)."""
    maps = np.zeros((len(geometry), 2, 3))
    maps[:, 0, 0] = maps[:, 1, 1] = 1.0
    maps[:, 1, 0], maps[:, 0, 2], maps[:, 1, 2] = geometry.T
    return maps
