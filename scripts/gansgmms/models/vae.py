"""VAE (Kingma & Welling 2013), and VAE-DFC (Hou et al. 2017), which compares images by
the features of a classifier instead of pixel by pixel.
"""

from functools import partial
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.data.batches import ImageTensor
from gansgmms.models.base import LatentArchitecture, LatentModel, Task
from gansgmms.models.features import load_features
from gansgmms.models.networks import LEAK, scales, widths
from gansgmms.settings.architectures import VAE as Settings
from gansgmms.training import loop


class Encoder(nn.Module):
    """(n, c, h, w) -> mean and log variance of z, (n, latent) each."""

    def __init__(self, shape: tuple, settings: Settings):
        super().__init__()
        sides = scales(shape, settings.levels)
        channels = [shape[2], *widths(settings.width, len(sides) - 1)]
        self.downs = nn.ModuleList(
            nn.Conv2d(c, out, 4, stride=2, padding=1) for c, out in pairwise(channels)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(c) for c in channels[1:])
        last = channels[-1] * sides[-1][0] * sides[-1][1]
        self.mean = nn.Linear(last, settings.latent)
        self.log_variance = nn.Linear(last, settings.latent)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        for down, norm in zip(self.downs, self.norms, strict=True):
            x = F.pad(
                x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)
            )  # odd sides: rounded up
            x = F.leaky_relu(norm(down(x)), LEAK)
        x = x.flatten(1)
        return self.mean(x).float(), self.log_variance(x).float()


class Decoder(nn.Module):
    """(n, latent) -> (n, c, h, w) in [-1, 1]: enlarged by nearest neighbours, conv3."""

    def __init__(self, shape: tuple, settings: Settings):
        super().__init__()
        self.sides = scales(shape, settings.levels)[::-1]
        in_channels = widths(settings.width, len(self.sides) - 1)[::-1]
        height, wide = self.sides[0]
        self.project = nn.Linear(settings.latent, in_channels[0] * height * wide)
        self.ups = nn.ModuleList(
            nn.Conv2d(c, out, 3, padding=1)
            for c, out in pairwise([*in_channels, shape[2]])
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(c) for c in in_channels)

    def forward(self, z: Tensor) -> Tensor:
        x = self.project(z).unflatten(1, (-1, *self.sides[0]))
        for norm, up, side in zip(self.norms, self.ups, self.sides[1:], strict=True):
            x = up(F.interpolate(F.leaky_relu(norm(x), LEAK), side))
        return x.float().tanh()  # bfloat16 has no gradient beyond 3.46


class VAE(loop.Training):
    """Minimises kl KL(q(z | x) || N(0, I)) + reconstruction loss, both sums over an
    image's latent dimensions and pixels, means over images.
    """

    def __init__(self, task: Task):
        super().__init__()
        self.settings, self.shape = Settings(**task.settings), task.images.shape[1:]
        self.encoder = Encoder(self.shape, self.settings)
        self.decoder = Decoder(self.shape, self.settings)
        # One optimiser over both: the encoder's parameters, then the decoder's.
        both = nn.ModuleList([self.encoder, self.decoder])
        self.optimisers = {"vae": loop.adam(both, self.settings)}
        self.images_per_step = self.settings.batch
        # Not submodules: what is never trained is no part of the state.
        self.features = None
        if self.settings.reconstruction == "features":
            network = load_features(task.inputs["features"]).to(task.device)
            self.features = [network]
            some = ImageTensor(task.images[:256], task.device)
            maps = network(some[torch.arange(len(some))])
            self.energy = [features.square().mean() for features in maps]

    def phases(self, iteration: int) -> list[loop.Phase]:
        return [self.fit]

    def fit(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of encoder and decoder."""
        s = self.settings
        x = images.draw(s.batch)
        mean, log_variance = self.encoder(x)
        z = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
        kl = divergence(mean, log_variance)
        distances = self._distances(x, self.decoder(z))
        parts = [w * d for w, d in zip(s.weights, distances, strict=True)]
        reconstruction = sum(parts[1:], parts[0])
        loop.optimizer_step(self.optimisers["vae"], s.kl * kl + reconstruction)
        return {"kl": kl, "reconstruction": reconstruction}

    def model(self) -> LatentModel:
        return ARCHITECTURE.model(self.settings, self.shape, self.decoder)

    def _distances(self, x: Tensor, y: Tensor) -> list[Tensor]:
        """Of images and their reconstructions: summed over an image's pixels, or a
        mean over each layer's features, in units of their energy in the data.
        """
        if not self.features:
            return [(x - y).square().flatten(1).sum(1).mean()]
        with torch.no_grad():
            wanted = self.features[0](x)
        return [
            F.mse_loss(got, want) / energy
            for got, want, energy in zip(
                self.features[0](y), wanted, self.energy, strict=True
            )
        ]


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, I)) in nats, the mean over a batch (n, latent)."""
    terms = mean.square() + log_variance.exp() - 1 - log_variance
    return 0.5 * terms.sum(1).mean()


def generator(settings: Settings, shape: tuple) -> Decoder:
    """The network that makes samples."""
    return Decoder(shape, settings)


ARCHITECTURE = LatentArchitecture("vae", Settings, generator, prior="normal")
load = ARCHITECTURE.load
train_model = partial(loop.train, build=VAE)
