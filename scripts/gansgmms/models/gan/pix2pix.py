"""MFA + pix2pix (section 5.1; Isola et al. 2017): reconstructions of the mixture are
made sharp by a conditional GAN, trained on pairs of an image and its reconstruction.
"""

import math
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.data.batches import FlatImages, ImageTensor, to_float, to_pixels
from gansgmms.data.native import working_side
from gansgmms.io.images import read_images
from gansgmms.io.weights import read_tensors, write_tensors
from gansgmms.models.base import Task
from gansgmms.models.gan.dcgan import adversarial_loss
from gansgmms.models.mfa.density import MFA
from gansgmms.models.networks import LEAK, init_dcgan_weights
from gansgmms.models.resizing import enlarge, resize, shrink
from gansgmms.settings.architectures import Pix2Pix as Settings
from gansgmms.training import loop

BATCH = 100  # images refined at once


class UNet(nn.Module):
    """Conv4 with stride 2 down to one pixel and back, with skip connections.

    (n, c, s, s) -> (n, c, s, s) in [-1, 1], where s = 2^levels.
    """

    def __init__(self, channels: int, levels: int, width: int, dropout: float):
        super().__init__()
        inner = [width * min(2**i, 8) for i in range(levels)]
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for i, out_channels in enumerate(inner):
            # Neither the first level nor the last, of one pixel, is normalised.
            norm = nn.BatchNorm2d(out_channels) if 0 < i < levels - 1 else nn.Identity()
            conv = nn.Conv2d(inner[i - 1] if i else channels, out_channels, 4, 2, 1)
            self.downs.append(nn.Sequential(conv, norm))
        for i in reversed(range(levels)):
            in_channels = inner[i] * (1 if i == levels - 1 else 2)
            layers: list[nn.Module] = [
                nn.ConvTranspose2d(
                    in_channels, inner[i - 1] if i else channels, 4, 2, 1
                )
            ]
            if i:
                layers.append(nn.BatchNorm2d(inner[i - 1]))
                if levels - 1 - i < 3 and i > 1:
                    layers.append(nn.Dropout(dropout))
            self.ups.append(nn.Sequential(*layers))

    def forward(self, x: Tensor) -> Tensor:
        skips: list[Tensor] = []
        for i, down in enumerate(self.downs):
            x = down(F.leaky_relu(x, LEAK) if i else x)
            skips.append(x)
        x = self.ups[0](F.relu(skips.pop()))
        for up in self.ups[1:]:
            x = up(F.relu(torch.cat([x, skips.pop()], 1)))
        return x.float().tanh()  # bfloat16 has no gradient beyond 3.46


class PatchDiscriminator(nn.Module):
    """Judges overlapping patches of a pair: (n, 2c, s, s) -> (n, 1, m, m) logits.

    Three layers with stride 2 and two without see 70 x 70 pixels each. Images smaller
    than that take as many layers with stride 2 as leave m >= 2.
    """

    def __init__(self, channels: int, side: int, width: int):
        super().__init__()
        layers: list[nn.Module] = []
        in_channels, strides = 2 * channels, min(3, int(math.log2(side)) - 2)
        for i in range(strides + 1):
            out_channels = width * min(2**i, 8)
            layers.append(
                nn.Conv2d(in_channels, out_channels, 4, 2 if i < strides else 1, 1)
            )
            if i:
                layers.append(nn.BatchNorm2d(out_channels))
            layers.append(nn.LeakyReLU(LEAK))
            in_channels = out_channels
        self.layers = nn.Sequential(*layers, nn.Conv2d(in_channels, 1, 4, 1, 1))

    def forward(self, condition: Tensor, image: Tensor) -> Tensor:
        return self.layers(torch.cat([condition, image], 1)).float()


class Pix2Pix(nn.Module):
    """A mixture, and the network that makes its samples sharp.

    The network works at twice the size of the images, rounded up to a power of two
    (64 -> 128, as in the paper); `sample` comes back to the size of the data, by the
    inverse of how its targets were made (see `targets`).
    """

    def __init__(self, mixture: MFA, network: UNet, settings: dict, native: bool):
        super().__init__()
        self.mixture, self.settings, self.native = mixture, settings, native
        # As in training; torch's own types know no such `to`.
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.shape = mixture.shape
        self.side = working_side(self.shape)

    @torch.no_grad()
    def enlarge(self, images: Tensor) -> Tensor:
        """The network's input, (n, s, s, c) uint8, of images (n, h, w, c) uint8."""
        return to_pixels(resize(_planes(images), self.side))

    @torch.no_grad()
    def refine(self, images: Tensor) -> Tensor:
        """(n, s, s, c) uint8: images (n, h, w, c) uint8 of the mixture, made sharp."""
        modes = self.network.training
        # Batch by batch by their running statistics, so that each image is by itself.
        self.network.eval()
        device = next(self.network.parameters()).device
        refined = [
            to_pixels(self.network(resize(_planes(b).to(device), self.side)))
            for b in images.split(BATCH)
        ]
        self.network.train(modes)
        return torch.cat(refined)

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """(n, h, w, c) uint8: samples of the mixture, refined."""
        sharp = self.refine(self.mixture.sample(n, generator, noise=False))
        return reduce(sharp, self.shape, self.native)

    def save(self, path: str | Path) -> None:
        """Write mixture and network as one safetensors file."""
        meta = {
            "architecture": "pix2pix",
            "shape": self.shape,
            "settings": self.settings,
            "native": self.native,
        }
        write_tensors(path, self.state_dict(), "model", meta)


class Pairing(loop.Training):
    """min_G max_D of the conditional game, plus `pixels` times the L1 distance of an
    image x from what G makes of its reconstruction x_hat.
    """

    def __init__(self, task: Task):
        super().__init__()
        self.settings, shape = Settings(**task.settings), task.images.shape[1:]
        s, self.side = self.settings, working_side(shape)
        self.generator = _network(shape, s)
        self.discriminator = PatchDiscriminator(shape[2], self.side, s.width)
        self.apply(init_dcgan_weights)
        self.optimisers = {
            "generator": loop.adam(self.generator, s),
            "discriminator": loop.adam(self.discriminator, s),
        }
        self.images_per_step = s.batch
        mixture = MFA.load(task.inputs["mixture"], task.device)
        # Neither is trained: they are no part of the state.
        self.fixed = mixture, reconstructions(mixture, task)
        # Crops at the network's size, where the archive has them.
        crops = task.inputs.get("native")
        self.crops = (
            ImageTensor.mapped(read_images(crops), task.device) if crops else None
        )

    def phases(self, iteration: int) -> list[loop.Phase]:
        return [self.both]

    def both(self, images: ImageTensor) -> dict[str, Tensor]:
        """One step of both networks, which share the generator's output."""
        s, (_, seen) = self.settings, self.fixed
        index = images.draw_index(s.batch)
        # Only the mixture's image is resized (section 5.1).
        x = self.crops[index] if self.crops else enlarge(images[index], self.side)
        x_hat = resize(seen[index], self.side)
        y = self.generator(x_hat)
        loss_d = 0.5 * (
            adversarial_loss(self.discriminator(x_hat, x), 1)
            + adversarial_loss(self.discriminator(x_hat, y.detach()), 0)
        )
        loop.optimizer_step(self.optimisers["discriminator"], loss_d)
        pixels = (y - x).abs().mean()
        loss_g = adversarial_loss(self.discriminator(x_hat, y), 1)
        loop.optimizer_step(self.optimisers["generator"], loss_g + s.pixels * pixels)
        return {"discriminator": loss_d, "generator": loss_g, "pixels": pixels}

    def model(self) -> Pix2Pix:
        settings, native = self.settings.model_dump(), self.crops is not None
        return Pix2Pix(self.fixed[0], self.generator, settings, native)


def reconstructions(mixture: MFA, task: Task) -> ImageTensor:
    """Each training image as the mixture sees it: A E[z | x] + mu, as 8-bit pixels."""
    data = FlatImages(task.images, task.device)
    pixels = [
        mixture.reconstruct(batch).clamp_(0, 1).mul_(255).round_().to(torch.uint8).cpu()
        for batch in data.batches(1000)
    ]
    images = torch.cat(pixels).view(-1, *mixture.shape).numpy()
    return ImageTensor(images, task.device)


def targets(images: Tensor, native: Tensor | None = None) -> Tensor:
    """(n, s, s, c) uint8: what images (n, h, w, c) uint8 are to the network in training.

    Crops `native` of that size, of which the images are bilinear reductions, where the
    archive has them; else the images with each pixel repeated.
    """
    if native is not None:
        return native
    side = working_side(tuple(images.shape[1:]))
    return _channels_last(enlarge(_channels_first(images), side))


def reduce(images: Tensor, shape: tuple, native: bool) -> Tensor:
    """(n, h, w, c) uint8: images (n, s, s, c) uint8 at the size of the data.

    The inverse of `targets`: real images come back as they are, those of native crops but
    for rounding, so that a model is not scored for its way back.
    """
    size = shape[0], shape[1]
    if native:
        parts = [to_pixels(resize(_planes(b), size)) for b in images.split(BATCH)]
    else:
        planes = map(_channels_first, images.split(BATCH))
        parts = [_channels_last(shrink(b, *size)) for b in planes]
    return torch.cat(parts)


def load(path, device="cpu") -> Pix2Pix:
    """Read a trained pair of mixture and network."""
    tensors, meta = read_tensors(path, "model", device)
    shape, settings = tuple(meta["shape"]), Settings(**meta["settings"])
    parts = ("logits", "means", "factors", "noise")
    mixture = MFA(**{p: tensors[f"mixture.{p}"] for p in parts}, shape=shape)
    network = _network(shape, settings).to(device)
    # Before 0.2.0 there were no native crops, but the way back was theirs.
    model = Pix2Pix(mixture, network, meta["settings"], meta.get("native", True))
    model.load_state_dict(tensors)
    return model.requires_grad_(False)


train_model = partial(loop.train, build=Pairing)


def _network(shape: tuple, settings: Settings) -> UNet:
    levels = int(math.log2(working_side(shape)))
    return UNet(shape[2], levels, settings.width, settings.dropout)


def _planes(images: Tensor) -> Tensor:
    return to_float(_channels_first(images))


def _channels_first(images: Tensor) -> Tensor:
    return images.permute(0, 3, 1, 2)


def _channels_last(images: Tensor) -> Tensor:
    return images.permute(0, 2, 3, 1).contiguous()
