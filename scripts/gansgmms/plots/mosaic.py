"""Images side by side as one array: what figures show and trainings keep."""

import math
from collections.abc import Collection, Sequence

import numpy as np

RED = (214, 39, 40)  # frames of centroids
GREY = (190, 190, 190)  # between a white image and the white page


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
    """Images laid out row by row on white; round those with a white edge a grey hairline.

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
        elif _melts(cell) and gap > 1:
            _hairline(canvas, top, left, height, width)
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


def with_bar(pixels: np.ndarray, value: float, height: int = 12) -> np.ndarray:
    """A mosaic, and below it a mark on a line from -1 (left) to 1 (right)."""
    width = pixels.shape[1]
    bar = np.full((height, width, 3), 255, np.uint8)
    half, middle = height // 3, height // 2 + 1
    line = np.array([-1, 0, 1]) * (width / 2 - half - 1) + (width - 1) / 2
    bar[middle, round(line[0]) : round(line[2]) + 1] = 170
    bar[middle - half : middle + half, round(line[1])] = 170
    x = round(line[1] + value * (line[2] - line[1]))
    bar[middle - half : middle + half + 1, x - half : x + half + 1] = 0
    return np.concatenate([pixels, bar])


def _frame(cell: np.ndarray, thickness: int) -> None:
    for side in (np.s_[:thickness], np.s_[-thickness:]):
        cell[side] = cell[:, side] = RED


def _melts(cell: np.ndarray) -> bool:
    """Whether an image's edge is white somewhere; what is white all over is no image."""
    edges = (cell[0], cell[-1], cell[:, 0], cell[:, -1])
    white = any((edge > 240).all(1).any() for edge in edges)
    return white and not (cell == 255).all()


def _hairline(canvas: np.ndarray, top: int, left: int, height: int, width: int) -> None:
    """A line of one pixel round a cell, in the gap; along the canvas's edge inside."""
    low, high = max(top - 1, 0), min(top + height, canvas.shape[0] - 1)
    start, end = max(left - 1, 0), min(left + width, canvas.shape[1] - 1)
    canvas[[low, high], start : end + 1] = GREY
    canvas[low : high + 1, [start, end]] = GREY
