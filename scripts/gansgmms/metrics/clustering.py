"""Clusters of points by K-means and by Ward's method, their means, and whose cell is whose.

Making bins takes torch; finding the bins of samples takes NumPy alone.
"""

import numpy as np
from scipy.sparse import csr_array

from gansgmms.errors import InputError
from gansgmms.io.atomic import is_out_of_memory

METHODS = ("kmeans", "agglomerative")

# Points of which distances are held at once.
CHUNK = 4096

# Ward's tree needs the distances of all pairs: more images than this do not fit.
MOST_AGGLOMERATED = 10_000


def nearest(x: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Index (n,) of the centre (k, d) nearest to each point (n, d), in L2.

    |x - c|^2 = |x|^2 - 2 (x.c - |c|^2 / 2): one matrix product, from the centres' mean,
    near which rounding takes the least.
    """
    origin = centres.mean(0)
    centres = centres - origin
    half_norms = np.square(centres).sum(1) / 2
    parts = [
        np.argmax((x[start : start + CHUNK] - origin) @ centres.T - half_norms, axis=1)
        for start in range(0, len(x), CHUNK)
    ]
    return np.concatenate([np.empty(0, np.int64), *parts])


def kmeans_labels(
    x: np.ndarray, k: int, initialisations: int, iterations: int, seed: int, device
) -> np.ndarray:
    """(n,) the cluster of each point (n, d)."""
    import torch  # seconds, which only those wait for who make bins

    from gansgmms.metrics.kmeans import kmeans

    generator = torch.Generator().manual_seed(seed)
    try:
        points = torch.from_numpy(x).to(device)
    # Of one that is not there, torch asserts.
    except (RuntimeError, AssertionError) as error:
        if is_out_of_memory(error):
            raise
        needed = "a device that torch finds here, such as cpu"
        raise InputError("device", repr(device), needed) from None
    found = kmeans(points, k, generator, initialisations, iterations)
    return found.labels.cpu().numpy()


def agglomerate(x: np.ndarray, k: int, random: np.random.Generator) -> np.ndarray:
    """(k, d) means of the clusters that Ward's method makes of x, or a part of it."""
    from sklearn.cluster import AgglomerativeClustering

    if len(x) > MOST_AGGLOMERATED:
        x = x[random.choice(len(x), MOST_AGGLOMERATED, replace=False)]
    return means(x, AgglomerativeClustering(k).fit_predict(x), k)


def means(x: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """(k, d) mean of the rows of x (n, d) with each label, summed in float64."""
    sums = np.zeros((k, x.shape[1]))
    for start in range(0, len(x), CHUNK):
        part = labels[start : start + CHUNK]
        members = csr_array(
            (np.ones(len(part)), (part, np.arange(len(part)))), (k, len(part))
        )
        sums += members @ x[start : start + CHUNK].astype(np.float64)
    counts = np.bincount(labels, minlength=k).clip(min=1)
    return (sums / counts[:, None]).astype(x.dtype)
