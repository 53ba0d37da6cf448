"""Images that are none of the data's."""

import numpy as np

from gansgmms.metrics.outliers import altered


def test_images_are_turned_inverted_and_mixed():
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 4, 2)).astype(np.uint8)
    found = altered(images)
    assert all(a.shape == images.shape and a.dtype == np.uint8 for a in found.values())
    # The first row, read from left to right, goes up the first column.
    assert (found["turned"][:, :, 0] == images[:, 0, ::-1]).all()
    assert (found["negative"].astype(int) + images == 255).all()
    mean = np.rint(images[[0, 1, 2]].astype(float) / 2 + images[[2, 0, 1]] / 2 + 1e-9)
    assert (found["blended"] == mean).all()


def test_what_is_not_square_stays_as_wide():
    images = np.arange(6, dtype=np.uint8).reshape(1, 2, 3, 1)
    assert altered(images)["turned"].ravel().tolist() == [5, 4, 3, 2, 1, 0]
