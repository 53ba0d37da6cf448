"""Panels of a figure: their places and sizes."""

import numpy as np
import pytest

from gansgmms.plots import layout, style


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("shape", [(40, 40, 3), (90, 30, 3), (30, 90, 3)])
def test_panels_keep_their_aspect_and_stay_on_the_page(count, shape):
    tile = np.zeros(shape, np.uint8)
    figure, axes = layout.panels([tile] * count, ["x"] * count, columns=3, left=0.2)
    width, height = figure.get_size_inches()
    assert width <= style.TEXT + 1e-9
    assert height <= style.PAGE + 1e-9
    for axis in axes:
        box = axis.get_position()
        assert 0 <= box.x0 < box.x1 <= 1 + 1e-9
        assert 0 <= box.y0 < box.y1 <= 1 + 1e-9
        aspect = box.width * width / (box.height * height)
        assert aspect == pytest.approx(shape[1] / shape[0])


def test_panels_to_scale_show_the_pixels_of_all_equally_large():
    tiles = [np.zeros((rows * 10, 60, 3), np.uint8) for rows in (3, 1, 2)]
    figure, axes = layout.panels(tiles, ["x"] * 3, columns=1, to_scale=True)
    size = figure.get_size_inches()
    boxes = [axis.get_position() for axis in axes]
    for tile, box in zip(tiles, boxes, strict=True):
        shown = np.array([box.height, box.width]) * size[::-1]
        np.testing.assert_allclose(shown / tile.shape[:2], style.TEXT / 60)
    tops, bottoms = [b.y1 for b in boxes], [b.y0 for b in boxes]
    assert all(t < b for t, b in zip(tops[1:], bottoms, strict=False))
    assert bottoms[-1] == pytest.approx(0)


@pytest.mark.parametrize(
    ("rows", "columns", "blocks"), [(15, 13, 1), (30, 13, 2), (25, 26, 1), (1, 13, 1)]
)
def test_many_bins_are_cut_into_blocks(rows, columns, blocks):
    assert layout.blocks_of(rows, columns, cell=0.4) == blocks
