"""Skewed modes of the plane (the kVAE draft, section 8.1), and where they are.

Each mode is a Gaussian bent upwards: x1 has a standard deviation of 10 and x2 of 1, and
then x2 becomes x2 + 0.04 x1^2 - 100 * 0.04, which leaves its mean at zero. The layout of
the modes is not in the draft: the centres stand in resources/datasets.yaml.
"""

import numpy as np

SEED = 2018
WIDTH = 10.0  # standard deviation of x1, as 100 in the formula is its variance
BEND = 0.04


def modes(spec, files, threads):
    """Points (n, 2) float32; labels 0...K-1 are modes, which are equally likely.

    `spec["centres"]` has an entry a mode: its centre, or the centres of its parts.
    """
    rng = np.random.default_rng(SEED)
    splits = {}
    for split, n in spec["counts"].items():
        label = rng.permutation(n) % len(spec["centres"])
        parts = [parts_of(mode) for mode in spec["centres"]]
        part = rng.integers(0, [len(p) for p in parts], (n, len(parts)))
        centre = np.stack([p[part[:, j]] for j, p in enumerate(parts)])[
            label, np.arange(n)
        ]
        x = rng.normal(size=(n, 2)) * [WIDTH, 1]
        x[:, 1] += BEND * (x[:, 0] ** 2 - WIDTH**2)
        splits[split] = ((x + centre).astype(np.float32), label)
    return splits


def parts_of(mode) -> np.ndarray:
    """(p, 2) centres of a mode, which has one or several parts."""
    return np.atleast_2d(np.asarray(mode, float))


def distances(points: np.ndarray, centres: list) -> np.ndarray:
    """How far points lie from each mode, in standard deviations of the unbent Gaussian.

    Args:
        points: (n, 2).
        centres: as in the registry.

    Returns:
        (n, K) float64. Of a mode's own points, 1 - exp(-r^2 / 2) lie within r.
    """
    columns = []
    for mode in centres:
        x = np.asarray(points, float)[:, None] - parts_of(mode)
        straight = x[:, :, 1] - BEND * (x[:, :, 0] ** 2 - WIDTH**2)
        columns.append(np.hypot(x[:, :, 0] / WIDTH, straight).min(1))
    return np.stack(columns, 1)


def log_density(points: np.ndarray, centres: list) -> np.ndarray:
    """The density that the points are drawn from: (n,) float64 of log p(x) in nats.

    Bending moves x2 by a function of x1, which changes no volume: that of a mode is the
    Gaussian's. Modes are equally likely, and so are the parts of one.

    Args:
        points: (n, 2).
        centres: as in the registry.
    """
    logs = []
    for mode in centres:
        x = np.asarray(points, float)[:, None] - parts_of(mode)
        straight = x[:, :, 1] - BEND * (x[:, :, 0] ** 2 - WIDTH**2)
        square = (x[:, :, 0] / WIDTH) ** 2 + straight**2
        weight = 1 / (len(centres) * x.shape[1])
        logs.append(np.log(weight / (2 * np.pi * WIDTH)) - square / 2)
    return np.logaddexp.reduce(np.concatenate(logs, 1), 1)


def is_outside(points: np.ndarray, centres: list, share: float = 1e-3) -> np.ndarray:
    """Which points lie outside the support of the data: (n,) bool.

    A Gaussian has no edge: the support is what holds all but `share` of each mode.
    """
    return distances(points, centres).min(1) > np.sqrt(-2 * np.log(share))
