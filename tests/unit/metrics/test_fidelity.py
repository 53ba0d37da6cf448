"""FID, KID, precision, recall, density, coverage against NumPy's and prdc's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from gansgmms.errors import InputError
from gansgmms.metrics import fidelity as module
from gansgmms.metrics.fidelity import (
    NAMES,
    Fidelity,
    expected_coverage,
    fidelity,
    frechet_distance,
    frechet_limit,
    intervals,
    kernel_distance,
    kernel_distances,
)

# What the measures must hold against float64 formulas.
RELATIVE = 1e-4
SHARES = ["precision", "recall", "density", "coverage"]


def vectors(n, d, seed=0, shift=0.0, scale=1.0):
    x = np.random.default_rng(seed).normal(size=(n, d)) * np.linspace(1, 2, d)
    return (scale * x + shift).astype(np.float32)


def digits():
    """Two halves of real images, of which the second is blurred by a little noise."""
    x = (load_digits().data / 16).astype(np.float32)
    order = np.random.default_rng(0).permutation(len(x))
    noise = np.random.default_rng(1).normal(scale=0.1, size=(350, 64))
    return x[order[:400]], (x[order[400:750]] + noise).astype(np.float32)


PAIRS = {
    "more than dimensions": (vectors(300, 8), vectors(250, 8, 1, 0.3)),
    "fewer than dimensions": (vectors(40, 100), vectors(30, 100, 1, 0.1)),
    "far from the origin": (vectors(300, 8, 0, 50), vectors(200, 8, 1, 50.5)),
    "digits": digits(),
}
pairs = pytest.mark.parametrize("x, y", PAIRS.values(), ids=PAIRS)


def plain_frechet(x, y):
    x, y = np.float64(x), np.float64(y)
    s, t = np.cov(x.T), np.cov(y.T)
    roots = np.sqrt(np.linalg.eigvals(s @ t).real.clip(0))
    return np.square(x.mean(0) - y.mean(0)).sum() + np.trace(s + t) - 2 * roots.sum()


def plain_kernel(x, y):
    x, y = np.float64(x), np.float64(y)

    def k(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    n, m = len(x), len(y)
    xx = (k(x, x).sum() - np.trace(k(x, x))) / (n * (n - 1))
    yy = (k(y, y).sum() - np.trace(k(y, y))) / (m * (m - 1))
    return xx + yy - 2 * k(x, y).mean()


def plain_shares(x, y, k):
    """The definitions, with every distance by subtraction."""

    def distances(a, b):
        return np.linalg.norm(np.float64(a)[:, None] - np.float64(b)[None], axis=2)

    # A vector is at 0 from itself: k more of its own set.
    real = np.sort(distances(x, x), 1)[:, k]
    fake = np.sort(distances(y, y), 1)[:, k]
    between = distances(x, y)
    inside = between < real[:, None]
    return {
        "precision": inside.any(0).mean(),
        "recall": (between < fake).any(1).mean(),
        "density": inside.sum(0).mean() / k,
        "coverage": inside.any(1).mean(),
    }


@pytest.fixture(params=[1024, 64, 37])
def tile(request, monkeypatch):
    monkeypatch.setattr(module, "TILE", request.param)


@pairs
def test_frechet_distance_is_its_formula(x, y):
    expected = plain_frechet(x, y)
    assert frechet_distance(x, y) == pytest.approx(expected, rel=RELATIVE)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=RELATIVE)


@pairs
def test_kernel_distance_is_its_formula(x, y, tile):
    assert kernel_distance(x, y) == pytest.approx(plain_kernel(x, y), rel=RELATIVE)


@pytest.mark.parametrize("k", [1, 5])
@pairs
def test_shares_are_their_definitions(x, y, k, tile):
    found = fidelity(x, y, k)._asdict()
    for name, expected in plain_shares(x, y, k).items():
        assert found[name] == pytest.approx(expected, rel=RELATIVE), name


@pytest.mark.parametrize("k", [1, 5])
@pairs
def test_shares_are_those_of_prdc(x, y, k):
    prdc = pytest.importorskip("prdc")
    theirs = prdc.compute_prdc(np.float64(x), np.float64(y), k)
    found = fidelity(x, y, k)._asdict()
    for name in SHARES:
        assert found[name] == pytest.approx(theirs[name], rel=RELATIVE), name


@given(seed=st.integers(0, 10_000), data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_sizes(seed, data):
    n, m, d = (data.draw(st.integers(*ends)) for ends in [(4, 40), (4, 40), (1, 6)])
    k = data.draw(st.integers(1, min(n, m) - 1))
    x, y = vectors(n, d, seed), vectors(m, d, seed + 1, 0.2)
    found = fidelity(x, y, k)._asdict()
    expected = plain_shares(x, y, k)
    assert {name: found[name] for name in SHARES} == pytest.approx(expected)
    assert found["kid"] == pytest.approx(plain_kernel(x, y), abs=1e-9)


def test_copies_lie_on_a_ball_and_not_in_it():
    # Each real image has its nearest at exactly the radius: copies of all of them are
    # in no other's ball, whichever way a product rounds.
    x = vectors(200, 30)
    found = fidelity(x, x, 1)
    assert found.precision == found.recall == found.coverage == found.density == 1


def test_nothing_is_in_a_ball_of_radius_0():
    x = np.zeros((12, 3), np.float32)
    found = fidelity(x, x, 2)
    assert found.precision == found.recall == found.coverage == found.density == 0


def test_constant_dimensions():
    x, y = (np.pad(z, ((0, 0), (0, 3))) for z in PAIRS["more than dimensions"])
    expected = plain_frechet(*PAIRS["more than dimensions"])
    assert frechet_distance(x, y) == pytest.approx(expected, rel=RELATIVE)


def test_nothing_differs():
    x, y = vectors(2000, 16), vectors(2000, 16, 1)
    found, halves = fidelity(x, y), intervals(x, y)
    null = {"kid": 0, "density": 1, "coverage": expected_coverage(2000, 2000)}
    for name, value in null.items():
        assert abs(getattr(found, name) - value) <= halves[name], name
    assert abs(frechet_limit(x, y)) <= halves["fid"] < found.fid


def test_coverage_where_nothing_differs():
    # (n - 1) / (n + m - 1) is the chance that the nearest of all others is one's own.
    assert expected_coverage(10, 30, 1) == pytest.approx(1 - 9 / 39)
    draws = [
        plain_shares(vectors(30, 2, s), vectors(20, 2, 1000 + s), 3)["coverage"]
        for s in range(300)
    ]
    error = np.std(draws) / np.sqrt(300)
    assert abs(np.mean(draws) - expected_coverage(30, 20, 3)) <= 4 * error


def test_the_limit_is_without_bias():
    pairs = [(vectors(400, 16, s), vectors(400, 16, 1000 + s, 0.1)) for s in range(30)]
    # Means of 0.1 in 16 dimensions, and equal covariances.
    errors = np.array([frechet_limit(x, y) for x, y in pairs]) - 0.16
    assert abs(errors.mean()) <= 4 * errors.std() / np.sqrt(30) + 0.01
    assert np.mean([frechet_distance(x, y) for x, y in pairs]) - 0.16 > 0.1


def test_intervals_hold_the_spread_of_new_data():
    def pair(s):
        return vectors(600, 6, s), vectors(600, 6, 1000 + s, 0.5)

    values = np.array([fidelity(*pair(s)) for s in range(40)])
    # Two standard errors, and 2.26 of them with ten parts.
    halves = np.array([list(intervals(*pair(s)).values()) for s in range(5)]).mean(0)
    ratios = halves / 2.26 / values.std(0, ddof=1)
    assert ((0.6 < ratios) & (ratios < 1.8)).all(), dict(
        zip(NAMES, ratios, strict=True)
    )


def test_subsets():
    x, y = PAIRS["digits"]
    found = kernel_distances(x, y, subsets=50, size=200)
    assert len(found) == 50 and len(set(found)) == 50
    error = found.std() / np.sqrt(50)
    assert abs(found.mean() - plain_kernel(x, y)) <= 4 * error


def test_names():
    assert NAMES == Fidelity._fields


def test_other_shapes():
    x = vectors(10, 3)
    with pytest.raises(InputError, match=r"\(10, 3\) and \(10, 4\)"):
        fidelity(x, vectors(10, 4))
    with pytest.raises(InputError, match="at least 6 of each"):
        fidelity(x, x[:5])
    with pytest.raises(InputError, match="at least 100 of each"):
        kernel_distances(x, x, size=100)
    with pytest.raises(InputError, match="not finite"):
        frechet_distance(x, np.full_like(x, np.nan))
