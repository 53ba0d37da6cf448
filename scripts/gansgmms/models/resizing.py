"""Images at another size: a pair of enlarging and shrinking that is exact, and bilinear."""

import torch
import torch.nn.functional as F
from torch import Tensor


def enlarge(x: Tensor, side: int) -> Tensor:
    """(..., side, side) of (..., h, w): each pixel as often as there is room for it.

    Nothing is added: `shrink` gives back every value exactly, and so what is computed of
    the images, such as their sharpness. `side` is at least h and w.
    """
    rows, columns = (_sources(size, side, x.device) for size in x.shape[-2:])
    return x[..., rows[:, None], columns]


def shrink(x: Tensor, height: int, width: int) -> Tensor:
    """(..., height, width) of (..., s, s): the mean of the pixels that `enlarge` made of one.

    Of uint8, the nearest whole number.
    """
    rows, columns = (
        _sources(size, side, x.device)
        for size, side in zip((height, width), x.shape[-2:], strict=True)
    )
    sums = x.new_zeros(*x.shape[:-2], height, x.shape[-1], dtype=torch.float32)
    sums.index_add_(-2, rows, x.float())
    both = sums.new_zeros(*x.shape[:-2], height, width)
    both.index_add_(-1, columns, sums)
    mean = both / (rows.bincount()[:, None] * columns.bincount())
    return mean if x.is_floating_point() else mean.round().to(x.dtype)


def resize(x: Tensor, size: int | tuple[int, int]) -> Tensor:
    """(n, c, h, w) floats at another size, bilinear, smoothed where it shrinks.

    It loses detail both ways; CelebA's own 64 pixels are made of 128 like this.
    """
    both = (size, size) if isinstance(size, int) else size
    return F.interpolate(x, both, mode="bilinear", antialias=True)


def _sources(size: int, side: int, device: torch.device) -> Tensor:
    """(side,) which of `size` pixels each of `side` shows."""
    return torch.arange(side, device=device) * size // side
