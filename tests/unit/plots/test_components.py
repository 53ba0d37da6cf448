"""Components of a mixture as images."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from gansgmms.plots import components
from gansgmms.plots.components import Component
from tests.unit.plots.tiny import grey


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
    first, second = components.components(mixture(), 2)
    assert (first.mixing, second.mixing) == pytest.approx((0.5, 0.2))
    np.testing.assert_allclose(first.mean.ravel(), [0.5, 0.25])
    np.testing.assert_allclose(first.variance.ravel(), [0.25, 0.25])
    np.testing.assert_allclose(first.columns.reshape(2, 2), [[0, 0.4], [0.1, 0]])


def test_components_after_those_of_another_figure_are_others():
    (shown,) = components.components(mixture(), 1)
    others = components.components(mixture(), 2, after=1)
    assert shown.mixing == pytest.approx(0.3)
    assert [other.mixing for other in others] == pytest.approx([0.5, 0.2])


def test_a_portrait_leaves_room_for_more_vectors():
    component = one_pixel(0.5, 0.1)
    alone, roomy = (
        components.portrait(component, 1),
        components.portrait(component, 1, 2),
    )
    assert len(roomy) - len(alone) == 68  # a row of 64 pixels, and its gap
    assert (roomy[len(alone) :] == 255).all()


def test_components_are_labelled_by_weight_and_by_title_where_there_is_one():
    shown = components.labelled_components([mixture(), mixture()], ["digits", ""], 1)
    assert [label for _, label in shown] == [
        r"digits, $\pi$ = 30.00%",
        r"$\pi$ = 30.00%",
    ]


def one_pixel(mean: float, *columns: float) -> Component:
    a = np.array(columns).reshape(-1, 1, 1, 1)
    return Component(1.0, np.full((1, 1, 1), mean), a, np.ones((1, 1, 1)))


def test_variations_are_those_of_figure_6a():
    result = components.variations(one_pixel(0.4, 0.2, 0.1, 0.05), 2).ravel()
    np.testing.assert_allclose(result, [0.6, 0.7, 0.2, 0.5, 0.6, 0.3])


def test_combinations_have_the_mean_in_the_centre_and_grow_right_and_up():
    grid = components.combinations(one_pixel(0.5, 0.1, 0.01), 3, 2.0).reshape(3, 3)
    np.testing.assert_allclose(grid[1], [0.3, 0.5, 0.7], atol=1e-6)
    np.testing.assert_allclose(grid[:, 1], [0.52, 0.5, 0.48], atol=1e-6)


def test_a_component_of_one_column_varies_along_one_axis():
    grid = components.combinations(one_pixel(0.5, 0.1), 3, 1.0).reshape(3, 3)
    np.testing.assert_allclose(grid, [[0.4, 0.5, 0.6]] * 3, atol=1e-6)


def test_a_walk_swings_along_one_column_after_the_other():
    result = components.walk(one_pixel(0.5, 0.2, 0.1), vectors=3, frames=4, extent=2.0)
    assert result.shape == (2, 4, 1, 1, 1)  # the component has two columns only
    expected = [[0.5, 0.9, 0.5, 0.1], [0.5, 0.7, 0.5, 0.3]]
    np.testing.assert_allclose(result[..., 0, 0, 0], expected, atol=1e-6)


def test_the_frames_shown_of_a_walk_rise_from_end_to_end():
    z = np.sin(2 * np.pi * np.arange(24) / 24)[components.rising(24, 9)]
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
    assert components.images_of_component(model, images, 1, 4, chunk=4).tolist() == [
        1,
        3,
        5,
        7,
    ]
    assert model.seen == 8  # no further than needed
    assert components.images_of_component(model, images[:3], 1, 4).tolist() == [1]
    assert components.images_of_component(model, images[:1], 1, 4).tolist() == []
