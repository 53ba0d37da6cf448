"""What the likelihood of a mixture costs."""

from gansgmms.metrics.cost import cost


def test_the_likelihood_costs_time_and_memory_that_grow_with_d():
    small, large = cost(500, 200, 20, 4), cost(8000, 200, 20, 4)
    assert 0 < small[0] < large[0]
    # Means, factors, noise and images alone: (20 (4 + 2) + 200) x 8000 floats.
    assert large[1] > 320 * 8000 * 4 / 2**20
    assert large[1] > 2 * small[1]
