"""What chance alone does to NDB and to the Jensen-Shannon divergence.

The test of section 2 and the divergence, for one pair of samples or for many at once,
and what the paper does not give: the NDB of two samples of one distribution, NDB
corrected for testing K bins at once, and an interval for the divergence.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, rel_entr

from gansgmms.errors import InputError


class BinTests(NamedTuple):
    """The two-sample test of each bin: (..., k) float64 each.

    reference_proportion and proportion of the two samples, the standard_error of their
    difference, z, and the two-tailed p.
    """

    reference_proportion: np.ndarray
    proportion: np.ndarray
    standard_error: np.ndarray
    z: np.ndarray
    p: np.ndarray


def two_sample_test(reference_counts: np.ndarray, counts: np.ndarray) -> BinTests:
    """Whether the proportions of two samples differ, bin by bin (section 2).

    z = (P_q - P_p) / SE with SE = sqrt(P (1 - P) (1/N_p + 1/N_q)) and P the pooled
    proportion. A bin that is empty in both samples has z = 0 and p = 1.

    Args:
        reference_counts, counts: (..., k) how many images of each sample fell in each
            bin.

    Raises:
        InputError: for a sample of no images.
    """
    n_p = reference_counts.sum(-1, keepdims=True)
    n_q = counts.sum(-1, keepdims=True)
    if not (n_p.all() and n_q.all()):
        found = f"samples of {n_p.min()} and {n_q.min()} images"
        raise InputError("NDB", found, "at least one")
    p, q = reference_counts / n_p, counts / n_q
    pooled = (reference_counts + counts) / (n_p + n_q)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_p + 1 / n_q))
    z = np.divide(q - p, error, out=np.zeros_like(error), where=error > 0)
    return BinTests(p, q, error, z, 2 * ndtr(-np.abs(z)))


def accepted_proportions(
    reference_counts: np.ndarray, samples: int, significance: float = 0.05
) -> tuple[np.ndarray, np.ndarray]:
    """The proportions that `two_sample_test` would not call different, bin by bin.

    Those q with |z| <= c: the roots of (q - p)^2 = c^2 P (1 - P) (1/N_p + 1/N_q), in
    which the pooled P is linear in q. They depend on the sample by its size alone.

    Args:
        reference_counts: (k,) images of the reference in each bin.
        samples: N_q, the size of the sample that is tested.

    Returns:
        The lowest and the highest of them: (k,) float64 each, between 0 and 1.
    """
    n_p = reference_counts.sum()
    p, own = reference_counts / n_p, samples / (n_p + samples)
    rest = (1 - own) * p  # P = rest + own q
    c = ndtri(significance / 2) ** 2 * (1 / n_p + 1 / samples)
    square = 1 + c * own**2
    half = p + c * own * (1 - 2 * rest) / 2
    constant = p**2 - c * rest * (1 - rest)
    root = np.sqrt(np.maximum(half**2 - square * constant, 0))
    low, high = (half - root) / square, (half + root) / square
    return low.clip(0, 1), high.clip(0, 1)


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """1/2 KL(p || m) + 1/2 KL(q || m) with m = (p + q) / 2, in nats, over the last axis."""
    m = (p + q) / 2
    return (rel_entr(p, m).sum(-1) + rel_entr(q, m).sum(-1)) / 2


def exact_p_values(reference_counts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Fisher's exact two-tailed p of each bin: twice the smaller tail, at most 1.

    Given how many of both samples' images a bin holds, those of the second sample are
    hypergeometric where nothing differs. z of section 2 is normal only in large bins:
    in its far tails, which the correction for many bins looks at, p is too small.

    Args:
        reference_counts, counts: (k,) how many images of each sample fell in each bin.

    Returns:
        (k,) float64; takes half a millisecond a bin.
    """
    from scipy.stats import hypergeom  # takes a second to import

    n_p, n_q = reference_counts.sum(), counts.sum()
    law = hypergeom(n_p + n_q, reference_counts + counts, n_q)
    tails = law.cdf(counts), law.sf(counts - 1)
    return np.minimum(2 * np.minimum(*tails), 1)


def corrected(p: np.ndarray, level: float = 0.05) -> np.ndarray:
    """Which bins still differ when it counts that K of them were tested.

    Benjamini & Hochberg (1995): of the bins called different, a share of at most
    `level` is expected to be so by chance; where no bin differs, the probability that
    any is called different is at most `level`.

    Args:
        p: (..., k) p-values.

    Returns:
        (..., k) bool.
    """
    from scipy.stats import false_discovery_control  # takes a second to import

    return false_discovery_control(p, axis=-1) < level


def null_p_values(
    reference_counts: np.ndarray,
    counts: np.ndarray,
    draws: int,
    random: np.random.Generator,
) -> np.ndarray:
    """(draws, k) p-values of pairs of samples that have the same distribution.

    Both samples of a pair are multinomial with the pooled proportions of the two given
    ones, (k,) counts, and have their sizes.
    """
    pooled = reference_counts + counts
    pairs = [
        random.multinomial(sample.sum(), pooled / pooled.sum(), draws)
        for sample in (reference_counts, counts)
    ]
    return two_sample_test(*pairs).p


def jensen_shannon_interval(
    reference_counts: np.ndarray,
    counts: np.ndarray,
    coverage: float,
    draws: int,
    random: np.random.Generator,
) -> tuple[float, float, float]:
    """The divergence of the two distributions behind two samples, and an interval.

    The divergence of two samples is too large: by about (K - 1) / 8 (1/N_p + 1/N_q)
    where the distributions are close. Samples drawn again from the samples
    (the bootstrap) are too far apart by as much once more, so the bootstrap's errors are taken
    from the estimate: the basic interval. (The interval between percentiles, which is
    more often used, would hardly ever hold the truth.)

    Returns:
        The estimate less its bias, and the ends of the interval, in nats, not below 0.
    """
    again = [
        random.multinomial(sample.sum(), sample / sample.sum(), draws) / sample.sum()
        for sample in (reference_counts, counts)
    ]
    divergences = jensen_shannon(*again)
    found = jensen_shannon(
        reference_counts / reference_counts.sum(), counts / counts.sum()
    )
    tails = np.quantile(divergences, [(1 + coverage) / 2, (1 - coverage) / 2])
    estimate, low, high = np.maximum(2 * found - [divergences.mean(), *tails], 0)
    return float(estimate), float(low), float(high)


def summary(
    reference_counts: np.ndarray,
    counts: np.ndarray,
    significance: float = 0.05,
    *,
    coverage: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, float]:
    """NDB and JS of two samples, and what chance has to do with them.

    Args:
        reference_counts, counts: (k,) images of each sample in each bin.
        significance: level of the test of a bin, and of its correction.
        coverage: of the intervals.
        draws: simulated pairs of samples.

    Returns:
        k, samples, reference (their sizes), ndb, ndb_over_k; expected_over_k with
        low_over_k and high_over_k, the NDB/K of two samples of one distribution and
        the interval that holds it; ndb_corrected, the number of bins that are `corrected`
        by exact p-values; js, and js_unbiased with js_low and js_high of `jensen_shannon_interval`.
    """
    random = np.random.default_rng(seed)
    k = len(counts)
    test = two_sample_test(reference_counts, counts)
    by_chance = null_p_values(reference_counts, counts, draws, random) < significance
    ndb_by_chance = by_chance.sum(1)
    # Of whole numbers, the ends that leave at most (1 - coverage) / 2 on either side.
    tails = [(1 - coverage) / 2, (1 + coverage) / 2]
    ends = np.quantile(ndb_by_chance, tails, method="inverted_cdf")
    low, high = map(float, ends)
    js_unbiased, js_low, js_high = jensen_shannon_interval(
        reference_counts, counts, coverage, draws, random
    )
    ndb = int((test.p < significance).sum())
    exact = exact_p_values(reference_counts, counts)
    return {
        "k": k,
        "samples": int(counts.sum()),
        "reference": int(reference_counts.sum()),
        "ndb": ndb,
        "ndb_over_k": ndb / k,
        "expected_over_k": float(ndb_by_chance.mean() / k),
        "low_over_k": low / k,
        "high_over_k": high / k,
        "ndb_corrected": int(corrected(exact, significance).sum()),
        "js": float(jensen_shannon(test.reference_proportion, test.proportion)),
        "js_unbiased": js_unbiased,
        "js_low": js_low,
        "js_high": js_high,
    }


def same_bins(proportions: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Whether two score files (one row a bin) come from the same bins."""
    columns = ["k", "bin", "reference_proportion"]
    return (
        proportions[columns]
        .reset_index(drop=True)
        .equals(others[columns].reset_index(drop=True))
    )


def rank_correlation(a: pd.Series, b: pd.Series) -> float:
    """Spearman's rank correlation; nan where one of them is constant."""
    a, b = a.align(b, join="inner")
    if a.nunique() < 2 or b.nunique() < 2:
        return np.nan
    # Five models of which two change places correlate by 0.9, and not by a little less.
    return round(float(a.rank().corr(b.rank())), 12)
