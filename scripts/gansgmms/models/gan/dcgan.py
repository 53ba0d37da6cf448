"""DCGAN (Radford et al. 2015): two convolutional networks in a game.

With `nets: mlp` it is the plain GAN of the toy figures, on points in R^d.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models.base import LatentArchitecture, LatentModel, Task, noise
from gansgmms.models.networks import (
    ConvCritic,
    ConvGenerator,
    init_dcgan_weights,
    perceptron,
)
from gansgmms.settings.architectures import DCGAN as Settings
from gansgmms.training import loop


class DCGAN(loop.Training):
    """min_G max_D E log D(x) + E log(1 - D(G(z))), the generator by -log D(G(z))."""

    def __init__(self, task: Task):
        super().__init__()
        self.settings, self.shape = Settings(**task.settings), task.images.shape[1:]
        self.generator = generator(self.settings, self.shape)
        self.discriminator = discriminator(self.settings, self.shape)
        if self.settings.nets == "convolutional":
            self.apply(init_dcgan_weights)
        self.optimisers = {
            "generator": loop.adam(self.generator, self.settings),
            "discriminator": loop.adam(self.discriminator, self.settings),
        }
        self.images_per_step = self.settings.batch

    def phases(self, iteration: int) -> list[loop.Phase]:
        generator = [self.generator_phase] * self.settings.generator_steps
        return [self.discriminator_phase, *generator]

    def discriminator_phase(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the discriminator."""
        real = images.draw(self.settings.batch)
        with torch.no_grad():
            fake = self._fake()
        loss = adversarial_loss(self.discriminator(real), 1) + adversarial_loss(
            self.discriminator(fake), 0
        )
        loop.optimizer_step(self.optimisers["discriminator"], loss)
        return {"discriminator": loss}

    def generator_phase(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of the generator."""
        loss = adversarial_loss(self.discriminator(self._fake()), 1)
        loop.optimizer_step(self.optimisers["generator"], loss)
        return {"generator": loss}

    def model(self) -> LatentModel:
        return ARCHITECTURE.model(self.settings, self.shape, self.generator)

    def _fake(self) -> Tensor:
        s = self.settings
        device = next(self.generator.parameters()).device
        return self.generator(noise(s.prior, (s.batch, s.latent), device=device))


def generator(settings: Settings, shape: tuple) -> nn.Module:
    """(n, latent) -> (n, c, h, w) in [-1, 1], or points (n, d)."""
    s = settings
    if s.nets == "mlp":
        return perceptron(s.latent, s.width, shape[0])
    return ConvGenerator(shape, s.latent, s.width, s.levels)


def discriminator(settings: Settings, shape: tuple) -> nn.Module:
    """(n, c, h, w) or (n, d) -> (n,) logits of being real."""
    s = settings
    if s.nets == "mlp":
        return nn.Sequential(perceptron(shape[0], s.width, 1), nn.Flatten(0))
    return ConvCritic(shape, s.width, s.levels)


def adversarial_loss(logits: Tensor, real: int) -> Tensor:
    """Cross-entropy of a discriminator's logits with one label, 1 real or 0 not: ()."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, real))


ARCHITECTURE = LatentArchitecture("dcgan", Settings, generator)
load = ARCHITECTURE.load
train_model = partial(loop.train, build=DCGAN)
