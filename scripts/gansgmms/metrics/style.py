"""How a digit is drawn: slant and thickness, from the moments and edges of its ink.

Both are of light ink on a dark ground, and do not depend on the contrast.
"""

import numpy as np

CHUNK = 4096  # images held as floats at once


def slant(images: np.ndarray) -> np.ndarray:
    """How far the ink leans to the right with each pixel upwards: (n,) float64.

    The shear that the second moments of the ink have, -mu_xy / mu_yy, with y downwards.
    An image without ink, or of one row, has 0.

    Args:
        images: (n, h, w, c) uint8; channels are averaged.
    """
    return _in_chunks(images, _slant)


def thickness(images: np.ndarray) -> np.ndarray:
    """The mean width of the strokes in pixels: (n,) float64.

    Twice the ink over the length of its edges, which is the sum of the absolute
    differences of neighbours: a stroke of width t has two edges. Oblique edges count as
    their steps. An image without edges has 0.

    Args:
        images: (n, h, w, c) uint8; channels are averaged.
    """
    return _in_chunks(images, _thickness)


def _in_chunks(images: np.ndarray, measure) -> np.ndarray:
    starts = range(0, len(images), CHUNK)
    parts = [measure(images[i : i + CHUNK].mean(3, dtype=float)) for i in starts]
    return np.concatenate(parts) if parts else np.empty(0)


def _slant(ink: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[: ink.shape[1], : ink.shape[2]]
    total = ink.sum((1, 2))
    weight = ink / np.where(total > 0, total, 1)[:, None, None]
    dy = y - (weight * y).sum((1, 2))[:, None, None]
    dx = x - (weight * x).sum((1, 2))[:, None, None]
    xy, yy = (weight * dx * dy).sum((1, 2)), (weight * dy * dy).sum((1, 2))
    return np.divide(-xy, yy, out=np.zeros_like(yy), where=yy > 0)


def _thickness(ink: np.ndarray) -> np.ndarray:
    framed = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    edges = sum(np.abs(np.diff(framed, axis=a)).sum((1, 2)) for a in (1, 2))
    return np.divide(
        2 * ink.sum((1, 2)), edges, out=np.zeros(len(ink)), where=edges > 0
    )
