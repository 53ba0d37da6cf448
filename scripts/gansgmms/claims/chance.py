"""How often a criterion would be met by chance: formulas, and draws where there is none."""

from collections.abc import Callable, Sequence
from itertools import combinations, permutations
from math import floor

import numpy as np
from scipy import stats

DRAWS = 4000  # where a rate is simulated: its standard error is then below 0.01


def lowest_of(n: int) -> float:
    """That a given one of n has the lowest score, if their order is random."""
    return 1 / n


def beating_most(n: int) -> float:
    """That one model stands below more than half of n others, if its rank is random."""
    return (n - floor(n / 2)) / (n + 1)


def between(low: float, high: float, of: tuple[float, float] = (0, 1)) -> float:
    """That a number drawn evenly from an interval lies between two others."""
    width = max(min(high, of[1]) - max(low, of[0]), 0)
    return width / (of[1] - of[0]) if of[1] > of[0] else 1.0


def ordered(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> float:
    """That the first of each pair stands before the second, if their order is random."""
    orders = list(permutations(names))
    held = sum(all(o.index(a) < o.index(b) for a, b in pairs) for o in orders)
    return held / len(orders)


def alike(n: int, columns: int, least: float, draws: int = DRAWS) -> float:
    """That the rank correlation of each two of several random orders of n is `least`."""
    ranks = _orders(n, columns * draws).reshape(columns, draws, n)
    centred = ranks - (n - 1) / 2
    square = (n * n - 1) * n / 12
    correlations = [
        (centred[i] * centred[j]).sum(1) / square
        for i, j in combinations(range(columns), 2)
    ]
    return float((np.min(correlations, 0) >= least - 1e-9).mean())


def correlated(n: int, least: float, draws: int = DRAWS) -> float:
    """That the rank correlation of two random orders of n is `least` or more."""
    return alike(n, 2, least, draws)


def dealt(holds: Callable[[np.ndarray], bool], n: int, draws: int = 500) -> float:
    """That a criterion holds when n results are dealt out at random.

    Args:
        holds: of an order (n,) of the results.
    """
    return float(np.mean([holds(order) for order in _orders(n, draws)]))


def shuffled(
    measure: Callable[[np.ndarray, np.ndarray], float],
    groups: np.ndarray,
    values: np.ndarray,
    draws: int = 99,
) -> tuple[float, float]:
    """What random groups of the same sizes give.

    Returns:
        the mean of the measure over so many shuffled groupings, and the rate at which
        one of them reaches what the true groups give (itself counted: at least
        1 / (draws + 1)).
    """
    rng, own = np.random.default_rng(0), measure(groups, values)
    found = np.array([measure(rng.permutation(groups), values) for _ in range(draws)])
    return float(found.mean()), float((1 + (found >= own).sum()) / (draws + 1))


def more_than(n: int, rate: float, count: float) -> float:
    """That more than `count` of n tests reject, each by chance at a rate."""
    return float(stats.binom.sf(floor(count + 1e-9), n, rate))


def as_few(n: int, rate: float, count: float) -> float:
    """That at most `count` of n happen, each at a rate."""
    return float(stats.binom.cdf(floor(count + 1e-9), n, rate))


def of_signs(more: int, fewer: int) -> float:
    """That so many of so many coins, or more, fall on one side: the sign test."""
    return more_than(more + fewer, 0.5, more - 1)


def beyond(errors: float) -> float:
    """That a difference which is none exceeds so many standard errors, on one side."""
    return float(stats.norm.sf(errors))


def slope_below(x: np.ndarray, y: np.ndarray, limit: float, true: float) -> float:
    """That least squares find a slope below a limit, if the true one is another.

    The scatter is that of the points around their own line (n - 2 degrees of freedom).
    """
    fit = stats.linregress(x, y)
    if fit.stderr == 0:
        return 0.0
    return float(stats.t.cdf((limit - true) / fit.stderr, len(x) - 2))


def low_correlation(n: int, true: float, level: float = 0.05, draws: int = DRAWS):
    """The rank correlation below which those of n pairs lie at a rate of `level`.

    The pairs are normal and their true rank correlation is known. With few pairs even
    -1 is not that rare; the answer is then None.
    """
    # Of normal pairs. Even those that go together perfectly may not for ever.
    pearson = 2 * np.sin(np.pi * min(max(true, -0.98), 0.98) / 6)
    rng = np.random.default_rng(0)
    x, e = rng.standard_normal((2, draws, n))
    y = pearson * x + np.sqrt(1 - pearson**2) * e
    ranks = [z.argsort(1).argsort(1) - (n - 1) / 2 for z in (x, y)]
    found = np.sort((ranks[0] * ranks[1]).sum(1) / ((n * n - 1) * n / 12))
    limits = np.unique(found.round(9))
    rates = np.searchsorted(found.round(9), limits, "right") / draws
    rare = limits[rates <= level]
    return float(rare[-1]) if len(rare) else None


def _orders(n: int, draws: int) -> np.ndarray:
    """(draws, n) random orders."""
    return np.random.default_rng(0).random((draws, n)).argsort(1)
