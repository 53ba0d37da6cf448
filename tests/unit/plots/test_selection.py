"""The choice of what figures show."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from gansgmms.plots import selection as figures
from gansgmms.plots.selection import Component
from tests.unit.plots.pixels import grey, pixels


def mixture() -> SimpleNamespace:
    """Three components of one factor pair on images of 1x2 pixels."""
    factors = torch.zeros(3, 2, 2)
    factors[1] = torch.tensor([[0.1, 0.0], [0.0, 0.4]])  # the second column is longer
    return SimpleNamespace(
        mixing=torch.tensor([0.3, 0.5, 0.2]),
        means=torch.tensor([[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]),
        factors=factors,
        noise=torch.full((3, 2), 0.5),
        shape=(1, 2, 1),
    )


def test_components_come_by_weight_and_their_columns_by_length():
    first, second = figures.components(mixture(), 2)
    assert (first.mixing, second.mixing) == pytest.approx((0.5, 0.2))
    np.testing.assert_allclose(first.mean.ravel(), [0.5, 0.25])
    np.testing.assert_allclose(first.variance.ravel(), [0.25, 0.25])
    np.testing.assert_allclose(first.columns.reshape(2, 2), [[0, 0.4], [0.1, 0]])


def test_components_are_labelled_by_weight_and_by_title_where_there_is_one():
    shown = figures.labelled_components([mixture(), mixture()], ["digits", ""], 1)
    assert [label for _, label in shown] == [r"digits, $\pi = 0.3$", r"$\pi = 0.3$"]


def test_equal_values_go_to_the_lower_index():
    values = np.array([0.2, 0.3, 0.2, 0.3])
    assert figures.evenly_by_rank(values, 4).tolist() == [1, 3, 0, 2]


def one_pixel(mean: float, *columns: float) -> Component:
    a = np.array(columns).reshape(-1, 1, 1, 1)
    return Component(1.0, np.full((1, 1, 1), mean), a, np.ones((1, 1, 1)))


def test_variations_are_those_of_figure_6a():
    result = figures.variations(one_pixel(0.4, 0.2, 0.1, 0.05), 2).ravel()
    np.testing.assert_allclose(result, [0.6, 0.7, 0.2, 0.5, 0.6, 0.3])


def test_combinations_have_the_mean_in_the_centre_and_grow_right_and_up():
    grid = figures.combinations(one_pixel(0.5, 0.1, 0.01), 3, 2.0).reshape(3, 3)
    np.testing.assert_allclose(grid[1], [0.3, 0.5, 0.7], atol=1e-6)
    np.testing.assert_allclose(grid[:, 1], [0.52, 0.5, 0.48], atol=1e-6)


def test_a_component_of_one_column_varies_along_one_axis():
    grid = figures.combinations(one_pixel(0.5, 0.1), 3, 1.0).reshape(3, 3)
    np.testing.assert_allclose(grid, [[0.4, 0.5, 0.6]] * 3, atol=1e-6)


def test_a_walk_swings_along_one_column_after_the_other():
    result = figures.walk(one_pixel(0.5, 0.2, 0.1), vectors=3, frames=4, extent=2.0)
    assert result.shape == (2, 4, 1, 1, 1)  # the component has two columns only
    expected = [[0.5, 0.9, 0.5, 0.1], [0.5, 0.7, 0.5, 0.3]]
    np.testing.assert_allclose(result[..., 0, 0, 0], expected, atol=1e-6)


def test_the_frames_shown_of_a_walk_rise_from_end_to_end():
    z = np.sin(2 * np.pi * np.arange(24) / 24)[figures.rising(24, 9)]
    assert (np.diff(z) > 0).all()
    np.testing.assert_allclose(z[[0, 4, 8]], [-1, 0, 1], atol=1e-12)


def test_the_first_images_of_a_component_are_those_it_is_likeliest_for():
    centres = torch.tensor([[0.1], [0.5], [0.9]])

    class Nearest:
        seen = 0

        def component_log_prob(self, x):
            self.seen += len(x)
            return -((x[:, None] - centres) ** 2).sum(2)

    images = grey(*[20, 130, 240, 125, 30, 120] * 10)
    model = Nearest()
    assert figures.images_of_component(model, images, 1, 4, chunk=4).tolist() == [
        1,
        3,
        5,
        7,
    ]
    assert model.seen == 8  # no further than needed
    assert figures.images_of_component(model, images[:3], 1, 4).tolist() == [1]
    assert figures.images_of_component(model, images[:1], 1, 4).tolist() == []


def test_outliers_are_spread_evenly_over_the_lowest():
    likelihood = np.array([9.0, 1, 8, 0, 7, 2, 6, 3, 5, 4])
    assert figures.outliers(likelihood, among=5, n=3).tolist() == [3, 5, 9]
    assert figures.outliers(likelihood, among=2, n=3).tolist() == [3, 1]


def test_ranks_are_the_middles_of_equal_parts():
    likelihood = np.array([0.0, 10.0, 4.0, 5.0, 7.0, 6.0])
    assert figures.evenly_by_rank(likelihood, 6).tolist() == [1, 4, 5, 3, 2, 0]
    assert figures.evenly_by_rank(likelihood, 2).tolist() == [4, 2]
    assert figures.evenly_by_rank(likelihood, 1).tolist() == [3]


def test_likelihoods_follow_the_order_of_the_image_file(tmp_path):
    columns = {"split": ["test", "train", "test"], "index": [1, 0, 0]}
    path = tmp_path / "likelihood.parquet"
    pd.DataFrame({**columns, "log_likelihood": [1.0, 2.0, 3.0]}).to_parquet(path)
    assert figures.likelihoods(path).tolist() == [3.0, 1.0]
    assert figures.likelihoods(path, "train").tolist() == [2.0]


@pytest.mark.parametrize(("height", "width"), [(8, 8), (28, 28), (5, 8)])
def test_masks_hide_what_they_are_named_after(height, width):
    masks = figures.masks(height, width)
    assert not masks["left"][:, 0].any()
    assert masks["left"][:, -1].all()
    assert not masks["top"][0].any()
    assert masks["top"][-1].all()
    np.testing.assert_array_equal(masks["right"], ~masks["left"])
    np.testing.assert_array_equal(masks["bottom"], ~masks["top"])
    assert not masks["centre"][height // 2, width // 2]
    assert masks["centre"][[0, -1]].all()
    assert (~masks["half"]).sum() == height * width // 2


def test_hidden_pixels_are_painted():
    image = grey(7, 9).reshape(1, 1, 2, 1)
    result = figures.hidden(image, np.array([[True, False]]), (1, 2, 3))
    np.testing.assert_array_equal(result[0], pixels([7, (1, 2, 3)]))


def test_the_smallest_bins_come_in_the_same_order_as_the_largest():
    sizes = np.array([9, 7, 7, 4, 1])
    assert figures.ordered_bins(sizes, "largest", 2).tolist() == [0, 1]
    assert figures.ordered_bins(sizes, "smallest", 2).tolist() == [3, 4]


def test_extreme_bins_are_those_of_the_largest_or_smallest_z():
    z = np.array([1.0, -4.0, 6.0, -4.0, 0.0, 6.5])
    assert figures.extreme_bins(z, "over", 3).tolist() == [5, 2, 0]
    assert figures.extreme_bins(z, "under", 3).tolist() == [1, 3, 4]


def test_a_short_row_is_filled_with_white():
    result = figures.padded(grey(1, 2), 4)
    assert result.ravel().tolist() == [1, 2, 255, 255]


def test_random_members_are_all_where_there_are_few_and_never_others():
    bin_of = np.array([2, 0, 2, 1, 2, 0])
    assert sorted(figures.random_members(bin_of, 2, 9, seed=0)) == [0, 2, 4]
    assert len(figures.random_members(bin_of, 2, 2, seed=0)) == 2
    assert len(figures.random_members(bin_of, 7, 2, seed=0)) == 0


def test_a_row_of_bins_is_the_centroid_then_its_members_mirrored_as_binned():
    images = np.array([[1, 2], [3, 4], [5, 6]], np.uint8).reshape(3, 1, 2, 1)
    bins = SimpleNamespace(
        centres=np.array([[0.0, 1.0], [0.2, 2.0]], np.float32),
        reference_index=np.array([2, 0, 1]),
        reference_mirrored=np.array([True, False, False]),
        reference_bin=np.array([1, 0, 0]),
        shape=(1, 2, 1),
    )
    rows = figures.bin_rows(bins, images, np.array([1, 0]), members=2, seed=0)
    assert rows.shape == (2, 3, 1, 2, 1)
    # Bin 1 has one member, the mirrored image 2; the rest of its row is white.
    assert rows[0].reshape(3, 2).tolist() == [[51, 255], [6, 5], [255, 255]]
    assert rows[1, 0].ravel().tolist() == [0, 255]
    assert sorted(rows[1, 1:].reshape(2, 2).tolist()) == [[1, 2], [3, 4]]


def test_the_members_of_a_bin_depend_on_the_seed_and_not_on_the_selection():
    images = np.arange(100, dtype=np.uint8).reshape(100, 1, 1, 1)
    bins = SimpleNamespace(
        centres=np.zeros((2, 1), np.float32),
        reference_index=np.arange(100),
        reference_mirrored=np.zeros(100, bool),
        reference_bin=np.arange(100) % 2,
        shape=(1, 1, 1),
    )

    def drawn(chosen, seed):
        return figures.bin_rows(bins, images, np.array(chosen), 5, seed)[-1].tolist()

    assert drawn([1], 0) == drawn([0, 1], 0)
    assert drawn([1], 0) != drawn([1], 1)


@pytest.mark.parametrize(
    ("rows", "columns", "blocks"), [(15, 13, 1), (30, 13, 2), (25, 26, 1), (1, 13, 1)]
)
def test_many_bins_are_cut_into_blocks(rows, columns, blocks):
    assert figures.blocks_of(rows, columns, cell=0.4) == blocks
