"""Images side by side, pixel by pixel."""

import numpy as np
import pytest

from gansgmms.plots.mosaic import GREY, RED, mosaic, stack, with_bar
from tests.unit.plots.tiny import W, grey, pixels


def test_a_mosaic_is_laid_out_row_by_row_and_padded_with_white():
    result = mosaic(grey(1, 2, 3), columns=2, gap=1, scale=1)
    np.testing.assert_array_equal(result, pixels([1, W, 2], [W, W, W], [3, W, W]))


def test_a_mosaic_can_leave_room_for_more_rows():
    result = mosaic(grey(1, 2), columns=1, gap=0, scale=1, rows=3)
    np.testing.assert_array_equal(result, pixels([1], [2], [W]))


def test_pixels_are_magnified_and_the_gap_is_not():
    result = mosaic(grey(1, 2), columns=2, gap=1, scale=2)
    np.testing.assert_array_equal(result, pixels([1, 1, W, 2, 2], [1, 1, W, 2, 2]))


@pytest.mark.parametrize(
    ("side", "cell"), [(8, 64), (16, 64), (28, 84), (32, 64), (64, 64), (128, 128)]
)
def test_small_images_are_magnified_to_at_least_64_pixels(side, cell):
    images = np.zeros((1, side, side, 1), np.uint8)
    assert mosaic(images, columns=1).shape == (cell, cell, 3)


def test_a_frame_is_drawn_over_the_edge_of_its_image_only():
    images = np.zeros((2, 3, 3, 1), np.uint8)
    expected = np.zeros((3, 6, 3), np.uint8)
    expected[:, 3:] = RED
    expected[1, 4] = 0
    result = mosaic(images, columns=2, gap=0, scale=1, framed=[1])
    np.testing.assert_array_equal(result, expected)
    assert not images.any()


def test_floats_are_clipped_and_rounded_and_colour_is_kept():
    images = np.array([[-1.0, 0.5, 2.0], [0.0, 0.2, 1.0]]).reshape(2, 1, 1, 3)
    result = mosaic(images, columns=2, gap=0, scale=1)
    np.testing.assert_array_equal(result, pixels([(0, 128, 255), (0, 51, 255)]))


def test_a_stack_is_centred():
    upper, lower = pixels([1]), pixels([2, 3, 4])
    result = stack([upper, lower], gap=1)
    np.testing.assert_array_equal(result, pixels([W, 1, W], [W, W, W], [2, 3, 4]))


def test_an_image_that_would_melt_into_the_page_has_a_hairline_in_the_gap():
    images = np.zeros((3, 4, 4, 1), np.uint8)
    images[1, 0, 0] = 255
    images[2] = 255  # no image: a place left free
    result = mosaic(images, columns=3, gap=4, scale=1)
    np.testing.assert_array_equal(result[:, :4], np.zeros((4, 4, 3)))
    np.testing.assert_array_equal(result[:, 7], np.tile(GREY, (4, 1)))
    assert (result[1:3, 8:12] == 0).all()
    assert (result[:, 16:] == 255).all()


@pytest.mark.parametrize(("value", "column"), [(-1, 5), (0, 49.5), (1, 94)])
def test_the_bar_below_a_mosaic_marks_the_value(value, column):
    pixels = np.full((10, 100, 3), 7, np.uint8)
    result = with_bar(pixels, value)
    np.testing.assert_array_equal(result[:10], pixels)
    dark = np.flatnonzero((result[10:] == 0).all(2).any(0))
    assert dark.mean() == pytest.approx(column, abs=1)
