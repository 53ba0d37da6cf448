"""Two samples of one distribution: what NDB gives when nothing differs (section 2)."""

import numpy as np

from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.result import compare


def null_scores(
    images: np.ndarray,
    numbers: list[int],
    samples: int,
    settings: dict,
    significance: float,
    seed: int,
    device="cpu",
) -> list[dict]:
    """NDB/K of one random half of a set of images against the other.

    Two designs. In `same` the bins are made of the half that is also the reference, as
    section 2 does. K-means fits its centres to the very images that it then counts, so
    a fresh sample may fall a little differently although nothing differs. In
    `separate` the reference half is itself cut in two, one part makes the bins and the
    other is counted: the two-sample test of theory, which the level holds for. A K that
    a quarter of the images cannot fill is left out.

    Args:
        images: (n, h, w, c) uint8, or (n, d) float points.
        numbers: the K.
        samples: of the second half at most this many are the sample.
        settings: for `NDB.fit`, without k and seed.

    Returns:
        a row a design and K: design, k, reference, samples, ndb_over_k, js.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(images))
    half = len(images) // 2
    first = images[np.sort(order[:half])]
    sample = images[np.sort(order[half:][:samples])]
    bins_of = images[np.sort(order[: half // 2])]
    counted = images[np.sort(order[half // 2 : half])]
    rows = []
    for k in [k for k in numbers if k <= len(bins_of)]:
        for design, made_of in [("same", first), ("separate", bins_of)]:
            bins = NDB.fit(made_of, k, **settings, seed=seed, device=device)
            reference = bins.counts
            if design == "separate":
                reference = np.bincount(bins.assign(counted), minlength=k)
            counts = np.bincount(bins.assign(sample), minlength=k)
            result = compare(reference, counts, significance)
            rows.append(
                {
                    "design": design,
                    "k": k,
                    "reference": int(reference.sum()),
                    "samples": len(sample),
                    "ndb_over_k": result.ndb_over_k,
                    "js": result.js,
                }
            )
    return rows
