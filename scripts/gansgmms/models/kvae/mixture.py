"""K variational autoencoders as one model, and the mixture of their decoders (section 5).

The decoder's noise is Gaussian: P_g(x|z) = N(x; decoder(z), sigma^2), with one sigma for
each VAE, learned with the rest. (The draft speaks of a Gaussian decoder and not of its
variance.) Points of the plane are centred and divided by one number before they enter
the networks; every likelihood is that of the data as they are: points in their own
units, pixels divided by 255.
"""

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.models import base
from gansgmms.models.kvae import networks
from gansgmms.training.device import block_size

# Numbers in the widest layer of all K networks that are held at once, on a CPU.
BLOCK = 2**20


class KVAE(nn.Module):
    """A mixture of K VAEs.

    Args:
        k: VAEs.
        latent: dimensions of z.
        sizes: units and filters of the networks, as in the configuration.
        shape: (d,) or (h, w, c) of a data point.
        noise: bounds of sigma, in units of the data's standard deviation for points.
        sample_noise: whether samples have the decoder's noise, or are its mean.
        generator: for the initial weights.

    Attributes:
        weights: (K,) float64, the mixture weights alpha.
        assignment: (n,) int16, the VAE that won each training point, or None.
        snapshots: iteration -> {"weights": ..., name: decoder's parameter}.
    """

    weights: Tensor
    centre: Tensor
    scale: Tensor

    def __init__(
        self,
        k: int,
        latent: int,
        sizes: dict,
        shape: tuple[int, ...],
        noise: tuple[float, float],
        sample_noise: bool,
        generator: torch.Generator,
    ):
        super().__init__()
        self.k, self.latent, self.sizes, self.shape = k, latent, sizes, tuple(shape)
        self.noise, self.sample_noise = tuple(noise), sample_noise
        self.encoder = networks.encoder(k, shape, latent, sizes, generator)
        self.decoder = networks.decoder(k, shape, latent, sizes, generator)
        middle = math.sqrt(noise[0] * noise[1])
        self.log_sigma = nn.Parameter(torch.full((k,), math.log(middle)))
        self.register_buffer("weights", torch.full((k,), 1 / k, dtype=torch.float64))
        self.register_buffer("centre", torch.zeros(math.prod(shape)))
        self.register_buffer("scale", torch.ones(()))
        self.assignment: Tensor | None = None
        self.snapshots: dict[int, dict[str, Tensor]] = {}

    def block(self) -> int:
        """How many points all K networks take at once."""
        if len(self.shape) == 3:
            frame = networks.Frame(self.shape, len(self.sizes["filters"]))
            height, width = frame.smallest
            filters = self.sizes["filters"]
            widest = height * width * 4 ** (len(filters) - 1) * filters[0]
        else:
            widest = max(self.sizes["hidden"])
        block = block_size(BLOCK, self.centre.device)
        return max(block // (self.k * widest), 1)

    @property
    def dimensions(self) -> int:
        return math.prod(self.shape)

    def standardised(self, x: Tensor) -> Tensor:
        """Data (..., d) as the networks see them."""
        return (x - self.centre) / self.scale

    @property
    def log_noise(self) -> Tensor:
        """(K,): log sigma within its bounds."""
        return self.log_sigma.clamp(*map(math.log, self.noise))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance (K, b, latent) of Q(z|x), for standardised x (K, b, d)."""
        mean, log_variance = self.encoder(x).chunk(2, dim=2)
        # A point far from those a VAE was trained on must not give infinities.
        return mean, log_variance.clamp(-20, 10)

    def log_prob_given(self, x: Tensor, z: Tensor) -> Tensor:
        """log P_g(x|z), (K, b), of standardised x (K, b, d), in the units of the data."""
        d, log_sigma = self.dimensions, self.log_noise[:, None]
        squares = (x - self.decoder(z)).square().sum(2) * torch.exp(-2 * log_sigma)
        constant = d * (log_sigma + self.scale.log() + math.log(2 * math.pi) / 2)
        return -squares / 2 - constant

    def elbo(self, x: Tensor, noise: Tensor) -> Tensor:
        """The bound of equation 8, in nats: (K, b).

        Args:
            x: (K, b, d) data, as they are.
            noise: (K, b, latent) standard normal.
        """
        x = self.standardised(x)
        mean, log_variance = self.encode(x)
        z = mean + torch.exp(log_variance / 2) * noise
        divergence = (mean.square() + log_variance.exp() - log_variance - 1).sum(2) / 2
        return self.log_prob_given(x, z) - divergence

    @torch.no_grad()
    def decode(self, z: Tensor, noise: Tensor | None = None) -> Tensor:
        """Data (K, b, d) from z (K, b, latent), with the decoder's noise if given."""
        x = self.decoder(z)
        if noise is not None:
            x = x + self.log_noise.exp()[:, None, None] * noise
        return x * self.scale + self.centre

    def generate(self, n: int, generator: torch.Generator) -> Tensor:
        """n samples of each VAE, as floats: (K, n, d)."""
        parts = []
        block = self.block()
        for start in range(0, n, block):
            size = min(block, n - start)
            z = base.noise("normal", (self.k, size, self.latent), generator)
            noise = None
            if self.sample_noise:
                shape = self.k, size, self.dimensions
                noise = base.noise("normal", shape, generator).to(self.centre.device)
            parts.append(self.decode(z.to(self.centre.device), noise))
        return torch.cat(parts, 1)

    def sample_labelled(
        self, n: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """n samples of the mixture, (n, *shape) uint8 or float32, and their VAEs (n,)."""
        which = torch.multinomial(
            self.weights.cpu(), n, replacement=True, generator=generator
        )
        # Each VAE makes as many as the most wanted one, in blocks so that it is few.
        parts = [
            self.generate(int(part.bincount().max()), generator)[
                part.to(self.centre.device), _rank(part).to(self.centre.device)
            ]
            for part in which.split(4096)
        ]
        return self.as_data(torch.cat(parts)), which

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """n samples of the mixture: (n, h, w, c) uint8, or (n, d) float32 points."""
        return self.sample_labelled(n, generator)[0]

    def as_data(self, x: Tensor) -> Tensor:
        """Floats (..., d) in the form of the data set: uint8 images, float32 points."""
        if len(self.shape) == 1:
            return x
        pixels = x.clamp(0, 1).mul(255).round().to(torch.uint8)
        return pixels.view(*x.shape[:-1], *self.shape)

    def keep_snapshot(self, iteration: int) -> None:
        """Remember the decoders and weights as they are after an iteration."""
        kept = {f"decoder.{n}": t for n, t in self.decoder.state_dict().items()}
        kept |= {"log_sigma": self.log_sigma, "weights": self.weights}
        self.snapshots[iteration] = {n: t.detach().clone() for n, t in kept.items()}

    def at(self, iteration: int) -> "KVAE":
        """This model with decoders and weights as they were after an iteration."""
        self.load_state_dict(self.snapshots[iteration], strict=False)
        return self

    def tensors(self) -> dict[str, Tensor]:
        """Parameters, snapshots and assignment by name, as `load_tensors` takes them."""
        tensors = {f"model.{name}": t for name, t in self.state_dict().items()}
        for iteration, kept in self.snapshots.items():
            tensors |= {f"snapshot.{iteration}.{n}": t for n, t in kept.items()}
        if self.assignment is not None:
            tensors["assignment"] = self.assignment
        return tensors

    def save(self, path: str | Path) -> None:
        """Write the model as safetensors."""
        meta = {
            "architecture": "kvae",
            "k": self.k,
            "latent": self.latent,
            "sizes": self.sizes,
            "shape": list(self.shape),
            "noise": list(self.noise),
            "sample_noise": self.sample_noise,
        }
        write_tensors(path, self.tensors(), "model", meta)

    @classmethod
    def load(cls, path: str | Path, device: str | torch.device = "cpu") -> "KVAE":
        """Read a model that `save` wrote.

        Raises:
            InputError: if the file is missing, damaged, or no model.
        """
        tensors, meta = read_tensors(path, "model", device)
        del meta["architecture"]
        model = cls(**meta, generator=torch.Generator()).to(device)
        model.load_tensors(tensors)
        return model.eval().requires_grad_(False)

    def load_tensors(self, tensors: dict[str, Tensor]) -> None:
        """Put back what `tensors` gave."""
        own: dict[str, Tensor] = {}
        rest: dict[str, Tensor] = {}
        for name, value in tensors.items():
            is_own = name.startswith("model.")
            (own if is_own else rest)[name.removeprefix("model.")] = value
        self.load_state_dict(own)
        self.assignment = rest.pop("assignment", None)
        for name, value in rest.items():
            if name.startswith("snapshot."):
                _, iteration, parameter = name.split(".", 2)
                self.snapshots.setdefault(int(iteration), {})[parameter] = value


def _rank(which: Tensor) -> Tensor:
    """How many earlier entries are the same, for each entry: (n,) int64."""
    order = which.argsort(stable=True)
    count = which.bincount()
    first = (count.cumsum(0) - count)[which[order]]
    rank = torch.empty_like(which)
    rank[order] = torch.arange(len(which)) - first
    return rank
