"""Layers of K networks at once: parameters stacked, one call for all of them.

FlatImages of K networks are (K, features, b): with the batch last, a product with the
stacked weights is one `bmm`, and batch normalisation sees K x features channels.
Images are (b, K x channels, h, w), and a convolution has K groups. What is the same for
all networks, (1, features, b) or (b, channels, h, w), is not repeated K times.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DECAY = 0.9  # of the running statistics of batch normalisation (sections 8.1, 8.2)
EPSILON = 1e-5  # section 8.2


def uniform(generator: torch.Generator, fan_in: int, *shape: int) -> nn.Parameter:
    """A parameter drawn from +-1 / sqrt(fan_in)."""
    bound = 1 / math.sqrt(fan_in)
    return nn.Parameter(
        torch.rand(shape, generator=generator, device=generator.device) * (2 * bound)
        - bound
    )


class Linear(nn.Module):
    """K linear maps: (K or 1, inputs, b) -> (K, outputs, b)."""

    def __init__(self, k: int, inputs: int, outputs: int, generator, bias: bool = True):
        super().__init__()
        self.weight = uniform(generator, inputs, k, outputs, inputs)
        self.bias = uniform(generator, inputs, k, outputs, 1) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        x = x.expand(len(self.weight), -1, -1)
        if self.bias is None:
            return torch.bmm(self.weight, x)
        return torch.baddbmm(self.bias, self.weight, x)


class Convolution(nn.Module):
    """K convolutions of 4 x 4 pixels and stride 2, or their transposes.

    (b, K x inputs, h, w) -> (b, K x outputs, h / 2, w / 2), or twice the size. Those that
    are not transposed also take (b, inputs, h, w), as one group with the filters of all.
    """

    def __init__(
        self,
        k: int,
        inputs: int,
        outputs: int,
        generator,
        transposed: bool = False,
        bias: bool = False,
    ):
        super().__init__()
        self.k, self.transposed = k, transposed
        shape = (k * inputs, outputs) if transposed else (k * outputs, inputs)
        fan_in = inputs * (4 if transposed else 16)  # terms of one sum
        self.weight = uniform(generator, fan_in, *shape, 4, 4)
        self.bias = uniform(generator, fan_in, k * outputs) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        places = {"stride": 2, "padding": 1}
        weight, bias = self.weight, self.bias
        if self.transposed:
            return F.conv_transpose2d(x, weight, bias, groups=self.k, **places)
        groups = x.shape[1] // weight.shape[1]
        if groups == 1 or x.is_cuda or torch.is_grad_enabled():
            return F.conv2d(x, weight, bias, groups=groups, **places)
        # A CPU, without gradients: K calls take two thirds of the time of one with K
        # groups. (Transposed, and with gradients, they take longer.)
        biases = [None] * groups if bias is None else bias.chunk(groups)
        parts = zip(x.chunk(groups, 1), weight.chunk(groups), biases, strict=True)
        return torch.cat([F.conv2d(i, w, b, 2, 1) for i, w, b in parts], 1)


class Norm(nn.Module):
    """Batch normalisation and ReLU of K x features channels, for vectors or images."""

    mean: Tensor
    variance: Tensor

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        # One sample of K x features channels, each as long as the batch.
        channels = x.flatten(0, 1)[None] if x.ndim == 3 else x
        normed = F.batch_norm(
            channels,
            self.mean,
            self.variance,
            self.weight,
            self.bias,
            self.training,
            1 - DECAY,
            EPSILON,
        )
        return F.relu(normed, inplace=True).view(x.shape)
