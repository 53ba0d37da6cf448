"""K-means beside FAISS and scikit-learn, in one run: processor time, and inertia.

Processor time, because the clock of a shared machine says more of its neighbours; and
inertia as one function gives it for all, in float64. FAISS begins at points drawn at random
and never stops early; ours and scikit-learn's begin with greedy k-means++ and stop when the
centres rest.

    pip install faiss-cpu
    PYTHONPATH=scripts python -m gansgmms.benchmarks.rivals train.arrow --starts 1 10
"""

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from sklearn.cluster import KMeans
from tabulate import tabulate

from gansgmms.errors import InputError
from gansgmms.io.images import as_vectors, read_images
from gansgmms.metrics.kmeans import kmeans

ITERATIONS = 100


def ours(x: np.ndarray, k: int, starts: int) -> np.ndarray:
    """Centres (k, d) of x (n, d)."""
    generator = torch.Generator().manual_seed(0)
    return kmeans(torch.from_numpy(x), k, generator, starts, ITERATIONS).centres.numpy()


def of_faiss(x: np.ndarray, k: int, starts: int) -> np.ndarray:
    """FAISS's, of all points; it would take 256 for each centre if it was not told.

    Raises:
        InputError: where FAISS is not installed.
    """
    try:
        import faiss  # type: ignore[import-not-found]
    except ImportError:
        hint = "pip install faiss-cpu"
        raise InputError("benchmark", "no FAISS", "the package faiss", hint) from None
    options = {"niter": ITERATIONS, "nredo": starts, "seed": 0}
    found = faiss.Kmeans(x.shape[1], k, max_points_per_centroid=len(x), **options)
    found.train(x)
    return found.centroids


def of_scikit_learn(x: np.ndarray, k: int, starts: int) -> np.ndarray:
    """scikit-learn's, as it comes."""
    found = KMeans(k, n_init=starts, max_iter=ITERATIONS, random_state=0).fit(x)
    return found.cluster_centers_


RIVALS = {"ours": ours, "FAISS": of_faiss, "scikit-learn": of_scikit_learn}


def inertia(x: np.ndarray, centres: np.ndarray, chunk: int = 4096) -> float:
    """Sum of squared distances of x (n, d) to the nearest of the centres, in float64."""
    centres, total = centres.astype(np.float64), 0.0
    norms = (centres**2).sum(1)
    for start in range(0, len(x), chunk):
        block = x[start : start + chunk].astype(np.float64)
        nearest = (norms - 2 * block @ centres.T).argmin(1)
        total += ((block - centres[nearest]) ** 2).sum()
    return float(total)


def compare(
    x: np.ndarray, k: int, starts: int, rivals: dict[str, Callable]
) -> Iterator[dict[str, object]]:
    """A row for each of the rivals, the first of which the others are compared with.

    Args:
        x: (n, d) float32.
    """
    first: tuple[float, float] | None = None
    for name, fit in rivals.items():
        before = time.process_time()
        centres = fit(x, k, starts)
        seconds = time.process_time() - before
        value = inertia(x, centres)
        first = first or (seconds, value)
        yield {
            "K-means": name,
            "starts": starts,
            "processor seconds": round(seconds, 1),
            "inertia": round(value, 1),
            "our time over its": round(first[0] / seconds, 2),
            "our inertia over its": round(first[1] / value, 5),
        }


def main() -> None:
    """Print the table; each row as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", help="an Arrow file, such as images/train.arrow")
    parser.add_argument("--k", type=int, default=200)
    parser.add_argument("--starts", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--rivals", nargs="+", choices=RIVALS, default=list(RIVALS))
    options = parser.parse_args()
    x = as_vectors(read_images(options.images))
    chosen = {name: RIVALS[name] for name in dict.fromkeys(["ours", *options.rivals])}
    rows = []
    for starts in options.starts:
        for row in compare(x, options.k, starts, chosen):
            print(row, flush=True)
            rows.append(row)
    print(tabulate(rows, headers="keys", tablefmt="github"))


if __name__ == "__main__":
    main()
