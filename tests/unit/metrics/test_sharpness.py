"""The sharpness score against a plain computation, image by image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import convolve
from sklearn.datasets import load_digits, load_sample_image

from gansgmms.errors import InputError
from gansgmms.metrics.sharpness import mean_sharpness, sharpness, without_speckle


def random_images(n=6, shape=(16, 16, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def photograph():
    """(12, 64, 64, 3) uint8 patches of a real picture."""
    picture = load_sample_image("china.jpg")
    return np.stack(
        [
            picture[y : y + 64, x : x + 64]
            for y in (0, 128, 256)
            for x in (0, 128, 256, 384)
        ]
    )


def gaussian_kernel(sigma):
    """Weights at each whole pixel, cut at four deviations, and summing to one."""
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    line = np.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = np.outer(line, line)
    return kernel / kernel.sum()


def plain_score(grey, sigma):
    grey = grey - grey.mean()
    low = convolve(grey, gaussian_kernel(sigma), mode="reflect")
    return np.log(((grey - low) ** 2).sum()) - np.log((grey**2).sum())


@pytest.mark.parametrize("sigma", [0.75, 1.0, 2.5])
@pytest.mark.parametrize("shape", [(16, 16, 1), (9, 14, 3)])
def test_score_is_that_of_a_plain_convolution(sigma, shape):
    images = random_images(shape=shape)
    for image, found in zip(images, sharpness(images, sigma), strict=True):
        pixels = image.astype(float)
        grey = pixels[..., 0]
        if shape[2] == 3:
            red, green, blue = np.moveaxis(pixels, 2, 0)
            grey = 0.299 * red + 0.587 * green + 0.114 * blue
        assert found == pytest.approx(plain_score(grey, sigma), abs=1e-9)


def test_the_default_width_is_one_pixel():
    images = random_images()
    np.testing.assert_array_equal(sharpness(images), sharpness(images, sigma=1.0))


@given(
    scale=st.floats(1e-3, 1e3),
    shift=st.floats(-1e3, 1e3),
    seed=st.integers(0, 1000),
    channels=st.sampled_from([1, 3]),
)
@settings(max_examples=60, deadline=None)
def test_scaling_and_shifting_change_nothing(scale, shift, seed, channels):
    images = random_images(2, (8, 8, channels), seed).astype(np.float64)
    found = sharpness(scale * images + shift)
    np.testing.assert_allclose(found, sharpness(images), rtol=0, atol=1e-6)


def test_the_dtype_changes_nothing():
    images = random_images()
    expected = sharpness(images)
    for dtype in (np.int16, np.float32, np.float64):
        np.testing.assert_allclose(sharpness(images.astype(dtype)), expected)
    np.testing.assert_array_equal(images, random_images())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("value", [0, 77, 255])
def test_an_image_of_one_colour_has_no_score(channels, value):
    images = random_images(3, (8, 8, channels))
    images[1] = value
    with np.errstate(all="raise"):
        found = sharpness(images[[0, 2]])
    assert np.isfinite(found).all()
    found = sharpness(images)
    assert np.isnan(found).tolist() == [False, True, False]


def test_a_colour_other_than_grey_that_is_constant_has_no_score():
    # The mean of 63 equal luma values is not quite their value.
    images = np.broadcast_to(np.uint8([200, 13, 77]), (1, 7, 9, 3))
    assert np.isnan(sharpness(images)).all()


def test_one_faint_pixel_is_enough_for_a_score():
    images = np.full((1, 32, 32, 1), 255, np.uint8)
    images[0, 5, 5] = 254
    assert np.isfinite(sharpness(images)).all()


@pytest.mark.parametrize("shape", [(8, 8, 3), (2, 8, 8, 2), (2, 8, 8), (2, 64)])
def test_another_shape_is_refused(shape):
    with pytest.raises(InputError, match="sharpness"):
        sharpness(np.zeros(shape))


def digits():
    return load_digits().images[:50, ..., None]


@pytest.mark.parametrize("images", [digits, photograph])
def test_blurred_images_are_less_sharp(images):
    images = images().astype(np.float64)
    blurred = np.stack(
        [
            np.stack([convolve(c, gaussian_kernel(0.7)) for c in np.moveaxis(i, 2, 0)])
            for i in images
        ]
    )
    assert (sharpness(np.moveaxis(blurred, 1, 3)) < sharpness(images)).all()


def test_finer_stripes_are_sharper():
    periods = np.array([4, 8, 16])
    waves = np.sin(2 * np.pi * np.arange(2048) / periods[:, None])
    found = sharpness(np.repeat(waves[:, None], 4, 1)[..., None])
    # The filter multiplies a wave by exp(-w^2 / 2); the rest of it is left. At the
    # borders reflection bends the wave, which adds most where little is left.
    left = 1 - np.exp(-0.5 * (2 * np.pi / periods) ** 2)
    np.testing.assert_allclose(found, 2 * np.log(left), rtol=0, atol=0.01)


@pytest.mark.parametrize("sigma", [1.0, 2.0])
def test_the_mean_leaves_out_images_of_one_colour(sigma):
    """Mean, s / sqrt(n) and n of the images that have a score."""
    images = random_images(6, (16, 16, 1))
    images[[1, 4]] = 77
    left = [plain_score(images[i, ..., 0].astype(float), sigma) for i in (0, 2, 3, 5)]
    mean = sum(left) / 4
    error = (sum((s - mean) ** 2 for s in left) / 3) ** 0.5 / 2
    assert mean_sharpness(images, sigma) == pytest.approx((mean, error, 4))


@pytest.mark.filterwarnings("error")
def test_the_mean_of_one_score_has_no_error_and_of_none_is_none():
    images = np.full((3, 8, 8, 1), 77, np.uint8)
    mean, error, n = mean_sharpness(images)
    assert np.isnan(mean) and np.isnan(error) and n == 0
    images[1, 3, 3] = 200
    mean, error, n = mean_sharpness(images)
    expected = plain_score(images[1, ..., 0].astype(float), 1.0)
    assert (mean, n) == (pytest.approx(expected), 1) and np.isnan(error)


def test_a_median_takes_away_speckle_and_leaves_a_photograph():
    """Speckle on one pixel in twenty outscores the photograph, but not after the median."""
    photographs = photograph()
    speckled = photographs.copy()
    places = np.random.default_rng(0).random(speckled.shape[:3]) < 0.05
    speckled[places] = 255
    clean, noisy = without_speckle(photographs), without_speckle(speckled)
    assert clean.dtype == np.uint8 and clean.shape == photographs.shape
    expected = np.median(photographs[3, 9:12, 19:22, 1])
    assert clean[3, 10, 20, 1] == expected
    before = [mean_sharpness(images)[0] for images in (photographs, speckled)]
    after = [mean_sharpness(images)[0] for images in (clean, noisy)]
    assert before[1] - before[0] > 0.3
    assert abs(after[1] - after[0]) < 0.15
