"""The plots of proportions: what stands where, and what is marked."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from gansgmms.plots.proportions import draw_bars


def test_bars_stand_side_by_side_and_stars_above_what_differs():
    result = SimpleNamespace(
        reference_proportion=np.array([0.6, 0.4]),
        proportion=np.array([0.9, 0.1]),
        standard_error=np.array([0.02, 0.03]),
        different=np.array([False, True]),
    )
    axis = Figure().subplots()
    draw_bars(axis, result, ("test", "mfa"), ("data", "ours"))
    data, model = (bars for bars in axis.containers if hasattr(bars, "patches"))
    assert [bar.get_height() for bar in data] == pytest.approx([60, 40])
    assert [bar.get_height() for bar in model] == pytest.approx([90, 10])
    assert [bar.get_x() + bar.get_width() for bar in data] == pytest.approx([0, 1])
    assert [bar.get_x() for bar in model] == pytest.approx([0, 1])
    assert model[0].get_facecolor()[:3] != data[0].get_facecolor()[:3]
    assert axis.get_legend_handles_labels()[1] == ["data", "ours"]
    (star,) = axis.texts
    assert star.get_text() == "*" and star.xy == pytest.approx((1, 40))
