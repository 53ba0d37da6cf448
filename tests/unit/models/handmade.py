"""Networks and images with numbers by hand, whose losses can be told on paper."""

import math

import numpy as np
import torch
from torch import Tensor, nn


class Constant(nn.Module):
    """A generator of one grey image, whatever it is given."""

    def __init__(self, level: float, shape: tuple):
        super().__init__()
        self.level = nn.Parameter(torch.tensor(level))
        self.size = shape[2], *shape[:2]

    def forward(self, z: Tensor) -> Tensor:
        return self.level.expand(len(z), *self.size)


class Slope(nn.Module):
    """A critic, D(x) = slope times the mean of the pixels, plus a constant."""

    def __init__(self, slope: float, constant: float = 0.0):
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope))
        self.constant = nn.Parameter(torch.tensor(constant))

    def forward(self, x: Tensor) -> Tensor:
        return self.slope * x.flatten(1).mean(1) + self.constant


def grey(levels: list[int], shape: tuple = (8, 8, 1)) -> np.ndarray:
    """(n, h, w, c) uint8: an image of one grey for each level."""
    return np.broadcast_to(np.uint8(levels)[:, None, None, None], (len(levels), *shape))


def as_float(level: int) -> float:
    """A level of 0 to 255 as networks see it, in [-1, 1]."""
    return level / 127.5 - 1


def softplus(x: float) -> float:
    """log(1 + e^x): the loss of a logit x where the truth is 0, and of -x where it is 1."""
    return math.log1p(math.exp(x))
