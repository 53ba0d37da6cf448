"""K-means and the assignment to bins, beside scikit-learn and a loop in NumPy."""

from collections.abc import Iterator

import numpy as np
import torch
from sklearn.cluster import KMeans

from gansgmms.benchmarks.timing import Measured, least_seconds
from gansgmms.io.images import as_vectors
from gansgmms.metrics.clustering import nearest
from gansgmms.metrics.kmeans import kmeans


def clustering(device: torch.device, train: np.ndarray) -> Iterator[Measured]:
    """K-means of images (n, h, w, c) uint8, beside scikit-learn: time and inertia."""
    x = torch.from_numpy(as_vectors(train)).to(device)
    points, found = x.cpu().numpy(), {}

    def ours() -> None:
        found["ours"] = kmeans(x, 200, torch.Generator().manual_seed(0)).inertia

    def theirs() -> None:
        reference = KMeans(200, n_init=10, max_iter=100, random_state=0)
        found["theirs"] = reference.fit(points).inertia_

    seconds, reference = least_seconds(device, ours, theirs, rounds=1)
    inertia = found["ours"] / found["theirs"]
    name = f"K-means, {len(x):,} x {x.shape[1]}, K=200, 10 initialisations"
    yield Measured(name, "time over scikit-learn's", seconds / reference, "<= 0.7")
    yield Measured(name, "inertia over scikit-learn's", inertia, "<= 1.002")


def assignment(device: torch.device, train: np.ndarray) -> Iterator[Measured]:
    """Assigning images (n, h, w, c) uint8 to bins, beside a loop over the bins."""
    points = as_vectors(train[:20_000])
    # The first images as centres: where they lie does not matter to the time.
    numbers = (100, 200, 300)
    (ours,) = least_seconds(
        device, lambda: [nearest(points, points[:k]) for k in numbers], rounds=5
    )
    (plain,) = least_seconds(
        device, lambda: [loop_nearest(points, points[:k]) for k in numbers], rounds=1
    )
    name = f"assigning {len(points):,} x {points.shape[1]} at K=100, 200, 300"
    yield Measured(name, "times faster than a NumPy loop", plain / ours, ">= 100")


def loop_nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The nearest of the centres (k, d) to each of the points (n, d): (n,) indices."""
    distances = [np.linalg.norm(points - centre, axis=1) for centre in centres]
    return np.argmin(distances, axis=0)
