"""Building blocks of the networks, for images of any size.

Sides are halved on the way in and doubled on the way out; an odd side is rounded up,
so that 28 gives 14, 7, 4, 2 and comes back the same way.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansgmms.models.layer_norm import LayerNorm

LEAK = 0.2  # of every leaky ReLU here


def scales(shape: tuple[int, int, int], levels: int) -> list[tuple[int, int]]:
    """Heights and widths from an image's down to the smallest.

    Args:
        shape: (h, w, c).
        levels: how often the sides are halved, at most; they stop at 2.
    """
    sides = [shape[:2]]
    while len(sides) <= levels and min(sides[-1]) > 2:
        height, width = sides[-1]
        sides.append(((height + 1) // 2, (width + 1) // 2))
    return sides


def widths(width: int, levels: int) -> list[int]:
    """Channels of each level from the image inwards: doubled each time."""
    return [width * 2**level for level in range(levels)]


def normalisation(kind: str, channels: int) -> nn.Module:
    """A normalisation of (n, channels, h, w).

    kind: "batch", with running statistics for sampling; "statistics", batch
    normalisation that takes the batch's own statistics in sampling too; "layer", over
    channels and pixels with a gain per channel; "none".
    """
    if kind == "batch":
        return nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1)
    if kind == "statistics":
        return nn.BatchNorm2d(channels, eps=1e-5, track_running_stats=False)
    if kind == "layer":
        return LayerNorm(channels)
    return nn.Identity()


class ConvGenerator(nn.Module):
    """Transposed convolutions of 5x5 with stride 2, from a linear map (DCGAN).

    (n, latent) -> (n, c, h, w) in [-1, 1].
    """

    def __init__(
        self, shape: tuple, latent: int, width: int, levels: int, norm: str = "batch"
    ):
        super().__init__()
        self.sides = scales(shape, levels)[::-1]
        channels = widths(width, len(self.sides) - 1)[::-1]
        height, wide = self.sides[0]
        self.project = nn.Linear(latent, channels[0] * height * wide)
        self.norms = nn.ModuleList(normalisation(norm, c) for c in channels)
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(c, out, 5, stride=2, padding=2)
            for c, out in pairwise([*channels, shape[2]])
        )

    def forward(self, z: Tensor) -> Tensor:
        x = self.project(z).unflatten(1, (-1, *self.sides[0]))
        for norm, up, side in zip(self.norms, self.ups, self.sides[1:], strict=True):
            x = up(F.relu(norm(x)), output_size=side)
        return x.float().tanh()  # bfloat16 has no gradient beyond 3.46


class ConvCritic(nn.Module):
    """Convolutions of 5x5 with stride 2, then a linear map (DCGAN).

    (n, c, h, w) -> (n,). The first layer has no normalisation.
    """

    def __init__(self, shape: tuple, width: int, levels: int, norm: str = "batch"):
        super().__init__()
        sides = scales(shape, levels)
        channels = [shape[2], *widths(width, len(sides) - 1)]
        self.downs = nn.ModuleList(
            nn.Conv2d(c, out, 5, stride=2, padding=2) for c, out in pairwise(channels)
        )
        self.norms = nn.ModuleList(
            normalisation(norm if level else "none", c)
            for level, c in enumerate(channels[1:])
        )
        self.score = nn.Linear(channels[-1] * sides[-1][0] * sides[-1][1], 1)

    def forward(self, x: Tensor) -> Tensor:
        for down, norm in zip(self.downs, self.norms, strict=True):
            x = F.leaky_relu(norm(down(x)), LEAK)
        return self.score(x.flatten(1)).squeeze(1).float()


class ResidualBlock(nn.Module):
    """Norm, ReLU, conv3, norm, ReLU, conv3 beside a 1x1 shortcut (WGAN-GP, "good").

    Up: both ways are enlarged to `side` by nearest neighbours. Down (`side` None): both
    are halved by mean pooling.
    """

    def __init__(
        self, in_channels: int, out_channels: int, norm: str, side: tuple | None = None
    ):
        super().__init__()
        self.side = side
        # On the way up the channels change first, on the way down last.
        middle = out_channels if side else in_channels
        self.norm1 = normalisation(norm, in_channels)
        self.conv1 = nn.Conv2d(in_channels, middle, 3, padding=1, bias=False)
        self.norm2 = normalisation(norm, middle)
        self.conv2 = nn.Conv2d(middle, out_channels, 3, padding=1)
        self.shortcut = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(x))
        if self.side:
            y = self.conv1(F.interpolate(y, self.side))
            # A 1x1 convolution commutes with nearest neighbours: the cheaper order.
            short = F.interpolate(self.shortcut(x), self.side)
            return short + self.conv2(F.relu(self.norm2(y)))
        y = self.conv2(F.relu(self.norm2(self.conv1(y))))
        return self.shortcut(_halved(x)) + _halved(y)


class ResidualGenerator(nn.Module):
    """Residual blocks, each twice as large and half as wide: (n, latent) -> images."""

    def __init__(self, shape: tuple, latent: int, width: int, levels: int, norm: str):
        super().__init__()
        self.sides = scales(shape, levels)[::-1]
        # 64 px: 512 from the linear map, then 512, 256, 128, 64.
        channels = widths(width, len(self.sides) - 1)[::-1]
        channels = [channels[0], *channels]
        height, wide = self.sides[0]
        self.project = nn.Linear(latent, channels[0] * height * wide)
        self.blocks = nn.ModuleList(
            ResidualBlock(c, out, norm, side)
            for (c, out), side in zip(pairwise(channels), self.sides[1:], strict=True)
        )
        self.norm = normalisation(norm, channels[-1])
        self.image = nn.Conv2d(channels[-1], shape[2], 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = self.project(z).unflatten(1, (-1, *self.sides[0]))
        for block in self.blocks:
            x = block(x)
        return self.image(F.relu(self.norm(x))).float().tanh()  # as in ConvGenerator


class ResidualCritic(nn.Module):
    """Conv3, residual blocks, each half as large and twice as wide, a linear map."""

    def __init__(self, shape: tuple, width: int, levels: int, norm: str):
        super().__init__()
        sides = scales(shape, levels)
        # 64 px: 64 from the first convolution, then 128, 256, 512, 512.
        channels = widths(width, len(sides) - 1)
        channels = [*channels, channels[-1]]
        self.image = nn.Conv2d(shape[2], channels[0], 3, padding=1)
        self.blocks = nn.ModuleList(
            ResidualBlock(c, out, norm) for c, out in pairwise(channels)
        )
        self.score = nn.Linear(channels[-1] * sides[-1][0] * sides[-1][1], 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.image(x)
        for block in self.blocks:
            x = block(x)
        return self.score(x.flatten(1)).squeeze(1).float()


def _halved(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 2, ceil_mode=True)


@torch.no_grad()
def init_dcgan_weights(module: nn.Module) -> None:
    """DCGAN's start, for `Module.apply`: weights N(0, 0.02), gains N(1, 0.02)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def perceptron(inputs: int, width: int, outputs: int) -> nn.Sequential:
    """Two hidden layers of ReLU, for points: (n, inputs) -> (n, outputs)."""
    return nn.Sequential(
        nn.Linear(inputs, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, outputs),
    )
