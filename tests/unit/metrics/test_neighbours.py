"""Nearest training images, against all pairs."""

import numpy as np
import pytest

from gansgmms.data.batches import FlatImages
from gansgmms.errors import InputError
from gansgmms.metrics.neighbours import nearest_two


def images(n, seed=0, shape=(6, 5, 3)):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


@pytest.mark.parametrize("mirror", [False, True])
def test_neighbours_are_those_of_all_pairs(mirror, monkeypatch):
    monkeypatch.setattr("gansgmms.metrics.neighbours.CHUNK", 17)
    train, queries = images(60), images(25, seed=1)
    distances, numbers = nearest_two(
        FlatImages(queries), FlatImages(train, mirror=mirror)
    )
    pool = np.concatenate([train, train[:, :, ::-1]]) if mirror else train
    a, b = (x.reshape(len(x), -1) / 255 for x in (queries, pool))
    pairs = np.linalg.norm(a[:, None] - b[None], axis=2)
    assert np.allclose(distances, np.sort(pairs, 1)[:, :2], rtol=1e-6)
    assert (numbers == np.argsort(pairs, 1)[:, :2]).all()


def test_a_copy_is_found_at_distance_zero():
    train = images(300)
    flipped = train[7:8, :, ::-1]
    distances, numbers = nearest_two(
        FlatImages(flipped), FlatImages(train, mirror=True)
    )
    assert distances[0, 0] == 0
    assert numbers[0, 0] == 300 + 7
    assert nearest_two(FlatImages(flipped), FlatImages(train))[0][0, 0] > 1


def test_neighbours_need_two_images_of_one_shape():
    with pytest.raises(InputError, match="at least two"):
        nearest_two(FlatImages(images(3)), FlatImages(images(1)))
    with pytest.raises(InputError, match="as the queries"):
        nearest_two(FlatImages(images(3)), FlatImages(images(3, shape=(5, 5, 3))))
