"""The bins of NDB as images: which are shown, and which of their members.

Bins come in as a `gansgmms.metrics.ndb.NDB`.
"""

from collections.abc import Iterable

import numpy as np


def ordered_bins(sizes: np.ndarray, which: str, n: int) -> np.ndarray:
    """The n "largest" bins, or the n "smallest" in the same order of falling size."""
    order = np.argsort(-sizes, kind="stable")
    return order[:n] if which == "largest" else order[-n:]


def extreme_bins(z: np.ndarray, which: str, n: int) -> np.ndarray:
    """The n bins that a sample fills "over" or "under" their share, the worst first.

    Args:
        z: (k,) of the two-sample test (section 2), positive where the sample has more
            than the reference.
    """
    return np.argsort(-z if which == "over" else z, kind="stable")[:n]


def varied_bins(z: np.ndarray, centres: np.ndarray, which: str, n: int) -> np.ndarray:
    """`extreme_bins` that differ from one another: the worst of each kind.

    The worst first; then again and again the worst of those whose centre lies at least
    the median distance between centres away from all chosen. Where none is left, the
    worst of the rest.

    Args:
        z: (k,) as of `extreme_bins`.
        centres: (k, d), in which the bins are told apart.
    """
    order = extreme_bins(z, which, len(z))
    square = np.square(centres).sum(1)
    apart = square[:, None] + square - 2 * centres @ centres.T
    far = apart >= np.median(apart[np.triu_indices(len(z), 1)])
    chosen: list[int] = []
    while len(chosen) < min(n, len(z)):
        rest = order[~np.isin(order, chosen)]
        others = rest[far[rest][:, chosen].all(1)]
        chosen.append(int((others if len(others) else rest)[0]))
    return np.array(chosen)


def centroid(bins, b: int) -> np.ndarray:
    """(h, w, c) uint8, the mean of a bin's images, clipped to [0, 1]."""
    pixels = np.clip(bins.centres[b].reshape(bins.shape), 0, 1) * 255
    return np.rint(pixels).astype(np.uint8)


def random_members(bin_of: np.ndarray, b: int, n: int, seed: int) -> np.ndarray:
    """n places at random where `bin_of` is b, all of them where there are fewer.

    Each bin has a seed of its own: its members are the same in every selection.
    """
    inside = np.flatnonzero(bin_of == b)
    return np.random.default_rng([seed, int(b)]).permutation(inside)[:n]


def reference_members(
    bins, images: np.ndarray, b: int, n: int, seed: int
) -> np.ndarray:
    """`random_members` of the images that the bins were made of, mirrored as binned.

    Args:
        bins: a `gansgmms.metrics.ndb.NDB`.
        images: (m, h, w, c) uint8, those that the bins were made of.

    Returns:
        (at most n, h, w, c) uint8.
    """
    places = random_members(bins.reference_bin, b, n, seed)
    members = images[bins.reference_index[places]]
    mirrored = bins.reference_mirrored[places][:, None, None, None]
    return np.where(mirrored, members[:, :, ::-1], members)


def bin_rows(
    bins, images: np.ndarray, chosen: np.ndarray, members: int, seed: int
) -> np.ndarray:
    """For each bin its centroid, then `reference_members` of it.

    Returns:
        (len(chosen), 1 + members, h, w, c) uint8. A bin with fewer members shows all
        it has, and white.
    """
    rows = [
        [centroid(bins, b), *reference_members(bins, images, b, members, seed)]
        for b in chosen
    ]
    return np.stack([padded(row, 1 + members) for row in rows])


def paired_rows(
    bins,
    images: np.ndarray,
    samples: np.ndarray,
    chosen: np.ndarray,
    members: int,
    seed: int,
) -> np.ndarray:
    """For each bin the row of `bin_rows`, and below it random samples that fall into it.

    Args:
        samples: (m, h, w, c) uint8 of a model.

    Returns:
        (2 len(chosen) (1 + members), h, w, c) uint8, row after row; below a centroid is
        white.
    """
    bin_of = bins.assign(samples)
    white = np.full_like(images[0], 255)
    below = [
        padded([white, *samples[random_members(bin_of, b, members, seed)]], 1 + members)
        for b in chosen
    ]
    pairs = np.stack([bin_rows(bins, images, chosen, members, seed), below], axis=1)
    return pairs.reshape(-1, *images.shape[1:])


def padded(images: Iterable[np.ndarray], n: int) -> np.ndarray:
    """Images (h, w, c) uint8, at least one, and white up to n: (n, h, w, c)."""
    images = list(images)
    white = np.full_like(images[0], 255)
    return np.stack(images + [white] * (n - len(images)))
