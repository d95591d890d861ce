"""Images made upright: by known slants, and back again."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

import surrogate as sg
from surrogate.errors import DataError
from surrogate.fidelity import size


def strokes(n=30, side=21, seed=0):
    """Soft strokes with slants and centres drawn at random, and what was drawn."""
    random = np.random.default_rng(seed)
    geometry = np.stack([random.uniform(-0.6, 0.6, n), *random.uniform(-2, 2, (2, n))], axis=1)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    slant, down, right = geometry.T[:, :, None, None]
    off = x - right - slant * (y - down)
    grey = 250 * np.exp(-(off**2) / 2) * np.exp(-((y - down) ** 2) / 12)
    return grey.reshape(n, -1), geometry


def test_slant_and_centre_are_those_drawn():
    images, geometry = strokes()
    found = sg.Deskew().fit(images).geometry(images)
    np.testing.assert_allclose(found, geometry, atol=0.02)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.uint8])
def test_upright_images_stand_upright_in_the_middle(dtype):
    images = strokes()[0].astype(dtype)
    deskew = sg.Deskew()
    upright = deskew.fit_transform(images)
    assert upright.dtype == dtype
    np.testing.assert_allclose(deskew.geometry(upright), 0, atol=0.05)


def test_restoring_gives_the_image_back():
    images, _ = strokes()
    deskew = sg.Deskew().fit(images)
    again = deskew.restore(deskew.transform(images), deskew.geometry(images))
    lost = np.abs(again - images).mean() / np.abs(deskew.transform(images) - images).mean()
    assert lost < 0.2  # what interpolating twice has blurred


def test_a_blank_image_and_a_single_row_stay_as_they_are():
    images = np.zeros((2, 49))
    images[1, 21:28] = 1.0  # the middle row: no height, no slant
    np.testing.assert_array_equal(sg.Deskew().fit_transform(images), images)


def test_a_tree_after_it_is_counted_and_says_what_comes_before():
    images, _ = strokes(400, 11)
    labels = strokes(400, 11)[1][:, 1] > 0
    plain = sg.Deskew(shape=(11, 11)).fit_transform(images)
    chain = make_pipeline(sg.Deskew(shape=(11, 11)), sg.DistilledTree()).fit(images, labels)
    alone = sg.DistilledTree().fit(plain, labels)
    np.testing.assert_array_equal(chain.predict(images), alone.predict(plain))
    leaves = size(chain)["leaves of the student"]
    assert leaves.value == alone.get_n_leaves()
    assert leaves.data == "the student, after Deskew(shape=(11, 11))"


def test_rows_that_are_no_images_are_refused():
    with pytest.raises(DataError, match="no images of 1 x 1"):
        sg.Deskew().fit(np.ones((3, 2)))
