"""Models of x = G(z): built, saved and loaded by their architecture."""

import numpy as np
import pytest
import torch

from gansgmms import models
from gansgmms.models import Task, vae
from gansgmms.models.gan import began, dcgan, wgan

SMALL = {"iterations": 1, "batch": 4, "latent": 5, "width": 4, "learning_rate": 1e-3}
TRAININGS = [
    (dcgan, dcgan.DCGAN, "uniform"),
    (wgan, wgan.WGAN, "normal"),
    (began, began.BEGAN, "uniform"),
    (vae, vae.VAE, "normal"),
]


def task(module):
    images = np.random.default_rng(0).integers(0, 256, (8, 16, 12, 3), np.uint8)
    own = {"constraint": "penalty"} if module is wgan else {}
    return Task(images, SMALL | own, 0)


@pytest.mark.parametrize(("module", "training", "prior"), TRAININGS)
def test_a_saved_generator_is_loaded_as_it_was(module, training, prior, tmp_path):
    built = training(task(module)).model()
    assert (built.shape, built.latent, built.prior) == ((16, 12, 3), 5, prior)
    built.save(tmp_path / "model.safetensors")
    loaded = models.load(tmp_path / "model.safetensors")
    for of in ("architecture", "shape", "latent", "prior"):
        assert getattr(loaded, of) == getattr(built, of)
    assert not any(p.requires_grad for p in loaded.parameters())
    samples = [m.sample(3, torch.Generator().manual_seed(1)) for m in (built, loaded)]
    assert samples[0].shape == (3, 16, 12, 3)
    assert torch.equal(*samples)


@pytest.mark.parametrize(("module", "training", "prior"), TRAININGS)
def test_a_model_is_of_the_network_in_training(module, training, prior):
    built = training(task(module))
    network = built.decoder if module is vae else built.generator
    assert built.model().network is network
    again = module.ARCHITECTURE.model(built.settings, built.shape)
    assert again.network is not network
    assert again.network.state_dict().keys() == network.state_dict().keys()


def test_every_architecture_trains_by_its_name():
    model, history = models.train("dcgan", task(dcgan))
    assert model.architecture == "dcgan" and [row["step"] for row in history] == [1]
