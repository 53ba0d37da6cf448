"""DCGAN, against numbers by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models import Task
from gansgmms.models.gan import dcgan
from tests.unit.models.handmade import Constant, Slope, as_float, grey, softplus

SETTINGS = {"iterations": 1, "batch": 4, "width": 8, "learning_rate": 2e-4}


@pytest.mark.parametrize("generator_steps", [1, 3])
def test_the_losses_are_the_logarithms_of_the_paper(updates, generator_steps):
    """D: -E log D(x) - E log(1 - D(G(z))); G, as often as it is told: -E log D(G(z))."""
    x = grey([204])
    settings = SETTINGS | {"generator_steps": generator_steps}
    model = dcgan.DCGAN(Task(x, settings, 0))
    model.discriminator = Slope(2.0, constant=0.3)
    model.generator = Constant(-0.5, (8, 8, 1))
    model.step(ImageTensor(x), 1)
    real, fake = 2 * as_float(204) + 0.3, 2 * -0.5 + 0.3
    assert updates.of(model.optimisers["discriminator"]) == pytest.approx(
        [softplus(-real) + softplus(fake)]
    )
    assert updates.of(model.optimisers["generator"]) == pytest.approx(
        [softplus(-fake)] * generator_steps
    )


def test_each_update_of_the_generator_draws_its_own_noise():
    x = grey([0, 255])
    model = dcgan.DCGAN(Task(x, SETTINGS | {"generator_steps": 3}, 0))
    seen = []
    model.generator.register_forward_pre_hook(lambda _, z: seen.append(z[0]))
    model.step(ImageTensor(x), 1)
    assert len(seen) == 4  # for the discriminator, then three times
    for i, z in enumerate(seen):
        assert z.min() >= -1 and z.max() <= 1  # U(-1, 1)
        assert not any(torch.equal(z, other) for other in seen[:i])


def test_training_starts_from_small_normal_weights():
    """N(0, 0.02) everywhere, gains N(1, 0.02), biases 0."""
    torch.manual_seed(0)
    x = np.zeros((2, 32, 32, 3), np.uint8)
    model = dcgan.DCGAN(Task(x, SETTINGS | {"width": 32, "levels": 3}, 0))
    kinds = {"weight": [], "gain": [], "bias": []}
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            kinds["weight"].append(module.weight)
        elif isinstance(module, nn.BatchNorm2d):
            kinds["gain"].append(module.weight)
        if getattr(module, "bias", None) is not None:
            kinds["bias"].append(module.bias)
    values = {kind: torch.cat([p.flatten() for p in ps]) for kind, ps in kinds.items()}
    assert values["bias"].abs().max() == 0
    for kind, mean in [("weight", 0.0), ("gain", 1.0)]:
        error = 0.02 / len(values[kind]) ** 0.5
        assert values[kind].mean().item() == pytest.approx(mean, abs=4 * error)
        assert values[kind].std().item() == pytest.approx(0.02, abs=4 * error)
    for weight in kinds["weight"]:
        assert weight.std().item() == pytest.approx(0.02, rel=0.2)


def test_of_points_both_networks_are_perceptrons():
    """nets: mlp. z (n, latent) to points (n, d), and points to one logit each, (n,)."""
    torch.manual_seed(0)
    x = np.random.default_rng(0).normal(size=(7, 2)).astype(np.float32)
    settings = SETTINGS | {"nets": "mlp", "latent": 3, "batch": 5}
    model = dcgan.DCGAN(Task(x, settings, 0))
    assert model.generator(torch.zeros(5, 3)).shape == (5, 2)
    h = x.astype(np.float64)
    layers = [m for m in model.discriminator.modules() if isinstance(m, nn.Linear)]
    for layer in layers:
        h = h @ layer.weight.detach().double().numpy().T + layer.bias.detach().numpy()
        if layer is not layers[-1]:
            h = np.maximum(h, 0)
    found = model.discriminator(torch.from_numpy(x)).detach()
    np.testing.assert_allclose(found, h[:, 0], atol=1e-6)
