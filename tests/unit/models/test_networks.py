"""The building blocks of the networks, for images of any size."""

import pytest
import torch
from torch import nn

from gansgmms.models.networks import (
    ConvCritic,
    ConvGenerator,
    ResidualCritic,
    ResidualGenerator,
    scales,
)


@pytest.mark.parametrize(
    ("shape", "levels", "sides"),
    [
        ((28, 28, 1), 4, [28, 14, 7, 4, 2]),
        ((28, 28, 1), 3, [28, 14, 7, 4]),
        ((64, 64, 3), 4, [64, 32, 16, 8, 4]),
        ((8, 8, 1), 4, [8, 4, 2]),
    ],
)
def test_sides_are_halved_and_rounded_up(shape, levels, sides):
    assert scales(shape, levels) == [(side, side) for side in sides]


@pytest.mark.parametrize("shape", [(28, 28, 1), (64, 64, 3), (20, 12, 3)], ids=str)
def test_generators_give_images_and_critics_one_number(shape):
    z, x = torch.randn(3, 10), torch.randn(3, shape[2], *shape[:2])
    for kind in (ConvGenerator, ResidualGenerator):
        made = kind(shape, 10, 4, 4, "statistics")(z)
        assert made.shape == x.shape
        assert made.abs().max() <= 1
    for kind in (ConvCritic, ResidualCritic):
        assert kind(shape, 4, 4, "layer")(x).shape == (3,)


def test_the_residual_nets_have_the_published_widths():
    generator = ResidualGenerator((64, 64, 3), 128, 64, 4, "statistics")
    assert generator.project.out_features == 4 * 4 * 512
    widths = [block.conv2.out_channels for block in generator.blocks]
    assert widths == [512, 256, 128, 64]
    critic = ResidualCritic((64, 64, 3), 64, 4, "layer")
    assert [b.conv2.out_channels for b in critic.blocks] == [128, 256, 512, 512]
    assert critic.image.out_channels == 64


def test_dcgan_of_64_pixels_has_the_published_widths():
    generator = ConvGenerator((64, 64, 3), 100, 64, 4)
    assert generator.project.out_features == 4 * 4 * 512
    assert [up.out_channels for up in generator.ups] == [256, 128, 64, 3]
    critic = ConvCritic((64, 64, 3), 64, 4)
    assert [down.out_channels for down in critic.downs] == [64, 128, 256, 512]
    assert isinstance(critic.norms[0], nn.Identity)
