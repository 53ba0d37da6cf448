"""Boxes and arrows stand where they are put, in inches."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from gansgmms.plots import drawings


def test_the_units_of_a_canvas_are_inches():
    figure, axis = drawings.canvas(4.0, 3.0)
    assert figure.get_size_inches().tolist() == [4.0, 3.0]
    shown = axis.transData.transform([(0, 0), (1, 2), (4, 3)]) / figure.dpi
    np.testing.assert_allclose(shown, [[0, 0], [1, 2], [4, 3]], atol=1e-9)


def test_a_box_has_its_size_and_its_text_in_the_middle():
    _, axis = drawings.canvas(4.0, 3.0)
    drawings.box(axis, (2.0, 1.5), (1.0, 0.4), "a box")
    (shape,) = axis.patches
    assert shape.get_path().get_extents().bounds == pytest.approx((1.5, 1.3, 1.0, 0.4))
    (text,) = axis.texts
    assert text.get_text() == "a box" and text.get_position() == (2.0, 1.5)


def test_an_arrow_ends_at_its_point():
    figure, axis = drawings.canvas(4.0, 3.0)
    drawings.arrow(axis, (0.5, 1.0), (2.5, 1.0))
    (arrow,) = axis.patches
    box = arrow.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert (box.x1 / figure.dpi, box.x0 / figure.dpi) == pytest.approx(
        (2.5, 0.5), abs=0.02
    )
