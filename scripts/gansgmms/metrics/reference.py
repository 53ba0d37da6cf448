"""Which training images make the bins, and which are left to be asked about."""

import numpy as np


def reference_images(images: int, most: int | None, seed: int) -> np.ndarray:
    """Ascending numbers of the images that make the bins: all, or `most` at random.

    One choice for every K and every clustering of a dataset, so that the others have
    made none of them.

    Args:
        images: how many there are.
        most: how many make bins; None for all.
        seed: of the choice.
    """
    if most is None or most >= images:
        return np.arange(images)
    random = np.random.default_rng(seed)
    return np.sort(random.choice(images, most, replace=False))


def query_images(
    images: int, most: int | None, seed: int, samples: int, random: np.random.Generator
) -> np.ndarray:
    """Numbers of training images to compare with the bins: at random, none twice.

    Images that made no bin, as many as there are of `samples`; where all of them made
    the bins, some of those.

    Args:
        images, most, seed: as of `reference_images`.
        samples: how many are wanted.
    """
    made = reference_images(images, most, seed)
    others = np.setdiff1d(np.arange(images), made, assume_unique=True)
    among = others if len(others) else made
    return random.choice(among, min(samples, len(among)), replace=False)
