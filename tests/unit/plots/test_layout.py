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


def test_the_plane_shows_the_samples_and_not_the_data_alone():
    data, samples = (
        np.array([[0.0, 0.0], [1.0, 1.0]]),
        np.array([[-3.0, 0.0], [2.0, 1.0]]),
    )
    groups = [np.zeros(2, int)] * 2
    figure = layout.scatter_panels([data, samples], groups, ["data", "samples"])
    for axis in figure.axes:
        low, high = axis.get_xlim()
        assert low < -2.9 and high > 1.9


def test_a_column_beside_a_mosaic_has_a_line_a_row_and_a_head():
    _, (axis,) = layout.panels([np.zeros((30, 10, 3), np.uint8)])
    layout.column_beside(axis, ["0.1", "0.2", "0.3"], "NDB", 1)
    *rows, head = axis.texts
    assert [text.get_text() for text in rows] == ["0.1", "0.2", "0.3"]
    assert [text.xy for text in rows] == [
        (1, pytest.approx(y)) for y in (5 / 6, 0.5, 1 / 6)
    ]
    assert head.get_text() == "NDB" and head.xy == (1, 1)
    assert layout.minus("-3.4") == "\N{MINUS SIGN}3.4"
