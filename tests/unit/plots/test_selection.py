"""Which images figures show, and what is hidden of them."""

import numpy as np
import pandas as pd
import pytest

from gansgmms.plots import selection
from tests.unit.plots.tiny import grey, pixels


def test_equal_values_go_to_the_lower_index():
    values = np.array([0.2, 0.3, 0.2, 0.3])
    assert selection.evenly_by_rank(values, 4).tolist() == [1, 3, 0, 2]


def test_outliers_are_spread_evenly_over_the_lowest():
    likelihood = np.array([9.0, 1, 8, 0, 7, 2, 6, 3, 5, 4])
    assert selection.outliers(likelihood, among=5, n=3).tolist() == [3, 5, 9]
    assert selection.outliers(likelihood, among=2, n=3).tolist() == [3, 1]


def test_ranks_are_the_middles_of_equal_parts():
    likelihood = np.array([0.0, 10.0, 4.0, 5.0, 7.0, 6.0])
    assert selection.evenly_by_rank(likelihood, 6).tolist() == [1, 4, 5, 3, 2, 0]
    assert selection.evenly_by_rank(likelihood, 2).tolist() == [4, 2]
    assert selection.evenly_by_rank(likelihood, 1).tolist() == [3]


def test_likelihoods_follow_the_order_of_the_image_file(tmp_path):
    columns = {"split": ["test", "train", "test"], "index": [1, 0, 0]}
    path = tmp_path / "likelihood.parquet"
    pd.DataFrame({**columns, "log_likelihood": [1.0, 2.0, 3.0]}).to_parquet(path)
    assert selection.likelihoods(path).tolist() == [3.0, 1.0]
    assert selection.likelihoods(path, "train").tolist() == [2.0]


@pytest.mark.parametrize(("height", "width"), [(8, 8), (28, 28), (5, 8)])
def test_masks_hide_what_they_are_named_after(height, width):
    masks = selection.masks(height, width)
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
    result = selection.hidden(image, np.array([[True, False]]), (1, 2, 3))
    np.testing.assert_array_equal(result[0], pixels([7, (1, 2, 3)]))


def test_vaes_stand_in_the_order_of_the_class_they_have_most_of():
    points = pd.DataFrame(
        {"a": [1, 0, 9], "b": [5, 1, 0], "c": [7, 7, 0]}, index=[0, 1, 2]
    )
    assert selection.by_class(points) == ["c", "b", "a"]
