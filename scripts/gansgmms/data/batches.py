"""Images on a device, kept as 8-bit pixels until a batch is needed.

`FlatImages` gives vectors in [0, 1], to mixtures and metrics; `ImageTensor` gives images in
[-1, 1], to networks.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from gansgmms.data.arrays import (
    HALF_STEP,
    as_array,
    as_data,
    check_range,
    is_tensor,
    out_of_range,
)
from gansgmms.errors import InputError


class FlatImages:
    """A data set of n vectors in d dimensions on a device.

    Pixels stay uint8 in memory (a quarter of float32) and become float32 in [0, 1]
    batch by batch. With `mirror`, the data set has 2n vectors: number n + i is image
    i flipped left to right.

    Args:
        images: an array or a tensor: (n, h, w, c) uint8, or floats from 0 to 1, which
            are rounded to 8 bits; or (n, d) float points. Tensors of images may be
            (n, c, h, w).
        device: where the data live.
        mirror: add the mirrored images.
        range: the values that mean black and white, where they are others.

    Raises:
        InputError: for what is neither images nor points (`gansgmms.data.arrays`).
    """

    def __init__(
        self,
        images: np.ndarray | Tensor,
        device: str | torch.device = "cpu",
        mirror: bool = False,
        range: tuple[float, float] | None = None,
    ):
        # A copy: memory-mapped files are read-only.
        data = np.array(as_data(images, range=range))
        self.images = torch.from_numpy(data).to(device)
        self.shape = data.shape[1:]
        self.mirror = mirror and len(self.shape) == 3

    @classmethod
    def of(cls, values: Tensor) -> "FlatImages":
        """Of uint8 images or float points as they are, where they are."""
        data = cls.__new__(cls)
        data.images, data.shape, data.mirror = values, tuple(values.shape[1:]), False
        return data

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
        return FlatImages.of(self._pick(index))

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


def as_vectors(
    values,
    shape: tuple[int, ...],
    thing: str = "images",
    range: tuple[float, float] | None = None,
    among: Tensor | None = None,
) -> Tensor:
    """Images or points as the vectors of a density, (n, d); nothing is rounded.

    Gradients pass, and a tensor stays on its device.

    Args:
        values: an array or a tensor. Images are (n, h, w, c), (n, d) or, as a tensor,
            (n, c, h, w): uint8, or floats from 0 to 1; with `range`, any numbers.
            Points are floats (n, d).
        shape: (h, w, c) of one image, or (d,) of one point.
        thing: what the values are called in messages.
        range: the values that mean black and white.
        among: (d,) bool, the dimensions that count; what the others hold is not looked
            at.

    Returns:
        (n, d); images as floats from 0 to 1, points as they are.

    Raises:
        InputError: for another shape, another dtype, and values out of range.
    """
    if not is_tensor(values):
        array = as_array(values, thing)
        if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
            raise InputError(thing, f"dtype {array.dtype}", "uint8 or floats")
        values = torch.from_numpy(np.array(array))
    sizes, pixels = tuple(values.shape[1:]), len(shape) == 3
    if pixels and sizes == (shape[2], *shape[:2]) != tuple(shape):
        values = values.movedim(1, -1)
    elif sizes not in (tuple(shape), (int(np.prod(shape)),)):
        found = f"shape {tuple(values.shape)}"
        needed = f"(n, {', '.join(map(str, shape))})"
        raise InputError(thing, found, needed)
    x = values.flatten(1)
    if pixels and range is None and x.dtype == torch.uint8:
        return x.float().div(255)
    if not x.is_floating_point() and (range is None or not pixels):
        needed = "uint8, or floats from 0 to 1" if pixels else "floats"
        raise InputError(thing, f"dtype {x.dtype}".replace("torch.", ""), needed)
    if not pixels:
        if range is not None:
            raise InputError("range", repr(range), "none: points are taken as they are")
        if not _counted(x, among).isfinite().all():
            raise InputError(thing, "values that are not finite", "finite numbers")
        return x
    black, white = check_range(range)
    x = x if x.is_floating_point() else x.double()
    if _counted(x, among).numel():
        slack = HALF_STEP * (white - black)
        low, high = (float(bound) for bound in _counted(x, among).aminmax())
        # Written so that NaN fails it.
        if not (low >= black - slack and high <= white + slack):
            raise out_of_range(thing, low, high, (black, white))
    return x if (black, white) == (0, 1) else (x - black) / (white - black)


def _counted(x: Tensor, among: Tensor | None) -> Tensor:
    return x.detach() if among is None else x.detach()[:, among.to(x.device)]


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
        images: as `FlatImages` takes them.
        device: where they live.
    """

    def __init__(self, images: np.ndarray, device: str | torch.device = "cpu"):
        # A copy: memory-mapped files are read-only.
        values = torch.from_numpy(np.array(as_data(images))).to(device)
        self.values = (
            values.permute(0, 3, 1, 2).contiguous() if values.ndim == 4 else values
        )

    @classmethod
    def mapped(
        cls, images: np.ndarray, device: str | torch.device = "cpu"
    ) -> "ImageTensor":
        """Of images (n, h, w, c) too many to copy: on a CPU they stay in their file."""
        data = cls.__new__(cls)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The given NumPy array is not writable")
            values = torch.from_numpy(images)
        data.values = values.to(device).permute(0, 3, 1, 2)
        return data

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Tensor) -> Tensor:
        """(b, c, h, w) float32 in [-1, 1] of these numbers (b,); points as they are."""
        return to_float(self.values[index.to(self.values.device)])

    def draw(self, n: int) -> Tensor:
        """n images at random, as `__getitem__` gives them."""
        return self[self.draw_index(n)]

    def draw_index(self, n: int) -> Tensor:
        """n numbers of images at random: (n,) int64, drawn where the images are."""
        return torch.randint(len(self), (n,), device=self.values.device)


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
