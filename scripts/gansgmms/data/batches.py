"""Images on a device, kept as 8-bit pixels until a batch is needed.

`FlatImages` gives vectors in [0, 1], to mixtures and metrics; `ImageTensor` gives images in
[-1, 1], to networks.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor


class FlatImages:
    """A data set of n vectors in d dimensions on a device.

    Pixels stay uint8 in memory (a quarter of float32) and become float32 in [0, 1]
    batch by batch. With `mirror`, the data set has 2n vectors: number n + i is image
    i flipped left to right.

    Args:
        images: (n, h, w, c) uint8, or (n, d) float32 points.
        device: where the data live.
        mirror: add the mirrored images.
    """

    def __init__(
        self,
        images: np.ndarray | Tensor,
        device: str | torch.device = "cpu",
        mirror: bool = False,
    ):
        if isinstance(images, np.ndarray):
            # A copy: memory-mapped files are read-only.
            images = torch.from_numpy(np.array(images))
        self.images = images.to(device)
        self.shape = tuple(images.shape[1:])
        self.mirror = mirror and len(self.shape) == 3

    def __len__(self) -> int:
        return len(self.images) * (2 if self.mirror else 1)

    def __getitem__(self, index: Tensor) -> Tensor:
        """(b, d) float32 of the vectors with these numbers (b,), on the device."""
        return _as_float(self._pick(index))

    def batches(self, size: int) -> Iterator[Tensor]:
        """All vectors in order, in (at most size, d) float32 batches."""
        for flip in [False, True] if self.mirror else [False]:
            for batch in self.images.split(size):
                yield _as_float(batch.flip(2) if flip else batch)

    def subset(self, index: Tensor) -> "FlatImages":
        """The vectors with these numbers as a data set of their own."""
        images = self._pick(index)
        return FlatImages(images, images.device)

    def _pick(self, index: Tensor) -> Tensor:
        index = index.to(self.images.device)
        images = self.images[index % len(self.images)]
        if self.mirror:
            flipped = (index >= len(self.images)).view(-1, 1, 1, 1)
            images = torch.where(flipped, images.flip(2), images)
        return images


def _as_float(batch: Tensor) -> Tensor:
    flat = batch.flatten(1)
    return flat.float().div_(255) if batch.dtype == torch.uint8 else flat


def as_images(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Vectors (n, d) as (n, h, w, c) uint8 images, in place; points pass through.

    The inverse of what `FlatImages` does to pixels; values beyond [0, 1] are clipped.
    """
    if len(shape) == 1:
        return x
    return x.clamp_(0, 1).mul_(255).round_().to(torch.uint8).view(-1, *shape)


class ImageTensor:
    """Training images on a device, kept as 8-bit pixels until a batch is drawn.

    Args:
        images: (n, h, w, c) uint8, or (n, d) float32 points.
        device: where they live.
    """

    def __init__(self, images: np.ndarray, device: str | torch.device = "cpu"):
        # A copy: memory-mapped files are read-only.
        values = torch.from_numpy(np.array(images)).to(device)
        self.values = (
            values.permute(0, 3, 1, 2).contiguous() if values.ndim == 4 else values
        )

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Tensor) -> Tensor:
        """(b, c, h, w) float32 in [-1, 1] of these numbers (b,); points as they are."""
        return to_float(self.values[index.to(self.values.device)])

    def draw(self, n: int) -> Tensor:
        """n images at random, as `__getitem__` gives them."""
        return self[torch.randint(len(self), (n,))]


def to_float(pixels: Tensor) -> Tensor:
    """(n, c, h, w) uint8 pixels as float32 in [-1, 1]; points pass through."""
    if pixels.dtype != torch.uint8:
        return pixels
    return pixels.float().div_(127.5).sub_(1)


def to_pixels(images: Tensor) -> Tensor:
    """(n, c, h, w) images in [-1, 1] as (n, h, w, c) uint8; (n, d) points pass through."""
    if images.ndim == 2:
        return images.float()
    levels = images.float().add(1).mul(127.5).round().clamp(0, 255)
    return levels.to(torch.uint8).permute(0, 2, 3, 1).contiguous()
