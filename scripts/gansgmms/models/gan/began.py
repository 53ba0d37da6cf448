"""BEGAN (Berthelot et al. 2017): the discriminator is an autoencoder."""

from functools import partial
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models.base import LatentArchitecture, LatentModel, Task, noise
from gansgmms.models.networks import scales
from gansgmms.settings.architectures import BEGAN as Settings
from gansgmms.training import loop


class Decoder(nn.Module):
    """(n, latent) -> (n, c, h, w): pairs of conv3 and ELU, enlarged in between."""

    def __init__(self, shape: tuple, settings: Settings):
        super().__init__()
        s = settings
        self.sides = _sides(shape, s.smallest)[::-1]
        self.width = s.width
        height, wide = self.sides[0]
        self.project = nn.Linear(s.latent, s.width * height * wide)
        self.blocks = nn.ModuleList(_pair(s.width, s.width) for _ in self.sides)
        self.image = nn.Conv2d(s.width, shape[2], 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = self.project(z).unflatten(1, (self.width, *self.sides[0]))
        for block, side in zip(self.blocks, self.sides, strict=True):
            x = block(F.interpolate(x, side))  # the first is that large already
        return self.image(x).float()


class Encoder(nn.Module):
    """(n, c, h, w) -> (n, latent): pairs of conv3 and ELU with n, 2n, 3n ... channels,
    halved in between by convolutions with stride 2.
    """

    def __init__(self, shape: tuple, settings: Settings):
        super().__init__()
        s, sides = settings, _sides(shape, settings.smallest)
        channels = [s.width * (i + 1) for i in range(len(sides))]
        layers: list[nn.Module] = [nn.Conv2d(shape[2], s.width, 3, padding=1), nn.ELU()]
        layers.append(_pair(s.width, channels[0]))
        for in_channels, out_channels in pairwise(channels):
            layers += [
                nn.Conv2d(in_channels, in_channels, 3, stride=2, padding=1),
                nn.ELU(),
            ]
            layers.append(_pair(in_channels, out_channels))
        height, wide = sides[-1]
        code = nn.Linear(channels[-1] * height * wide, s.latent)
        self.layers = nn.Sequential(*layers, nn.Flatten(), code)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class BEGAN(loop.Training):
    """L_D = L(x) - k L(G(z)), L_G = L(G(z)), where L is the autoencoder's L1 loss, and
    k moves by lambda_k (gamma L(x) - L(G(z))) within [0, 1].
    """

    k: Tensor

    def __init__(self, task: Task):
        super().__init__()
        self.settings, self.shape = Settings(**task.settings), task.images.shape[1:]
        self.generator = Decoder(self.shape, self.settings)
        self.autoencoder = nn.Sequential(
            Encoder(self.shape, self.settings), Decoder(self.shape, self.settings)
        )
        self.register_buffer("k", torch.zeros(()))
        self.optimisers = {
            "generator": loop.adam(self.generator, self.settings),
            "autoencoder": loop.adam(self.autoencoder, self.settings),
        }
        self.images_per_step = self.settings.batch

    def phases(self, iteration: int) -> list[loop.Phase]:
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = rate(self.settings, iteration)
        return [self.both]

    def both(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of both networks, which share the samples, and of k."""
        s = self.settings
        real = images.draw(s.batch)
        fake = self.generator(noise("uniform", (s.batch, s.latent), device=real.device))
        loss_real, loss_fake = self._loss(real), self._loss(fake.detach())
        loop.optimizer_step(
            self.optimisers["autoencoder"], loss_real - self.k * loss_fake
        )
        loss = self._loss(fake)
        loop.optimizer_step(self.optimisers["generator"], loss)
        with torch.no_grad():
            balance = s.diversity * loss_real - loss
            self.k.add_(s.gain * balance).clamp_(0, 1)
        return {
            "real": loss_real,
            "generator": loss,
            "k": self.k,
            "convergence": loss_real + balance.abs(),
        }

    def model(self) -> LatentModel:
        return ARCHITECTURE.model(self.settings, self.shape, self.generator)

    def _loss(self, x: Tensor) -> Tensor:
        return (self.autoencoder(x) - x).abs().mean()


def rate(settings: Settings, iteration: int) -> float:
    """The learning rate at an iteration."""
    halvings = (iteration - 1) // settings.halve_every
    lowest = min(settings.lowest_rate, settings.learning_rate)
    return max(settings.learning_rate / 2**halvings, lowest)


def generator(settings: Settings, shape: tuple) -> Decoder:
    """The network that makes samples."""
    return Decoder(shape, settings)


ARCHITECTURE = LatentArchitecture("began", Settings, generator, prior="uniform")
load = ARCHITECTURE.load
train_model = partial(loop.train, build=BEGAN)


def _sides(shape: tuple, smallest: int) -> list[tuple[int, int]]:
    """Heights and widths, halved while they exceed `smallest`."""
    levels = 0
    while min(scales(shape, levels)[-1]) > smallest:
        levels += 1
    return scales(shape, levels)


def _pair(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1),
        nn.ELU(),
        nn.Conv2d(out_channels, out_channels, 3, padding=1),
        nn.ELU(),
    )
