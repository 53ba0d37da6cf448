"""Layers of K networks at once."""

import pytest
import torch

from gansgmms.models.kvae.layers import Convolution
from tests.unit.models.kvae.small import seeded


@pytest.mark.parametrize("inputs", [2, 3 * 2])
@pytest.mark.parametrize("bias", [False, True])
def test_convolutions_without_gradients_are_those_of_training(inputs, bias):
    convolution = Convolution(3, 2, 5, seeded(), bias=bias)
    x = torch.rand(4, inputs, 8, 12, generator=seeded())
    trained = convolution(x)
    with torch.no_grad():
        assert torch.allclose(convolution(x), trained, atol=1e-6)
