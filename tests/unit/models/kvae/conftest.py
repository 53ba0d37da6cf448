"""A mixture of VAEs that several tests ask."""

import pytest
import torch

from tests.unit.models.kvae.small import small


@pytest.fixture
def mixture():
    """Two VAEs with one latent dimension, of different weights and noise."""
    model = small(k=2, latent=1).eval().requires_grad_(False)
    model.weights.copy_(torch.tensor([0.3, 0.7]))
    model.log_sigma.copy_(torch.tensor([-0.5, -1.0]))
    model.centre.copy_(torch.tensor([1.0, -2.0]))
    model.scale.fill_(3.0)
    return model
