"""The plots of proportions: what stands where, and what is marked."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from gansgmms.metrics.ndb import compare
from gansgmms.plots.proportions import draw_bars, draw_proportions


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


def test_the_band_is_1_96_standard_errors_of_the_first_model():
    """sqrt(P (1 - P) (1 / N_p + 1 / N_q)), in per cent around the reference."""
    reference = np.array([500, 300, 200])
    first, second = np.array([130, 90, 30]), np.array([10, 5, 5])
    tables = [pd.DataFrame(compare(reference, c).columns()) for c in (first, second)]
    figure = draw_proportions(tables, ["mfa", "vae"], ["MFA", "VAE"])
    (axis,) = figure.axes
    band, line = axis.patches
    share = reference / 1000
    pooled = (reference + first) / 1250
    error = np.sqrt(pooled * (1 - pooled) * (1 / 1000 + 1 / 250))
    upper, edges, lower = band.get_data()
    np.testing.assert_allclose(upper, 100 * (share + 1.96 * error))
    np.testing.assert_allclose(lower, 100 * (share - 1.96 * error))
    np.testing.assert_allclose(edges, [-0.5, 0.5, 1.5, 2.5])
    np.testing.assert_allclose(line.get_data().values, 100 * share)
    for points, counts in zip(axis.lines, (first, second), strict=True):
        np.testing.assert_allclose(points.get_ydata(), 100 * counts / counts.sum())
        np.testing.assert_array_equal(points.get_xdata(), [0, 1, 2])
