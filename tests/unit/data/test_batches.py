"""Images on a device, batch by batch."""

import numpy as np
import pytest
import torch

from gansgmms.data.batches import FlatImages, ImageTensor, to_float, to_pixels
from gansgmms.io.images import as_vectors, read_images, write_images
from tests.unit.files import pictures, points


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_vectors_are_the_images_and_their_mirror_images(mirror, size):
    images = pictures()
    everything = images
    if mirror:
        everything = np.concatenate([images, images[:, :, ::-1]])
    expected = torch.from_numpy(as_vectors(everything))
    data = FlatImages(images, mirror=mirror)
    assert len(data) == len(expected) and data.shape == (4, 6, 3)
    batches = list(data.batches(size))
    assert all(0 < len(batch) <= size for batch in batches)
    # One division by 255 may be rounded otherwise than a multiplication.
    torch.testing.assert_close(torch.cat(batches), expected, rtol=1e-7, atol=0)
    index = torch.randperm(len(data))
    torch.testing.assert_close(data[index], expected[index], rtol=1e-7, atol=0)
    part = data.subset(index[:5])
    assert len(part) == 5 and part.shape == data.shape
    torch.testing.assert_close(
        torch.cat(list(part.batches(2))), expected[index[:5]], rtol=1e-7, atol=0
    )


def test_points_have_no_mirror_images():
    data = FlatImages(points(), mirror=True)
    assert len(data) == 7 and data.shape == (3,)
    assert torch.equal(data[torch.arange(7)], torch.from_numpy(points()))


def test_vectors_of_a_mapped_file_do_not_change_it(tmp_path):
    path = tmp_path / "images.arrow"
    write_images(path, pictures())
    data = FlatImages(read_images(path))
    data.images.zero_()
    np.testing.assert_array_equal(read_images(path), pictures())


def test_pixels_and_numbers_are_each_others_inverse():
    pixels = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16)
    assert torch.equal(to_pixels(to_float(pixels)), pixels.permute(0, 2, 3, 1))
    assert to_float(pixels).min() == -1
    assert to_float(pixels).max() == 1


def test_images_are_drawn_from_all_images():
    x = np.arange(50, dtype=np.uint8).reshape(50, 1, 1, 1)
    torch.manual_seed(0)
    drawn = to_pixels(ImageTensor(x).draw(1000)).flatten()
    assert set(drawn.tolist()) == set(range(50))
