"""The power of NDB: theory against formulas, and against simulated samples."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from gansgmms.errors import InputError
from gansgmms.metrics.power import (
    _sum_of_bernoullis,
    bin_power,
    chi_square_power,
    ndb_power,
    simulated_power,
    smallest_sample,
)
from gansgmms.metrics.statistics import two_sample_test

DRAWS = 2000


def shares(k=50, fault=0.3, seed=0):
    """Uneven bins; in the second, half of them hold more and half of them less."""
    random = np.random.default_rng(seed)
    p = random.dirichlet(np.full(k, 20.0))
    q = p * np.where(np.arange(k) % 2, 1 + fault, 1 - fault)
    return p, q / q.sum()


def test_one_bin_by_hand():
    p, q, n = np.array([0.5]), np.array([0.6]), 200
    error, spread = np.sqrt(0.55 * 0.45 * 2 / n), np.sqrt((0.25 + 0.24) / n)
    expected = norm.sf((1.959964 * error - 0.1) / spread)
    expected += norm.cdf((-1.959964 * error - 0.1) / spread)
    assert bin_power(p, q, n, n)[0] == pytest.approx(expected, rel=1e-6)


def test_no_difference_is_found_by_chance():
    p, _ = shares()
    np.testing.assert_allclose(bin_power(p, p, 1000, 300, 0.1), 0.1)
    assert chi_square_power(p, p, 1000, 300, 0.07) == pytest.approx(0.07)
    assert 0 < ndb_power(p, p, 1000, 300) <= 0.05


def test_bins_that_are_empty():
    p, q = np.array([0.0, 0.5, 0.5]), np.array([0.0, 0.6, 0.4])
    assert bin_power(p, q, 100, 100)[0] == 0
    assert 0 < chi_square_power(p, q, 100, 100) < 1


def test_a_sum_of_bernoullis_is_binomial_where_they_are_alike():
    np.testing.assert_allclose(
        _sum_of_bernoullis(np.full(30, 0.2)), binom.pmf(range(31), 30, 0.2), atol=1e-12
    )


@pytest.mark.parametrize("fault", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("n_q", [2000, 5000])
def test_theory_is_what_simulation_gives(fault, n_q):
    p, q = shares(fault=fault)
    random = np.random.default_rng(1)
    found = simulated_power(p, q, 20_000, n_q, DRAWS, random)
    expected = bin_power(p, q, 20_000, n_q).mean()
    # Bins hold 40 samples and more: the normal law is right to a percent or so.
    assert found["ndb_over_k"] == pytest.approx(expected, abs=0.015)
    # Thresholds are whole numbers: simulated and theoretical may differ by one.
    assert found["power"] == pytest.approx(ndb_power(p, q, 20_000, n_q), abs=0.1)


def test_the_chi_square_is_what_simulation_gives():
    p, q = shares(fault=0.1)
    random = np.random.default_rng(2)
    n_p, n_q = 20_000, 4000
    a, b = random.multinomial(n_p, p, DRAWS), random.multinomial(n_q, q, DRAWS)
    pooled = (a + b) / (n_p + n_q)
    statistic = ((a - n_p * pooled) ** 2 / (n_p * pooled)).sum(1)
    statistic += ((b - n_q * pooled) ** 2 / (n_q * pooled)).sum(1)
    found = (statistic > 66.3386).mean()  # 95 % of a chi-square of 49
    error = np.sqrt(found * (1 - found) / DRAWS)
    assert chi_square_power(p, q, n_p, n_q) == pytest.approx(found, abs=4 * error)


def test_simulated_p_values_are_ndbs():
    # Faults so large that every bin differs.
    p = np.array([0.4, 0.3, 0.2, 0.1])
    q = p[::-1]
    found = simulated_power(p, q, 5000, 5000, 100, np.random.default_rng(0))
    assert found == {"ndb_over_k": 1.0, "power": 1.0}
    assert (two_sample_test(5000 * p, 5000 * q).p < 0.05).all()


def test_the_smallest_sample():
    p, q = shares(fault=0.2)
    n = smallest_sample(lambda n: chi_square_power(p, q, 60_000, n))
    assert chi_square_power(p, q, 60_000, n) >= 0.8
    assert chi_square_power(p, q, 60_000, n - 1) < 0.8
    assert smallest_sample(lambda n: 0.5) is None
    assert smallest_sample(lambda n: n / 1000, 0.8) == 800
    n = smallest_sample(lambda n: ndb_power(p, q, 60_000, n))
    assert ndb_power(p, q, 60_000, n) >= 0.8 > ndb_power(p, q, 60_000, n // 2)
    with pytest.raises(InputError, match="target: found 1; needed between 0 and 1"):
        smallest_sample(lambda n: 1.0, 1)
