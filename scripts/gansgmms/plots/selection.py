"""Which images the figures show, and what is hidden of them.

Nothing is chosen by hand. Each function states its criterion; ties go to the lower
index.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from gansgmms.io.numbers import read_numbers
from gansgmms.plots.mosaic import rgb


def evenly_by_rank(values: np.ndarray, n: int) -> np.ndarray:
    """n indices from the largest value to the smallest, the middles of n equal parts.

    One is the median; two are the quartiles.
    """
    largest_first = np.argsort(-values, kind="stable")
    middles = (np.arange(n) + 0.5) * len(largest_first) / n
    return largest_first[middles.astype(int)]


def likelihoods(path: str | Path, split: str = "test") -> np.ndarray:
    """Log-likelihood of each image of a split, in the order of its file: (n,) nats."""
    table = read_numbers(path).query("split == @split")
    return table.sort_values("index")["log_likelihood"].to_numpy()


def outliers(log_likelihood: np.ndarray, among: int, n: int) -> np.ndarray:
    """n of the `among` least likely images, evenly by rank, the least likely first."""
    lowest = np.argsort(log_likelihood, kind="stable")[:among]
    ranks = np.linspace(0, len(lowest) - 1, min(n, len(lowest)))
    return lowest[np.rint(ranks).astype(int)]


def by_class(points: pd.DataFrame) -> list:
    """The VAEs in the order of the class that they have won most of.

    Args:
        points: how many points of each class (rows) each VAE (columns) has won.
    """
    return sorted(points, key=lambda j: (points[j].idxmax(), -points[j].max()))


def masks(height: int, width: int) -> dict[str, np.ndarray]:
    """What is observed of an image: (height, width) bool each, by what is hidden."""
    y, x = np.mgrid[:height, :width]
    off_centre = np.ones((height, width), bool)
    off_centre[height // 4 : height - height // 4, width // 4 : width - width // 4] = (
        False
    )
    shuffled = np.random.default_rng(0).permutation(height * width)
    return {
        "left": 2 * x >= width,
        "right": 2 * x < width,
        "top": 2 * y >= height,
        "bottom": 2 * y < height,
        "centre": off_centre,
        "half": (2 * shuffled >= height * width).reshape(height, width),
    }


def hidden(images: np.ndarray, observed: np.ndarray, colour: tuple) -> np.ndarray:
    """Images (n, h, w, c) uint8 with what is not observed painted: (n, h, w, 3)."""
    return np.where(observed[:, :, None], rgb(images), np.array(colour, np.uint8))
