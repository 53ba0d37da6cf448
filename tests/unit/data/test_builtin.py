"""Datasets that need no file, against independent references."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_sample_images

from gansgmms.data import builtin
from gansgmms.data.prepare import prepare
from tests.unit.data.raw import REGISTRY


def test_digits_are_those_of_scikit_learn():
    splits = prepare(REGISTRY["digits"])
    images = np.concatenate([splits["train"][0], splits["test"][0]])
    labels = np.concatenate([splits["train"][1], splits["test"][1]])
    bunch = load_digits()
    expected = np.floor(bunch.data * 255 / 16 + 0.5)

    def rows(data, target):
        return sorted(map(tuple, np.column_stack([data, target]).astype(int)))

    assert rows(images.reshape(-1, 64), labels) == rows(expected, bunch.target)


def test_digits_are_stratified():
    splits = prepare(REGISTRY["digits"])
    share = [np.bincount(splits[s][1]) / len(splits[s][1]) for s in ("train", "test")]
    np.testing.assert_allclose(*share, atol=0.003)


@pytest.fixture(scope="module")
def patches():
    return prepare(REGISTRY["patches"])


@pytest.fixture
def cut_from(monkeypatch):
    """The patches of other photographs, with whatever contrast."""

    def cut(photographs):
        bunch = type("Bunch", (), {"images": photographs})
        monkeypatch.setattr("sklearn.datasets.load_sample_images", lambda: bunch)
        return prepare(REGISTRY["patches"])

    monkeypatch.setattr(builtin, "CONTRAST", 0)
    return cut


def corners_of_photographs():
    """A quarter of the pixels, not square: blocks enough for as many patches."""
    return np.stack(load_sample_images().images)[:, :215, :330]


def test_patches_of_train_and_test_share_no_pixel(cut_from):
    # Photographs whose colours number their pixels say where each patch was cut.
    photographs = corners_of_photographs()
    number = np.arange(photographs[..., 0].size).reshape(photographs.shape[:3])
    numbered = np.stack([number >> 16, number >> 8, number], axis=-1).astype(np.uint8)
    pixels = {}
    for split, (images, _) in cut_from(numbered).items():
        channels = images.astype(int)
        pixels[split] = channels @ [1 << 16, 1 << 8, 1]  # (n, 16, 16)
    width = photographs.shape[2]
    square = np.arange(16)[:, None] * width + np.arange(16)
    used = {split: np.zeros(number.size, bool) for split in pixels}
    for split, numbers in pixels.items():
        corners = numbers[:, 0, 0]
        assert (numbers == corners[:, None, None] + square).all()
        assert len(np.unique(corners)) == len(corners)
        assert set(corners // number[0].size) == {0, 1}  # from both photographs
        used[split][numbers] = True
    assert not (used["train"] & used["test"]).any()
    real = cut_from(photographs)["test"][0]
    colours = photographs.reshape(-1, 3)
    np.testing.assert_array_equal(real, colours[pixels["test"]])


def test_every_patch_shows_something(patches):
    assert {split: len(images) for split, (images, _) in patches.items()} == {
        "train": 20_000,
        "test": 10_000,
    }
    for images, _ in patches.values():
        deviation = images.astype(float).std((1, 2)).max(1)
        assert deviation.min() >= builtin.CONTRAST - 1e-3


def test_toy2d_has_six_unequal_modes_of_the_same_shape_in_both_splits():
    splits = prepare(REGISTRY["toy2d"])
    shares, centres = [], []
    for points, modes in splits.values():
        assert np.abs(points).max() < 1.2
        shares.append(np.bincount(modes) / len(modes))
        centres.append([points[modes == mode].mean(0) for mode in range(6)])
    np.testing.assert_allclose(*shares, atol=0.02)
    np.testing.assert_allclose(*centres, atol=0.02)
    assert shares[0].max() > 4 * shares[0].min()


@pytest.mark.parametrize("name", ["digits", "patches", "toy2d"])
def test_embedded_datasets_are_always_the_same(name, cut_from):
    def made():
        return cut_from(corners) if name == "patches" else prepare(REGISTRY[name])

    corners = corners_of_photographs()
    first, second = made(), made()
    for split in ("train", "test"):
        np.testing.assert_array_equal(first[split][0], second[split][0])
