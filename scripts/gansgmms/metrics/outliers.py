"""Images that are none of the data's, made of the data: what a density should notice."""

import numpy as np


def altered(images: np.ndarray) -> dict[str, np.ndarray]:
    """The same images turned, in negative, and mixed: each (n, h, w, c) uint8.

    turned: by a right angle, where they are square, else upside down. blended: the mean
    of an image and the next one, which is smoother than either.
    """
    square = images.shape[1] == images.shape[2]
    whole = images.astype(np.uint16)
    return {
        "turned": np.rot90(images, 1 if square else 2, axes=(1, 2)).copy(),
        "negative": 255 - images,
        "blended": ((whole + np.roll(whole, 1, axis=0) + 1) // 2).astype(np.uint8),
    }
