"""What NDB and the metrics of today make of faults planted in real images.

One half of the images is the reference; the other, with a fault or without, plays the
samples of a model. Nothing else differs, so that what a metric sees is the fault.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gansgmms.metrics.faults import CLASS_FAULTS, FAULTS
from gansgmms.metrics.fidelity import fidelity, intervals
from gansgmms.metrics.ndb import NDB
from gansgmms.metrics.power import chi_square_power, ndb_power, smallest_sample
from gansgmms.metrics.statistics import two_sample_test

NONE = "none"  # what the fault of sound images is called
TARGET = 0.8  # the power at which a fault counts as found
MOST = 10**6  # samples beyond which nobody looks


class Plan(NamedTuple):
    """faults: strengths of each of `gansgmms.metrics.faults`. images: of each side that are
    compared by features. k: bins of features. neighbours: of `fidelity`. sizes, draws: of
    `power_rows`.
    """

    faults: Mapping[str, Sequence[float]]
    images: int
    k: int
    neighbours: int
    sizes: Sequence[int]
    draws: int


def halves(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The indices of two halves of n images, in random order."""
    order = np.random.default_rng(seed).permutation(n)
    return order[: n // 2], order[n // 2 :]


def planted(
    images: np.ndarray,
    labels: np.ndarray | None,
    faults: Mapping[str, Sequence[float]],
    seed: int,
) -> Iterator[tuple[str, float, np.ndarray]]:
    """(fault, strength, images), first of sound images; random choices are alike in all.

    Args:
        images: (n, h, w, c) uint8.
        labels: (n,); without them the faults of classes are left out.
        faults: strengths of each of `gansgmms.metrics.faults`.
    """
    yield NONE, 0.0, images
    for fault, strengths in faults.items():
        for strength in strengths:
            random = np.random.default_rng(seed)
            if fault in FAULTS:
                yield fault, strength, FAULTS[fault](images, strength, random)
            elif labels is not None:
                changed = CLASS_FAULTS[fault](images, strength, random, labels)
                yield fault, strength, changed


def compared(
    real: np.ndarray, samples: np.ndarray, k: int, neighbours: int = 5, device="cpu"
) -> dict[str, float]:
    """Every measure of features (n, d) of real images and (m, d) of samples.

    Returns:
        real and samples, their numbers; `fidelity`, with `<name>_half` of each; and, of k
        bins of the real features, ndb_over_k with expected_over_k, low_over_k, high_over_k.
    """
    found = fidelity(real, samples, neighbours, device)._asdict()
    widths = intervals(real, samples, neighbours, device=device)
    halves = {f"{name}_half": width for name, width in widths.items()}
    bins = NDB.fit(real, k, initialisations=1, device=device)
    counted = bins.evaluate(samples).summary()
    ndb = {name: counted[name] for name in counted if name.endswith("_over_k")}
    return {"real": len(real), "samples": len(samples), **found, **halves, **ndb}


def found_from(
    reference: np.ndarray, sound: np.ndarray, faulty: np.ndarray, significance: float
) -> float:
    """How many samples NDB needs to find a fault with power `TARGET`; nan beyond `MOST`.

    Args:
        reference, sound, faulty: (k,) images in each bin, of the reference, and of the
            other half without the fault and with it.
    """
    p, q = sound / sound.sum(), faulty / faulty.sum()

    def power(n: int) -> float:
        return ndb_power(p, q, int(reference.sum()), n, significance)

    n = smallest_sample(power, TARGET, MOST)
    return float("nan") if n is None else float(n)


def power_rows(
    reference: np.ndarray,
    sound: np.ndarray,
    faulty: np.ndarray,
    sizes: Sequence[int],
    draws: int,
    random: np.random.Generator,
    significance: float = 0.05,
) -> list[dict[str, float]]:
    """How often a fault is found in n samples, for each n of `sizes`.

    theory: `ndb_power`. one_test: `chi_square_power`, of all bins in one test. measured:
    the share of `draws` samples, n of the faulty images with replacement, whose NDB at most
    one in twenty samples of the sound images reach. ndb_over_k: its mean over the draws.

    Args:
        reference, sound, faulty: as of `found_from`.
    """
    p, q = sound / sound.sum(), faulty / faulty.sum()
    size, rows = int(reference.sum()), []
    for n in sizes:
        null, found = (
            _ndb(reference, random.multinomial(n, shares, draws), significance)
            for shares in (p, q)
        )
        threshold = np.sort(null)[-(int(0.05 * draws) + 1)]
        rows.append(
            {
                "n": n,
                "theory": ndb_power(p, q, size, n, significance),
                "one_test": chi_square_power(p, q, size, n),
                "measured": float((found > threshold).mean()),
                "ndb_over_k": float(found.mean() / len(p)),
            }
        )
    return rows


def _ndb(reference: np.ndarray, counts: np.ndarray, significance: float) -> np.ndarray:
    return (two_sample_test(reference[None], counts).p < significance).sum(1)


def measured(
    bins: Sequence[NDB],
    real: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray | None,
    features: Callable[[np.ndarray], np.ndarray],
    plan: Plan,
    seed: int,
    statistics: Mapping,
    device="cpu",
) -> dict[str, list[dict]]:
    """Every metric of every fault.

    Args:
        bins: of the reference half, at each K.
        real: (n, h, w, c) uint8, images of the reference half for `features`.
        images, labels: of the other half, (m, h, w, c) uint8 in random order, and (m,).
        features: of images, (n, d).
        statistics: options of `statistics.summary`.

    Returns:
        Rows by name. ndb: one a fault, strength and K, with `found_from`. fidelity: one a
        fault and strength. power: one a fault, strength, K and n.
    """
    rows: dict[str, list[dict]] = {"ndb": [], "fidelity": [], "power": []}
    vectors, sound = features(real), {of_k.k: of_k.evaluate(images) for of_k in bins}
    for fault, strength, faulty in planted(images, labels, plan.faults, seed):
        about = {"fault": fault, "strength": strength}
        own = features(faulty[: plan.images])
        rows["fidelity"].append(
            about | compared(vectors, own, plan.k, plan.neighbours, device)
        )
        for of_k in bins:
            result, level = of_k.evaluate(faulty), of_k.significance
            counts = of_k.counts, sound[of_k.k].counts, result.counts
            # A sound half is found by chance alone, whatever its size.
            needed = found_from(*counts, level) if fault != NONE else float("nan")
            row = about | result.summary(**statistics) | {"found_from": needed}
            rows["ndb"].append(row)
            random = np.random.default_rng(seed)
            power = power_rows(*counts, plan.sizes, plan.draws, random, level)
            rows["power"] += [about | {"k": of_k.k} | row for row in power]
    return rows
