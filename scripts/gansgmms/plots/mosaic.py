"""Images side by side as one array: what figures show and trainings keep."""

import math
from collections.abc import Collection, Sequence

import numpy as np

RED = (214, 39, 40)  # frames of centroids


def rgb(images: np.ndarray) -> np.ndarray:
    """Images as (n, h, w, 3) uint8.

    Args:
        images: (n, h, w, 1 or 3), uint8, or float with 0 black and 1 white; what
            lies outside [0, 1] is clipped.
    """
    if images.dtype != np.uint8:
        images = np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8)
    return np.broadcast_to(images, (*images.shape[:3], 3))


def mosaic(
    images: np.ndarray,
    columns: int,
    gap: int = 4,
    framed: Collection[int] = (),
    scale: int | None = None,
    rows: int = 0,
) -> np.ndarray:
    """Images laid out row by row on white.

    Args:
        images: (n, h, w, c), as `rgb` takes them.
        columns: images in a row.
        gap: pixels between two images, counted after magnification.
        framed: positions of the images that get a red frame, drawn over their edge.
        scale: each pixel becomes scale x scale pixels, so that small images stay
            crisp. Default: the least that makes the longer side 64 pixels.
        rows: leave room for this many, where the images fill fewer.

    Returns:
        (height, width, 3) uint8; cells left over are white.
    """
    images = rgb(images)
    n, height, width, _ = images.shape
    scale = scale or math.ceil(64 / max(height, width))
    height, width = height * scale, width * scale
    rows = max(rows, math.ceil(n / columns))
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    canvas = np.full(shape, 255, np.uint8)
    for i, image in enumerate(images):
        top = i // columns * (height + gap)
        left = i % columns * (width + gap)
        cell = canvas[top : top + height, left : left + width]
        cell[:] = image.repeat(scale, 0).repeat(scale, 1)
        if i in framed:
            _frame(cell, max(1, min(height, width) // 20))
    return canvas


def stack(mosaics: Sequence[np.ndarray], gap: int = 4) -> np.ndarray:
    """Mosaics one below the other, centred on white: (height, width, 3) uint8."""
    height = sum(len(m) for m in mosaics) + gap * (len(mosaics) - 1)
    width = max(m.shape[1] for m in mosaics)
    canvas = np.full((height, width, 3), 255, np.uint8)
    top = 0
    for m in mosaics:
        left = (width - m.shape[1]) // 2
        canvas[top : top + len(m), left : left + m.shape[1]] = m
        top += len(m) + gap
    return canvas


def _frame(cell: np.ndarray, thickness: int) -> None:
    for side in (np.s_[:thickness], np.s_[-thickness:]):
        cell[side] = cell[:, side] = RED
