"""Files and what is written to them, for the tests of several modules."""

import numpy as np


def pictures(n=7, shape=(4, 6, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def points(n=7, d=3):
    return np.random.default_rng(0).normal(size=(n, d)).astype(np.float32)


def flipped(path, position):
    """The file with one bit changed."""
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1
    path.write_bytes(data)
