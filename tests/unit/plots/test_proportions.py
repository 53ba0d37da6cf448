"""The plot of proportions, by the numbers that it is drawn from."""

import numpy as np
import pandas as pd

from gansgmms.metrics.ndb import compare
from gansgmms.plots.proportions import draw_proportions


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
