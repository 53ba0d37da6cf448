"""Which images make the bins, and which are asked about."""

import numpy as np
import pytest

from gansgmms.metrics.reference import query_images, reference_images


@pytest.mark.parametrize("samples, drawn", [(10, 10), (60, 40)])
def test_images_that_made_bins_are_not_asked_about(samples, drawn):
    made = reference_images(100, 60, seed=1)
    assert len(made) == 60 and (np.diff(made) > 0).all()
    query = query_images(100, 60, 1, samples, np.random.default_rng(2))
    assert len(set(query)) == drawn and not set(query) & set(made)


def test_the_choice_is_random_and_its_seeds_own():
    first, again, other = (reference_images(1000, 500, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    # Two independent halves have about a half of each other.
    assert 200 < len(np.intersect1d(first, other)) < 300
    assert 200 < (first < 500).sum() < 300


@pytest.mark.parametrize("most", [None, 50, 80])
def test_where_all_made_the_bins_some_of_them_are_asked_about(most):
    np.testing.assert_array_equal(reference_images(50, most, 1), np.arange(50))
    query = query_images(50, most, 1, 20, np.random.default_rng(0))
    assert len(set(query)) == 20 and set(query) <= set(range(50))


def test_images_that_can_have_made_none_are_drawn_from_all():
    query = query_images(50, 0, 1, 60, np.random.default_rng(0))
    assert sorted(query) == list(range(50))
