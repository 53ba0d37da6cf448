"""Rates of chance, against formulas and counts by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from gansgmms.claims import chance


def test_orders_of_few_models_are_counted():
    assert chance.lowest_of(10) == 0.1
    # Ranks 0 to 4 among four, of which 3 and 4 stand before more than half.
    assert chance.beating_most(4) == pytest.approx(2 / 5)
    assert chance.beating_most(1) == pytest.approx(1 / 2)
    assert chance.ordered("abc", [("a", "b")]) == 0.5
    assert chance.ordered("abc", [("a", "b"), ("b", "c")]) == pytest.approx(1 / 6)
    assert chance.ordered("ab", []) == 1


def test_random_orders_are_rarely_alike():
    # Of three, only the same order has a correlation of 0.9: 1 in 6, or 1 in 36.
    assert chance.correlated(3, 0.9) == pytest.approx(1 / 6, abs=0.02)
    assert chance.alike(3, 3, 0.9) == pytest.approx(1 / 36, abs=0.01)
    known = stats.spearmanr(range(30), range(30)).statistic
    assert known == 1 and chance.correlated(30, 0.9) == 0


def test_an_even_number_lies_in_an_interval():
    assert chance.between(-0.2, 0.15) == pytest.approx(0.15)
    assert chance.between(-1, math.inf, (-2, 0)) == 0.5
    assert chance.between(2, 3) == 0
    assert chance.between(0, 1, (3, 3)) == 1


def test_counts_are_binomial():
    assert chance.more_than(100, 0.05, 10) == pytest.approx(
        stats.binom.sf(10, 100, 0.05)
    )
    assert chance.as_few(100, 0.4, 1) == pytest.approx(stats.binom.cdf(1, 100, 0.4))
    assert chance.of_signs(5, 0) == pytest.approx(1 / 32)
    assert chance.of_signs(5, 5) == pytest.approx(
        stats.binomtest(5, 10, alternative="greater").pvalue
    )
    assert chance.beyond(3) == pytest.approx(0.00135, rel=0.01)


def test_results_dealt_out():
    right = np.arange(3)
    rate = chance.dealt(lambda order: bool((order == right).all()), 3, draws=6000)
    assert rate == pytest.approx(1 / 6, abs=0.02)


def test_orders_are_the_same_each_time_and_each_is_as_likely():
    orders = chance._orders(3, 6000)
    assert np.array_equal(orders, chance._orders(3, 6000))
    _, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(counts) == 6 and stats.chisquare(counts).pvalue > 0.01


def test_shuffled_groups():
    groups, values = np.repeat([0, 1], 50), np.repeat([0.0, 1.0], 50)

    def agree(g, v):
        return float((g == v).mean())

    mean, rate = chance.shuffled(agree, groups, values)
    assert mean == pytest.approx(0.5, abs=0.02)
    assert rate == 1 / 100
    assert chance.shuffled(agree, 1 - groups, values)[1] == 1


def test_a_slope_of_two_looks_smaller_by_chance():
    x = np.arange(4.0)
    y = np.array([0, 1.2, 1.9, 3.1])
    fit = stats.linregress(x, y)
    expected = stats.t.cdf((1.5 - 2) / fit.stderr, 2)
    assert chance.slope_below(x, y, 1.5, true=2) == pytest.approx(expected)
    assert chance.slope_below(x, x, 1.5, true=2) == 0


def test_few_pairs_cannot_be_too_low_to_be_chance():
    assert chance.low_correlation(2, 0.8) is None
    assert (
        chance.low_correlation(4, 0.0) is None or chance.low_correlation(4, 0.0) == -1
    )
    low = chance.low_correlation(20, 0.0)
    # Student's approximation of Spearman's coefficient, at 0.05 of one side.
    t = stats.t.ppf(0.05, 18)
    assert low == pytest.approx(t / math.sqrt(18 + t * t), abs=0.05)
    assert chance.low_correlation(20, 0.9) > low
