"""The networks of section 8, K at once: encoders, decoders and classifiers.

All take and give (K, b, ...) with one row a vector; encoders and classifiers also take
(1, b, ...), the same data for all. `shape` is that of one data point, (d,) or (h, w, c).
Sizes that the draft does not state are those that fit.
"""

import itertools
import math

import torch
from torch import Tensor, nn

from gansgmms.models.kvae.layers import Convolution, Linear, Norm


class Perceptron(nn.Module):
    """K perceptrons: (K, b, inputs) -> (K, b, outputs) (section 8.1)."""

    def __init__(self, k: int, inputs: int, hidden: list[int], outputs: int, generator):
        super().__init__()
        layers, sizes = [], [inputs, *hidden]
        for before, after in itertools.pairwise(sizes):
            # What a bias would add, the normalisation takes away.
            layers += [Linear(k, before, after, generator, bias=False), Norm(k * after)]
        layers.append(Linear(k, sizes[-1], outputs, generator))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x.mT).mT


class ImageEncoder(nn.Module):
    """K convolutional networks: (K, b, h w c) -> (K, b, outputs) (section 8.2).

    Each layer halves the image, which is first padded with zeros to a multiple of
    2^layers; a linear layer follows.
    """

    def __init__(self, k: int, shape, filters: list[int], outputs: int, generator):
        super().__init__()
        self.k, self.shape, self.frame = k, shape, Frame(shape, len(filters))
        channels = [shape[2], *filters]
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(channels):
            layers += [Convolution(k, before, after, generator), Norm(k * after)]
        self.layers = nn.Sequential(*layers)
        self.last = Linear(k, filters[-1] * self.frame.cells, outputs, generator)

    def forward(self, x: Tensor) -> Tensor:
        k, b = x.shape[:2]
        images = x.view(k, b, *self.shape).permute(1, 0, 4, 2, 3).flatten(1, 2)
        features = self.layers(self.frame.pad(images))
        return self.last(features.reshape(b, self.k, -1).permute(1, 2, 0)).mT


class ImageDecoder(nn.Module):
    """K transposed networks: (K, b, latent) -> (K, b, h w c) (section 8.2).

    A linear layer, then as many transposed convolutions as the encoder has layers, the
    filters in reverse; what is more than the image is cut off.
    """

    def __init__(self, k: int, latent: int, filters: list[int], shape, generator):
        super().__init__()
        self.k, self.shape, self.frame = k, shape, Frame(shape, len(filters))
        outward = filters[::-1]
        self.first = Linear(k, latent, outward[0] * self.frame.cells, generator, False)
        layers: list[nn.Module] = [Norm(k * outward[0])]
        for before, after in itertools.pairwise(outward):
            layers += [Convolution(k, before, after, generator, True), Norm(k * after)]
        layers.append(Convolution(k, outward[-1], shape[2], generator, True, bias=True))
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        k, b = z.shape[:2]
        start = self.first(z.mT).permute(2, 0, 1)  # (b, K, features)
        images = self.layers(start.reshape(b, -1, *self.frame.smallest))
        images = self.frame.cut(images).sigmoid()
        split = images.unflatten(1, (k, self.shape[2]))
        return split.permute(1, 0, 3, 4, 2).flatten(2)


class Frame:
    """Room around images so that they can be halved some times."""

    def __init__(self, shape, halvings: int):
        self.height, self.width = shape[:2]
        self.smallest = [math.ceil(side / 2**halvings) for side in shape[:2]]
        self.cells = math.prod(self.smallest)
        self.top, self.left = (
            (small * 2**halvings - side) // 2
            for small, side in zip(self.smallest, shape[:2], strict=True)
        )
        self.bottom, self.right = (
            small * 2**halvings - side - before
            for small, side, before in zip(
                self.smallest, shape[:2], [self.top, self.left], strict=True
            )
        )

    def pad(self, images: Tensor) -> Tensor:
        sides = (self.left, self.right, self.top, self.bottom)
        return nn.functional.pad(images, sides)

    def cut(self, images: Tensor) -> Tensor:
        rows = slice(self.top, self.top + self.height)
        return images[:, :, rows, self.left : self.left + self.width]


def encoder(k: int, shape, latent: int, sizes: dict, generator) -> nn.Module:
    """Mean and log-variance of the latent variables: (K, b, d) -> (K, b, 2 latent)."""
    if len(shape) == 3:
        return ImageEncoder(k, shape, sizes["filters"], 2 * latent, generator)
    return Perceptron(k, shape[0], sizes["hidden"], 2 * latent, generator)


def decoder(k: int, shape, latent: int, sizes: dict, generator) -> nn.Module:
    """The mean of a data point: (K, b, latent) -> (K, b, d), pixels in [0, 1]."""
    if len(shape) == 3:
        return ImageDecoder(k, latent, sizes["filters"], shape, generator)
    return Perceptron(k, latent, sizes["hidden"], shape[0], generator)


def classifier(k: int, shape, sizes: dict, generator: torch.Generator) -> nn.Module:
    """The logit that a point is real, one classifier a generator: (K, b, 1)."""
    if len(shape) == 3:
        return ImageEncoder(k, shape, sizes["classifier_filters"], 1, generator)
    return Perceptron(k, shape[0], sizes["hidden"], 1, generator)
