"""What chance does to NDB and JS, against simulation and plain formulas."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy.spatial.distance import jensenshannon
from scipy.stats import binom, fisher_exact, norm, spearmanr

from gansgmms.errors import InputError
from gansgmms.metrics import statistics
from gansgmms.metrics.result import compare
from gansgmms.metrics.statistics import (
    corrected,
    exact_p_values,
    jensen_shannon,
    jensen_shannon_interval,
    null_p_values,
    rank_correlation,
    same_bins,
    summary,
    two_sample_test,
)
from tests.unit.metrics.clouds import COUNTS

SIZES = (60_000, 20_000)  # of the reference and of the samples, as in the paper


def proportions(k, seed=0):
    """Shares of k bins that differ in size as much as those of MNIST."""
    shares = np.random.default_rng(seed).gamma(4, size=k)
    return np.sort(shares / shares.sum())[::-1]


def pairs(k, draws, seed=1, sizes=SIZES):
    """Counts of `draws` pairs of samples of one distribution: (draws, k) twice."""
    random, shares = np.random.default_rng(seed), proportions(k)
    return [random.multinomial(n, shares, draws) for n in sizes]


@pytest.mark.parametrize("k", [100, 200, 300])
def test_two_samples_of_one_distribution_differ_in_one_bin_of_twenty(k):
    different = two_sample_test(*pairs(k, 1000)).p < 0.05
    assert different.mean() == pytest.approx(0.05, abs=0.005)


def test_corrected_bins_are_rarely_different_by_chance():
    """Where nothing differs, any bin called different is false."""
    pairs_of = list(zip(*pairs(100, 300), strict=True))
    without, false = 0, 0
    for reference, counts in pairs_of:
        p = two_sample_test(reference, counts).p
        without += (p < 0.05).any()
        # The others are far from the level, and exact values of all take minutes.
        small = p < 0.1
        p[small] = exact_of(reference, counts, small)
        false += corrected(p).any()
    # Of 300 pairs, fewer than the 99.9% quantile at a probability of exactly 0.05.
    assert false <= binom.isf(1e-3, 300, 0.05)
    assert without > 0.95 * 300


def exact_of(reference, counts, chosen):
    """Exact p-values of some of the bins: the others as one more, which is left out."""
    rest = [
        np.append(sample[chosen], sample[~chosen].sum())
        for sample in (reference, counts)
    ]
    return exact_p_values(*rest)[:-1]


def test_exact_p_values_are_twice_the_smaller_of_fishers():
    random = np.random.default_rng(3)
    reference, counts = random.poisson(6, 12), random.poisson(4, 12)
    counts[5] = reference[5] = 0
    found = exact_p_values(reference, counts)
    for r, c, p in zip(reference, counts, found, strict=True):
        table = [[c, counts.sum() - c], [r, reference.sum() - r]]
        tails = [fisher_exact(table, side).pvalue for side in ("less", "greater")]
        assert p == pytest.approx(min(1, 2 * min(tails)), rel=1e-9)


def test_the_correction_is_that_of_benjamini_and_hochberg():
    """The largest i with p_(i) <= i q / K, found one by one."""
    random = np.random.default_rng(0)
    for _ in range(50):
        p = random.beta(0.3, 1, size=(3, 40))
        for row, found in zip(p, corrected(p, 0.1), strict=True):
            order = np.sort(row)
            last = max(
                (i for i in range(40) if order[i] < (i + 1) * 0.1 / 40), default=-1
            )
            limit = order[last] if last >= 0 else -1
            np.testing.assert_array_equal(found, row <= limit)


def test_bins_that_do_differ_are_found_among_those_that_do_not():
    random, shares = np.random.default_rng(2), proportions(100)
    changed = shares.copy()
    changed[:10] *= 0.5
    reference = random.multinomial(SIZES[0], shares)
    p = two_sample_test(
        reference, random.multinomial(SIZES[1], changed / changed.sum())
    ).p
    assert corrected(p)[:10].all()
    assert corrected(p).sum() <= (p < 0.05).sum()


def test_simulated_pairs_have_the_sizes_and_the_distribution_of_the_two_samples():
    """Its p-values are those of pairs drawn in another way: image by image."""
    reference, counts = np.array([700, 200, 100, 0]), np.array([130, 50, 20, 0])
    p = null_p_values(reference, counts, 4000, np.random.default_rng(0))
    images = np.repeat(np.arange(4), reference + counts)
    random = np.random.default_rng(1)
    plain = []
    for _ in range(4000):
        drawn = random.choice(images, 1200)
        first = np.bincount(drawn[:1000], minlength=4)
        plain.append(compare(first, np.bincount(drawn[1000:], minlength=4)).p)
    quantiles = np.linspace(0.05, 0.95, 10)
    np.testing.assert_allclose(
        np.quantile(p[:, :3], quantiles, axis=0),
        np.quantile(np.array(plain)[:, :3], quantiles, axis=0),
        atol=0.04,
    )
    assert (p[:, 3] == 1).all()  # empty in both


def test_the_expected_ndb_and_its_interval_hold_what_samples_do():
    reference, counts = pairs(100, 300)
    rows = [summary(reference[0], counts[0], draws=2000, seed=s) for s in (0, 1)]
    for row in rows:
        assert row["expected_over_k"] == pytest.approx(0.05, abs=0.005)
        ndb = (two_sample_test(reference, counts).p < 0.05).mean(1)
        inside = (ndb >= row["low_over_k"]) & (ndb <= row["high_over_k"])
        assert 0.93 <= inside.mean() <= 1
    assert rows[0]["expected_over_k"] != rows[1]["expected_over_k"]


@pytest.mark.parametrize("change", [0.0, 0.2, 1.0])
def test_the_interval_holds_the_divergence_of_the_distributions(change):
    """Two known distributions, 80 pairs of samples: 19 of 20 intervals hold the truth.

    The divergence of the samples themselves is outside of most, being too large.
    """
    random, p = np.random.default_rng(3), proportions(100)
    q = p * np.exp(change * random.normal(size=100))
    q /= q.sum()
    truth, held, plain, estimates = jensenshannon(p, q) ** 2, 0, [], []
    for _ in range(80):
        a, b = (random.multinomial(n, s) for n, s in zip(SIZES, (p, q), strict=True))
        estimate, low, high = jensen_shannon_interval(a, b, 0.95, 200, random)
        assert 0 <= low <= estimate <= high
        held += low <= truth <= high
        estimates.append(estimate)
        plain.append(jensen_shannon(a / a.sum(), b / b.sum()))
    assert held >= binom.ppf(1e-3, 80, 0.95)
    bias = 99 / 8 * (1 / SIZES[0] + 1 / SIZES[1])  # of close distributions
    if change <= 0.2:
        assert np.mean(plain) - truth == pytest.approx(bias, rel=0.1)
    assert abs(np.mean(estimates) - truth) < abs(np.mean(plain) - truth) / 3


def test_a_summary_counts_what_the_metric_counts():
    reference, counts = pairs(50, 1, sizes=(3000, 900))
    counts = counts[0] + np.arange(50) // 10
    row = summary(reference[0], counts, significance=0.1, coverage=0.9)
    p, q = reference[0] / 3000, counts / counts.sum()
    pooled = (reference[0] + counts) / (3000 + counts.sum())
    error = np.sqrt(pooled * (1 - pooled) * (1 / 3000 + 1 / counts.sum()))
    ndb = int((2 * norm.sf(abs(p - q) / error) < 0.1).sum())
    assert 0 < ndb < 50
    assert row["ndb"] == ndb
    assert row["ndb_over_k"] == ndb / 50
    assert row["js"] == pytest.approx(jensenshannon(p, q) ** 2)
    assert (row["k"], row["samples"], row["reference"]) == (50, counts.sum(), 3000)
    assert row["expected_over_k"] == pytest.approx(0.1, abs=0.02)
    result = compare(reference[0], counts, significance=0.1)
    assert (result.ndb, result.js) == (row["ndb"], row["js"])
    assert result.summary(coverage=0.9) == row


def test_a_wider_coverage_gives_wider_intervals_and_the_same_seed_the_same_numbers():
    reference, counts = (sample[0] for sample in pairs(40, 1, sizes=(2000, 1000)))
    narrow, wide = (summary(reference, counts, coverage=c) for c in (0.5, 0.99))
    assert wide["low_over_k"] < narrow["low_over_k"]
    assert wide["high_over_k"] > narrow["high_over_k"]
    assert wide["js_high"] > narrow["js_high"]
    assert summary(reference, counts, coverage=0.5) == narrow
    assert summary(reference, counts, coverage=0.5, seed=1) != narrow


def test_the_correction_never_adds_bins_and_a_lost_half_is_beyond_chance():
    reference = np.full(20, 500)
    lost = np.repeat([0, 200], 10)
    row = summary(reference, lost)
    assert row["ndb_corrected"] == row["ndb"] == 20
    assert row["ndb_over_k"] > row["high_over_k"]
    assert row["js_low"] > 0.1
    assert row["js_low"] <= row["js_unbiased"] <= row["js_high"] <= math.log(2)


def test_scores_in_the_same_bins_are_told_from_others():
    tables = []
    for k in (10, 20):
        reference, counts = (sample[0] for sample in pairs(k, 1, sizes=(500, 300)))
        tables.append(pd.DataFrame(compare(reference, counts).columns()))
    proportions = pd.concat(tables, ignore_index=True)
    assert same_bins(
        proportions, proportions.sample(frac=1, random_state=0).sort_index()
    )
    assert not same_bins(proportions, tables[0])
    moved = proportions.copy()
    moved.loc[0, "reference_proportion"] += 1e-9
    assert not same_bins(proportions, moved)


@pytest.mark.parametrize("pair", [([0, 0], [1, 2]), ([1, 2], [0, 0])])
def test_empty_samples_are_refused(pair):
    with pytest.raises(InputError, match=r"samples of (0 and 3|3 and 0) images"):
        two_sample_test(*map(np.array, pair))


@pytest.mark.parametrize(
    ("coverage", "low", "high"), [(0.5, 1, 5), (0.7, 1, 6), (0.9, 0, 7)]
)
def test_the_chance_interval_ends_at_numbers_of_bins_that_occur(
    monkeypatch, coverage, low, high
):
    """Of 0, 1 .. 7 bins, each an eighth, at most (1 - coverage) / 2 lie outside an end."""
    # So many of ten bins are below 0.05 in each of eight draws.
    p = np.where(np.arange(10) < np.arange(8)[:, None], 0.04, 0.06)
    monkeypatch.setattr(
        statistics,
        "null_p_values",
        lambda a, b, draws, random: p[[5, 2, 7, 0, 3, 6, 1, 4]],
    )
    counts = np.full(10, 50)
    row = summary(counts, counts, coverage=coverage, draws=8)
    assert row["low_over_k"] == low / 10
    assert row["high_over_k"] == high / 10
    assert row["expected_over_k"] == pytest.approx(3.5 / 10)


def test_the_corrected_bins_are_those_of_exact_p_values():
    """Where a bin expects few images z is far from normal, and calls too many different."""
    reference = np.array([0, 0, 1, 2, 3, *[400] * 45])
    counts = np.array([3, 4, 5, 6, 8, *[100] * 45])
    n_p, n_q = reference.sum(), counts.sum()
    exact = []
    for r, c in zip(reference, counts, strict=True):
        table = [[c, n_q - c], [r, n_p - r]]
        tails = [fisher_exact(table, side).pvalue for side in ("less", "greater")]
        exact.append(min(1, 2 * min(tails)))

    def by_hand(p):  # Benjamini and Hochberg's
        order = np.sort(p)
        return max(
            (i + 1 for i in range(50) if order[i] < (i + 1) / 50 * 0.05), default=0
        )

    found = summary(reference, counts, draws=10)["ndb_corrected"]
    assert found == by_hand(exact)
    assert found < by_hand(two_sample_test(reference, counts).p)


def test_the_rank_correlation_is_spearmans():
    random = np.random.default_rng(0)
    a, b = pd.Series(random.integers(0, 9, 30)), pd.Series(random.integers(0, 9, 30))
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert np.isnan(rank_correlation(a, 0 * b))
    # Two neighbours of five change places: 0.9, which claims c03 and c04 still accept.
    scores = pd.Series([0.02, 0.04, 0.96, 0.88, 0.58])
    assert rank_correlation(scores, scores[[1, 0, 2, 3, 4]].set_axis(range(5))) >= 0.9


@given(pair=COUNTS)
@settings(max_examples=100, deadline=None)
def test_jensen_shannon_is_scipys_squared_distance(pair):
    p, q = (c / c.sum() for c in pair)
    found = jensen_shannon(p, q)
    # scipy takes a square root, of rounding errors where p and q are nearly equal.
    assert found == pytest.approx(jensenshannon(p, q) ** 2, rel=1e-6, abs=1e-12)
    assert found == pytest.approx(jensen_shannon(q, p), rel=1e-12, abs=1e-15)
    assert -1e-15 <= found <= math.log(2) + 1e-12
    assert jensen_shannon(p, p) == 0


def test_jensen_shannon_of_disjoint_samples_is_log_2():
    p, q = np.array([0.4, 0.6, 0, 0]), np.array([0, 0, 0.1, 0.9])
    assert jensen_shannon(p, q) == pytest.approx(math.log(2), rel=1e-12)


@pytest.mark.parametrize("n", [10, 300, 20_000])
def test_accepted_proportions_are_those_at_which_z_is_critical(n):
    """z of section 2 at both ends, by its formula; a count between them is accepted."""
    reference = np.array([0, 3, 50, 400, 5000])
    low, high = statistics.accepted_proportions(reference, n, 0.05)
    n_p, p = reference.sum(), reference / reference.sum()

    def z(q):
        pooled = (n_p * p + n * q) / (n_p + n)
        return (q - p) / np.sqrt(pooled * (1 - pooled) * (1 / n_p + 1 / n))

    np.testing.assert_allclose(z(high)[high < 1], 1.959964, rtol=1e-6)
    inner = low > 1e-9
    np.testing.assert_allclose(z(low)[inner], -1.959964, rtol=1e-6)
    assert inner.any() or n == 10
    assert (
        high[0] > 0
        and (low <= p + 1e-12).all()
        and (p <= high + 1e-12).all()
        and (high <= 1).all()
    )
