"""At how many samples NDB finds a difference: from theory, and simulated.

p and q (k,) are the shares of the bins in the two distributions; n_p and n_q are the
sizes of the samples. A fault is found where NDB is larger than chance alone makes it in
all but `level` of the cases.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri, chndtr, ndtr, ndtri

from gansgmms.errors import InputError
from gansgmms.metrics.statistics import two_sample_test


def bin_power(
    p: np.ndarray, q: np.ndarray, n_p: int, n_q: int, significance: float = 0.05
) -> np.ndarray:
    """(k,) the chance that each bin is called different (section 2).

    q - p is measured with variance p (1 - p) / n_p + q (1 - q) / n_q and divided by the
    pooled error that holds where nothing differs, so z is normal with the mean and the
    standard deviation that follow. The mean over bins is the expected NDB/K.
    """
    pooled = (n_p * p + n_q * q) / (n_p + n_q)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_p + 1 / n_q))
    spread = np.sqrt(p * (1 - p) / n_p + q * (1 - q) / n_q)
    threshold = -ndtri(significance / 2) * error
    empty = spread == 0
    scale = np.where(empty, 1, spread)
    found = ndtr((q - p - threshold) / scale)
    found += ndtr((p - q - threshold) / scale)
    return np.where(empty, np.abs(q - p) > threshold, found)


def ndb_power(
    p: np.ndarray,
    q: np.ndarray,
    n_p: int,
    n_q: int,
    significance: float = 0.05,
    level: float = 0.05,
) -> float:
    """The chance that NDB is larger than chance makes it, bins taken as independent."""
    null = _sum_of_bernoullis(bin_power(p, p, n_p, n_q, significance))
    counts = _sum_of_bernoullis(bin_power(p, q, n_p, n_q, significance))
    # The smallest NDB that at most `level` of the cases reach.
    tails = np.append(null[::-1].cumsum()[::-1], 0.0)
    return float(counts[int(np.argmax(tails <= level)) :].sum())


def chi_square_power(
    p: np.ndarray, q: np.ndarray, n_p: int, n_q: int, level: float = 0.05
) -> float:
    """The power of the one test of all bins at once: what a count of bins gives away.

    Pearson's statistic of the two samples is chi-square with k - 1 degrees of freedom,
    and not central by the sum of (q - p)^2 / pooled / (1 / n_p + 1 / n_q).
    """
    pooled = (n_p * p + n_q * q) / (n_p + n_q)
    filled = pooled > 0
    distance = np.sum((q - p)[filled] ** 2 / pooled[filled]) / (1 / n_p + 1 / n_q)
    freedom = filled.sum() - 1
    return float(1 - chndtr(chdtri(freedom, level), freedom, distance))


def simulated_power(
    p: np.ndarray,
    q: np.ndarray,
    n_p: int,
    n_q: int,
    draws: int,
    random: np.random.Generator,
    significance: float = 0.05,
    level: float = 0.05,
) -> dict[str, float]:
    """NDB of `draws` pairs of multinomial samples.

    Returns:
        ndb_over_k, its mean, and power, the share of pairs whose NDB at most `level` of as
        many pairs without a fault reach.
    """

    def ndb(shares: np.ndarray) -> np.ndarray:
        pair = random.multinomial(n_p, p, draws), random.multinomial(n_q, shares, draws)
        return (two_sample_test(*pair).p < significance).sum(1)

    null, found = np.sort(ndb(p)), ndb(q)
    # More than `level` of the cases reach the one at this place.
    threshold = null[-(int(level * draws) + 1)]
    return {
        "ndb_over_k": float(found.mean() / len(p)),
        "power": float((found > threshold).mean()),
    }


def smallest_sample(
    power: Callable[[int], float], target: float = 0.8, most: int = 10**7
) -> int | None:
    """The smallest n with power(n) of at least `target`, None where `most` has not.

    NDB is a whole number, so that its power is not quite monotonic in n: what bisection
    finds has the target, and may miss a smaller n by a few per cent.

    Raises:
        InputError: for a target that is no probability.
    """
    if not 0 < target < 1:
        raise InputError("smallest_sample, target", f"{target:g}", "between 0 and 1")
    low, high = 0, 1
    while power(high) < target:
        low, high = high, 2 * high
        if low >= most:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if power(middle) < target else (low, middle)
    return high if high <= most else None


def _sum_of_bernoullis(chances: np.ndarray) -> np.ndarray:
    """(k + 1,) the distribution of how many of independent events happen."""
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, [1 - chance, chance])
    return distribution
