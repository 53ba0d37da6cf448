"""Which bins figures show, and which of their members."""

from types import SimpleNamespace

import numpy as np

from gansgmms.plots import bins as bins_shown
from tests.unit.plots.tiny import grey


def test_the_smallest_bins_come_in_the_same_order_as_the_largest():
    sizes = np.array([9, 7, 7, 4, 1])
    assert bins_shown.ordered_bins(sizes, "largest", 2).tolist() == [0, 1]
    assert bins_shown.ordered_bins(sizes, "smallest", 2).tolist() == [3, 4]


def test_extreme_bins_are_those_of_the_largest_or_smallest_z():
    z = np.array([1.0, -4.0, 6.0, -4.0, 0.0, 6.5])
    assert bins_shown.extreme_bins(z, "over", 3).tolist() == [5, 2, 0]
    assert bins_shown.extreme_bins(z, "under", 3).tolist() == [1, 3, 4]


def test_varied_bins_are_the_worst_of_each_kind():
    """Two clusters of centres: the second bin is the worst of the other cluster."""
    z = np.array([-9.0, -8.0, -7.0, -2.0, -3.0])
    centres = np.array([[0, 0], [0, 1], [1, 0], [9, 9], [9, 8]], np.float32)
    assert bins_shown.varied_bins(z, centres, "under", 2).tolist() == [0, 4]
    assert bins_shown.varied_bins(z, centres, "over", 1).tolist() == [3]
    # None is far from both: the worst of the rest, and in the end all.
    assert bins_shown.varied_bins(z, centres, "under", 9).tolist() == [0, 4, 1, 2, 3]


def test_a_short_row_is_filled_with_white():
    result = bins_shown.padded(grey(1, 2), 4)
    assert result.ravel().tolist() == [1, 2, 255, 255]


def test_random_members_are_all_where_there_are_few_and_never_others():
    bin_of = np.array([2, 0, 2, 1, 2, 0])
    assert sorted(bins_shown.random_members(bin_of, 2, 9, seed=0)) == [0, 2, 4]
    assert len(bins_shown.random_members(bin_of, 2, 2, seed=0)) == 2
    assert len(bins_shown.random_members(bin_of, 7, 2, seed=0)) == 0


def test_a_row_of_bins_is_the_centroid_then_its_members_mirrored_as_binned():
    images = np.array([[1, 2], [3, 4], [5, 6]], np.uint8).reshape(3, 1, 2, 1)
    bins = SimpleNamespace(
        centres=np.array([[0.0, 1.0], [0.2, 2.0]], np.float32),
        reference_index=np.array([2, 0, 1]),
        reference_mirrored=np.array([True, False, False]),
        reference_bin=np.array([1, 0, 0]),
        shape=(1, 2, 1),
    )
    rows = bins_shown.bin_rows(bins, images, np.array([1, 0]), members=2, seed=0)
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
        return bins_shown.bin_rows(bins, images, np.array(chosen), 5, seed)[-1].tolist()

    assert drawn([1], 0) == drawn([0, 1], 0)
    assert drawn([1], 0) != drawn([1], 1)


def test_below_each_row_of_data_are_samples_that_fall_into_the_same_bin():
    class Bins(SimpleNamespace):
        def assign(self, samples):
            return samples.ravel() // 100  # up to 99: bin 0

    images = np.array([10, 110, 20, 120], np.uint8).reshape(4, 1, 1, 1)
    bins = Bins(
        centres=np.array([[0.0], [1.0]], np.float32),
        reference_index=np.arange(4),
        reference_mirrored=np.zeros(4, bool),
        reference_bin=np.array([0, 1, 0, 1]),
        shape=(1, 1, 1),
    )
    samples = grey(30, 130, 140, 40, 150)
    rows = bins_shown.paired_rows(bins, images, samples, np.array([1, 0]), 3, seed=0)
    of_data1, of_model1, of_data0, of_model0 = rows.reshape(4, 4).tolist()
    assert of_data1[0] == 255 and sorted(of_data1[1:3]) == [110, 120]
    assert of_model1[0] == 255 and sorted(of_model1[1:]) == [130, 140, 150]
    assert of_data0[0] == 0 and sorted(of_data0[1:3]) == [10, 20]
    assert sorted(of_model0[1:3]) == [30, 40] and of_model0[3] == 255
