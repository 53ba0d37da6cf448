"""The plots of proportions: what stands where, and what is marked."""

import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from gansgmms.metrics.result import compare
from gansgmms.plots.proportions import Points, draw_bars, draw_plots, draw_proportions


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
    assert axis.get_legend_handles_labels()[1][-2:] == [
        "data",
        "ours",
    ]
    (stars,) = [line for line in axis.lines if line.get_marker() == "*"]
    assert stars.get_xdata() == pytest.approx([1])
    assert stars.get_ydata() > 40


def scored(reference, *samples):
    return [pd.DataFrame(compare(reference, np.array(s)).columns()) for s in samples]


def markers_of(axis):
    return [np.asarray(dots.get_offsets()) for dots in axis.collections]


def test_a_bin_is_outside_the_band_of_its_models_size_where_it_differs():
    """The band is the test itself, so it agrees in every bin, at every size of sample."""
    random = np.random.default_rng(0)
    reference = np.array([900, 800, 600, 300, 200, 100, 60, 40, 0])
    small = random.multinomial(300, np.ones(9) / 9)
    large = random.multinomial(20_000, reference / 3000 * 0.9 + 0.1 / 9)
    tables = scored(reference, small, large)
    figure = draw_proportions(tables, ["test", "mfa"], ["Test", "MFA"])
    (axis,) = figure.axes
    *bands, line = axis.patches
    np.testing.assert_allclose(line.get_data().values, reference / 30)
    wide, narrow = (band.get_data() for band in bands)
    for table, band in zip(tables, (wide, narrow), strict=True):
        share = 100 * table["proportion"]
        outside = (share > band.values) | (share < band.baseline)
        np.testing.assert_array_equal(outside, table["different"])
        assert 0 < outside.sum() < 9
    assert (wide.values > narrow.values)[:-1].all()


def test_equal_sizes_have_one_band_and_the_legend_tells_sizes_only_where_they_differ():
    reference = np.array([500, 300, 200])
    same = scored(reference, [125, 75, 50], [10, 40, 200])
    for tables, bands, text in [
        (same, 1, "MFA, NDB/K 0.000"),
        (scored(reference, [125, 75, 50], [4, 3, 3]), 2, "MFA, NDB/K 0.000 of 250"),
    ]:
        (axis,) = draw_proportions(tables, ["mfa", "vae"], ["MFA", "VAE"]).axes
        assert len(axis.patches) == bands + 1
        assert text in axis.get_legend_handles_labels()[1]


@pytest.mark.filterwarnings("error:constrained_layout not applied")
def test_a_long_label_leaves_the_plot_its_room():
    tables = scored(np.array([500, 300, 200]), [125, 75, 50], [130, 70, 50])
    labels = ["checkpoint_" * 20 + "a", "checkpoint_" * 20 + "b"]
    figure = draw_proportions(tables, ["a", "b"], labels)
    figure.savefig(io.BytesIO())
    (axis,) = figure.axes
    width, height = figure.get_size_inches() * axis.get_position().size
    assert width > 5 and height > 0.5  # inches
    shown = [
        text.replace("\n", "").split(",")[0].replace(r"$\mathrm{\_}$", "_")
        for text in axis.get_legend_handles_labels()[1][1:]
    ]
    assert shown == labels


def test_models_are_told_apart_by_marker_and_an_empty_bin_is_not_cut_off():
    reference = np.array([500, 300, 200])
    tables = scored(reference, [130, 120, 0], [10, 5, 235])
    (axis,) = draw_proportions(tables, ["mfa", "vae"], ["MFA", "_VAE $x_{1$"]).axes
    shapes = [dots.get_paths()[0].vertices.tolist() for dots in axis.collections]
    assert shapes[0] != shapes[1]
    assert not any(dots.get_clip_on() for dots in axis.collections)
    shares = [[52, 48, 0], [4, 2, 94]]
    for points, share in zip(markers_of(axis), shares, strict=True):
        np.testing.assert_allclose(points, np.transpose([[0, 1, 2], share]))
    low, high = axis.get_ylim()
    assert low == 0 and high > 94
    axis.figure.savefig(io.BytesIO())


def test_plots_share_one_scale_in_which_each_bin_of_the_reference_is_above_the_linear_part():
    reference = np.array([600, 300, 90, 10])
    first, second = scored(reference, [60, 30, 9, 1], [0, 0, 0, 100])
    plots = [
        ("a", [Points(first, "mfa", "MFA")]),
        ("b", [Points(second, "vae", "VAE")]),
    ]
    above, below = draw_plots(plots).axes
    assert above.get_ylim() == below.get_ylim()
    assert above.get_yscale() == "symlog"
    assert list(above.get_yticks()) == [0, 1, 3, 10, 30, 100]
