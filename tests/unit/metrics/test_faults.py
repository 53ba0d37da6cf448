"""Planted faults: each does what its name says, and no more."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_digits

from gansgmms.errors import InputError
from gansgmms.metrics import faults
from gansgmms.metrics.faults import CLASS_FAULTS, FAULTS

EVERY = FAULTS | CLASS_FAULTS


def digits(channels=1):
    found = load_digits()
    images = (found.images[:500] * 15).astype(np.uint8)[..., None]
    return np.repeat(images, channels, 3), found.target[:500]


def planted(name, strength, seed=0, channels=1, **options):
    images, labels = digits(channels)
    before = images.copy()
    random = np.random.default_rng(seed)
    own = (labels,) if name in CLASS_FAULTS else ()
    result = EVERY[name](images, strength, random, *own, **options)
    assert np.array_equal(images, before)
    return images, labels, result


def labels_of(result):
    """The labels of images by what they are; digits has no image twice."""
    images, labels = digits()
    known = {i.tobytes(): k for i, k in zip(images, labels, strict=True)}
    assert len(known) == len(images)
    return np.array([known[i.tobytes()] for i in result])


@pytest.mark.parametrize("name", EVERY)
def test_no_strength_is_no_fault(name):
    images, _, result = planted(name, 0)
    assert np.array_equal(result, images)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", EVERY)
def test_what_every_fault_gives(name, channels):
    strength = 20 if name == "quantised" else 0.5
    images, _, result = planted(name, strength, channels=channels)
    assert result.dtype == np.uint8 and result.shape[1:] == images.shape[1:]
    assert not np.array_equal(result, images)
    assert np.array_equal(result, planted(name, strength, channels=channels)[2])
    if name in FAULTS:
        assert len(result) == len(images)


@pytest.mark.parametrize("strength", [0.3, 1])
def test_a_class_is_dropped(strength):
    _, labels, result = planted("class_dropped", strength, label=4)
    counts = np.bincount(labels)
    counts[4] = round(counts[4] * (1 - strength))
    assert np.bincount(labels_of(result), minlength=10).tolist() == counts.tolist()


def test_a_class_is_doubled():
    _, labels, result = planted("class_doubled", 1, label=4)
    before, after = np.bincount(labels), np.bincount(labels_of(result))
    assert after[4] == before[4]
    others = np.arange(10) != 4
    np.testing.assert_allclose(after[others], before[others] / 2, atol=0.51)


def test_a_mode_is_swapped():
    _, labels, result = planted("mode_swapped", 1, label=2, other=5)
    before = np.bincount(labels) / len(labels)
    after = np.bincount(labels_of(result), minlength=10) / len(result)
    expected = before.copy()
    expected[5], expected[2] = before[5] + before[2], 0
    np.testing.assert_allclose(after, expected, atol=0.005)


def test_duplicates():
    images, _, result = planted("duplicated", 0.4)
    kept = (result == images).all((1, 2, 3))
    assert kept.sum() == 300
    known = {i.tobytes() for i in images[kept]}
    assert {i.tobytes() for i in result} == known


def test_blur_and_contrast():
    images, _, result = planted("blurred", 1.2)
    expected = np.rint(gaussian_filter(images[7, ..., 0].astype(float), 1.2))
    assert np.array_equal(result[7, ..., 0], expected)
    images, _, result = planted("flattened", 1)
    assert np.abs(result - images.mean((1, 2, 3), keepdims=True)).max() <= 0.5
    images, _, result = planted("flattened", 0.5)
    ratio = result.std((1, 2, 3)) / images.std((1, 2, 3))
    np.testing.assert_allclose(ratio, 0.5, atol=0.01)


def test_noise_has_its_spread():
    images = np.full((50, 16, 16, 1), 128, np.uint8)
    result = faults.noisy(images, 0.1, np.random.default_rng(0)).astype(float)
    assert result.std() == pytest.approx(25.5, rel=0.03)
    assert result.mean() == pytest.approx(128, abs=1)


def test_a_share_is_moved_by_one_pixel():
    images, _, result = planted("shifted", 0.6)
    same = np.array_equal
    moves = np.zeros(5, int)
    for x, y in zip(images[..., 0], result[..., 0], strict=True):
        each = [
            same(x, y),
            same(y[:-1], x[1:]) and same(y[-1], x[-1]),
            same(y[1:], x[:-1]) and same(y[0], x[0]),
            same(y[:, :-1], x[:, 1:]) and same(y[:, -1], x[:, -1]),
            same(y[:, 1:], x[:, :-1]) and same(y[:, 0], x[:, 0]),
        ]
        assert any(each)
        moves[each.index(True)] += 1
    assert moves.tolist() == [200, 75, 75, 75, 75]


def test_compression_loses_more_at_lower_quality():
    errors = [
        np.abs(np.subtract(*planted("compressed", s)[::2], dtype=float)).mean()
        for s in (0.05, 0.5, 0.95)
    ]
    assert 0 < errors[0] < errors[1] < errors[2]


def test_quantised_images_are_centres():
    images, _, result = planted("quantised", 12)
    centres, inverse = np.unique(result, axis=0, return_inverse=True)
    assert len(centres) == 12
    for j, centre in enumerate(centres):
        mean = images[inverse.ravel() == j].mean(0)
        np.testing.assert_allclose(centre, mean, atol=0.51)


@pytest.mark.parametrize("name", EVERY)
def test_a_strength_below_0_is_refused_by_the_name_of_the_fault(name):
    with pytest.raises(InputError, match=f"^{name}, strength: found -1; needed"):
        planted(name, -1)


def test_strengths_that_are_none():
    with pytest.raises(InputError, match="class_dropped, strength: found 1.5; needed"):
        planted("class_dropped", 1.5)
    with pytest.raises(InputError, match="blurred, strength: found -1; needed 0 or"):
        planted("blurred", -1)
    with pytest.raises(InputError, match="no image of class 12"):
        planted("class_dropped", 0.5, label=12)
