"""Images and points that are put into bins."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.datasets import load_digits

# Counts of one sample in up to 30 bins; some bins are empty.
COUNTS = hnp.arrays(np.int64, (2, 30), elements=st.integers(0, 2000)).filter(
    lambda pair: (pair.sum(1) > 0).all()
)


def digits():
    """(1797, 8, 8, 1) uint8 in random order, and their labels."""
    bunch = load_digits()
    order = np.random.default_rng(0).permutation(len(bunch.images))
    images = (bunch.images * 15).astype(np.uint8)[..., None]
    return images[order], bunch.target[order]


def cloud(n, d=5, seed=0):
    """Points of four Gaussians."""
    random = np.random.default_rng(seed)
    centres = 4 * np.random.default_rng(99).normal(size=(4, d))
    points = centres[random.integers(4, size=n)] + random.normal(size=(n, d))
    return points.astype(np.float32)


def coloured(n, seed=0):
    shape = (n, 4, 6, 3)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
