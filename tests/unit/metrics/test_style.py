"""Slant and thickness of strokes drawn by hand."""

import numpy as np
import pytest

from gansgmms.metrics.style import slant, thickness


def stroke(lean, width, ink=255):
    """A stroke 10 pixels high that leans so many pixels to the right a row upwards."""
    image = np.zeros((1, 20, 40, 1), np.uint8)
    for row in range(10):
        left = round(10 + lean * (9 - row))
        image[0, 5 + row, left : left + width] = ink
    return image


@pytest.mark.parametrize("lean", [0, 1, -1, 2])
def test_the_slant_is_the_shear(lean):
    assert slant(stroke(lean, 3)) == pytest.approx([lean])
    assert slant(stroke(lean, 3, ink=80)) == pytest.approx([lean])


def test_a_broad_stroke_is_thicker():
    # Ink 10 x t, edges 2 (10 + t): 2 x 10 t / (20 + 2 t).
    for width in (1, 2, 4):
        expected = [20 * width / (20 + 2 * width)]
        assert thickness(stroke(0, width)) == pytest.approx(expected)
        assert thickness(stroke(0, width, ink=80)) == pytest.approx(expected)


def test_an_empty_image_has_neither():
    empty = np.zeros((2, 8, 8, 3), np.uint8)
    assert slant(empty).tolist() == thickness(empty).tolist() == [0, 0]
    assert len(slant(empty[:0])) == 0
